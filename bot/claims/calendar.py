"""Times in a sentence: days, months, years, hours and how often, in figures and in words."""

import functools
import re
from collections.abc import Iterator, Sequence

from bot.claims.text import Parsed, Word

MONTHS = "january february march april may june july august september october november december".split()
SHORT_MONTHS = {name[:3]: name for name in MONTHS} | {"sept": "september"}
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_SHORT_DAYS = {"mon": "monday", "tue": "tuesday", "tues": "tuesday", "wed": "wednesday", "thu": "thursday",
               "thurs": "thursday", "fri": "friday", "sat": "saturday", "sun": "sunday"}  # fmt: skip
_PARTS = {"morning": "morning", "noon": "noon", "midday": "noon", "afternoon": "afternoon",
          "evening": "night", "night": "night", "overnight": "night", "tonight": "night",
          "midnight": "midnight", "dawn": "morning", "dusk": "night"}  # fmt: skip
_SEASONS = {"spring": "spring", "summer": "summer", "autumn": "autumn", "winter": "winter"}
_RELATIVE = {"yesterday": "yesterday", "tomorrow": "tomorrow", "today": "today", "tonight": "today"}
_PERIODS = frozenset(
    "week weekend month year decade season quarter century summer winter spring fall".split()
)
_POINTERS = {"last": "last", "past": "last", "previous": "last", "next": "next", "coming": "next",
             "following": "next", "upcoming": "next", "this": "this"}  # fmt: skip
_COUNTED = frozenset(
    "percent people days weeks months years hours minutes million billion dollars euros pounds times"
    " once twice".split()
)
_HOURS = dict(
    zip("one two three four five six seven eight nine ten eleven twelve".split(), range(1, 13), strict=True)
)
_HOURS_IN_FIGURES = {str(hour): hour for hour in range(1, 13)}
_MINUTES = {"five": 5, "ten": 10, "quarter": 15, "twenty": 20, "half": 30} | {
    str(minutes): minutes for minutes in range(1, 31)
}
_BEFORE_CLOCK = frozenset("at by before after around about until till from since only".split())
_HALVES = {"morning": "a", "afternoon": "p", "evening": "p", "night": "p"}
_RATES = {"weekly": "week", "monthly": "month", "daily": "day", "hourly": "hour", "yearly": "year",
          "annual": "year", "annually": "year", "nightly": "night", "quarterly": "quarter"}  # fmt: skip
_RATED = frozenset(_RATES.values())
_FIRSTS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5"}
_LENGTHS = {"january": 31, "march": 31, "april": 30, "may": 31, "june": 30, "july": 31, "august": 31,
            "september": 30, "october": 31, "november": 30, "december": 31}  # fmt: skip
_DECADES = {"twenties": "1920", "thirties": "1930", "forties": "1940", "fifties": "1950", "sixties": "1960",
            "seventies": "1970", "eighties": "1980", "nineties": "1990"}  # fmt: skip
_CLOCK = re.compile(r"[ap]\.?m\.?$")


@functools.lru_cache(maxsize=4_096)
def times(parsed: Parsed) -> tuple[tuple[str, str], ...]:
    """Kind and value of each: (weekday, saturday), (month, june), (day, 3), (year, 2024), (clock, 5:30p)."""
    return tuple(_times(parsed.words))


def is_part_of_time(words: Sequence[Word], begin: int, end: int) -> bool:
    """Whether the figure at `begin` is a year, a day of a month or a time of the day."""
    return _time_of_figure(words, begin, end) is not None


def clock_in_words(words: Sequence[Word], begin: int) -> tuple[str, int] | None:
    """The time of the day and the end of "half past ten", "twenty to eight", "nine in the evening"."""
    read = _clock(words, begin)
    if read is None:
        return None
    hour, minutes, end = read
    after = [word.lower.rstrip(".") for word in words[end : end + 3]]
    half = next((_HALVES[word] for word in after if word in _HALVES), "")
    if half and after[0] not in ("in", "at", "the"):
        half = ""
    if after and _CLOCK.match(after[0]):
        half = after[0][0]
    if minutes is None and not half and after[:1] != ["o'clock"]:
        return None
    return f"{hour}:{minutes or 0:02}{half}", end


def _clock(words: Sequence[Word], begin: int) -> tuple[int, int | None, int] | None:
    """Hour, minutes (None where only the hour is told) and end; None where no hour stands in words."""
    lower = words[begin].lower
    after = [word.lower for word in words[begin + 1 : begin + 3]]
    if lower in _MINUTES and after[:1] == ["minutes"]:
        read = _clock_after(words, begin, begin + 2)
    else:
        read = _clock_after(words, begin, begin + 1)
    if read is not None:
        return read
    return (_HOURS[lower], None, begin + 1) if lower in _HOURS else None


def _clock_after(words: Sequence[Word], begin: int, middle: int) -> tuple[int, int, int] | None:
    """ "ten past nine": what the minutes at `begin` make with "past" or "to" at `middle` and an hour."""
    link, named = words[middle : middle + 1], words[middle + 1 : middle + 2]
    minutes = _MINUTES.get(words[begin].lower)
    hour = (_HOURS.get(named[0].lower) or _HOURS_IN_FIGURES.get(named[0].text)) if named else None
    if minutes is None or hour is None or link[0].lower not in ("past", "to"):
        return None
    if link[0].lower == "past":
        return hour, minutes, middle + 2
    # "Five to ten people" are no time of the day.
    before = words[begin - 1].lower if begin else ""
    if words[begin].lower not in ("quarter",) and before not in _BEFORE_CLOCK:
        return None
    return (hour - 2) % 12 + 1, 60 - minutes, middle + 2


def _times(words: Sequence[Word]) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(words):
        if spelt := clock_in_words(words, position):
            yield "clock", spelt[0]
            position = spelt[1]
            continue
        if words[position].text[0].isdecimal():
            figure = _time_of_figure(words, position, position + 1)
            yield from (figure,) if figure and figure[0] != "minutes" else ()
        else:
            day = _day_in_words(words, position)
            yield from (day,) if day else ()
            yield from _time_of_word(words, position)
        position += 1


def _time_of_word(words: Sequence[Word], position: int) -> Iterator[tuple[str, str]]:
    word = words[position]
    lower, capital = word.lower.rstrip("."), word.text[0].isupper()
    singular = lower.removesuffix("s")
    before = words[position - 1].lower if position else ""
    if lower in DAYS or singular in DAYS:
        yield "weekday", lower if lower in DAYS else singular
    elif capital and lower in _SHORT_DAYS and lower not in ("sat", "sun", "wed", "mon"):
        yield "weekday", _SHORT_DAYS[lower]
    elif capital and (lower in MONTHS or lower in SHORT_MONTHS):
        if lower not in ("may", "march", "mar") or _is_month(words, position):
            yield "month", SHORT_MONTHS.get(lower, lower)
    elif lower in _PARTS and not (capital and position) and before not in ("first", "opening", "closing"):
        yield "part", _PARTS[lower]
    elif lower in _SEASONS and (before in ("the", "in", "last", "this", "next") or before in _POINTERS):
        yield "season", _SEASONS[lower]
    if lower in _RATES:
        yield "rate", _RATES[lower]
    if lower in _RATED and (
        before in ("per", "each", "every") or (before == "a" and _is_rated(words, position))
    ):
        yield "rate", lower
    if lower in _RELATIVE:
        yield "relative", _RELATIVE[lower]
    after = words[position + 1].lower if position + 1 < len(words) else ""
    # "More than in any previous year" is about none of them.
    general = position > 1 and words[position - 2].lower == "any"
    if lower in _PERIODS and before in _POINTERS and after != "of" and not general:
        yield "period", f"{_POINTERS[before]} {lower}"
    if lower in ("early", "late") and after in DAYS:
        yield "edge", "morning" if lower == "early" else "night"
    if lower in _DECADES:
        yield "decade", _DECADES[lower]


def _is_rated(words: Sequence[Word], position: int) -> bool:
    """Whether "a week" follows an amount: "$5 a week"."""
    word = words[position - 2] if position > 1 else None
    return word is not None and (word.text[0].isdecimal() or word.lower in _COUNTED)


def _is_month(words: Sequence[Word], position: int) -> bool:
    near = [w for w in words[max(position - 2, 0) : position + 3] if w is not words[position]]
    before = words[position - 1].lower if position else ""
    figures = any(w.text[0].isdecimal() for w in near)
    return figures or before in (
        "in",
        "on",
        "last",
        "this",
        "next",
        "of",
        "since",
        "until",
        "by",
        "early",
        "late",
    )


def _time_of_figure(words: Sequence[Word], begin: int, end: int) -> tuple[str, str] | None:
    word = words[begin]
    if word.text[0].isalpha():
        return _day_in_words(words, begin)
    after = words[end] if end < len(words) else None
    before = words[begin - 1] if begin else None
    if after and after.text == ":" and after.start == word.end and end + 1 < len(words):
        minutes, behind = words[end + 1].text, words[end + 2 : end + 3]
        if minutes.isdecimal():
            half = behind[0].lower[0] if behind and _CLOCK.match(behind[0].lower) else ""
            return "clock", f"{word.text}:{minutes}{half}"
    if (
        before
        and before.text == ":"
        and begin > 1
        and words[begin - 2].text.isdecimal()
        and before.end == word.start
    ):
        return "minutes", word.text
    if after and (_CLOCK.match(after.lower) or after.lower == "o'clock"):
        return "clock", f"{word.text}:00{after.lower[0].replace('o', '')}"
    text = word.text
    if after and text.isdecimal() and len(text) == 4 and after.lower == "s" and text.endswith("0"):
        return "decade", text
    counted = after is not None and (after.text == "%" or after.lower in _COUNTED)
    often = counted and after is not None and after.lower in ("once", "twice")
    if text.isdecimal() and "1500" <= text <= "2100" and len(text) == 4 and (often or not counted):
        return None if _is_money(before) else ("year", text)
    if text.isdecimal() and 1 <= int(text) <= 31 and not counted and _beside_month(words, begin, end):
        return "day", str(int(text))
    return None


def _day_in_words(words: Sequence[Word], begin: int) -> tuple[str, str] | None:
    """ "the first of February", "the last day of August"."""
    lower = words[begin].lower
    after = [word.lower for word in words[begin + 1 : begin + 4]]
    if lower in _FIRSTS and after[:1] == ["of"] and after[1:2] and after[1] in MONTHS:
        return "day", _FIRSTS[lower]
    if lower in ("first", "last") and after[:2] == ["month", "of"]:
        return "month", MONTHS[0 if lower == "first" else -1]
    if lower == "last" and after[:2] == ["day", "of"] and after[2:] and after[2] in _LENGTHS:
        return "day", str(_LENGTHS[after[2]])
    return None


def _beside_month(words: Sequence[Word], begin: int, end: int) -> bool:
    if end < len(words) and words[end].lower in ("st", "nd", "rd", "th"):
        end += 1
    if end < len(words) and words[end].lower == "of":
        end += 1
    near = [words[begin - 1]] if begin else []
    if end < len(words):
        near.append(words[end])
    if begin > 1 and words[begin - 1].lower in ("the", ".", ","):
        near.append(words[begin - 2])
    return any(w.text[0].isupper() and w.lower.rstrip(".") in {*MONTHS, *SHORT_MONTHS} for w in near)


def _is_money(before: Word | None) -> bool:
    return before is not None and before.text in "$\u20ac\u00a3\u00a5"
