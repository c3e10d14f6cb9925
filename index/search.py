"""A question -> ranked Passages: vectors bring the candidates, vectors and words together rank them."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from index.article import Hit
from index.asking import what_asks
from index.bm25 import Scores, bm25, term_weights
from index.embedding import Embedder, Vectors
from index.errors import StoreError
from index.filter import EVERYONE, Filter
from index.generations import AnyStore, Reader
from index.sketch import Bag, Sketch, sketch_of
from index.store import Near
from index.stories import Story
from index.words import is_number, names_within, terms, words

# All measured on the development sets; the command stands in the README under "Figures".
CANDIDATES = 200
_WORDS_SHARE = 0.6
_RARE = 20
_SAME_STORY = 0.8
_COPY = 0.95


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What a search found: `hits` best first, with what the ranking knew about them.

    `similarities` are the hits' cosines to the question's `vector`, `bags` their terms; `weights` tell how
    rare each of the question's terms is among the candidates. `sentences` are the unit vectors of those hits'
    sentences that have any yet, by passage. `stories` are those of the articles that have
    copies, by id.
    """

    question: str
    hits: tuple[Hit, ...]
    similarities: tuple[float, ...]
    bags: tuple[Bag, ...]
    weights: Mapping[str, float]
    vector: Vectors
    sentences: Mapping[str, Vectors]
    stories: Mapping[str, Story] = dataclasses.field(default_factory=dict)


class Retriever:
    """Searches the newest published index; threads may share it."""

    def __init__(self, reader: Reader, embedder: Embedder) -> None:
        self._reader = reader
        self._embedder = embedder

    def search(self, question: str, k: int = 10, where: Filter = EVERYONE) -> Found:
        """The `k` best passages; fewer where the filter leaves fewer or several tell the same.

        Of a long question only what asks is searched for, and is the one found.
        """
        question = what_asks(question)
        vector = self._embedder.embed_question(question)
        return self._reader.ask(lambda store: self._search(store, question, vector, k, where))

    def _search(self, store: AnyStore, question: str, vector: Vectors, k: int, where: Filter) -> Found:
        candidates = _candidates(store, question, vector, where)
        bags = [candidate.sketch.bag for candidate in candidates]
        weights = term_weights(terms(question), bags)
        scores = _fuse(np.array([c.similarity for c in candidates]), bm25(weights, bags))
        best = [(candidates[i], score) for i, score in _distinct(candidates, scores, k)]
        passages = store.read([candidate.id for candidate, _ in best])
        if len(passages) < len(best):  # on a server, where others remove
            raise StoreError("The index changed while it was searched.", "Ask again.")
        articles = [passage.article.id for passage in passages.values()]
        return Found(
            question=question,
            hits=tuple(Hit(passages[candidate.id], score) for candidate, score in best),
            similarities=tuple(candidate.similarity for candidate, _ in best),
            bags=tuple(candidate.sketch.bag for candidate, _ in best),
            weights=weights,
            vector=vector,
            sentences=store.sentences(list(passages)),
            stories=self._reader.stories(articles, where.scopes),
        )


def _candidates(store: AnyStore, question: str, vector: Vectors, where: Filter) -> list[Near]:
    near = store.nearest(vector, CANDIDATES, where)
    missing = _missing_words(question, near)
    if not missing or len(near) < CANDIDATES:
        return near
    # A name or number that none of the nearest has may stand in a passage that is far by its vector.
    known = {candidate.id for candidate in near}
    least = min(candidate.similarity for candidate in near)
    others = store.containing(missing, _RARE, where)
    return near + [Near(p.id, least, sketch_of(p)) for p in others if p.id not in known]


def _missing_words(question: str, candidates: Sequence[Near]) -> list[str]:
    """Names and numbers of the question, as it spells them, that no candidate has."""
    telling = [*names_within(question), *filter(is_number, words(question))]
    return [word for word in dict.fromkeys(telling) if not _is_in(terms(word), candidates)]


def _is_in(wanted: Iterable[str], candidates: Sequence[Near]) -> bool:
    return all(any(term in candidate.sketch.bag for candidate in candidates) for term in wanted)


def _fuse(similarities: Scores, word_scores: Scores) -> Scores:
    """One score in 0..1 out of two on different scales: each is stretched to 0..1 first."""
    return (1 - _WORDS_SHARE) * _stretch(similarities) + _WORDS_SHARE * _stretch(word_scores)


def _stretch(scores: Scores) -> Scores:
    if not len(scores):
        return scores
    spread = scores.max() - scores.min()
    return (scores - scores.min()) / spread if spread else np.zeros(len(scores))


def _distinct(candidates: Sequence[Near], scores: Scores, k: int) -> list[tuple[int, float]]:
    """Indices of the `k` best, with their scores, without those that say the same as a better one.

    Of copies, word for word, the newest article's stands in the best one's place.
    """
    chosen: list[tuple[int, float]] = []
    for i in map(int, np.argsort(-scores, kind="stable")):
        sketch = candidates[i].sketch
        # With all chosen, only a newer copy of one of them still matters.
        least = _SAME_STORY if len(chosen) < k else _COPY
        same = [n for n, (j, _) in enumerate(chosen) if _shared(sketch.bag, candidates[j].sketch.bag, least)]
        if same and _is_newer_copy(sketch, candidates[chosen[same[0]][0]].sketch):
            chosen[same[0]] = i, chosen[same[0]][1]
        elif not same and len(chosen) < k:
            chosen.append((i, float(scores[i])))
    return chosen


def _is_newer_copy(one: Sketch, other: Sketch) -> bool:
    is_newer = one.day is not None and (other.day is None or one.day > other.day)
    return is_newer and _shared(one.bag, other.bag, _COPY) and _numbers(one.bag) == _numbers(other.bag)


def _numbers(bag: Bag) -> frozenset[str]:
    return frozenset(filter(is_number, bag))


def _shared(one: Bag, other: Bag, least: float) -> bool:
    """Whether both have at least so large a share of the larger bag's terms."""
    ours, theirs = len(one), len(other)
    needed = least * (ours if ours > theirs else theirs)
    return ours >= needed > 0 and theirs >= needed and len(one.keys() & other.keys()) >= needed
