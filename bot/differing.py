"""Whether sources differ: another article has another number, name, day, or a "no" for the same thing.

A false alarm is worse than a miss: both sentences must say nearly the same but for what differs.
"""

import re
from collections.abc import Sequence

from bot.candidates import Candidate
from bot.claims.amounts import Amount, amounts
from bot.claims.numbers import missing_amount
from bot.claims.polarity import contradiction, is_negator
from bot.claims.proper import capitals
from bot.claims.text import Parsed, Word, parse
from bot.claims.times import missing_time
from bot.extract import Ranked, Span
from bot.question_type import question_type
from index.article import ArticleInfo
from index.fields import folded
from index.words import calendar_words, is_number, terms

# How many of the best sentences are held against the first, and how far below it they may be (in score).
_TRIED = 8
_FAR_BELOW = 3.0
# How much of the question's words, and of what the shorter sentence says besides, both must have.
_ASKED = 0.6
_FRAME = 0.5
_FRAME_OF_NAMES = 0.8
_LEAST = 2
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
# Words between an amount and what it counts, at most.
_NEAR = 3


def differing(question: str, ranked: Sequence[Ranked]) -> tuple[Span, ...]:
    """The best sentence and one of another day or outlet that differs from it, newest first; else none."""
    if not ranked:
        return ()
    best = ranked[0]
    for other in ranked[1:_TRIED]:
        if best.score - other.score > _FAR_BELOW:
            break
        one, two = best.candidate, other.candidate
        if _are_apart(one.passage.article, two.passage.article) and _differ(question, one.quote, two.quote):
            spans = (_span(one), _span(two))
            days = [span.passage.article.published for span in spans]
            return spans[::-1] if days[0] and days[1] and days[1] > days[0] else spans
    return ()


def _are_apart(one: ArticleInfo, other: ArticleInfo) -> bool:
    """Whether two articles are of different days or outlets, as far as is known."""
    if one.id == other.id:
        return False
    days = one.published and other.published and one.published != other.published
    outlets = one.source and other.source and folded(one.source) != folded(other.source)
    return bool(days or outlets)


def _differ(question: str, one: str, other: str) -> bool:
    ours, theirs, asked = parse(one), parse(other), frozenset(terms(question))
    kind = question_type(question)
    if kind == "other" and _WHAT_AMOUNT.search(question):
        kind = "amount"
    yes_or_no = kind == "other" and bool(_YES_OR_NO.match(question))
    if not _say_what_is_asked(asked, ours, theirs, but=int(yes_or_no)):
        return False
    if kind not in ("who", "where") and _are_of_others(asked, ours, theirs):
        return False
    if kind == "amount":
        return _share(ours, theirs) >= _FRAME and _amounts_differ(asked, ours, theirs)
    if kind in ("who", "where"):
        return _share(ours, theirs) >= _FRAME_OF_NAMES and _names_differ(asked, ours, theirs)
    if kind == "time":
        return _share(ours, theirs) >= _FRAME_OF_NAMES and _times_differ(ours, theirs)
    if yes_or_no:
        return _share(ours, theirs) >= _FRAME_OF_NAMES and bool(
            contradiction(ours, [theirs]) or contradiction(theirs, [ours])
        )
    return False


def _say_what_is_asked(asked: frozenset[str], one: Parsed, other: Parsed, *, but: int) -> bool:
    """Whether both have the same of the words asked, most of them, `but` so many ("approve", "reject")."""
    ours, theirs = (asked & frozenset(terms(parsed.text)) for parsed in (one, other))
    return len(ours ^ theirs) <= but and min(len(ours), len(theirs)) >= max(1, _ASKED * len(asked))


def _share(one: Parsed, other: Parsed) -> float:
    """How much of what the shorter sentence says besides names, numbers and denials the other says, too."""
    ours, theirs = _frame(one), _frame(other)
    least = min(len(ours), len(theirs))
    return len(ours & theirs) / least if least >= _LEAST else 0.0


def _frame(parsed: Parsed) -> frozenset[str]:
    named, counted = capitals(parsed), {w.index for a in amounts(parsed) for w in a.words}
    return frozenset(
        word.stem
        for word in parsed.content
        if not (
            word.index in named
            or word.index in counted
            or is_negator(word)
            or is_number(word.lower)
            or calendar_words(word.text)
        )
    )


def _amounts_differ(asked: frozenset[str], one: Parsed, other: Parsed) -> bool:
    """Whether both have one amount of a thing, and neither bears the other's out."""
    ours, theirs = _by_thing(asked, one), _by_thing(asked, other)
    shared = [thing for thing in ours.keys() & theirs.keys() if thing]
    pairs = [(*ours[thing], *theirs[thing]) for thing in shared]
    if not pairs or any(len(pair) != 2 or pair[0].hedge or pair[1].hedge for pair in pairs):
        return False
    if any(pair[0].value == pair[1].value for pair in pairs):
        return False
    return bool(missing_amount(one, [other]) and missing_amount(other, [one]))


def _by_thing(asked: frozenset[str], parsed: Parsed) -> dict[str, list[Amount]]:
    """The amounts that are not in the question, by unit or by what they count."""
    found: dict[str, list[Amount]] = {}
    for amount in amounts(parsed):
        if not amount.ordinal and asked.isdisjoint(terms(amount.text)):
            found.setdefault(_thing(amount, parsed), []).append(amount)
    return found


def _thing(amount: Amount, parsed: Parsed) -> str:
    """What an amount is of: its unit, else what it counts; "" where that is not clear."""
    after = parsed.words[amount.words[-1].index + 1 :][:_NEAR]
    return amount.unit or next((word.stem for word in after if word.is_content), "")


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
    return bool(missing_time(one, [other]) and missing_time(other, [one]))


def _span(candidate: Candidate) -> Span:
    return Span(candidate.passage, candidate.sentence.start, candidate.sentence.end, (candidate,))


_PRONOUNS = frozenset("he she it they we i you his her their its".split())
