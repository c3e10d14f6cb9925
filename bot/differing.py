"""Whether sources differ: another article has another number, name, day, or a "no" for the same thing.

A false alarm is worse than a miss: both sentences must say nearly the same but for what differs.
"""

import dataclasses
import datetime
import itertools
import re
from collections.abc import Sequence

from bot.candidates import Candidate
from bot.claims.polarity import contradiction
from bot.claims.proper import capitals
from bot.claims.text import Parsed, Word, parse
from bot.claims.times import missing_time
from bot.differing_amounts import amounts_agree, amounts_differ, is_label, sets_aside
from bot.differing_rest import (
    are_of_other_days,
    common_words,
    is_of_one_alone,
    kinds_of_times,
    opposites,
    sets_apart,
)
from bot.extract import Ranked, Span, span_of
from bot.question_type import question_type
from index.fields import folded
from index.words import calendar_words, terms

# How many of the best sentences are held against the first, and how far below it they may be (in score).
_TRIED = 12
_FAR_BELOW = 3.0
# How much of the question's words, and of what the shorter sentence says besides, both must have.
_ASKED = 0.6
_FRAME = 0.5
_FRAME_OF_NAMES = 0.8
_LEAST = 2
# Words that a sentence and its headline share with one that corrects it, at least.
_OF_ONE_STORY = 4
_YES_OR_NO = re.compile(
    r"(?:is|are|was|were|will|would|does|do|did|has|have|had|can|could|should|may|must)(?:n['\u2019]t)?\b",
    re.I,
)
# An amount that is asked for without "how much".
_WHAT_AMOUNT = re.compile(
    r"\bwhat\b[^,;]*\b(?:costs?|price|toll|fee|fares?|fine|salary|wage|rate|budget|height|length|weight|weighs?"
    r"|earns?|pays?|charges?|population|turnout)\b",
    re.I,
)
# "The tunnel, not the bridge, will cost 58 million."
_NOT_OF = re.compile(
    r"\b(?:not|unlike|instead of|rather than)\s+(?:(?:in|on|at|of|for|to)\s+)?(?:the|an?|its|their)\s+"
    r"((?:\w+\s+)?\w+)",
    re.I,
)
# So many are shown at most.
_MOST = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Version:
    """Words to quote that others differ from; `corrected` where a newer one expressly sets them aside."""

    span: Span
    corrected: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Differing:
    """Two or more versions, newest first; none where the sources do not differ.

    `is_dispute`: nothing else sets them apart than what is asked, or one of them is corrected.
    """

    versions: tuple[Version, ...] = ()
    is_dispute: bool = False


def differing(question: str, ranked: Sequence[Ranked], chosen: Sequence[Span] = ()) -> Differing:
    """The best sentence and those of other days or outlets that differ from it.

    `chosen` is what would be quoted: it is held against the best however far below it is. Of several that
    say the same, the newest is there.
    """
    if not ranked:
        return Differing()
    quoted = {candidate.quote for span in chosen for candidate in span.chosen}
    near = [
        other.candidate
        for n, other in enumerate(ranked[1:], 1)
        if other.candidate.quote in quoted or (n < _TRIED and ranked[0].score - other.score <= _FAR_BELOW)
    ]
    compare = _Comparison(question)
    best = ranked[0].candidate
    alike = [other for other in near if _are_apart(best, other) and compare.agree(best, other)]
    best = max((best, *alike), key=_day)  # of equals the first
    apart = [other for other in near if _are_apart(best, other) and compare.differ(best, other)]
    kept = [best]
    for other in sorted(apart, key=_day, reverse=True):
        if len(kept) < _MOST and all(compare.differ(each, other) for each in kept):
            kept.append(other)
    kept.sort(key=_day, reverse=True)
    return _told(kept, compare) if len(kept) > 1 else Differing()


def _told(kept: Sequence[Candidate], compare: "_Comparison") -> Differing:
    """Each with whether a newer one expressly sets it aside, and whether they are of the same for sure."""
    corrected = [
        any(_day(other) > _day(candidate) and compare.corrects(other, candidate) for other in kept[:n])
        for n, candidate in enumerate(kept)
    ]
    return Differing(
        versions=tuple(
            Version(span_of(each), is_wrong) for each, is_wrong in zip(kept, corrected, strict=True)
        ),
        is_dispute=any(corrected)
        or all(compare.are_rivals(one, other) for one, other in itertools.combinations(kept, 2)),
    )


def _day(candidate: Candidate) -> datetime.date:
    """When its article was published; one that does not say is older than all."""
    return candidate.passage.article.published or datetime.date.min


def _are_apart(first: Candidate, second: Candidate) -> bool:
    """Whether the articles of two sentences are of different days or outlets, as far as is known."""
    one, other = first.passage.article, second.passage.article
    if one.id == other.id:
        return False
    days = one.published and other.published and one.published != other.published
    outlets = one.source and other.source and folded(one.source) != folded(other.source)
    return bool(days or outlets)


class _Comparison:
    """Compares sentences as answers to a question."""

    def __init__(self, question: str) -> None:
        self._asked = frozenset(terms(question))
        self._stems = self._asked | parse(question).stems
        self._kind = question_type(question)
        if self._kind == "other" and _WHAT_AMOUNT.search(question):
            self._kind = "amount"
        self._yes_or_no = self._kind == "other" and bool(_YES_OR_NO.match(question))
        self._many = self._kind == "who" and not is_of_one_alone(question)

    def differ(self, one: Candidate, other: Candidate) -> bool:
        """Whether two sentences say nearly the same, but for what is asked."""
        ours, theirs, kind = parse(one.quote), parse(other.quote), self._kind
        if self.corrects(one, other) or self.corrects(other, one):
            return True
        if self._many or not self._say_what_is_asked(one, other, but=int(self._yes_or_no)):
            return False
        if kind == "amount":
            return self._amounts_differ(ours, theirs)
        if kind not in ("who", "where") and _are_of_others(self._asked, ours, theirs):
            return False
        if _share(ours, theirs) < _FRAME_OF_NAMES:
            return False
        if kind == "time":
            return _times_differ(ours, theirs)
        if are_of_other_days(ours, theirs):
            return False
        if kind in ("who", "where"):
            return _names_differ(self._asked, ours, theirs)
        denied = self._yes_or_no and (contradiction(ours, [theirs]) or contradiction(theirs, [ours]))
        return bool(denied)

    def _amounts_differ(self, ours: Parsed, theirs: Parsed) -> bool:
        if _are_of_others(self._asked, ours, theirs) or are_of_other_days(ours, theirs):
            return False
        # A line of a list has no more of a frame than what it counts.
        alike = is_label(ours) or is_label(theirs) or _share(ours, theirs) >= _FRAME
        return alike and amounts_differ(self._asked, ours, theirs)

    def are_rivals(self, one: Candidate, other: Candidate) -> bool:
        """Whether nothing else sets two sentences that differ apart than what is asked.

        One place may lie within another, and "Monday" may be "8 June".
        """
        ours, theirs = parse(one.quote), parse(other.quote)
        if self._kind == "where":
            return False
        if kinds_of_times(ours) != kinds_of_times(theirs):
            return False
        opposed = opposites(ours, theirs) if self._yes_or_no else frozenset()
        return not sets_apart(self._stems, ours, theirs, opposed)

    def agree(self, one: Candidate, other: Candidate) -> bool:
        """Whether both have the amount that is asked for, and it is the same."""
        ours, theirs = parse(one.quote), parse(other.quote)
        return (
            self._kind == "amount"
            and self._say_what_is_asked(one, other, but=0)
            and not _are_of_others(self._asked, ours, theirs)
            and _share(ours, theirs) >= _FRAME
            and amounts_agree(self._asked, ours, theirs)
        )

    def corrects(self, one: Candidate, other: Candidate) -> bool:
        """Whether a sentence says of what another has that it is not so: "58 million, not 41 million"."""
        if self._kind != "amount" or _day(one) < _day(other):
            return False
        if not sets_aside(self._asked, parse(one.quote), parse(other.quote)):
            return False
        # The number says that both are of one thing; the headlines, that they are of one story.
        ours, theirs = (_of_story(each) - self._denied(each.quote) for each in (one, other))
        enough = _ASKED * len(self._asked)
        asked = min(len(self._asked & bag) for bag in (ours, theirs))
        return asked >= enough and len(ours & theirs) >= _OF_ONE_STORY

    def _say_what_is_asked(self, one: Candidate, other: Candidate, *, but: int) -> bool:
        """Whether both have the same of most of the words asked, `but` so many ("approve", "reject")."""
        ours, theirs = (self._asked & (_bag(each) - self._denied(each.quote)) for each in (one, other))
        enough = max(1, _ASKED * len(self._asked))
        return len(ours ^ theirs) <= but and min(len(ours), len(theirs)) >= enough

    def _denied(self, quote: str) -> frozenset[str]:
        """What a sentence says that it is not about; of a denial that is asked for, nothing."""
        if self._yes_or_no:
            return frozenset()
        return frozenset(term for found in _NOT_OF.finditer(quote) for term in terms(found[1]))


def _bag(candidate: Candidate) -> frozenset[str]:
    """What a sentence speaks of; a line of a list, "Passengers aboard: 112", leaves part to the headline."""
    own = frozenset(terms(candidate.quote))
    return own.union(terms(candidate.passage.article.title)) if is_label(parse(candidate.quote)) else own


def _of_story(candidate: Candidate) -> frozenset[str]:
    """What a sentence, the one before and its headline speak of."""
    passage, place = candidate.passage, candidate.position
    before = passage.sentences[max(place - 1, 0) : place]
    said = (candidate.quote, passage.article.title, *map(passage.quote, before))
    return frozenset(term for text in said for term in terms(text))


def _share(one: Parsed, other: Parsed) -> float:
    """How much of what the shorter sentence says besides names, numbers and denials the other says, too."""
    ours, theirs = _frame(one), _frame(other)
    least = min(len(ours), len(theirs))
    return len(ours & theirs) / least if least >= _LEAST else 0.0


def _frame(parsed: Parsed) -> frozenset[str]:
    return frozenset(word.stem for word in common_words(parsed) if not calendar_words(word.text))


def _names_differ(asked: frozenset[str], one: Parsed, other: Parsed) -> bool:
    """Whether each has a name, new to the question, in the place of the other's."""
    ours, theirs = _names(asked, one), _names(asked, other)
    mine, yours = ours - theirs, theirs - ours
    return bool(mine and yours) and len(mine) <= 2 and len(yours) <= 2 and not ours & theirs


def _names(asked: frozenset[str], parsed: Parsed) -> frozenset[str]:
    def is_new(word: Word) -> bool:
        return asked.isdisjoint(terms(word.text)) and not calendar_words(word.text)

    return frozenset(
        name
        for place, name in capitals(parsed).items()
        if is_new(parsed.words[place]) and name not in _PRONOUNS
    )


def _are_of_others(asked: frozenset[str], one: Parsed, other: Parsed) -> bool:
    """Whether each names somebody or some place that the other does not, and both none in common."""
    first = (one.words[0].text, other.words[0].text)
    ours, theirs = (_names(asked, parsed) - {word.lower() for word in first} for parsed in (one, other))
    return bool(ours and theirs) and not ours & theirs


def _times_differ(one: Parsed, other: Parsed) -> bool:
    if kinds_of_times(one).isdisjoint(kinds_of_times(other)):
        return False
    return bool(missing_time(one, [other]) and missing_time(other, [one]))


_PRONOUNS = frozenset("he she it they we i you his her their its".split())
