"""One SQLite file for many threads and processes, and what can go wrong with it."""

import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bot import database
from bot.database import Database
from index.errors import RecordsError
from tests.command import CHECKOUT, environment

SCHEMA = "CREATE TABLE words (word TEXT); CREATE INDEX by_word ON words (word);"


def opened(path: Path) -> Database:
    return Database(path, SCHEMA)


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=CHECKOUT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_what_is_written_is_there_when_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "bot.sqlite3"
    first = opened(path)
    assert first.run("INSERT INTO words VALUES (?)", ("bridge",)) == 1
    first.close()
    assert opened(path).rows("SELECT word FROM words") == [("bridge",)]


@pytest.mark.skipif(os.name == "nt", reason="rights of files are another thing there")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        opened(tmp_path / "bot.sqlite3").run("INSERT INTO words VALUES ('bridge')")
        files = list(tmp_path.iterdir())
    finally:
        os.umask(before)
    assert {path.suffix for path in files} >= {".sqlite3", ".sqlite3-wal"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_change_happens_all_or_not_at_all(tmp_path: Path) -> None:
    words = opened(tmp_path / "bot.sqlite3")
    with contextlib.suppress(KeyboardInterrupt), words.change():
        words.run("INSERT INTO words VALUES ('half')")
        raise KeyboardInterrupt
    assert words.rows("SELECT * FROM words") == []
    with words.change():
        words.run_each("INSERT INTO words VALUES (?)", [("one",), ("two",)])
    assert len(words.rows("SELECT * FROM words")) == 2


WRITE = f"""
import sys
from pathlib import Path
from bot.database import Database
words = Database(Path(sys.argv[1]), {SCHEMA!r})
for number in range(int(sys.argv[2])):
    with words.change():
        ((count,),) = words.rows("SELECT count(*) FROM words")
        words.run("INSERT INTO words VALUES (?)", (f"{{count}}",))
    print(number, flush=True)
"""


def test_threads_and_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    others = [python(WRITE, path, 40) for _ in range(3)]
    words = opened(path)
    errors: list[Exception] = []

    def write() -> None:
        try:
            for _ in range(20):
                with words.change():
                    ((count,),) = words.rows("SELECT count(*) FROM words")
                    words.run("INSERT INTO words VALUES (?)", (f"{count}",))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.communicate()[1] for other in others] == [""] * 3
    assert errors == []
    # Nobody wrote between another's reading and writing.
    assert {word for (word,) in words.rows("SELECT word FROM words")} == set(map(str, range(200)))


def test_a_kill_loses_nothing_that_was_written(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    writer = python(WRITE, path, 100_000)
    assert writer.stdout
    said = [writer.stdout.readline() for _ in range(20)][-1]
    writer.kill()
    writer.communicate()
    words = opened(path)
    ((count,),) = words.rows("SELECT count(*) FROM words")
    assert count > int(said)
    assert words.rows("PRAGMA integrity_check") == [("ok",)]
    words.run("INSERT INTO words VALUES ('after')")


def test_who_is_kept_waiting_too_long_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.2)
    words = opened(tmp_path / "bot.sqlite3")
    other = sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    with pytest.raises(RecordsError, match=r"Another process is using .*\. Try again in a moment\."):
        words.run("INSERT INTO words VALUES ('bridge')")
    assert time.monotonic() - begun < 5
    assert words.rows("SELECT * FROM words") == []
    other.execute("ROLLBACK")
    other.close()
    assert words.run("INSERT INTO words VALUES ('bridge')") == 1


def test_words_that_a_reader_still_holds_are_not_called_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.2)
    words = opened(tmp_path / "bot.sqlite3")
    words.run("INSERT INTO words VALUES ('bridge')")
    other = sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT * FROM words").fetchall()
    words.run("DELETE FROM words")
    with pytest.raises(RecordsError, match="Another process is using"):
        words.scrub()
    other.close()
    words.scrub()
    assert not any(b"bridge" in path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bot.sqlite3"
    path.write_bytes(content)
    with pytest.raises(RecordsError, match=r"bot\.sqlite3 is damaged\. Put a copy of it back"):
        opened(path)
    assert path.read_bytes() == content


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    Database(tmp_path / "bot.sqlite3", SCHEMA, "CREATE TABLE more (more TEXT)").close()
    with pytest.raises(RecordsError, match=r"written by a newer citebot\. Install the newest"):
        opened(tmp_path / "bot.sqlite3")


def test_an_older_file_is_brought_up_and_keeps_what_it_has(tmp_path: Path) -> None:
    with contextlib.closing(opened(tmp_path / "bot.sqlite3")) as older:
        older.run("INSERT INTO words VALUES ('bridge')")
    steps = (SCHEMA, "CREATE TABLE more (more TEXT)", "ALTER TABLE more ADD COLUMN yet TEXT")
    for _ in range(2):
        with contextlib.closing(Database(tmp_path / "bot.sqlite3", *steps)) as newer:
            assert newer.rows("SELECT * FROM words") == [("bridge",)]
            assert newer.rows("SELECT more, yet FROM more") == []


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(RecordsError, match=r"cannot be read and written\. Allow both there"):
        opened(tmp_path / "data" / "bot.sqlite3")
    (tmp_path / "bot.sqlite3").mkdir()
    with pytest.raises(RecordsError, match="cannot be read and written"):
        opened(tmp_path / "bot.sqlite3")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anything")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(RecordsError, match="cannot be read and written"):
            opened(tmp_path / "bot.sqlite3")
    finally:
        tmp_path.chmod(0o700)


FILL = f"""
import resource, signal, sys
from pathlib import Path
from bot.database import Database
from index.errors import RecordsError
words = Database(Path(sys.argv[1]), {SCHEMA!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    for number in range(1_000):
        words.run("INSERT INTO words VALUES (?)", ("w" * 1_000,))
except RecordsError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits the size of files as only Unix can")
def test_a_disk_that_takes_no_more_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    said, errors = python(FILL, path).communicate()
    assert errors == ""
    assert said.startswith(f"The disk that holds {path} is full or fails.")
    assert said.count("\n") == 1
    assert opened(path).rows("PRAGMA integrity_check") == [("ok",)]
