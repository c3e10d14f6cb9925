"""How sure a sentence is of what it says: "will" is more than "may", "did" more than "is said to have"."""

import functools
from collections.abc import Sequence

from bot.claims.text import Parsed, Word, stem

# What makes a clause less than certain.
_HEDGES = """
may might could likely unlikely possibly perhaps maybe probably possible potential potentially expected plan
propose proposal consider intend intention hope want seek aim attempt try threaten alleged allegedly accuse
suspect suspected reportedly believed rumored rumoured if unless forecast project projected apparently appear
seem suggest pending subject odds debate yet would
"""
# What keeps a claim from being surer than its source, in other words.
_CAREFUL = """
can should ought thought think believe view see predict estimate prospect chance risk say claim hint sign
due set schedule prepare ready await ask request call apply offer mean want wish dream bid effort seem look
up most potentially doubt uncertain unclear unsure question wonder whether supposed presumed said hoped
charge warn fear caution accused stands unless provided once eligible possibility conditional assume
"""
_STRICT = frozenset(stem(w) or w for w in _HEDGES.split())
_WIDE = _STRICT | frozenset(stem(w) or w for w in _CAREFUL.split())
# What says that something is known for certain, and what sources say of what is.
_CERTAIN = frozenset(
    map(stem, "confirm verify verified certain prove proven definite definitely conclusive".split())
)
_SETTLED = _CERTAIN | frozenset(
    map(stem, "acknowledge admit identify identified establish determine conclude".split())
)
_NOT_CERTAIN = frozenset("not no nobody never none n't can't cannot without asked".split())
_BEFORE = 4
_SAME_CLAUSE = 0.5


def too_sure(claim: Parsed, sources: Sequence[Parsed]) -> str:
    """Why the claim is surer than its sources; empty where it is not."""
    if _is_certain(claim) and not any(map(_is_settled, sources)):
        return "the sources are less sure"
    if any(_key(w) in _WIDE or w.lower in _WIDE for w in claim.words if w.is_word):
        return ""
    for source in sources:
        for clause in _hedged(source):
            stems = {w.stem for w in clause if w.is_content and _key(w) not in _STRICT}
            if stems and len(stems & claim.stems) / len(stems) >= _SAME_CLAUSE:
                return "the sources are less sure"
    return ""


def _is_certain(claim: Parsed) -> bool:
    """Whether a claim says outright that something is known for certain."""
    if any(_key(w) in _STRICT or w.lower in _STRICT for w in claim.words):
        return False
    return any(
        w.stem in _CERTAIN
        and _NOT_CERTAIN.isdisjoint(v.lower for v in claim.words[max(w.index - _BEFORE, 0) : w.index + 1])
        for w in claim.words
    )


def _is_settled(source: Parsed) -> bool:
    return any(w.stem in _SETTLED for w in source.words)


@functools.lru_cache(maxsize=4_096)
def _hedged(parsed: Parsed) -> tuple[tuple[Word, ...], ...]:
    return tuple(c for c in parsed.clauses if any(_key(w) in _STRICT or w.lower in _STRICT for w in c))


def _key(word: Word) -> str:
    return word.stem or word.lower
