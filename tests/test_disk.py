import errno
import os
import sqlite3
from pathlib import Path

import pytest

from index.disk import checksums, explain, explained, write_atomically
from index.errors import LibraryError, StoreBusy, StoreDamaged, StoreError, StoreUnwritable


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), StoreUnwritable, "is full"),
        (sqlite3.OperationalError("database or disk is full"), StoreUnwritable, "is full"),
        (OSError(errno.EROFS, os.strerror(errno.EROFS)), StoreUnwritable, "cannot be written"),
        (PermissionError(errno.EACCES, "Permission denied"), StoreUnwritable, "cannot be written"),
        (
            sqlite3.OperationalError("attempt to write a readonly database"),
            StoreUnwritable,
            "cannot be written",
        ),
        (sqlite3.OperationalError("database is locked"), StoreBusy, "Another process"),
        (sqlite3.DatabaseError("file is not a database"), StoreDamaged, "file is not a database"),
        (OSError(errno.EIO, "Input/output error"), StoreUnwritable, "fails to read or write"),
        (sqlite3.OperationalError("disk I/O error"), StoreUnwritable, "fails to read or write"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory"), StoreError, "is not a folder"),
        (FileExistsError(errno.EEXIST, "File exists"), StoreError, "is not a folder"),
        (OSError(errno.ENAMETOOLONG, "File name too long"), StoreError, "is not a folder"),
        (OSError(errno.ELOOP, "Too many levels of symbolic links"), StoreError, "is not a folder"),
        (OSError(errno.EISDIR, "Is a directory"), StoreDamaged, "Is a directory"),
    ],
)
def test_errors_say_what_to_do(error: Exception, kind: type[StoreError], said: str) -> None:
    with pytest.raises(StoreError, match=said) as explained_error, explained(Path("data")):
        raise error
    assert type(explained_error.value) is kind
    assert explained_error.value.hint
    assert "data" in explained_error.value.message


def test_where_there_is_no_room_that_is_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = RuntimeError("Failed to apply logs")
    assert isinstance(explain(error, tmp_path), StoreDamaged)
    monkeypatch.setattr("index.disk._ROOM", 1 << 80)
    assert "is full" in explain(error, tmp_path).message
    assert isinstance(explain(error, tmp_path / "nowhere"), StoreDamaged)
    for damage in (
        sqlite3.DatabaseError("database disk image is malformed"),
        OSError(errno.EISDIR, "A folder"),
    ):
        assert isinstance(explain(damage, tmp_path), StoreDamaged)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read anything")
def test_what_cannot_be_read_is_told_from_what_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    tmp_path.chmod(0o500)
    with pytest.raises(StoreUnwritable, match="cannot be written"), explained(tmp_path):
        (tmp_path / "new").touch()
    tmp_path.chmod(0)
    try:
        with pytest.raises(StoreError, match="cannot be read"), explained(tmp_path):
            file.read_bytes()
    finally:
        tmp_path.chmod(0o700)


def test_other_errors_pass() -> None:
    for error in (LibraryError("as it is"), KeyError("a defect")):
        with pytest.raises(type(error)) as passed, explained(Path("data")):
            raise error
        assert passed.value is error


def test_errors_of_others_are_explained_where_named() -> None:
    with pytest.raises(StoreDamaged), explained(Path("data"), KeyError):
        raise KeyError("theirs")


def test_writing_replaces(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_atomically(file, "one")
    write_atomically(file, "zwei ⊂")
    assert file.read_text(encoding="utf-8") == "zwei ⊂"
    assert list(tmp_path.iterdir()) == [file]


def test_checksums_see_one_flipped_bit(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "file"
    file.parent.mkdir()
    file.write_bytes(bytes(3_000_000))
    before = checksums(tmp_path, [file])
    assert list(before) == ["folder/file"]
    assert before == checksums(tmp_path, [file])
    file.write_bytes(bytes(1_500_000) + b"\1" + bytes(1_499_999))
    assert before != checksums(tmp_path, [file])
