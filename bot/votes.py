"""What people say about an answer, and the answers they said it about. Values only."""

import dataclasses
import datetime
import enum
import hashlib
from collections.abc import Mapping

_DIGEST = 16


class Vote(enum.StrEnum):
    """A person's word on an answer. The values are stored: they stay as they are."""

    RIGHT = "right"
    WRONG = "wrong"
    WRONG_SOURCE = "wrong_source"


@dataclasses.dataclass(frozen=True, slots=True)
class KeptQuote:
    """Where a quote stood: `article` is an id, `start` and `end` count characters of its text."""

    number: int
    article: str
    start: int
    end: int
    digest: str

    def matches(self, quote: str) -> bool:
        """Whether `quote` is what was quoted, white space aside: not so where the article changed."""
        return self.digest == digest(quote)


@dataclasses.dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it is stored: ids and offsets, none of the articles' words.

    `server` is None for a direct message. `question` and `asker` are None once the asker was forgotten,
    `message` is None until the answer was placed.
    """

    id: str
    server: int | None
    channel: int
    message: int | None
    asker: int | None
    question: str | None
    refused: bool
    created: datetime.datetime
    quotes: tuple[KeptQuote, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """A question that was refused, and when."""

    question: str
    created: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class VotedAnswer:
    """An answer with how many people said what about it; every kind counted is at least 1."""

    answer: KeptAnswer
    counts: Mapping[Vote, int]

    @property
    def is_right(self) -> bool:
        """Whether everyone who voted found it right."""
        return set(self.counts) == {Vote.RIGHT}


def digest(quote: str) -> str:
    """Short SHA-256 of a quote, white space aside."""
    return hashlib.sha256(" ".join(quote.split()).encode()).hexdigest()[:_DIGEST]
