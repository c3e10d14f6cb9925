"""Verbs and kin that tell the same from the other end: who sells to somebody, from whom somebody buys."""

import functools
from collections.abc import Iterator, Sequence

from bot.claims.proper import capitals
from bot.claims.text import Parsed, Word, stem

# What one does or is, and what the other then does or is.
_CONVERSES = """
sell | buy purchase acquire
give grant hand award | receive get
lend | borrow
beat defeat | lose
succeed | precede
win | go went
son daughter child | parent
father mother parent | child
wife | husband
"""
_REACH = 6
_MORE = frozenset("and while but".split())


def _table() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for line in _CONVERSES.strip().splitlines():
        one, other = ([stem(w) or w for w in side.split()] for side in line.split("|"))
        for here, there in ((one, other), (other, one)):
            for word in here:
                table.setdefault(word, set()).update(there)
    return {word: frozenset(others) for word, others in table.items()}


_TABLE = _table()


@functools.lru_cache(maxsize=4_096)
def converse(claim: Parsed, source: Parsed) -> frozenset[str]:
    """The two words by which a claim tells from the other end what a sentence says; none where it does not.

    Whoever stands before the one must stand after the other, and the other way round. Of sentences that say
    more than this it cannot be told what belongs to what.
    """
    if _says_more(claim) or _says_more(source):
        return frozenset()
    for theirs in source.words:
        for ours in claim.words:
            if _key(ours) in _TABLE.get(_key(theirs), ()) and not _is_in_both(ours, theirs, claim, source):
                ends = zip(_around(ours, claim), reversed(_around(theirs, source)), strict=True)
                shared = [one & other for one, other in ends]
                if all(shared) and not _named(source).isdisjoint(frozenset().union(*shared)):
                    return frozenset((_key(ours), _key(theirs)))
    return frozenset()


def tell_from_the_other_end(claim: Parsed, sources: Sequence[Parsed]) -> bool:
    """Whether a claim does so with one of its sources."""
    return any(converse(claim, source) for source in sources)


def _says_more(parsed: Parsed) -> bool:
    """Whether a sentence has more than one clause, or "and"."""
    spoken = [clause for clause in parsed.clauses if any(word.is_content for word in clause)]
    return len(spoken) > 1 or not _MORE.isdisjoint(parsed.lowers)


def _named(parsed: Parsed) -> frozenset[str]:
    return frozenset(word.stem for word in parsed.words if word.index in capitals(parsed))


def _is_in_both(ours: Word, theirs: Word, claim: Parsed, source: Parsed) -> bool:
    here, there = (frozenset(map(_key, parsed.words)) for parsed in (claim, source))
    return _key(ours) in there or _key(theirs) in here


def _around(word: Word, parsed: Parsed) -> tuple[frozenset[str], frozenset[str]]:
    """The words before and after one, in its clause; a "by" puts them the other way round.

    Of "Hill is Reed's father" those before "is", for what is said of Hill, and of Reed.
    """
    near = [w for w in parsed.words if w.clause == word.clause and abs(w.index - word.index) <= 2 * _REACH]
    turn = next((w.index for w in near if w.lower in ("is", "was") and w.index < word.index), word.index)
    before = frozenset(_stems(w for w in near if w.index < turn))
    after = frozenset(_stems(w for w in near if w.index > turn and w is not word))
    by = any(w.lower == "by" and w.index == word.index + 1 for w in near)
    return (after, before) if by else (before, after)


def _stems(words: Iterator[Word]) -> Iterator[str]:
    return (w.stem for w in words if w.is_content)


def _key(word: Word) -> str:
    return word.stem or word.lower
