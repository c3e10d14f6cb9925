"""The sketches of an index's passages, in SQLite beside Chroma's files.

A search ranks 200 passages and shows ten. To read 200 from Chroma takes ten times as long as to find them,
and to count their words longer still.
"""

import contextlib
import datetime
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from index.article import Passage
from index.disk import explained
from index.sketch import SKETCH_VERSION, Sketch, sketch_of

FILE: Final = "sketches.sqlite3"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, article TEXT NOT NULL, version INTEGER NOT NULL, day INTEGER, bag TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS passages_by_article ON passages (article);
"""
# SQLite takes no more values in a statement everywhere.
_AT_ONCE: Final = 500


class Sketches:
    """Sketches by passage, in one file. Threads may share it.

    It lacks passages that another version stored: they have to be read, and sketched anew.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def of(self, ids: Sequence[str]) -> dict[str, Sketch]:
        """Those of the passages `ids` that are known."""
        if not self._path.is_file():
            return {}
        found: dict[str, Sketch] = {}
        with self._database("ro") as database:
            for start in range(0, len(ids), _AT_ONCE):
                part = ids[start : start + _AT_ONCE]
                among = f"id IN ({', '.join('?' * len(part))}) AND version = {SKETCH_VERSION}"
                for id, day, bag in database.execute(
                    f"SELECT id, day, bag FROM passages WHERE {among}", part
                ):
                    found[id] = Sketch(json.loads(bag), _date(day))
        return found

    def add(self, passages: Iterable[Passage]) -> None:
        """Stores the sketches of passages."""
        with self._database("rwc") as database:
            database.executescript(_SCHEMA)
            database.executemany(
                "INSERT OR REPLACE INTO passages VALUES (?, ?, ?, ?, ?)", map(_row, passages)
            )

    def remove(self, articles: Sequence[str]) -> None:
        """Takes out all passages of the articles with these ids."""
        if self._path.is_file():
            with self._database("rw") as database:
                database.executemany("DELETE FROM passages WHERE article = ?", [(id,) for id in articles])

    @contextlib.contextmanager
    def _database(self, mode: str) -> Iterator[sqlite3.Connection]:
        with explained(self._path.parent):
            address = f"{self._path.absolute().as_uri()}?mode={mode}"
            with contextlib.closing(sqlite3.connect(address, uri=True)) as database, database:
                yield database


def _row(passage: Passage) -> tuple[Any, ...]:
    sketch = sketch_of(passage)
    bag = json.dumps(sketch.bag, ensure_ascii=False, separators=(",", ":"))
    day = sketch.day.toordinal() if sketch.day else None
    return passage.id, passage.article.id, SKETCH_VERSION, day, bag


def _date(day: int | None) -> datetime.date | None:
    return datetime.date.fromordinal(day) if day is not None else None
