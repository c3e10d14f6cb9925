"""A question -> ranked Passages: vectors bring the candidates, vectors and words together rank them."""

import dataclasses
import functools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from index.article import Hit, Passage
from index.bm25 import Scores, bm25, term_weights
from index.embedding import Embedder, Vectors
from index.generations import Reader
from index.store import EVERYONE, Filter
from index.stories import Story
from index.words import is_number, names_within, terms, words

# All measured on the development sets; the command stands in the README under "Figures".
CANDIDATES = 200
_WORDS_SHARE = 0.6
_TITLE_WEIGHT = 0.5
_RARE = 20
_SAME_STORY = 0.8
_COPY = 0.95


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What a search found: `hits` best first, with what the ranking knew about them.

    `similarities` are the hits' cosines to the question's `vector`; `weights` tell how rare each of the
    question's terms is among the candidates. `stories` are those of the articles that have copies, by id.
    """

    question: str
    hits: tuple[Hit, ...]
    similarities: tuple[float, ...]
    weights: Mapping[str, float]
    vector: Vectors
    stories: Mapping[str, Story] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class _Candidate:
    passage: Passage
    similarity: float
    bag: Mapping[str, float]


class Retriever:
    """Searches the newest published index; threads may share it."""

    def __init__(self, reader: Reader, embedder: Embedder) -> None:
        self._reader = reader
        self._embedder = embedder

    def search(self, question: str, k: int = 10, where: Filter = EVERYONE) -> Found:
        """The `k` best passages; fewer where the filter leaves fewer or several tell the same."""
        vector = self._embedder.embed_question(question)
        candidates = self._candidates(question, vector, where)
        bags = [candidate.bag for candidate in candidates]
        weights = term_weights(terms(question), bags)
        scores = _fuse(np.array([c.similarity for c in candidates]), bm25(weights, bags))
        best = _distinct(candidates, scores, k)
        return Found(
            question=question,
            hits=tuple(Hit(candidates[i].passage, score) for i, score in best),
            similarities=tuple(candidates[i].similarity for i, _ in best),
            weights=weights,
            vector=vector,
            stories=self._reader.stories([candidates[i].passage.article.id for i, _ in best], where.scopes),
        )

    def _candidates(self, question: str, vector: Vectors, where: Filter) -> list[_Candidate]:
        records = self._reader.nearest(vector, CANDIDATES, where)
        near = [_Candidate(r.passage, r.similarity, bag_of(r.passage)) for r in records]
        missing = _missing_words(question, near)
        if not missing or len(records) < CANDIDATES:
            return near
        # A name or number that none of the nearest has may stand in a passage that is far by its vector.
        known = {candidate.passage.id for candidate in near}
        least = min(candidate.similarity for candidate in near)
        others = self._reader.containing(missing, _RARE, where)
        return near + [_Candidate(p, least, bag_of(p)) for p in others if p.id not in known]


def _missing_words(question: str, candidates: Sequence[_Candidate]) -> list[str]:
    """Names and numbers of the question, as it spells them, that no candidate has."""
    telling = [*names_within(question), *filter(is_number, words(question))]
    return [word for word in dict.fromkeys(telling) if not _is_in(terms(word), candidates)]


def _is_in(wanted: Iterable[str], candidates: Sequence[_Candidate]) -> bool:
    return all(any(term in candidate.bag for candidate in candidates) for term in wanted)


def _fuse(similarities: Scores, word_scores: Scores) -> Scores:
    """One score in 0..1 out of two on different scales: each is stretched to 0..1 first."""
    return (1 - _WORDS_SHARE) * _stretch(similarities) + _WORDS_SHARE * _stretch(word_scores)


def _stretch(scores: Scores) -> Scores:
    if not len(scores):
        return scores
    spread = scores.max() - scores.min()
    return (scores - scores.min()) / spread if spread else np.zeros(len(scores))


def _distinct(candidates: Sequence[_Candidate], scores: Scores, k: int) -> list[tuple[int, float]]:
    """Indices of the `k` best, with their scores, without those that say the same as a better one.

    Of copies, word for word, the newest article's stands in the best one's place.
    """
    chosen: list[tuple[int, float]] = []
    for i in map(int, np.argsort(-scores, kind="stable")):
        same = [n for n, (j, _) in enumerate(chosen) if _same(candidates[i].bag, candidates[j].bag)]
        if same and _is_newer_copy(candidates[i], candidates[chosen[same[0]][0]]):
            chosen[same[0]] = i, chosen[same[0]][1]
        elif not same and len(chosen) < k:
            chosen.append((i, float(scores[i])))
    return chosen


def _is_newer_copy(one: _Candidate, other: _Candidate) -> bool:
    days = one.passage.article.published, other.passage.article.published
    is_newer = days[0] is not None and (days[1] is None or days[0] > days[1])
    return is_newer and _shared(one.bag, other.bag) >= _COPY and _numbers(one.bag) == _numbers(other.bag)


def _numbers(bag: Mapping[str, float]) -> frozenset[str]:
    return frozenset(filter(is_number, bag))


def _same(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return _shared(one, other) >= _SAME_STORY


def _shared(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The share of the larger bag's terms that both have."""
    return len(one.keys() & other.keys()) / max(len(one), len(other), 1)


def bag_of(passage: Passage) -> Mapping[str, float]:
    """The terms of a passage and its title with their weights, as searching counts them."""
    return _bag(passage.article.title, passage.text)


@functools.lru_cache(maxsize=2_000)
def _bag(title: str, text: str) -> Mapping[str, float]:
    # A title's terms count half, since all passages of the article have them.
    bag: Counter[str] = Counter(terms(text))
    weighted: dict[str, float] = dict(bag)
    for term in terms(title):
        weighted[term] = weighted.get(term, 0.0) + _TITLE_WEIGHT
    return weighted
