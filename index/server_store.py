"""Passages and their vectors in a collection on a Chroma server, which many read and one process writes.

A passage is never changed there: its record's id follows from the article's digest. The manifest of a
generation says which records count, so that readers see all of one generation or all of the next, and none
of what a writer is about to add or has yet to remove.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from index.article import Passage
from index.chroma_api import AT_ONCE, ChromaApi
from index.errors import StoreDamaged, StoreError
from index.fields import to_fields, to_passage
from index.filter import EVERYONE, Clause, Filter, condition, searchable, within
from index.kept import Kept
from index.manifest import Manifest
from index.sketch import Sketch, sketch_of
from index.store import KEPT, Near, Vectors

# Vectors that are not in the graph yet the server compares one by one. As with the embedded store, ef_search
# is how many candidates the graph search keeps.
HNSW: Final = {"hnsw": {"space": "cosine", "ef_search": 1000}}
# What Chroma Cloud has instead of that graph.
SPANN: Final = {"spann": {"space": "cosine"}}
_DIGEST, _PASSAGE = "digest", "passage"
_DIGEST_LENGTH = 16
# The longest pattern that Chroma Cloud takes.
_LONGEST_PATTERN = 256
_ARTICLES_AT_ONCE = 100

Row = tuple[str, str, Mapping[str, Any]]


class ServerStore:
    """The passages in one collection that `manifest` knows; both are closed by `close`."""

    def __init__(self, api: ChromaApi, name: str, manifest: Manifest) -> None:
        self._api = api
        self._manifest = manifest
        self._scoped: bool | None = None
        # By the record's id, under which nothing else is ever stored.
        self._kept = Kept[Row](KEPT)
        self._sketches = Kept[Sketch](KEPT)
        collection = api.find(name)
        if collection is None:
            raise StoreDamaged(
                f"The collection {name} is missing on {api.address}.", "Run `citebot index --rebuild`."
            )
        self._id = collection.id

    def close(self) -> None:
        """Frees its files; the connections are for others, too."""
        self._manifest.close()

    def count(self) -> int:
        """How many passages there are, those that do not count any more among them."""
        return self._api.count(self._id)

    def ids(self) -> set[str]:
        """The ids of all passages."""
        rows = (row for page in self._api.pages(self._id, ["metadatas"]) for row in _rows(page))
        return {fields[_PASSAGE] for _, _, fields in self._live(list(rows))}

    def nearest(self, vector: Vectors, n: int, where: Filter = EVERYONE) -> list[Near]:
        """As Store's."""
        if not where.scopes:
            return []
        asked = condition(self._clauses(where))
        similarities: dict[str, float] = {}

        def ask(wanted: int) -> list[Row]:
            found = self._api.query(self._id, vector.tolist(), wanted, asked, ["distances"])
            ids, distances = ((found[name] or [[]])[0] for name in ("ids", "distances"))
            similarities.update((id, 1.0 - distance) for id, distance in zip(ids, distances, strict=True))
            rows = self._kept.of(ids, self._rows_of)
            return [rows[id] for id in ids if id in rows]

        rows = self._enough(ask, n)
        if len(rows) < n:
            rows += self._overlooked(vector, asked, similarities)
        best = dict(sorted(((row[0], row) for row in rows), key=lambda pair: -similarities[pair[0]])[:n])
        sketches = self._sketches.of(
            list(best), lambda new: {id: sketch_of(_passage(best[id])) for id in new}
        )
        return [Near(row[2][_PASSAGE], similarities[id], sketches[id]) for id, row in best.items()]

    def read(self, ids: Sequence[str]) -> dict[str, Passage]:
        """As Store's."""
        articles = {id: id.rpartition("#")[0] for id in ids}
        digests = self._manifest.digests(list(set(articles.values())))
        records = [
            _record_id(id, digests[article][:_DIGEST_LENGTH])
            for id, article in articles.items()
            if article in digests
        ]
        passages = map(_passage, self._kept.of(records, self._rows_of).values())
        return {passage.id: passage for passage in passages}

    def containing(self, words: Sequence[str], n: int, where: Filter = EVERYONE) -> list[Passage]:
        """As Store's."""
        pattern = _pattern(words)
        if not pattern or not where.scopes:
            return []
        asked = condition(self._clauses(where))

        def ask(wanted: int) -> list[Row]:
            text = {"$regex": pattern}
            return self._get(where=asked, where_document=text, limit=wanted)

        return [_passage(row) for row in self._enough(ask, n)]

    def passages(self, article: str, start: int, end: int, scopes: Sequence[str]) -> list[Passage]:
        """As Store's."""
        if not scopes:
            return []
        pages = self._api.pages(
            self._id, ["documents", "metadatas"], where=within(article, start, end, scopes)
        )
        rows = [row for page in pages for row in _rows(page)]
        return sorted(map(_passage, self._live(rows)), key=lambda passage: passage.start)

    def sentences(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """None: on the way from a server they would cost what they save."""
        return {}

    def sketch_some(self) -> int:
        """None: as above."""
        return 0

    def lacking(self, most: int) -> list[str]:
        """None: nothing is kept for them."""
        return []

    def put_sentences(self, vectors: Mapping[str, Vectors]) -> None:
        """Nothing: they are not kept."""

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Stores passages of articles that the manifest has, with their unit vectors."""
        digests = self._manifest.digests(list({passage.article.id for passage in passages}))
        self._scoped = None
        most = self._api.most_records()
        for start in range(0, len(passages), most):
            part = passages[start : start + most]
            keys = [digests[passage.article.id][:_DIGEST_LENGTH] for passage in part]
            self._api.put(
                self._id,
                ids=[_record_id(passage.id, key) for passage, key in zip(part, keys, strict=True)],
                embeddings=vectors[start : start + most].tolist(),
                documents=[passage.text for passage in part],
                metadatas=[
                    {**to_fields(passage), _DIGEST: key, _PASSAGE: passage.id}
                    for passage, key in zip(part, keys, strict=True)
                ],
            )

    def sweep(self, articles: Sequence[str] | None = None) -> None:
        """Deletes what the manifest does not know: of some articles, or of all."""
        known: list[Any] = [None]
        if articles is not None:
            parts = range(0, len(articles), _ARTICLES_AT_ONCE)
            known = [{"article": {"$in": list(articles[i : i + _ARTICLES_AT_ONCE])}} for i in parts]
        pages = (page for asked in known for page in self._api.pages(self._id, ["metadatas"], where=asked))
        dead: list[str] = []
        for rows in map(_rows, pages):
            live = {id for id, _, _ in self._live(rows)}
            dead += [id for id, _, _ in rows if id not in live]
        self._api.remove(self._id, dead)

    def _enough(self, ask: Callable[[int], list[Row]], n: int) -> list[Row]:
        """The first `n` rows that count, however many between them do not any more."""
        wanted = n
        while True:
            rows = ask(wanted)
            live = self._live(rows)
            if len(live) >= n or len(rows) < wanted or wanted >= AT_ONCE:
                return live[:n]
            wanted = min(AT_ONCE, wanted + len(rows) - len(live))

    def _overlooked(self, vector: Vectors, asked: Any, known: dict[str, float]) -> list[Row]:
        """What should have been found as well: as with the embedded store, the graph may not lead there.

        Adds its similarities to those that are known.
        """
        pages = self._api.pages(self._id, [], where=asked)
        ids = sorted({id for page in pages for id in page["ids"]} - known.keys())
        rows: list[Row] = []
        for start in range(0, len(ids), AT_ONCE):
            part = ids[start : start + AT_ONCE]
            found = self._api.get(self._id, ["documents", "metadatas", "embeddings"], ids=part)
            if not found["ids"]:
                continue
            cosines = np.asarray(found["embeddings"], np.float32) @ vector
            known.update(zip(found["ids"], cosines.tolist(), strict=True))
            rows += self._live(_rows(found))
        return rows

    def _live(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that the manifest knows as they are."""
        digests = self._manifest.digests(list({fields["article"] for _, _, fields in rows}))
        return [row for row in rows if row[2][_DIGEST] == digests.get(row[2]["article"], "")[:_DIGEST_LENGTH]]

    def _rows_of(self, ids: list[str]) -> dict[str, Row]:
        pages = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
        return {row[0]: row for page in pages for row in self._get(ids=page)}

    def _get(self, **asked: Any) -> list[Row]:
        return _rows(self._api.get(self._id, ["documents", "metadatas"], **asked))

    def _clauses(self, where: Filter) -> list[Clause]:
        # As with the embedded store: no condition that can exclude nothing.
        return where.clauses(scoped="" not in where.scopes or self._has_scopes())

    def _has_scopes(self) -> bool:
        if self._scoped is None:
            self._scoped = bool(self._api.get(self._id, [], where={"scope": {"$ne": ""}}, limit=1)["ids"])
        return self._scoped


def _rows(page: Mapping[str, Any]) -> list[Row]:
    """What Chroma's `get` gives."""
    texts = page.get("documents") or [""] * len(page["ids"])
    metadatas = page.get("metadatas") or [{}] * len(page["ids"])
    for fields in metadatas:
        if not fields or not {_DIGEST, _PASSAGE, "article"} <= fields.keys():
            raise StoreError(
                "The collection on the Chroma server holds what citebot did not write.",
                "Name another one in CHROMA_COLLECTION.",
            )
    return list(zip(page["ids"], texts, metadatas, strict=True))


def _passage(row: Row) -> Passage:
    _, text, fields = row
    own = {name: value for name, value in fields.items() if name not in (_DIGEST, _PASSAGE)}
    return to_passage(fields[_PASSAGE], text, own)


def _record_id(passage: str, digest: str) -> str:
    """Short, because Chroma Cloud takes no long ones."""
    return hashlib.sha256(f"{digest} {passage}".encode()).hexdigest()[:32]


def _pattern(words: Sequence[str]) -> str:
    """One expression for all words, of which the last are left out where it becomes too long."""
    pattern = ""
    for word in filter(searchable, words):
        longer = f"{pattern}|{re.escape(word)}" if pattern else re.escape(word)
        if len(f"(?i)({longer})".encode()) > _LONGEST_PATTERN:
            break
        pattern = longer
    return f"(?i)({pattern})" if pattern else ""
