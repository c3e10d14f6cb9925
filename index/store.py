"""Chroma, embedded: passages and their vectors in one folder. The only file that imports chromadb."""

import contextlib
import dataclasses
import logging
import re
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from index.article import Passage
from index.disk import explain, explained
from index.errors import StoreError
from index.fields import to_fields, to_passage
from index.filter import EVERYONE, Clause, Filter, condition, searchable, within
from index.kept import Kept
from index.sketch import Sketch, sketch_of
from index.sketches import Sketches

Vectors = npt.NDArray[np.float32]
# Chroma's own annotations reject much of what it takes and gives.
Client = Any
Collection = Any
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
# Chroma shares one system among the clients of a path and does not guard the opening and closing of it.
_CLIENTS = threading.RLock()


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
        self._folder = folder
        self._scoped: bool | None = None
        self._sketches = Kept[Sketch](KEPT)
        # A damaged database is a ValueError, too.
        with _explained(folder, ValueError):
            client = _connect(folder)
            self._finalizer = weakref.finalize(self, _close, client)
            self._batch = client.get_max_batch_size()
            self._collection = _create(client) if create else client.get_collection(_COLLECTION, None)
            self._stored = Sketches(folder)

    def close(self) -> None:
        """Frees its files; a second time does nothing."""
        with _explained(self._folder):
            self._finalizer()

    def count(self) -> int:
        """How many passages there are."""
        with self._open() as collection:
            return int(collection.count())

    def ids(self) -> set[str]:
        """The ids of all passages."""
        with self._open() as collection:
            return set(collection.get(include=[])["ids"])

    def everything(self) -> Iterator[tuple[list[Passage], Vectors]]:
        """All passages with their vectors, some at a time."""
        ids = sorted(self.ids())
        for start in range(0, len(ids), _TAKEN_AT_ONCE):
            part = ids[start : start + _TAKEN_AT_ONCE]
            with self._open() as collection:
                found = collection.get(ids=part, include=["documents", "metadatas", "embeddings"])
            yield _passages(found), np.asarray(found["embeddings"], np.float32)

    def nearest(self, vector: Vectors, n: int, where: Filter = EVERYONE) -> list[Near]:
        """The `n` passages nearest to a unit vector, best first."""
        if not where.scopes:
            return []
        with self._open() as collection:
            asked = condition(self._clauses(where))
            found = collection.query(
                query_embeddings=[vector], n_results=n, where=asked, include=["distances"]
            )
            columns = (found[name][0] for name in ("ids", "distances"))
            similarities = {id: 1.0 - distance for id, distance in zip(*columns, strict=True)}
            if len(similarities) < n:
                similarities |= _overlooked(collection, vector, similarities.keys(), asked)
        best = sorted(similarities.items(), key=lambda item: -item[1])[:n]
        sketches = self._sketches.of([id for id, _ in best], self._sketched)
        return [Near(id, similarity, sketches[id]) for id, similarity in best]

    def read(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages `ids`, as far as there are any."""
        with self._open() as collection:
            found = (
                _passages(collection.get(ids=list(ids), include=["documents", "metadatas"])) if ids else []
            )
        return {passage.id: passage for passage in found}

    def containing(self, words: Sequence[str], n: int, where: Filter = EVERYONE) -> list[Passage]:
        """Any `n` passages whose text has at least one of `words` in it, in whatever case."""
        patterns = [{"$regex": f"(?i){re.escape(word)}"} for word in words if searchable(word)]
        if not patterns or not where.scopes:
            return []
        with self._open() as collection:
            found = collection.get(
                where=condition(self._clauses(where)),
                where_document=patterns[0] if len(patterns) == 1 else {"$or": patterns},
                limit=n,
                include=["documents", "metadatas"],
            )
        return _passages(found)

    def passages(self, article: str, start: int, end: int, scopes: Sequence[str]) -> list[Passage]:
        """The passages that hold any of an article's characters `start` to `end`, in order.

        Empty where no article with this id is for one of `scopes`.
        """
        if not scopes:
            return []
        asked = within(article, start, end, scopes)
        with self._open() as collection:
            found = collection.get(where=asked, include=["documents", "metadatas"])
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
        fields = [to_fields(passage) for passage in passages]
        self._scoped = None
        self._sketches.clear()
        self._stored.add(passages)
        with self._open() as collection:
            for start in range(0, len(passages), self._batch):
                part = slice(start, start + self._batch)
                collection.add(
                    ids=[passage.id for passage in passages[part]],
                    embeddings=vectors[part],
                    documents=[passage.text for passage in passages[part]],
                    metadatas=fields[part],
                )

    def remove(self, articles: Sequence[str]) -> None:
        """Takes out all passages of the articles with these ids."""
        self._sketches.clear()
        with self._open() as collection:
            for start in range(0, len(articles), _TAKEN_AT_ONCE):
                ids = list(articles[start : start + _TAKEN_AT_ONCE])
                collection.delete(where={"article": {"$in": ids}})
        self._stored.remove(articles)

    def _clauses(self, where: Filter) -> list[Clause]:
        # A condition on every passage costs more than the search itself: none where it cannot exclude any.
        return where.clauses(scoped="" not in where.scopes or self._has_scopes())

    def _has_scopes(self) -> bool:
        """Whether any passage is not for everyone."""
        if self._scoped is None:
            found = self._collection.get(where={"scope": {"$ne": ""}}, limit=1, include=[])
            self._scoped = bool(found["ids"])
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

    @contextlib.contextmanager
    def _open(self) -> Iterator[Collection]:
        """The collection, as long as this is not closed, its errors as ours."""
        if not self._finalizer.alive:
            raise StoreError(f"The index in {self._folder} was closed.", "Open it again.")
        with _explained(self._folder):
            yield self._collection


@contextlib.contextmanager
def _explained(folder: Path, *errors: type[Exception]) -> Iterator[None]:
    """Chroma's errors as ours; where it is written in Rust it panics, too."""
    from chromadb.errors import ChromaError

    try:
        with explained(folder, ChromaError, *errors):
            yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise explain(error, folder) from error


def _connect(folder: Path) -> Client:
    import chromadb

    logging.getLogger("chromadb").setLevel(logging.CRITICAL)
    # Said in full, because Chroma otherwise asks the environment and an .env file in the working folder.
    settings = chromadb.config.Settings(
        _env_file=None,  # type: ignore[call-arg]
        anonymized_telemetry=False,
        chroma_otel_collection_endpoint="",
        chroma_api_impl="chromadb.api.rust.RustBindingsAPI",
        chroma_server_nofile=None,
        allow_reset=False,
        migrations="apply",
        migrations_hash_algorithm="md5",
    )
    with _CLIENTS:
        try:
            return chromadb.PersistentClient(folder, settings)
        except BaseException:
            _forget_failed(str(folder))
            raise


def _forget_failed(path: str) -> None:
    """Chroma registers a system before it starts, and would hand one that failed to the next client."""
    from chromadb.api.shared_system_client import SharedSystemClient

    if path not in SharedSystemClient._identifier_to_refcount:
        SharedSystemClient._identifier_to_system.pop(path, None)


def _close(client: Client) -> None:
    with _CLIENTS:
        client.close()


def _create(client: Client) -> Collection:
    return client.create_collection(_COLLECTION, configuration={"hnsw": _HNSW}, embedding_function=None)


def _overlooked(collection: Collection, vector: Vectors, known: Set[str], where: Any) -> dict[str, float]:
    """What should have been found as well: the graph may lead to no passage behind many that are alike."""
    ids = sorted(set(collection.get(where=where, include=[])["ids"]) - known)
    similarities: dict[str, float] = {}
    for start in range(0, len(ids), _TAKEN_AT_ONCE):
        found = collection.get(ids=ids[start : start + _TAKEN_AT_ONCE], include=["embeddings"])
        cosines = np.asarray(found["embeddings"], np.float32) @ vector
        similarities.update(zip(found["ids"], cosines.tolist(), strict=True))
    return similarities


def _passages(found: Mapping[str, Any]) -> list[Passage]:
    """What Chroma's `get` gives."""
    columns = (found[name] for name in ("ids", "documents", "metadatas"))
    return [to_passage(id, text, fields) for id, text, fields in zip(*columns, strict=True)]
