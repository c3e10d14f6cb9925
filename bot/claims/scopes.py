"""What exactly a sentence denies: the words that a "not", or a verb that denies, speaks of."""

import collections
import dataclasses
import functools
import re
from collections.abc import Callable, Iterator, Sequence

from bot.claims.proper import capitals
from bot.claims.text import Parsed, Word, stem

_STRICT = frozenset("not no never nobody none nothing neither nor cannot without unable n't".split())
# Adverbs and verbs that deny what comes after them.
_ADVERBS = frozenset("hardly scarcely barely rarely seldom unlikely unwilling".split())
_VERBS = frozenset(map(stem, "deny lack refute avoid prevent".split()))
_VERBS_WITH_TO = frozenset(map(stem, "refuse fail decline".split()))
_PAIRS = frozenset(
    (
        *(("rather", "than"), ("instead", "of"), ("failure", "to"), ("refusal", "to")),
        *((verb, "out") for verb in ("rule", "rules", "ruled", "ruling")),
    )
)
# "Withdrawn none of it" denies what goes before.
_OBJECTS = frozenset("nobody none nothing".split())
_NO_DENIAL = frozenset("only just fewer less more later sooner doubt matter but wonder longer".split())
# "Will not open until 2028": it will open.
_TURNS = frozenset("until unless before without except only any".split())
_BOUNDARIES = frozenset(
    ", ; : ( ) - . and but while because although though since when after if which who as where so yet than"
    " whereas despite amid according".split()
)
_COMPARES = frozenset("no nobody none nothing never neither nor not".split())
NEGATIVE_PREFIX = re.compile(r"(?:un|in|im|ir|il|dis|non|mis)(?P<rest>[a-z]{4,})$")
_LONGEST = 5
# So much of what is denied must stand on the other side.
_MOST = 0.5
_AKIN_LETTERS = 5

Doubts = Callable[[Word, frozenset[str]], bool]


@dataclasses.dataclass(frozen=True, slots=True)
class Denial:
    """A word that denies, the words it speaks of, and whether a time or exception limits it."""

    word: Word
    scope: tuple[Word, ...]
    limited: bool

    @property
    def is_strict(self) -> bool:
        return self.word.lower in _STRICT or self.word.lower.endswith("n't")


@functools.lru_cache(maxsize=4_096)
def denials(parsed: Parsed) -> tuple[Denial, ...]:
    """What a sentence denies, in order."""
    return tuple(denial for word in parsed.words if (denial := _denial(word, parsed)))


def _denial(word: Word, parsed: Parsed) -> Denial | None:
    words = parsed.words
    after = words[word.index + 1].lower if word.index + 1 < len(words) else ""
    begin = word.index + 1
    if (word.lower, after) in _PAIRS:
        begin += 1
    elif word.lower in _STRICT or word.lower.endswith("n't"):
        if after in _NO_DENIAL or _is_undone_before(word, parsed):
            return None
    elif not (
        word.lower in _ADVERBS or word.stem in _VERBS or (word.stem in _VERBS_WITH_TO and after == "to")
    ):
        return None
    if _is_of_a_name(word, parsed):
        return None
    named, limited = capitals(parsed), False
    scope = [w for w in words[max(word.index - 1, 0) : word.index] if word.lower in _OBJECTS and w.is_content]
    for other in words[begin:]:
        if other.lower in _TURNS:
            limited = True
            break
        if (other.lower in _BOUNDARIES and (scope or not other.is_word)) or len(scope) == _LONGEST:
            break
        if other.is_content and other.index not in named and not other.text[0].isdigit():
            scope.append(other)
    return Denial(word, tuple(scope), limited) if scope else None


def _is_of_a_name(word: Word, parsed: Parsed) -> bool:
    """Whether a word is capitalised beside another: "Disease Control and Prevention"."""
    before = parsed.words[max(word.index - 2, 0) : word.index]
    capital = word.text[0].isupper() and not word.text.isupper() and word.lower not in _STRICT
    return capital and bool(before) and before[-1].is_word and any(w.text[0].isupper() for w in before)


def _is_undone_before(word: Word, parsed: Parsed) -> bool:
    """Whether a "without" stands after a "not": "cannot pay without selling"."""
    before = [w.lower for w in parsed.words[: word.index] if w.clause == word.clause]
    return word.lower == "without" and any(w in _STRICT or w.endswith("n't") for w in before)


def is_denied_word(word: Word, parsed: Parsed) -> bool:
    """Whether an odd number of denials speak of a word."""
    return sum(word in denial.scope for denial in denials(parsed)) % 2 == 1


def denied_anew(
    claim: Parsed, sources: Sequence[Parsed], may_deny: Doubts, is_unique: Callable[[Word], bool]
) -> str:
    """The word by which a claim denies what its sources say outright; empty where none does.

    `may_deny` tells whether a word, beside others that both have, may stand for a denial, `is_unique`
    whether one says "the first" or "the tallest", for which "nobody before" may stand.
    """
    for denial in denials(claim):
        if denial.word.lower in _COMPARES and any(_is_beside(denial, s, is_unique) for s in sources):
            continue
        said = not denial.limited and any(_says_plainly(denial, claim, s, may_deny) for s in sources)
        if said and not any(_is_kept(denial, source) for source in sources):
            return denial.word.text
    return ""


def _is_beside(denial: Denial, source: Parsed, is_unique: Callable[[Word], bool]) -> bool:
    """Whether "the first" stands in a clause with what is denied, or in any where none has that."""
    clauses = {theirs.clause for word in denial.scope if (theirs := _found(word, source))}
    return any(is_unique(w) for w in source.words if not clauses or w.clause in clauses)


def denial_dropped(claim: Parsed, sources: Sequence[Parsed], may_deny: Doubts, least: float = 0.0) -> str:
    """The word by which the sources deny what a claim says outright; empty where none does.

    What they deny must be so much of the claim, names aside, as `least`.
    """
    told = sum(w.index not in capitals(claim) for w in claim.content)
    for source in sources:
        others = [other for other in sources if other is not source]
        for denial in denials(source):
            about = sum(_found(w, claim) is not None for w in denial.scope) >= least * told
            said = about and not denial.limited and _says_plainly(denial, source, claim, may_deny)
            if said and not any(_plainly_said(denial, other) for other in others):
                return denial.word.text
    return ""


def _says_plainly(denial: Denial, own: Parsed, other: Parsed, may_deny: Doubts) -> bool:
    """Whether the other sentence has the words of a denial, and none there that may deny them."""
    scope = [w for w in denial.scope if is_denied_word(w, own)]
    shared = [(w, theirs) for w in scope if (theirs := _found(w, other))]
    if not scope or len(shared) < max(_MOST * len(scope), 1):
        return False
    if any(is_denied_word(theirs, other) for _, theirs in shared) or _is_undone(scope, other):
        return False
    both = frozenset(w.stem for _, w in shared) | frozenset(w.stem for w, _ in shared)
    counted = collections.Counter(theirs.clause for _, theirs in shared)
    most = max(counted.values())
    clause = [w for w in other.words if counted[w.clause] == most]
    return not any(may_deny(w, both) for w in clause) and not _is_asked(shared[-1][1], other)


def _is_undone(scope: Sequence[Word], other: Parsed) -> bool:
    """Whether the other sentence has "unpaid" where this one has "not paid"."""
    found = (NEGATIVE_PREFIX.match(word.lower) for word in other.content)
    return not {stem(match["rest"]) for match in found if match}.isdisjoint(w.stem for w in scope)


def _is_asked(word: Word, parsed: Parsed) -> bool:
    before = [w.lower for w in parsed.words[: word.index] if w.clause == word.clause]
    return "whether" in before or "if" in before


def _is_kept(denial: Denial, source: Parsed) -> bool:
    """Whether a sentence denies one of the same words."""
    return any((theirs := _found(w, source)) and is_denied_word(theirs, source) for w in denial.scope)


def _plainly_said(denial: Denial, source: Parsed) -> bool:
    """Whether a sentence says outright, in all its words, what another denies."""
    found = [_found(w, source) for w in denial.scope]
    return all(w is not None and not is_denied_word(w, source) for w in found)


def _found(word: Word, other: Parsed) -> Word | None:
    """The word of another sentence that has the same stem, or nearly."""
    return next(_alike(word, other), None)


def _alike(word: Word, other: Parsed) -> Iterator[Word]:
    yield from (w for w in other.content if w.stem == word.stem)
    if "again" in other.lowers:  # "tried again" is "retried"
        yield from (w for w in other.content if f"re{w.stem}" == word.stem)
    short = word.stem[:_AKIN_LETTERS]
    if len(short) == _AKIN_LETTERS:
        yield from (w for w in other.content if w.stem[:_AKIN_LETTERS] == short)
