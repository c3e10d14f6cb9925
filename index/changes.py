"""What changed in the library since it was indexed.

Names, sizes and times say so; contents are looked at where these do not tell.
"""

import dataclasses
import hashlib
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from index.errors import StoreMissing
from index.generations import open_manifest, use_newest
from index.library import ArticleFile, Library
from index.manifest import FileRow, Manifest

# A file changed within one tick of its clock keeps size and time; the coarsest clock, FAT's, ticks every 2 s.
_TICK_NS = 2_000_000_000


@dataclasses.dataclass(frozen=True, slots=True)
class Changes:
    """`read`: files to read; `gone`: keys of indexed files that are no more; `touched`: others' new times."""

    read: tuple[ArticleFile, ...]
    gone: tuple[str, ...]
    touched: tuple[FileRow, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Pending:
    """What a sync would have to do: files new, changed and gone since the last one.

    `unsettled`: nothing less than opening them told that others are as they were; a sync ends that.
    """

    new: tuple[ArticleFile, ...]
    changed: tuple[ArticleFile, ...]
    gone: tuple[str, ...]
    unsettled: bool = False

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)

    @property
    def files(self) -> int:
        return len(self.new) + len(self.changed) + len(self.gone)

    @property
    def size(self) -> int:
        """Bytes to be read: one .jsonl file may hold thousands of articles."""
        return sum(file.size for file in (*self.new, *self.changed))


def pending(library: Library, folder: Path) -> Pending:
    """What changed in the library since it was indexed; everything where nothing is. Raises LibraryError.

    Cheap enough for every question: opens only files that could not be read, and those that were indexed
    within 2 s of being written, until a sync settles them.
    """
    files = library.scan().files
    try:
        rows, sources = use_newest(folder, lambda stamp: _known(open_manifest(folder, stamp)))
    except StoreMissing:
        rows, sources = {}, set()
    new = tuple(file for file in files if file.key not in rows)
    changed, unsettled = [], False
    for file in files:
        if not (row := rows.get(file.key)):
            continue
        now = _look(file, row)
        if now is None or now.sha256 != row.sha256:
            changed.append(file)
        else:
            unsettled |= now.settled and not row.settled
    return Pending(new, tuple(changed), _gone(files, sources), unsettled)


def compare(files: Sequence[ArticleFile], manifest: Manifest) -> Changes:
    """What a sync has to do about `files`. Reads every file whose size and time are not as they were."""
    rows, bereft = manifest.files(), manifest.bereft()
    read, touched = [], []
    for file in files:
        row = rows.get(file.key)
        if row and row.settled and _same_stat(file, row) and file.key not in bereft:
            continue
        now = fingerprint(file)
        if row is None or now.sha256 != row.sha256 or file.key in bereft:
            read.append(file)
        elif now != row:
            touched.append(now)
    return Changes(tuple(read), _gone(files, manifest.sources()), tuple(touched))


def fingerprint(file: ArticleFile) -> FileRow:
    """A file as it is: take it before reading, so that a change meanwhile is found the next time."""
    if file.leads_out:
        return FileRow(file.key, file.size, file.mtime_ns, None, settled=True)
    now = time.time_ns()
    try:
        with file.path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return FileRow(file.key, file.size, file.mtime_ns, None, settled=False)
    return FileRow(file.key, file.size, file.mtime_ns, digest, settled=now - file.mtime_ns > _TICK_NS)


def _known(manifest: Manifest) -> tuple[dict[str, FileRow], set[str]]:
    with manifest:
        return manifest.files(), manifest.sources()


def _look(file: ArticleFile, row: FileRow) -> FileRow | None:
    """A file as it is, opened only where size and time do not tell; None where these are others than before.

    They do not tell that a file which could not be read can be by now.
    """
    if not _same_stat(file, row):
        return None
    return row if row.settled else fingerprint(file)


def _same_stat(file: ArticleFile, row: FileRow) -> bool:
    return (file.size, file.mtime_ns) == (row.size, row.mtime_ns)


def _gone(files: Iterable[ArticleFile], sources: Iterable[str]) -> tuple[str, ...]:
    """Keys in `sources` that no file has. What lies in a folder that cannot be listed is not gone."""
    keys = {file.key for file in files}
    closed = tuple(f"{file.key}/" for file in files if (file.size, file.mtime_ns) == (0, 0))
    return tuple(sorted(key for key in sources if key not in keys and not key.startswith(closed)))
