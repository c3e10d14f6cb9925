"""Which articles count for a question, and how Chroma is asked for them."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any, Final

from index.fields import folded

Clause = dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Filter:
    """Which articles count: `since` this day on, `before` this day, from `source`, in one of `scopes`.

    An article without a date is neither since nor before any day. `source` minds no case.
    """

    since: datetime.date | None = None
    before: datetime.date | None = None
    source: str | None = None
    scopes: tuple[str, ...] = ("",)

    def clauses(self, *, scoped: bool = True) -> list[Clause]:
        """Chroma's conditions, all of which must hold; `scoped` False leaves the scopes unasked."""
        asked: list[Clause] = []
        if self.since:
            asked.append({"day": {"$gte": self.since.toordinal()}})
        if self.before:
            asked.append({"day": {"$lt": self.before.toordinal()}})
        if self.source is not None:
            asked.append({"folded": {"$eq": folded(self.source)}})
        if scoped:
            asked.append({"scope": {"$in": list(self.scopes)}})
        return asked


EVERYONE: Final = Filter()


def within(article: str, start: int, end: int, scopes: Sequence[str]) -> Any:
    """Chroma's condition for the passages that hold any of an article's characters `start` to `end`."""
    return condition(
        [
            {"article": {"$eq": article}},
            {"scope": {"$in": list(scopes)}},
            {"start": {"$lt": end}},
            {"end": {"$gt": start}},
        ]
    )


def condition(clauses: list[Clause]) -> Any:
    """One condition out of several; Chroma takes neither an empty nor a single-handed $and."""
    return {"$and": clauses} if len(clauses) > 1 else clauses[0] if clauses else None


def searchable(word: str) -> bool:
    """Whether a word can be in a text at all: not empty, no lone surrogates."""
    return bool(word) and not any("\ud800" <= character <= "\udfff" for character in word)
