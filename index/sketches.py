"""The sketches of an index's passages, in SQLite beside Chroma's files.

A search ranks 200 passages and shows ten. To read 200 from Chroma takes ten times as long as to find them,
and to count their words longer still. The vectors of their sentences come later, when there is time for it.
"""

import contextlib
import datetime
import functools
import json
import sqlite3
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from index.article import Passage
from index.disk import explained
from index.onnx_model import Vectors
from index.sketch import SKETCH_VERSION, Bag, Sketch, sketch_of

FILE: Final = "sketches.sqlite3"
_SCHEMA: Final = """
CREATE TABLE passages (
    id TEXT PRIMARY KEY, article TEXT NOT NULL, day INTEGER, bag TEXT NOT NULL, vectors BLOB
);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_without_vectors ON passages (day) WHERE vectors IS NULL;
"""
# SQLite takes no more values in a statement everywhere.
_AT_ONCE: Final = 500
_LARGEST: Final = 127
_LEAST: Final = 1e-12


class Sketches:
    """Sketches by passage, in one file. Threads may share it.

    It may lack passages, or be that of another version and lack all: they are read, then, and sketched anew.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def of(self, ids: Sequence[str]) -> dict[str, Sketch]:
        """Those of the passages `ids` that are known."""
        return {id: Sketch(_bag(bag), _date(day)) for id, day, bag in self._rows("day, bag", "1", ids)}

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors (sentences, dimension) of those of the passages `ids` that have them."""
        return {id: unpacked(vectors) for id, vectors in self._rows("vectors", "vectors IS NOT NULL", ids)}

    def ids(self) -> set[str]:
        """The passages that are known."""
        return {id for (id,) in self._all("SELECT id FROM passages")}

    def count(self) -> int:
        """How many these are."""
        return sum(number for (number,) in self._all("SELECT count(*) FROM passages"))

    def lacking(self, most: int) -> list[str]:
        """Passages that have no vectors of sentences, up to `most`; those of the newest articles first."""
        query = "SELECT id FROM passages WHERE vectors IS NULL ORDER BY day DESC LIMIT ?"
        return [id for (id,) in self._all(query, most)]

    def put_vectors(self, vectors: Mapping[str, Vectors]) -> None:
        """Stores unit vectors (sentences, dimension) by passage, of those that are there."""
        rows = [(packed(own), id) for id, own in vectors.items()]
        with self._database() as database:
            if database:
                database.executemany("UPDATE passages SET vectors = ? WHERE id = ?", rows)

    def add(self, passages: Iterable[Passage]) -> None:
        """Stores the sketches of passages."""
        rows = list(map(_row, passages))
        with self._database(create=True) as database:
            assert database
            database.executemany("INSERT OR REPLACE INTO passages VALUES (?, ?, ?, ?, NULL)", rows)

    def remove(self, articles: Sequence[str]) -> None:
        """Takes out all passages of the articles with these ids."""
        with self._database() as database:
            if database:
                database.executemany("DELETE FROM passages WHERE article = ?", [(id,) for id in articles])

    def _rows(self, columns: str, condition: str, ids: Sequence[str]) -> list[Any]:
        parts = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
        query = f"SELECT id, {columns} FROM passages WHERE {condition} AND id IN"
        return [row for part in parts for row in self._all(f"{query} ({', '.join('?' * len(part))})", *part)]

    def _all(self, query: str, *values: str | int) -> list[Any]:
        with self._database() as database:
            return database.execute(query, values).fetchall() if database else []

    @contextlib.contextmanager
    def _database(self, *, create: bool = False) -> Iterator[sqlite3.Connection | None]:
        """The file, opened, and what is done there kept at the end; None where there is none of this version.

        With `create` it is made, then, or made anew.
        """
        if not create and not self._path.is_file():
            yield None
            return
        # Not "ro": what a killed process left half done has to be rolled back first.
        address = f"{self._path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
        with (
            explained(self._path.parent),
            contextlib.closing(sqlite3.connect(address, uri=True)) as database,
            database,
        ):
            ((found,),) = database.execute("PRAGMA user_version").fetchall()
            if found != _version() and create:
                database.executescript(f"DROP TABLE IF EXISTS passages; {_SCHEMA}")
                database.execute(f"PRAGMA user_version = {_version()}")
            yield database if create or found == _version() else None


@functools.cache
def _version() -> int:
    """Of what is stored: the words of a passage depend on the stemmer, too."""
    import Stemmer

    return zlib.crc32(f"{SKETCH_VERSION} {Stemmer.version()}".encode()) >> 1


def _row(passage: Passage) -> tuple[Any, ...]:
    sketch = sketch_of(passage)
    bag = json.dumps(sketch.bag, ensure_ascii=False, separators=(",", ":"))
    day = sketch.day.toordinal() if sketch.day else None
    return passage.id, passage.article.id, day, bag


def rounded(vectors: Vectors) -> Vectors:
    """What comes back of unit vectors that are stored, (texts, dimension)."""
    return unpacked(packed(vectors))


def packed(vectors: Vectors) -> bytes:
    """For each unit vector its numbers as bytes, the largest of them 127, and what makes it a unit again."""
    largest = np.maximum(np.abs(vectors).max(axis=1, initial=0.0), _LEAST)
    numbers = np.round(vectors * (_LARGEST / largest)[:, None]).astype(np.int8)
    scales = 1 / np.maximum(np.linalg.norm(numbers.astype(np.float32), axis=1), 1)
    return b"".join((len(vectors).to_bytes(4, "little"), scales.astype("<f4").tobytes(), numbers.tobytes()))


def unpacked(content: bytes) -> Vectors:
    """The vectors that were packed."""
    count = int.from_bytes(content[:4], "little")
    scales = np.frombuffer(content, "<f4", count, 4)
    numbers = np.frombuffer(content[4 + 4 * count :], np.int8)
    vectors: Vectors = numbers.reshape(count, len(numbers) // max(count, 1)) * scales[:, None]
    return vectors


def _bag(content: str) -> Bag:
    # Of the words of thousands of passages most are the same.
    return {sys.intern(term): weight for term, weight in json.loads(content).items()}


def _date(day: int | None) -> datetime.date | None:
    return datetime.date.fromordinal(day) if day is not None else None
