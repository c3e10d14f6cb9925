"""How well sentences of an article cover a claim: its words, its clauses, its meaning."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.claims.causes import is_same_cause
from bot.claims.converses import converse
from bot.claims.proper import capitals
from bot.claims.speakers import SAYING, speakers
from bot.claims.text import Parsed, Word
from bot.claims.wording import is_turned_otherwise, is_turned_passive

# A clause is an addition where it strays from the sources while the rest keeps close to them, and the claim
# is no nearer to them with it than without. A logistic regression over the clauses of tests/data/claims gave
# the weights.
_REST, _OWN, _GAIN, _STRAYS = 17.5, 10.4, 20.0, 9.8
# A word whose nearest word in the sources is no nearer than this has nothing to do with them; of many such
# words a sentence may be made that means the same.
_STRANGE, _MOST_STRANGE, _SAME_MEANING = 0.4, 0.4, 0.62
# With so many of the sources' words, so many of them in another order say something else.
_SAME_WORDS = 0.87
_OTHER_ORDER = 0.25
_REPEATED = 0.95
_MEANING = 0.4
# "According to the bank's report".
_SPEAKER = 2

Vectors = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]


@dataclasses.dataclass(frozen=True, slots=True)
class Cover:
    """How near a claim is to its sources, all 0 to 1.

    `similarity` is that of the sentences, `aligned` that of the claim's words to the nearest of the
    sources', `strange` the share of its words that have nothing to do with them, `disorder` that of pairs of
    words that stand the other way round. `adds` tells that a clause says what the sources do not, while the
    rest keeps close to them, `turned` that one of both only turns the other round: the passive voice.
    """

    similarity: float
    aligned: float
    strange: float
    disorder: float
    adds: bool
    turned: bool

    @property
    def repeats(self) -> bool:
        """Whether a claim has the sources' words, in their order."""
        return self.aligned >= _REPEATED and self.disorder < _OTHER_ORDER

    @property
    def confidence(self) -> float:
        """0 for a claim that adds something or turns it round, else higher for a nearer one."""
        disordered = self.aligned >= _SAME_WORDS and self.disorder >= _OTHER_ORDER and not self.turned
        is_strange = self.strange >= _MOST_STRANGE and self.similarity < _SAME_MEANING
        if self.adds or disordered or is_strange:
            return 0.0
        return _MEANING * self.similarity + (1 - _MEANING) * self.aligned


def cover(claim: Parsed, sources: Sequence[Parsed], embed: Embed) -> Cover:
    """A claim laid beside the sentences that are to support it."""
    near = _nearest(claim.content, sources, embed)
    together = embed([source.text for source in sources]).sum(axis=0)
    together /= np.linalg.norm(together)
    similarity = float(embed([claim.text])[0] @ together)
    nearest = np.array(list(near.values()) or [0.0])
    return Cover(
        similarity=similarity,
        aligned=float(nearest.mean()),
        strange=float((nearest < _STRANGE).mean()),
        disorder=_disorder(claim, sources),
        adds=any(
            strays >= _STRAYS + _GAIN * (similarity - float(embed([without])[0] @ together))
            for strays, without in _straying(claim, near)
        ),
        turned=len(sources) == 1 and _may_be_turned(claim, sources[0]),
    )


def _may_be_turned(claim: Parsed, source: Parsed) -> bool:
    """Whether another order says the same: the passive voice, the other end of it, effect before cause."""
    rules = (is_turned_passive, is_turned_otherwise, converse, is_same_cause)
    return any(rule(claim, source) for rule in rules)


def _nearest(own: Sequence[Word], sources: Sequence[Parsed], embed: Embed) -> dict[int, float]:
    """For each word of a claim, by its place, how near its sources come: 1 for the same stem."""
    theirs = {word.stem: word.lower for source in sources for word in source.content}
    new = [word.lower for word in own if word.stem not in theirs]
    if not new or not theirs:
        return {word.index: float(bool(theirs)) for word in own}
    vectors = embed([*new, *theirs.values()])
    cosines = iter((vectors[: len(new)] @ vectors[len(new) :].T).max(axis=1).tolist())
    return {word.index: 1.0 if word.stem in theirs else min(next(cosines), 0.99) for word in own}


def _straying(claim: Parsed, near: Mapping[int, float]) -> Iterator[tuple[float, str]]:
    """For each clause, how much farther than the rest it is from the sources, and the claim without it."""
    for clause in claim.clauses:
        places = {word.index for word in clause}
        own = [value for place, value in near.items() if place in places]
        rest = [value for place, value in near.items() if place not in places]
        if min(len(own), len(rest)) >= 2:
            without = f"{claim.text[: clause[0].start]} {claim.text[clause[-1].end :]}"
            yield float(_REST * np.mean(rest) - _OWN * np.mean(own)), " ".join(without.split())


def _disorder(claim: Parsed, sources: Sequence[Parsed]) -> float:
    """The share of pairs of words that stand the other way round; of a sentence's repeated words, either."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for place, word in enumerate(word for source in sources for word in source.content):
        first.setdefault(word.stem, place)
        if word.stem not in last or len(sources) == 1:
            last[word.stem] = place
    row = [word.stem for word in _without_speakers(claim) if word.stem in first]
    pairs = list(itertools.combinations(row, 2))
    return sum(first[one] > last[other] for one, other in pairs) / len(pairs) if pairs else 0.0


def _without_speakers(claim: Parsed) -> Iterator[Word]:
    """The words of a claim but for those that tell who says it, at its start or at its end."""
    named, speaking = capitals(claim), speakers(claim)
    for clause in claim.clauses:
        content = [word for word in clause if word.is_content]
        if len(content) <= _SPEAKER and any(word.lower in SAYING for word in clause):
            continue
        yield from (word for word in content if named.get(word.index) not in speaking)
