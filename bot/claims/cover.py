"""How well sentences of an article cover a claim: its words, its clauses, its meaning."""

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.claims.text import Parsed, Word
from bot.claims.wording import is_turned_passive

# A clause is an addition where it strays from the sources while the rest keeps close to them. A logistic
# regression over the clauses of tests/data/claims gave the weights.
_REST, _OWN, _LIKE, _STRAYS = 13.8, 7.6, 2.8, 6.7
# A word whose nearest word in the sources is no nearer than this has nothing to do with them.
_STRANGE, _MOST_STRANGE = 0.4, 0.4
# With so many of the sources' words, so many of them in another order say something else.
_SAME_WORDS = 0.87
_OTHER_ORDER = 0.25
_MEANING = 0.4

Vectors = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]


@dataclasses.dataclass(frozen=True, slots=True)
class Cover:
    """How near a claim is to its sources, all 0 to 1.

    `similarity` is that of the sentences, `aligned` that of the claim's words to the nearest of the
    sources', `strange` the share of its words that have nothing to do with them, `disorder` that of pairs of
    words that stand the other way round. `adds` tells that a clause says what the sources do not, while the
    rest keeps close to them, `passive` that one of both only puts the other in the passive voice.
    """

    similarity: float
    aligned: float
    strange: float
    disorder: float
    adds: bool
    passive: bool

    @property
    def confidence(self) -> float:
        """0 for a claim that adds something or turns it round, else higher for a nearer one."""
        turned = self.aligned >= _SAME_WORDS and self.disorder >= _OTHER_ORDER and not self.passive
        if self.adds or turned or self.strange >= _MOST_STRANGE:
            return 0.0
        return _MEANING * self.similarity + (1 - _MEANING) * self.aligned


def cover(claim: Parsed, sources: Sequence[Parsed], embed: Embed) -> Cover:
    """A claim laid beside the sentences that are to support it."""
    near = _nearest(claim.content, sources, embed)
    vectors = embed([claim.text, *(source.text for source in sources)])
    together = vectors[1:].sum(axis=0)
    similarity = float(vectors[0] @ together / np.linalg.norm(together))
    nearest = np.array(list(near.values()) or [0.0])
    return Cover(
        similarity=similarity,
        aligned=float(nearest.mean()),
        strange=float((nearest < _STRANGE).mean()),
        disorder=_disorder(claim, sources),
        adds=_adds(claim, sources, near, embed),
        passive=len(sources) == 1 and is_turned_passive(claim, sources[0]),
    )


def _nearest(own: Sequence[Word], sources: Sequence[Parsed], embed: Embed) -> dict[int, float]:
    """For each word of a claim, by its place, how near its sources come: 1 for the same stem."""
    theirs = {word.stem: word.lower for source in sources for word in source.content}
    new = [word.lower for word in own if word.stem not in theirs]
    if not new or not theirs:
        return {word.index: float(bool(theirs)) for word in own}
    vectors = embed([*new, *theirs.values()])
    cosines = iter((vectors[: len(new)] @ vectors[len(new) :].T).max(axis=1).tolist())
    return {word.index: 1.0 if word.stem in theirs else min(next(cosines), 0.99) for word in own}


def _adds(claim: Parsed, sources: Sequence[Parsed], near: Mapping[int, float], embed: Embed) -> bool:
    """Whether a clause strays from the sources while the rest keeps close to them."""
    for clause in claim.clauses:
        places = {word.index for word in clause}
        own = [value for place, value in near.items() if place in places]
        rest = [value for place, value in near.items() if place not in places]
        if min(len(own), len(rest)) < 2:
            continue
        likeness = _likeness(claim, clause, sources, embed)
        if _REST * np.mean(rest) - _OWN * np.mean(own) - _LIKE * likeness >= _STRAYS:
            return True
    return False


def _likeness(claim: Parsed, clause: Sequence[Word], sources: Sequence[Parsed], embed: Embed) -> float:
    """The cosine of a clause to the nearest of the sources' clauses and sentences."""
    parts = [source.text for source in sources]
    parts += [_text(source, part) for source in sources for part in source.clauses if part]
    vectors = embed([_text(claim, clause), *parts])
    return float((vectors[1:] @ vectors[0]).max())


def _text(parsed: Parsed, clause: Sequence[Word]) -> str:
    return parsed.text[clause[0].start : clause[-1].end].lstrip(",;:- ")


def _disorder(claim: Parsed, sources: Sequence[Parsed]) -> float:
    places: dict[str, int] = {}
    for place, word in enumerate(word for source in sources for word in source.content):
        places.setdefault(word.stem, place)
    row = [places[word.stem] for word in claim.content if word.stem in places]
    pairs = list(itertools.combinations(row, 2))
    return sum(one > other for one, other in pairs) / len(pairs) if pairs else 0.0
