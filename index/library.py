"""The articles that lie in folders and files: which there are, and what they say."""

import dataclasses
import itertools
import os
import stat
import unicodedata
from collections.abc import Container, Iterator, Sequence, Set
from pathlib import Path

from index.article import Article
from index.errors import LibraryEmpty, LibraryError
from index.problem import BadArticle, Problem
from index.read_records import read_records
from index.readers import SUFFIXES, read_document

__all__ = ["READ", "ArticleFile", "Library", "Problem", "Root"]

RECORDS = ".jsonl"
READ = (*SUFFIXES, RECORDS)
_KINDS_READ = f"Files that end in {', '.join(READ[:-1])} or {READ[-1]} are read."
# Hidden files and folders, and what Word leaves beside an open file.
_HIDDEN = (".", "~$")
_ROOT_HINT = "Create it, allow reading it, or name another folder in CITEBOT_ARTICLES."
_UNSEEN = ("Cc", "Cs", "Zl", "Zp")


@dataclasses.dataclass(frozen=True, slots=True)
class ArticleFile:
    """A file that holds an article, or with the suffix .jsonl many.

    `key` names it for people and is its article's id: the name of the root and the path inside,
    "seeds/putin-opens-door.txt". A folder that cannot be listed is one too, so that reading it says so.
    `scope` is its articles', whatever they say of themselves.
    """

    path: Path
    key: str
    size: int
    mtime_ns: int
    scope: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Root:
    """A folder of articles, or a single file. Its articles' ids begin with `label`, by default its name."""

    path: Path
    scope: str = ""
    label: str | None = None


class Library:
    """The articles under `roots`: folders, with all that is in them, or single files."""

    def __init__(self, roots: Sequence[Path | Root]) -> None:
        self._roots = tuple(root if isinstance(root, Root) else Root(root) for root in roots)

    def scan(self) -> list[ArticleFile]:
        """`files`, of which there are some. Raises LibraryEmpty where no root holds an article."""
        if files := self.files():
            return files
        places = ", ".join(str(root.path) for root in self._roots if not root.scope) or "no folder at all"
        raise LibraryEmpty(f"There are no articles in {places}.", f"Put some there. {_KINDS_READ}")

    def files(self) -> list[ArticleFile]:
        """The files there are, by key, none twice; looks at names, sizes and times only.

        Raises LibraryError for a root that cannot be listed.
        """
        files: dict[str, ArticleFile] = {}
        seen: set[str] = set()
        # A folder that is one server's stays so where it lies within a folder of everyone's.
        for root in sorted(_labelled(self._roots), key=lambda root: not root.scope):
            for file in _walk(root.path, root.label or "", seen):
                key = _distinct(file.key, files)
                is_same = key == file.key and root.scope == file.scope
                files[key] = file if is_same else dataclasses.replace(file, key=key, scope=root.scope)
        return [files[key] for key in sorted(files)]

    def find(self, ids: Set[str]) -> dict[str, Article]:
        """Those of the articles with these ids that are there, as their files have them now.

        Of two with one id it is the one that is indexed.
        """
        found: dict[str, Article] = {}
        for file in self.files():
            if file.key in ids or file.path.suffix.lower() == RECORDS:
                for item in self.read(file):
                    if isinstance(item, Article) and item.id in ids:
                        is_first = item.id not in found or item.id == file.key
                        found[item.id] = item if is_first else found[item.id]
        return found

    def label(self, path: Path) -> str:
        """What the ids of the articles in the root `path` begin with."""
        return next(root.label or "" for root in _labelled(self._roots) if root.path == path)

    def read(self, file: ArticleFile) -> Iterator[Article | Problem]:
        """The articles in a file, or why there are none; bad content and files that are gone never raise.

        A record in a file with a scope has the file's key before its id: it is nobody else's article.
        """
        for item in self._read(file):
            if isinstance(item, Problem):
                yield item
            elif file.scope:
                id = file.key if item.id == file.key else f"{file.key}#{item.id}"
                yield dataclasses.replace(item, id=id, scope=file.scope)
            else:
                yield item

    def _read(self, file: ArticleFile) -> Iterator[Article | Problem]:
        try:
            if file.path.is_dir():
                os.listdir(file.path)
            elif file.path.suffix.lower() == RECORDS:
                with file.path.open("rb") as stream:
                    yield from read_records(stream, file.key)
            else:
                yield read_document(file.path, file.key)
        except BadArticle as error:
            yield error.problem(file.key)
        except OSError as error:
            yield Problem(
                file.key, f"cannot be opened: {_reason(error)}", hint="Allow reading it, or remove it."
            )


def _labelled(roots: Sequence[Root]) -> Iterator[Root]:
    """Each root with its label: a name that an earlier root has gets its parent's before it, and so on up."""
    labels: set[str] = set()
    for root in roots:
        parts = Path(os.path.abspath(root.path)).parts
        taken = 1
        while taken < len(parts) and _readable("/".join(parts[-taken:])) in labels:
            taken += 1
        label = root.label or _readable("/".join(parts[-taken:]).strip("/")) or "articles"
        labels.add(label)
        yield dataclasses.replace(root, label=label)


def _walk(root: Path, label: str, seen: set[str]) -> Iterator[ArticleFile]:
    """The article files at and under `root` whose real paths are not in `seen`, which grows by them.

    Real paths end loops of links, and keep what two roots or two links share from being listed twice.
    """
    try:
        is_folder = stat.S_ISDIR(root.stat().st_mode)
    except OSError as error:
        raise _no_root(root, error) from None
    if is_folder:
        yield from _walk_folders(root, label, seen)
    elif root.suffix.lower() in READ:
        yield from _file(root, label, os.path.realpath(root), seen)
    else:
        raise LibraryError(f"{root} is not a kind of file that is read.", _KINDS_READ)


def _walk_folders(root: Path, label: str, seen: set[str]) -> Iterator[ArticleFile]:
    folders = [(root, label)]
    while folders:
        folder, prefix = folders.pop()
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        try:
            entries = _entries(folder)
        except OSError as error:
            if folder == root:
                raise _no_root(root, error) from None
            yield ArticleFile(folder, prefix, 0, 0)
            continue
        for entry in entries:
            path, key = folder / entry.name, f"{prefix}/{_readable(entry.name)}"
            if _is_folder(entry):
                folders.append((path, key))
            elif path.suffix.lower() in READ:
                target = os.path.realpath(path) if entry.is_symlink() else os.path.join(real, entry.name)
                yield from _file(path, key, target, seen)
            elif not path.suffix and _leads_nowhere(entry):
                # Perhaps a folder on a disk that is not mounted now: its articles are not gone.
                yield ArticleFile(path, key, 0, 0)


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


def _file(path: Path, key: str, real: str, seen: set[str]) -> Iterator[ArticleFile]:
    """The file at `path`, unless it was seen or is a pipe, a socket or a device."""
    try:
        status = os.stat(real)
    except OSError:  # a link to nothing: reading it says so
        yield ArticleFile(path, key, 0, 0)
        return
    if stat.S_ISREG(status.st_mode) and real not in seen:
        seen.add(real)
        yield ArticleFile(path, key, status.st_size, status.st_mtime_ns)


def _distinct(key: str, taken: Container[str]) -> str:
    """`key`, or where it is taken the first of "name~2.txt", "name~3.txt" … that is not."""
    if key not in taken:
        return key
    stem, suffix = os.path.splitext(key)
    numbered = (f"{stem}~{number}{suffix}" for number in itertools.count(2))
    return next(name for name in numbered if name not in taken)


def _readable(name: str) -> str:
    """A file's name with what cannot be shown or encoded (line breaks, bytes that are no UTF-8) escaped."""
    if name.isprintable():
        return name
    shown = (c if unicodedata.category(c) not in _UNSEEN else ascii(c)[1:-1] for c in name)
    return "".join(shown)


def _no_root(root: Path, error: OSError) -> LibraryError:
    return LibraryError(f"{root} cannot be read: {_reason(error)}.", _ROOT_HINT)


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
