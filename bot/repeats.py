"""Sentences that say the same: of these the newest article's comes first."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.claims.polarity import denied
from bot.claims.proper import capitals
from bot.claims.text import Parsed, parse
from index.words import STOP_WORDS, is_number, words

if TYPE_CHECKING:
    from bot.extract import Ranked

# So many of the words that carry meaning are the same.
_SAME = 0.85


def says_same(one: str, other: str) -> bool:
    """Whether two sentences say the same: nearly the same words, the same names, numbers and denials."""
    if one == other:
        return True
    ours, theirs = parse(one), parse(other)
    shared = len(ours.stems & theirs.stems)
    if not shared or shared < _SAME * max(len(ours.stems), len(theirs.stems)):
        return False
    return _hard(ours) == _hard(theirs)


def newest_first(ranked: Sequence["Ranked"]) -> list["Ranked"]:
    """The candidates, best first; where articles say the same, the newest takes the best one's place."""
    placed = list(ranked)
    for n in range(len(placed)):
        for m in range(n + 1, len(placed)):
            one, other = placed[n], placed[m]
            if _day(other) > _day(one) and says_same(one.candidate.quote, other.candidate.quote):
                placed[n] = dataclasses.replace(one, candidate=other.candidate)
                placed[m] = dataclasses.replace(other, candidate=one.candidate)
    return placed


def _hard(parsed: Parsed) -> tuple[object, ...]:
    """What must be the same to the letter."""
    numbers = frozenset(filter(is_number, words(parsed.text)))
    named = frozenset(capitals(parsed).values()) - STOP_WORDS
    return numbers, named, len(denied(parsed)) % 2


def _day(ranked: "Ranked") -> datetime.date:
    """When the article was published; one that does not say is older than all."""
    return ranked.candidate.passage.article.published or datetime.date.min
