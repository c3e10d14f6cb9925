"""Passages and their vectors in one folder, in an embedded Chroma."""

import dataclasses
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from index.article import Passage
from index.chroma import Chroma
from index.errors import StoreError
from index.fields import to_fields, to_passage
from index.filter import EVERYONE, Clause, Filter, condition, searchable, within
from index.kept import Kept
from index.sketch import Sketch, sketch_of
from index.sketches import Sketches

Vectors = npt.NDArray[np.float32]
T = TypeVar("T")

log = logging.getLogger(__name__)

_COLLECTION: Final = "passages"
# ef_search: how many candidates the graph search keeps. With 1,000 the first 200 of 8,000 passages come out
# at a recall of .998 (.972 with 400) and 5 ms. sync_threshold: every batch is written out at once, so that a
# closed store is whole on disk and whoever opens it has nothing left to write.
_HNSW: Final = {"space": "cosine", "ef_search": 1000, "sync_threshold": 1, "batch_size": 1}
_TAKEN_AT_ONCE: Final = 1000
# Sketches kept in memory, some 10 kB each.
KEPT: Final = 2_000


@dataclasses.dataclass(frozen=True, slots=True)
class Near:
    """The passage `id`, found by its vector, with its cosine similarity and what ranking asks of it."""

    id: str
    similarity: float
    sketch: Sketch


class Store:
    """The passages in one Chroma folder. Threads may share it; one process at most may write it.

    It closes when it is closed or nobody holds it any more. Raises StoreDamaged and other StoreErrors.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self._scoped: bool | None = None
        self._sketches = Kept[Sketch](KEPT)
        self._chroma = Chroma(folder, _COLLECTION, make=_HNSW if create else None)
        self._stored = Sketches(folder)

    def close(self) -> None:
        """Frees its files; a second time does nothing."""
        self._chroma.close()

    def count(self) -> int:
        """How many passages there are."""
        return self._chroma.count()

    def ids(self) -> set[str]:
        """The ids of all passages."""
        return set(self._chroma.get().ids)

    def everything(self) -> Iterator[tuple[list[Passage], Vectors]]:
        """All passages with their vectors, some at a time."""
        ids = sorted(self.ids())
        for start in range(0, len(ids), _TAKEN_AT_ONCE):
            part = ids[start : start + _TAKEN_AT_ONCE]
            found = self._chroma.get("documents", "metadatas", "embeddings", ids=part)
            yield _passages(found), np.asarray(found.embeddings, np.float32)

    def nearest(self, vector: Vectors, n: int, where: Filter = EVERYONE) -> list[Near]:
        """The `n` passages nearest to a unit vector, best first."""
        if not where.scopes:
            return []
        asked = condition(self._clauses(where))
        found = self._chroma.nearest(vector.tolist(), n, asked)
        similarities = {id: 1.0 - distance for id, distance in found.items()}
        if len(similarities) < n:
            similarities |= _overlooked(self._chroma, vector, similarities.keys(), asked)
        best = sorted(similarities.items(), key=lambda item: -item[1])[:n]
        sketches = self._sketches.of([id for id, _ in best], self._sketched)
        return [Near(id, similarity, sketches[id]) for id, similarity in best]

    def read(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages `ids`, as far as there are any."""
        found = _passages(self._chroma.get("documents", "metadatas", ids=ids)) if ids else []
        return {passage.id: passage for passage in found}

    def containing(self, words: Sequence[str], n: int, where: Filter = EVERYONE) -> list[Passage]:
        """Any `n` passages whose text has at least one of `words` in it, in whatever case."""
        patterns = [{"$regex": f"(?i){re.escape(word)}"} for word in words if searchable(word)]
        if not patterns or not where.scopes:
            return []
        found = self._chroma.get(
            "documents",
            "metadatas",
            where=condition(self._clauses(where)),
            where_document=patterns[0] if len(patterns) == 1 else {"$or": patterns},
            limit=n,
        )
        return _passages(found)

    def passages(self, article: str, start: int, end: int, scopes: Sequence[str]) -> list[Passage]:
        """The passages that hold any of an article's characters `start` to `end`, in order.

        Empty where no article with this id is for one of `scopes`.
        """
        if not scopes:
            return []
        asked = within(article, start, end, scopes)
        found = self._chroma.get("documents", "metadatas", where=asked)
        return sorted(_passages(found), key=lambda passage: passage.start)

    def sentences(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Unit vectors of the sentences of passages, (sentences, dimension) each, where they are known."""
        return self._known(lambda: self._stored.vectors(ids))

    def sketch_some(self) -> int:
        """Sketches passages that have no sketch, for an older version stored them; how many. The one thing
        besides `put_sentences` that is added to a published store."""
        if self._stored.count() >= self.count():
            return 0
        part = sorted(self.ids() - self._stored.ids())[:_TAKEN_AT_ONCE]
        self._stored.add(self.read(part).values())
        return len(part)

    def lacking(self, most: int) -> list[str]:
        """Passages the vectors of whose sentences are not known, up to `most`; the newest articles' first."""
        return self._stored.lacking(most)

    def put_sentences(self, vectors: Mapping[str, Vectors]) -> None:
        """Makes them known, by passage."""
        self._stored.put_vectors(vectors)

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Stores passages with their unit vectors (len(passages), dimension).

        Their ids must be new: `remove` first what they replace.
        """
        self._scoped = None
        self._sketches.clear()
        self._stored.add(passages)
        self._chroma.add(
            [passage.id for passage in passages],
            embeddings=vectors,
            documents=[passage.text for passage in passages],
            metadatas=[to_fields(passage) for passage in passages],
        )

    def remove(self, articles: Sequence[str]) -> None:
        """Takes out all passages of the articles with these ids."""
        self._sketches.clear()
        for start in range(0, len(articles), _TAKEN_AT_ONCE):
            ids = list(articles[start : start + _TAKEN_AT_ONCE])
            self._chroma.remove({"article": {"$in": ids}})
        self._stored.remove(articles)

    def _clauses(self, where: Filter) -> list[Clause]:
        # A condition on every passage costs more than the search itself: none where it cannot exclude any.
        return where.clauses(scoped="" not in where.scopes or self._has_scopes())

    def _has_scopes(self) -> bool:
        """Whether any passage is not for everyone."""
        if self._scoped is None:
            self._scoped = bool(self._chroma.get(where={"scope": {"$ne": ""}}, limit=1).ids)
        return self._scoped

    def _sketched(self, ids: list[str]) -> dict[str, Sketch]:
        known = self._known(lambda: self._stored.of(ids))
        lacking = self.read([id for id in ids if id not in known])
        return known | {id: sketch_of(passage) for id, passage in lacking.items()}

    def _known(self, read: Callable[[], dict[str, T]]) -> dict[str, T]:
        """What `read` gives; nothing where that fails, because it can be made anew from what Chroma has."""
        try:
            return read()
        except StoreError as error:
            log.debug("The sketches cannot be used: %s", error)
            return {}


def _overlooked(chroma: Chroma, vector: Vectors, known: Set[str], where: Any) -> dict[str, float]:
    """What should have been found as well: the graph may lead to no passage behind many that are alike."""
    ids = sorted(set(chroma.get(where=where).ids) - known)
    similarities: dict[str, float] = {}
    for start in range(0, len(ids), _TAKEN_AT_ONCE):
        found = chroma.get("embeddings", ids=ids[start : start + _TAKEN_AT_ONCE])
        cosines = np.asarray(found.embeddings, np.float32) @ vector
        similarities.update(zip(found.ids, cosines.tolist(), strict=True))
    return similarities


def _passages(found: Any) -> list[Passage]:
    """What Chroma's `get` gives."""
    records = zip(found.ids, found.documents, found.metadatas, strict=True)
    return [to_passage(id, text, fields) for id, text, fields in records]
