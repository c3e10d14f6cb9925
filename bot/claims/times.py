"""Whether the times of a claim stand in its sources, or follow from what stands there."""

import datetime
import math
from collections.abc import Iterator, Sequence

from bot.claims.amounts import amounts
from bot.claims.calendar import DAYS, MONTHS, times
from bot.claims.text import Parsed

Time = tuple[str, str]
_PARTS_OF = {"a": ("morning",), "p": ("afternoon", "night")}
_NAMED_HOURS = {"noon": "12:00p", "midnight": "12:00a"}
_SEASONS = ("winter",) * 2 + ("spring",) * 3 + ("summer",) * 3 + ("autumn",) * 3 + ("winter",)
_YEARS = {"year": 1, "decade": 10, "century": 100}
# "Two years after" may be told from either end.
_LATER = frozenset(("later", "afterwards", "after", "before"))
_EARLIER = frozenset(("earlier", "previously", "after", "before"))
_NEIGHBOURS = {"last": -1, "this": 0, "next": 1}


def missing_time(claim: Parsed, sources: Sequence[Parsed], published: datetime.date | None = None) -> str:
    """Why a time of the claim does not stand in the sources; empty where all do."""
    stated = {time for source in sources for time in times(source)}
    known = stated | set(_implied(stated, published)) | set(_reckoned(sources, published))
    if sources and (other := _replaced(claim, sources[0], set(_reckoned(sources, published)))):
        return f"the time {other} is not that of the source"
    rated = {value for kind, value in known if kind == "rate"}
    for time in times(claim):
        if (time[0] == "rate" and not rated) or time[0] == "edge" or time == ("relative", "today"):
            continue
        if time[1].startswith("this ") and not any(kind == "period" for kind, _ in stated):
            continue
        if time not in known and not (time[0] == "clock" and _is_hour(time[1], known)):
            return f"the time {time[1]} is not in the sources"
    return ""


def _replaced(claim: Parsed, source: Parsed, reckoned: set[Time]) -> str:
    """A year, month or day of the week that stands in the place of another; empty where none does."""
    for kind in ("year", "month", "weekday"):
        ours = {time[1] for time in times(claim) if time[0] == kind and time not in reckoned}
        theirs = {value for k, value in times(source) if k == kind}
        if ours and theirs and ours.isdisjoint(theirs):
            return min(ours)
    return ""


def _is_hour(clock: str, known: set[Time]) -> bool:
    """Whether a time of the day is known but for its half: "5:30" of "5:30 p.m."."""
    same = [value for kind, value in known if kind == "clock" and value.rstrip("ap") == clock.rstrip("ap")]
    return any(not clock.endswith(("a", "p")) or not value.endswith(("a", "p")) for value in same)


def _implied(stated: set[Time], published: datetime.date | None) -> Iterator[Time]:
    """What follows from each time alone: the part of the day, the season, the decade, and the date."""
    for kind, value in stated:
        if kind == "clock" and value[-1] in "ap":
            yield from (("part", part) for part in _PARTS_OF[value[-1]])
        if kind == "clock" and value in _NAMED_HOURS.values():
            yield from (("part", name) for name, hour in _NAMED_HOURS.items() if hour == value)
        if kind == "part" and value in _NAMED_HOURS:
            yield "clock", _NAMED_HOURS[value]
        if kind == "edge":
            yield "part", value
        if kind == "month":
            yield "season", _SEASONS[MONTHS.index(value)]
        if kind == "year":
            yield "decade", f"{value[:3]}0"
    if published is not None:
        yield from _dates(stated, published)
        if not any(kind == "year" for kind, _ in stated):
            yield "year", str(published.year)


def _dates(stated: set[Time], published: datetime.date) -> Iterator[Time]:
    """The date that "on Saturday" or "yesterday" meant on the day of publication."""
    named = {value for kind, value in stated if kind == "weekday"}
    if ("relative", "yesterday") in stated:
        named.add(DAYS[(published - datetime.timedelta(days=1)).weekday()])
    if ("relative", "today") in stated:
        named.add(DAYS[published.weekday()])
    yield from (("weekday", name) for name in named)
    days = [datetime.timedelta(days=back) + published for back in range(-6, 1)]
    for day in [day for day in days if DAYS[day.weekday()] in named][-1:]:
        yield from (("day", str(day.day)), ("month", MONTHS[day.month - 1]), ("year", str(day.year)))


def _reckoned(sources: Sequence[Parsed], published: datetime.date | None) -> Iterator[Time]:
    """What follows by reckoning: "two years later" from a year, "last year" from the day of publication."""
    stated = {time for source in sources for time in times(source)}
    years = {int(value) for kind, value in stated if kind == "year"}
    for source in sources:
        yield from (("year", str(year)) for year in _years_apart(source, years, published))
    if published is None:
        return
    for word, step in _NEIGHBOURS.items():
        yield from _one_of((("period", f"{word} year"), ("year", str(published.year + step))), stated)
        month = MONTHS[(published.month - 1 + step) % 12]
        yield from _one_of((("period", f"{word} month"), ("month", month)), stated)


def _one_of(pair: tuple[Time, Time], stated: set[Time]) -> Iterator[Time]:
    """Both of two times that mean the same, where one of them is stated."""
    if stated.intersection(pair):
        yield from pair


def _years_apart(source: Parsed, years: set[int], published: datetime.date | None) -> Iterator[int]:
    """The years that lie as far from a stated one, or from publication, as a sentence says."""
    for amount in amounts(source):
        if not math.isfinite(amount.value):
            continue
        step = int(amount.value * _YEARS.get(amount.unit, 0))
        after = {w.lower for w in source.words[amount.words[-1].index + 1 :][:2]}
        if step and after & _LATER:
            yield from (year + step for year in years)
        if step and after & _EARLIER:
            yield from (year - step for year in years)
        if step and "ago" in after and published is not None:
            yield published.year - step
