"""Chroma's engine in this process: the compiled part of chromadb, called as chromadb's client calls it.

Not that client: its import takes a third of a cold question's time, for telemetry and embedding functions
that nothing here uses, and it reads settings from the environment and an .env file in the working folder.
"""

import contextlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from index.disk import explain, explained
from index.errors import StoreError

_PLACE: Final = {"tenant": "default_tenant", "database": "default_database"}


class Chroma:
    """The one collection `name` in a Chroma folder. Threads may share it. Raises StoreError.

    `make` makes it, with what it says of the HNSW graph. Whoever drops this frees its files.
    """

    def __init__(self, folder: Path, name: str, *, make: Mapping[str, Any] | None = None) -> None:
        self._folder = folder
        self._bindings: Any = None
        # A damaged database is a ValueError, too.
        with _explained(folder, ValueError):
            self._bindings = bindings = _open(folder)
            if make is None:
                collection = bindings.get_collection(name, **_PLACE)
            else:
                collection = bindings.create_collection(name, json.dumps({"hnsw": dict(make)}), **_PLACE)
            self._id = str(collection.id)
            self.most_records = int(bindings.get_max_batch_size())

    def close(self) -> None:
        """Frees its files; a second time does nothing."""
        with _explained(self._folder):
            self._bindings = None

    def count(self) -> int:
        """How many records there are."""
        with self._opened() as bindings:
            return int(bindings.count(self._id, **_PLACE))

    def get(self, *include: str, ids: Sequence[str] | None = None, **asked: Any) -> Any:
        """The records that `ids`, `where` and `where_document` name, at most `limit`: `.ids` and, as lists,
        what `include` names."""
        chosen = None if ids is None else list(ids)
        with self._opened() as bindings:
            return bindings.get(self._id, ids=chosen, include=list(include), **_asked(asked), **_PLACE)

    def nearest(self, vector: Sequence[float], n: int, where: Any = None) -> dict[str, float]:
        """The ids of the `n` records nearest to a vector, with their distances, nearest first."""
        with self._opened() as bindings:
            found = bindings.query(
                self._id, None, [vector], n, include=["distances"], **_asked({"where": where}), **_PLACE
            )
        return dict(zip(found.ids[0], found.distances[0], strict=True))

    def add(self, ids: Sequence[str], **columns: Any) -> None:
        """Adds records with new ids: `embeddings`, `documents` and `metadatas`, one each."""
        with self._opened() as bindings:
            for start in range(0, len(ids), self.most_records):
                part = slice(start, start + self.most_records)
                given = {name: list(column[part]) for name, column in columns.items()}
                bindings.add(list(ids[part]), self._id, **given, **_PLACE)

    def remove(self, where: Any) -> None:
        """Deletes the records for which this holds."""
        with self._opened() as bindings:
            bindings.delete(self._id, **_asked({"where": where}), **_PLACE)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Any]:
        """The bindings, as long as this is not closed, their errors as ours."""
        bindings = self._bindings
        if bindings is None:
            raise StoreError(f"The index in {self._folder} was closed.", "Open it again.")
        with _explained(self._folder):
            yield bindings


def _open(folder: Path) -> Any:
    import chromadb_rust_bindings as chroma

    database = chroma.SqliteDBConfig(
        hash_type=chroma.MigrationHash.MD5,
        migration_mode=chroma.MigrationMode.Apply,
        url=str(folder / "chroma.sqlite3"),
    )
    # A graph stays in memory for each collection that is asked: here there is one.
    return chroma.Bindings(
        allow_reset=False, sqlite_db_config=database, persist_path=str(folder), hnsw_cache_size=1
    )


def _asked(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Conditions as the bindings take them: in JSON, and none for those that are empty."""
    given = {name: value for name, value in conditions.items() if value is not None}
    return {name: json.dumps(value) if name.startswith("where") else value for name, value in given.items()}


@contextlib.contextmanager
def _explained(folder: Path, *errors: type[Exception]) -> Iterator[None]:
    """Chroma's errors as ours; where it is written in Rust it panics, too."""
    try:
        with explained(folder, *errors):
            yield
    except BaseException as error:
        if not _is_chromas(error):
            raise
        raise explain(error, folder) from error


def _is_chromas(error: BaseException) -> bool:
    """Whether the engine raised it. It imports chromadb's errors, and all of chromadb, when it needs one."""
    known = sys.modules.get("chromadb.errors")
    return type(error).__name__ == "PanicException" or bool(known and isinstance(error, known.ChromaError))
