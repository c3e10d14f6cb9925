"""The days that a question asks about, where it says so plainly: "yesterday", "in April", "since Monday"."""

import calendar
import dataclasses
import datetime
import math
import re
from collections.abc import Callable, Iterator

from bot import render
from bot.days import parse_day
from index.errors import QuestionError

_DAY = datetime.timedelta(days=1)
_WEEK = 7 * _DAY
_MONTHS = tuple(map(str.lower, calendar.month_name))
_WEEKDAYS = tuple(map(str.lower, calendar.day_name))
# In days.
_LENGTHS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}
_LONGEST = 3_660
_COUNTS = {word: n for n, word in enumerate("a two three four five six seven eight nine ten".split(), 1)}

_ANY_MONTH = "|".join(_MONTHS[1:])
_MONTH, _YEAR = rf"(?P<month>{_ANY_MONTH})", r"(?P<year>(?:19|20)\d\d)"
_WEEKDAY = f"(?:{'|'.join(_WEEKDAYS)})"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    rf"(?:\d{{4}}-\d\d-\d\d|(?:{_NTH} (?:of )?(?:{_ANY_MONTH})|(?:{_ANY_MONTH}) {_NTH})(?:,? (?:19|20)\d\d)?)"
)
# "July 4, 1776" is of no year that news is from; "on Tuesday evenings", "from February to June" are habits.
_NOT_ONE = r"(?!,?(?: of)? \d|s\b| (?:mornings|afternoons|evenings|nights)\b| (?:to|until|till|through)\b)"
# "The highest since April" tells what is compared, not what was published when.
_COMPARED = re.compile(
    r"\b(?:first|last|only|\w{2,}est|most|least|worst|best|more|less|fewer|record|time)\b[^,;]*$", re.I
)
_QUOTED = re.compile("\u201c[^\u201d]*\u201d|\"[^\"]*\"|'[^']*'(?!\\w)")


@dataclasses.dataclass(frozen=True, slots=True)
class Days:
    """The days from `since` until before `before`; `phrase` is what the question calls them.

    `certain`: the words can hardly name anything but when something was in the news. "In April" may name when
    something happened that was told of later.
    """

    phrase: str
    since: datetime.date
    before: datetime.date | None
    certain: bool

    def without(self, question: str) -> str:
        """What to ask of these days' articles: they need not say "yesterday", but perhaps "in April"."""
        bare = " ".join(question.replace(self.phrase, " ", 1).split()) if self.certain else question
        return bare if any(map(str.isalnum, bare)) else question

    @property
    def narrowed(self) -> str:
        """That only these days were looked at."""
        return f"Only articles of {self} were looked at (“{self.phrase}”)."

    @property
    def lack(self) -> str:
        """That these days do not answer, so that others were looked at, too."""
        return f"No article of {self} (“{self.phrase}”) answers this: all dates were looked at."

    @property
    def nearest(self) -> str:
        """What a refusal shows of these days."""
        return f"The nearest are those of {self} (“{self.phrase}”)."

    def __str__(self) -> str:
        if self.before is None:
            return f"{render.day(self.since)} or later"
        return render.span(self.since, self.before - _DAY)


def days_asked(question: str, today: datetime.date) -> Days | None:
    """The days that a question asks about; None where it names none plainly, or several."""
    hidden = _QUOTED.sub(lambda match: " " * len(match[0]), question)
    found = [days for pattern, read in _READERS for days in _readings(pattern, read, hidden, today)]
    found.sort(key=lambda days: -len(days.phrase))
    return found[0] if found and all(days.phrase in found[0].phrase for days in found) else None


_Reader = Callable[["re.Match[str]", datetime.date], Days | None]


def _readings(pattern: re.Pattern[str], read: _Reader, text: str, today: datetime.date) -> Iterator[Days]:
    for match in pattern.finditer(text):
        # "Today" within a question is the name of a show or a paper.
        if (match.start() == 0 or match[0][0].islower() or match[0][0].isdigit()) and (
            days := read(match, today)
        ):
            yield days


def _of_day(match: "re.Match[str]", today: datetime.date) -> Days:
    phrase = match[0]
    day = today - _DAY if phrase.lower().endswith(("yesterday", "last night")) else today
    return Days(phrase, day, day + _DAY, certain=True)


def _of_span(match: "re.Match[str]", today: datetime.date) -> Days:
    """ "this week", "last month"."""
    which, unit = match["which"].lower(), match["unit"].lower()
    since = _begin(today, unit)
    if which == "this":
        return Days(match[0], since, None if unit == "day" else _next(since, unit), certain=True)
    before = since
    return Days(match[0], _begin(since - _DAY, unit), before, certain=True)


def _of_past(match: "re.Match[str]", today: datetime.date) -> Days | None:
    """ "the last three days", "in the past week"."""
    count = (match["count"] or match["some"] or "a").lower()
    number = int(count) if count.isdigit() else _COUNTS[count]
    days = math.ceil(number * _LENGTHS[match["unit"].lower().rstrip("s")])
    return Days(match[0], today - days * _DAY, None, certain=True) if days <= _LONGEST else None


def _of_ago(match: "re.Match[str]", today: datetime.date) -> Days | None:
    count = match["count"].lower()
    number = int(count) if count.isdigit() else _COUNTS[count]
    unit = match["unit"].lower().rstrip("s")
    if unit == "day" and number <= 366:
        day = today - number * _DAY
        return Days(match[0], day, day + _DAY, certain=True)
    if unit == "week" and number <= 52:
        begun = _begin(today - number * _WEEK, "week")
        return Days(match[0], begun, begun + _WEEK, certain=True)
    return None


def _of_month(match: "re.Match[str]", today: datetime.date) -> Days:
    """ "in April", "in April 2024": without a year the last that has begun."""
    month = _MONTHS.index(match["month"].lower())
    year = int(match["year"]) if match["year"] else today.year - (month > today.month)
    since = datetime.date(year, month, 1)
    return Days(match[0], since, _next(since, "month"), certain=bool(match["told"]))


def _of_year(match: "re.Match[str]", today: datetime.date) -> Days | None:
    year = int(match["year"])
    if year > today.year:
        return None
    return Days(match[0], datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1), bool(match["told"]))


def _since(match: "re.Match[str]", today: datetime.date) -> Days | None:
    if _COMPARED.search(match.string[: match.start()]):
        return None
    day = _named(match["day"], today)
    return Days(match[0], day, None, certain=True) if day else None


def _on(match: "re.Match[str]", today: datetime.date) -> Days | None:
    day = _named(match["day"], today)
    return Days(match[0], day, day + _DAY, certain=bool(match["told"])) if day else None


def _named(words: str, today: datetime.date) -> datetime.date | None:
    """The past day that words name."""
    words = re.sub(r"^(?:last|this) ", "", words.lower())
    if words == "yesterday":
        return today - _DAY
    if words in _WEEKDAYS:
        return today - ((today.weekday() - _WEEKDAYS.index(words) - 1) % 7 + 1) * _DAY
    if words in _MONTHS:
        month = _MONTHS.index(words)
        return datetime.date(today.year - (month > today.month), month, 1)
    try:
        day = parse_day(words)
    except QuestionError:
        return None
    return day if day <= today else None


def _begin(day: datetime.date, unit: str) -> datetime.date:
    """The first day of the week, month or year of `day`."""
    if unit == "week":
        return day - day.weekday() * _DAY
    return day.replace(day=1) if unit == "month" else day.replace(day=1, month=1)


def _next(begun: datetime.date, unit: str) -> datetime.date:
    """When the next week, month or year begins."""
    return _begin(begun + {"week": 7, "month": 31, "year": 366}[unit] * _DAY, unit)


# "Published in April", "articles of April".
_TOLD = r"(?:(?P<told>published|reported|written|articles?|news|stories|reports?) )?"
_COUNT = r"(?:\d{1,3}|" + "|".join(list(_COUNTS)[1:]) + ")"
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(rf"\b{pattern}\b", re.IGNORECASE), read)
    for pattern, read in (
        (r"(?:today|yesterday|tonight|last night)(?!['\u2019]s? \w*(?:show|generation))", _of_day),
        (r"(?<!the )(?P<which>this|last) (?P<unit>week|month|year)(?! tonight)", _of_span),
        (
            rf"(?:(?:in|over|during|within|for) the (?:last|past)(?: (?P<some>{_COUNT}))?"
            rf"|the (?:last|past) (?P<count>{_COUNT})) (?P<unit>hours?|days?|weeks?|months?|years?)",
            _of_past,
        ),
        (rf"(?P<count>a|{_COUNT}) (?P<unit>days?|weeks?) ago", _of_ago),
        (rf"{_TOLD}(?:in|of|from|during) (?:last )?{_MONTH}(?:,?(?: of)? {_YEAR})?{_NOT_ONE}", _of_month),
        (rf"{_TOLD}(?:in|from|during) {_YEAR}(?![-\d]){_NOT_ONE}", _of_year),
        (rf"since (?P<day>(?:last )?{_WEEKDAY}|yesterday|{_DATE}|{_ANY_MONTH})", _since),
        (rf"{_TOLD}(?:on|of) (?P<day>(?:last )?{_WEEKDAY}|{_DATE}){_NOT_ONE}", _on),
    )
)
