"""One SQLite file that many threads and several processes use, and what can go wrong with it."""

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from index.errors import RecordsError

# Longer than anything here holds the file, and short enough for a person to wait.
PATIENCE = 10.0
_PAUSE = 0.05
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_FAILED = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_FORBIDDEN = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)

Row = tuple[Any, ...]


class Database:
    """The file at `path`, made where it is not there. The n-th of `steps` makes version n of its tables.

    A step that was released stays as it is: what an older version made is brought up by those after it.
    Only its owner may read the file. Raises RecordsError.
    """

    def __init__(self, path: Path, *steps: str) -> None:
        self._path = path
        # Reentrant: a statement may be part of a change.
        self._lock = threading.RLock()
        with self._explained():
            _create_private(path)
            self._connection = sqlite3.connect(
                path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
        try:
            with self._explained():
                self._prepare(steps)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        with self._lock, self._explained():
            return self._connection.execute(query, values).fetchall()

    def run(self, statement: str, values: Sequence[object] = ()) -> int:
        """Runs a statement; how many rows it changed."""
        with self._lock, self._explained():
            return self._connection.execute(statement, values).rowcount

    def run_each(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        with self._lock, self._explained():
            self._connection.executemany(statement, values)

    @contextlib.contextmanager
    def change(self) -> Iterator[None]:
        """Several statements that happen all or not at all, and nothing of anyone else between them."""
        with self._lock, self._explained():
            # Taken at once: a reader that turns writer may be refused without waiting.
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.commit()

    def scrub(self) -> None:
        """Leaves nothing of deleted and replaced rows in the file and the log beside it."""
        with self._lock, self._explained():
            # Overwriting on deletion does not reach copies that rows leave when they move between pages.
            self._connection.execute("VACUUM")
            ((busy, *_),) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            if busy:
                raise _busy(self._path)

    def _prepare(self, steps: Sequence[str]) -> None:
        _set_journal(self._connection)
        self._connection.execute("PRAGMA secure_delete = ON")
        self._connection.execute("PRAGMA foreign_keys = ON")
        if self._version() < len(steps):
            with self.change():
                for step in steps[self._version() :]:
                    for statement in filter(str.strip, step.split(";")):
                        self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {max(self._version(), len(steps))}")
        if self._version() > len(steps):
            raise RecordsError(
                f"{self._path} was written by a newer citebot.", "Install the newest: pip install -U citebot."
            )

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            _explain(error, self._path)


def _create_private(path: Path) -> None:
    """An empty file that only its owner may read; SQLite gives the files beside it the same rights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _set_journal(connection: sqlite3.Connection) -> None:
    """Readers and one writer at a time; SQLite itself does not wait for others that do this, too."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _code(error) not in _LOCKED or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _code(error: BaseException) -> int:
    """SQLite's primary result code; 0 for errors of Python's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _explain(error: sqlite3.Error | OSError, path: Path) -> NoReturn:
    code = _code(error)
    if code in _LOCKED:
        raise _busy(path) from error
    if code in _DAMAGED:
        raise RecordsError(
            f"{path} is damaged.", "Put a copy of it back, or move it away: the bot begins a new one."
        ) from error
    if code in _FAILED:
        raise RecordsError(
            f"The disk that holds {path} is full or fails.", "Free some space, and check that it is there."
        ) from error
    if code in _FORBIDDEN or isinstance(error, OSError):
        raise RecordsError(
            f"{path} cannot be read and written.", "Allow both there, or set CITEBOT_DATA to another folder."
        ) from error
    raise RecordsError(
        f"{path} cannot be used: {error}.", "Run it again with --debug to see where."
    ) from error


def _busy(path: Path) -> RecordsError:
    return RecordsError(f"Another process is using {path}.", "Try again in a moment.")
