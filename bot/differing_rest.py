"""What else sets two sentences apart than what is asked: other days, or a word that only one of them has."""

import re
from collections.abc import Iterator, Set

from bot.claims.amounts import amounts
from bot.claims.calendar import times
from bot.claims.opposites import opposite
from bot.claims.polarity import is_denied, is_negator
from bot.claims.proper import capitals
from bot.claims.speakers import SAYING
from bot.claims.text import Parsed, Word, parse, stem
from index.words import is_number

_SAYS = "(?:" + "|".join(sorted(SAYING)) + ")"
# ", the council said on Friday", "according to the witness", "The mayor said on Friday that": who said it.
_SAID_BEHIND = re.compile(
    rf",\s+(?:[\w'\u2019.-]+\s+){{1,5}}{_SAYS}(?:\s+(?:on|in|last|this)?\s*\w+)?(?=\s*[.,;!?]|\s*$)"
    rf"|,?\s+(?:{_SAYS}|according to)\s+(?:[\w'\u2019-]+\s*){{1,5}}(?=[.,;!?]|$)"
    r"|,?\s+(?:as (?:announced|planned|reported|expected)|in the end|in total|in all)\b",
    re.I,
)
_SAID_BEFORE = re.compile(rf"^[^,;:]{{1,60}}\b{_SAYS}\b(?:\s+on\s+\w+)?\s+(?:that\s+|(?=the\b))", re.I)
# "A year" is no time of the calendar, but two amounts of which one is "a year" are of different things.
_PERIODS = re.compile(
    r"\b(?:a|per|each|every|last|this|next|previous|the following|so far)\s+"
    r"(?:year|month|week|weekend|day|hour|night|season|quarter|decade)\b"
    r"|\b(?:annual|year|month|week|dai|hour|night)ly\b|\bannual\b|\b(?:yesterday|today|tomorrow|tonight)\b",
    re.I,
)
_KINDS_OF_DAYS = ("weekday", "month", "year", "day")
# What is done by one alone: of two who did it, one did not.
_BY_ONE_ALONE = re.compile(
    r"\b(?:w[io]ns?|(?:is|was|were|been|got|be) (?:re-?)?elected|elect(?:s|ed)?|leads?|led|heads?|bec[ao]mes?"
    r"|succeed(?:s|ed)?|replace[sd]?|appointed|invent(?:s|ed)?|discover(?:s|ed)?|found(?:s|ed)"
    r"|who(?:['\u2019]s| is| was| will be) the (?:new |next |first |last |current )?\w+(?<!s)\b)",
    re.I,
)


def is_of_one_alone(question: str) -> bool:
    """Whether only one can be who is asked for: "who won", not "who criticised"."""
    return _BY_ONE_ALONE.search(question) is not None


def unsaid(parsed: Parsed) -> Parsed:
    """A sentence without who said it and when."""
    bare = _SAID_BEHIND.sub("", parsed.text)
    return parse(_SAID_BEFORE.sub("", bare, count=1) or bare)


def are_of_other_days(one: Parsed, other: Parsed) -> bool:
    """Whether both name a day, month or year, and not the same."""
    ours, theirs = _days(unsaid(one)), _days(unsaid(other))
    return any(ours[kind] and theirs[kind] and ours[kind].isdisjoint(theirs[kind]) for kind in _KINDS_OF_DAYS)


def kinds_of_times(parsed: Parsed) -> Set[str]:
    """Which kinds of times a sentence has: a week day, a date, the time of the day."""
    return frozenset(kind for kind, _ in times(unsaid(parsed)))


def sets_apart(asked: Set[str], one: Parsed, other: Parsed, but: Set[str]) -> bool:
    """Whether one has a word or a time that neither the question nor the other has; `but` are none such."""
    ours, theirs = unsaid(one), unsaid(other)
    if _periods(ours) != _periods(theirs):
        return True
    return bool(_own(ours) - theirs.stems - asked - but or _own(theirs) - ours.stems - asked - but)


def opposites(one: Parsed, other: Parsed) -> frozenset[str]:
    """The stems of the words of two sentences that are each other's opposites: "approved", "rejected"."""
    return frozenset(
        stem(word) for word in (opposite(one, other, is_denied), opposite(other, one, is_denied))
    )


def _days(parsed: Parsed) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {kind: set() for kind in _KINDS_OF_DAYS}
    for kind, value in times(parsed):
        if kind in found:
            found[kind].add(value)
    return found


def _periods(parsed: Parsed) -> frozenset[str]:
    return frozenset(" ".join(found.lower().split()) for found in _PERIODS.findall(parsed.text))


def common_words(parsed: Parsed) -> Iterator[Word]:
    """What a sentence says besides names, amounts, numbers and denials."""
    counted = {word.index for amount in amounts(parsed) for word in amount.words}
    aside = counted.union(capitals(parsed))
    for word in parsed.content:
        if not (word.index in aside or is_negator(word) or is_number(word.lower)):
            yield word


def _own(parsed: Parsed) -> frozenset[str]:
    return frozenset(word.stem for word in common_words(parsed) if word.lower not in SAYING)
