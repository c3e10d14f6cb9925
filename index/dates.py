"""Publication dates as articles write them. What is not certain is no date."""

import datetime
import functools
import re

EARLIEST = datetime.date(1600, 1, 1)
# Time zones put an article's day at most one ahead of ours; clocks are wrong by less than another.
LEEWAY = datetime.timedelta(days=2)
LONGEST = 100

_TIME = r"[0-9]{1,2}:?[0-9]{2}(?::?[0-9]{2}(?:[.,][0-9]+)?)?"
_ZONE = r"(?:Z|z|[A-Z]{2,5}|(?:UTC|GMT)?[+-][0-9]{1,2}:?(?:[0-9]{2})?)"
_ISO = re.compile(
    rf"([0-9]{{4}})(?:([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}})|([0-9]{{2}})([0-9]{{2}}))"
    rf"(?:[Tt ,] *{_TIME} *{_ZONE}?)?"
)
_YEAR = re.compile(r"\d{4}")
# dateparser takes the week number in 2024-W10-3 for a month.
_WEEK = re.compile(r"\d{4}-?[Ww]\d")
# November in Polish and Czech, October in Croatian.
_TWO_MONTHS = "listopad"


def parse_date(value: object) -> datetime.date | None:
    """The day that a string, date or datetime names, in the time zone it is written in.

    None where that is not certain: a part is missing, day and month could change places
    (03/04/2025), the day does not exist, lies before 1600 or more than two days ahead.
    """
    day = _named(value)
    return day if day is not None and EARLIEST <= day <= _latest() else None


def date_fault(value: object) -> str:
    """Why `parse_date` gives nothing for a value; empty where it does, and for no value at all."""
    if value is None or value == "" or parse_date(value):
        return ""
    day = _named(value)
    if day is None:
        return "names no certain day"
    return "is yet to come" if day > _latest() else f"is before {EARLIEST.year}"


def _named(value: object) -> datetime.date | None:
    """The day that a value names, however long ago or far ahead."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    return _read(value.strip()) if isinstance(value, str) and len(value) <= LONGEST else None


def _latest() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date() + LEEWAY


@functools.lru_cache(maxsize=4096)
def _read(text: str) -> datetime.date | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return _read_words(text)
    year, _, month, day, compact_month, compact_day = match.groups()
    try:
        return datetime.date(int(year), int(month or compact_month), int(day or compact_day))
    except ValueError:
        return None


def _read_words(text: str) -> datetime.date | None:
    """Dates in words or in local order, in the languages that dateparser knows."""
    if not _YEAR.search(text) or _WEEK.search(text) or _TWO_MONTHS in text.lower():
        return None
    readings = set()
    for order in ("DMY", "MDY", "YMD"):
        readings.add(_parse_in_order(text, order))
        if len(readings) > 1 or None in readings:
            return None
    return readings.pop()


def _parse_in_order(text: str, order: str) -> datetime.date | None:
    import dateparser  # type: ignore[import-untyped]

    # "absolute-time" alone: a file's "yesterday" is not relative to today, and no number is a Unix time.
    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"], "DATE_ORDER": order}
    try:
        moment = dateparser.parse(text, settings=settings)
    except Exception:  # any text comes here; what dateparser stumbles over is no date
        return None
    return None if moment is None else moment.date()
