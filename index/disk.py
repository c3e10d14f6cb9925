"""What can go wrong between the index and the disk, said for people; and writes that a crash cannot halve."""

import contextlib
import errno
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.errors import CitebotError, StoreBusy, StoreDamaged, StoreError, StoreUnwritable

REBUILD = "Run `citebot index --rebuild`."
_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_FOLDER = {errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP}
_DAMAGE = ("malformed", "not a database", "corrupt")
_BLOCK = 1 << 20
_ROOM = 8 << 20


def make_folder(folder: Path) -> None:
    """Makes a folder and those above it. Raises StoreError where there can be none, and OSError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileNotFoundError:  # not for want of a parent: it is where none can be made, as in /proc
        raise StoreError(
            f"The folder {folder} cannot be made.", "Set CITEBOT_DATA to another folder."
        ) from None


@contextlib.contextmanager
def explained(folder: Path, *errors: type[Exception]) -> Iterator[None]:
    """Turns what the disk, SQLite and `errors` raise about the index in `folder` into a StoreError."""
    try:
        yield
    except CitebotError:
        raise
    except Exception as error:
        if not isinstance(error, (OSError, sqlite3.Error, *errors)):
            raise
        raise explain(error, folder) from error


def explain(error: BaseException, folder: Path) -> StoreError:
    """The StoreError that says what `error` means for the index in `folder` and what to do about it."""
    number = error.errno if isinstance(error, OSError) else None
    text = str(error).lower()
    if any(sign in text for sign in _DAMAGE):
        return _damaged(error, folder)
    if number in _NO_FOLDER:
        return StoreError(f"{folder} is not a folder.", "Set CITEBOT_DATA to one.")
    if number in _FORBIDDEN or "readonly database" in text or "permission denied" in text:
        return _forbidden(error, folder)
    if "unable to open database" in text and not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return _forbidden(error, folder)
    if "database is locked" in text:
        return StoreBusy(f"Another process is using {folder}.", "Wait until it has finished.")
    # An OSError knows what went wrong; Chroma does not say that it failed for want of room.
    if number in _FULL or "disk is full" in text or "no space left" in text or _is_full(folder, number):
        return StoreUnwritable(
            f"The disk that holds {folder} is full.", "Free some space, or set CITEBOT_DATA to another disk."
        )
    if number == errno.EIO or "disk i/o error" in text:
        return StoreUnwritable(
            f"The disk that holds {folder} fails to read or write.", "Check that it is there and not full."
        )
    return _damaged(error, folder)


def write_atomically(path: Path, text: str) -> None:
    """Replaces a file by `text`. Whoever reads it, after a crash too, finds all of the old or of the new."""
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()  # on a full disk, room for others
        raise
    _sync(path.parent)


def sync_tree(folder: Path) -> None:
    """Brings all files under `folder` to the disk itself, so that a power cut does not lose them."""
    for parent, _, names in os.walk(folder):
        for name in names:
            _sync(Path(parent, name))
        _sync(Path(parent))


def checksums(folder: Path, files: Iterable[Path]) -> dict[str, list[int]]:
    """Size and CRC-32 of each file, by its path within `folder`."""
    return {file.relative_to(folder).as_posix(): [file.stat().st_size, _crc(file)] for file in sorted(files)}


def _crc(file: Path) -> int:
    crc = 0
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            crc = zlib.crc32(block, crc)
    return crc


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":  # Windows opens no folder
        return
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _damaged(error: BaseException, folder: Path) -> StoreDamaged:
    reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return StoreDamaged(f"The index in {folder} cannot be read: {reason}.", REBUILD)


def _forbidden(error: BaseException, folder: Path) -> StoreError:
    """Reading and writing fail with the same words: what may be done with the place tells which it was."""
    named = error.filename if isinstance(error, OSError) else None
    place = Path(named) if isinstance(named, str) else folder
    if _is_readable(place):
        return StoreUnwritable(
            f"{folder} cannot be written.", "Allow writing there, or set CITEBOT_DATA to another folder."
        )
    return StoreError(f"{folder} cannot be read.", "Allow reading it, or set CITEBOT_DATA to another folder.")


def _is_readable(path: Path) -> bool:
    """Whether a path, or where it is not there the nearest folder above, may be read."""
    there = next((place for place in (path, *path.parents) if os.path.exists(place)), path)
    return os.access(there, os.R_OK | os.X_OK if os.path.isdir(there) else os.R_OK)


def _is_full(folder: Path, number: int | None) -> bool:
    """Whether want of room is why an error that has no number came up."""
    try:
        return number is None and shutil.disk_usage(folder).free < _ROOM
    except OSError:
        return False
