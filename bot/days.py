"""A day as people write it."""

import contextlib
import datetime

from bot.plain import one_line
from index.errors import QuestionError

_LONGEST = 50
# The past one where it could be several; of a month or a year the first.
_PREFERRED = {
    "PREFER_DATES_FROM": "past",
    "PREFER_DAY_OF_MONTH": "first",
    "PREFER_MONTH_OF_YEAR": "first",
}


def parse_day(text: str) -> datetime.date:
    """2025-04-21, 21 April, last week, March 2025: the day named, or the first of it. Raises QuestionError.

    May take seconds where no language has such words.
    """
    with contextlib.suppress(ValueError):
        return datetime.date.fromisoformat(text.strip())
    import dateparser  # type: ignore[import-untyped]

    with contextlib.suppress(Exception):  # any text comes here, and dateparser stumbles over some
        if moment := dateparser.parse(text[:_LONGEST], settings=_PREFERRED):
            found: datetime.date = moment.date()
            return found
    raise QuestionError(
        f"“{one_line(text[:_LONGEST])}” is not a day.", "Write it as 2025-04-21 or “last week”."
    )
