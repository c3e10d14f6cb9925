"""The files of articles at and under a folder: names, sizes and times, never what they hold."""

import contextlib
import dataclasses
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.errors import LibraryError
from index.readers import SUFFIXES

RECORDS = ".jsonl"
READ = (*SUFFIXES, RECORDS)
KINDS_READ = f"Files that end in {', '.join(READ[:-1])} or {READ[-1]} are read."
# Hidden files and folders, and what Word leaves beside an open file.
_HIDDEN = (".", "~$")
_ROOT_HINT = "Create it, allow reading it, or name another folder in CITEBOT_ARTICLES."
_UNSEEN = ("Cc", "Cs", "Zl", "Zp")
_NO_FILE = "pipes and devices"
_NO_SUFFIX = "without a suffix"


@dataclasses.dataclass(frozen=True, slots=True)
class ArticleFile:
    """A file that holds an article, or with the suffix .jsonl many.

    `key` names it for people and is its article's id: the name of the root and the path inside,
    "seeds/putin-opens-door.txt". A folder that cannot be listed is one too, and a link that `leads_out` of
    the folders of articles, so that reading it says so. `scope` is its articles', whatever they say of
    themselves. Of a `plain` one Markdown is text like any other.
    """

    path: Path
    key: str
    size: int
    mtime_ns: int
    scope: str = ""
    leads_out: bool = False
    plain: bool = False

    @property
    def place(self) -> str:
        """Its path, as a person in the current folder would write it."""
        path = os.path.abspath(self.path)
        with contextlib.suppress(OSError):  # the current folder may be gone
            path = path.removeprefix(os.path.join(os.getcwd(), ""))
        return readable(path)


class Walk:
    """One look at some roots, none of whose files it finds twice. `unread` gets the kinds of files left out.

    Real paths end loops of links, and keep what two roots or two links share from being listed twice.
    """

    def __init__(self) -> None:
        self.unread: list[str] = []
        self._seen: set[str] = set()

    def files(self, root: Path, label: str, homes: Sequence[Path]) -> Iterator[ArticleFile]:
        """The article files at and under `root`; links are followed as far as they stay within `homes`.

        Else whoever may write a link into a folder of articles could have any file of this machine quoted.
        """
        try:
            is_folder = stat.S_ISDIR(root.stat().st_mode)
        except OSError as error:
            raise _no_root(root, error) from None
        if is_folder:
            yield from self._folders(root, label, [os.path.realpath(home) for home in homes])
        elif root.suffix.lower() in READ:
            yield from self._file(root, label, os.path.realpath(root))
        else:
            raise LibraryError(f"{root} is not a kind of file that is read.", KINDS_READ)

    def _folders(self, root: Path, label: str, homes: Sequence[str]) -> Iterator[ArticleFile]:
        folders = [(root, label)]
        while folders:
            folder, prefix = folders.pop()
            real = os.path.realpath(folder)
            if real in self._seen:
                continue
            self._seen.add(real)
            try:
                entries = _entries(folder)
            except OSError as error:
                if folder == root:
                    raise _no_root(root, error) from None
                yield ArticleFile(folder, prefix, 0, 0)
                continue
            for entry in entries:
                path, key = folder / entry.name, f"{prefix}/{readable(entry.name)}"
                # What is no link lies where its folder does; only that of a root may be anywhere.
                target = os.path.realpath(path) if entry.is_symlink() else os.path.join(real, entry.name)
                if entry.is_symlink() and _may_be_read(entry) and not _is_within(target, homes):
                    yield ArticleFile(path, key, 0, _time_of_link(path), leads_out=True)
                elif _is_folder(entry):
                    folders.append((path, key))
                elif path.suffix.lower() in READ:
                    yield from self._file(path, key, target)
                elif not path.suffix and _leads_nowhere(entry):
                    # Perhaps a folder on a disk that is not mounted now: its articles are not gone.
                    yield ArticleFile(path, key, 0, 0)
                else:
                    self.unread.append(path.suffix.lower() or _NO_SUFFIX)

    def _file(self, path: Path, key: str, real: str) -> Iterator[ArticleFile]:
        """The file at `path`, unless it was seen or is a pipe, a socket or a device."""
        try:
            status = os.stat(real)
        except OSError:  # a link to nothing: reading it says so
            yield ArticleFile(path, key, 0, 0)
            return
        if not stat.S_ISREG(status.st_mode):
            self.unread.append(_NO_FILE)
        elif real not in self._seen:
            self._seen.add(real)
            yield ArticleFile(path, key, status.st_size, status.st_mtime_ns)


def readable(name: str) -> str:
    """A file's name with what cannot be shown or encoded (line breaks, bytes that are no UTF-8) escaped."""
    if name.isprintable():
        return name
    shown = (c if unicodedata.category(c) not in _UNSEEN else ascii(c)[1:-1] for c in name)
    return "".join(shown)


def reason(error: OSError) -> str:
    """Why the system refused, in small letters."""
    return (error.strerror or type(error).__name__).lower()


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        shown = [entry for entry in entries if not entry.name.startswith(_HIDDEN)]
    return sorted(shown, key=lambda entry: entry.name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _leads_nowhere(entry: os.DirEntry[str]) -> bool:
    """Whether this is a link whose target is not there; one to itself leads somewhere, if in a circle."""
    try:
        entry.stat()
    except FileNotFoundError:
        return entry.is_symlink()
    except OSError:
        pass
    return False


def _may_be_read(entry: os.DirEntry[str]) -> bool:
    """Whether a link is a folder's, or one's that is not there now, or has a name as files that are read."""
    suffix = os.path.splitext(entry.name)[1].lower()
    return suffix in READ or _is_folder(entry) or (not suffix and _leads_nowhere(entry))


def _is_within(path: str, homes: Sequence[str]) -> bool:
    """Whether a real path is that of one of some folders, or lies in one."""
    return any(path == home or path.startswith(home.rstrip(os.sep) + os.sep) for home in homes)


def _time_of_link(path: Path) -> int:
    """When a link was made; never 0, which is what files have that cannot be looked at."""
    try:
        return path.lstat().st_mtime_ns or 1
    except OSError:
        return 1


def _no_root(root: Path, error: OSError) -> LibraryError:
    return LibraryError(f"{root} cannot be read: {reason(error)}.", _ROOT_HINT)
