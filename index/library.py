"""The articles that lie in folders and files: which there are, and what they say."""

import dataclasses
import itertools
import os
from collections.abc import Container, Iterable, Iterator, Sequence, Set
from pathlib import Path

from index.article import Article
from index.errors import LibraryEmpty
from index.problem import BadArticle, Problem, misdated
from index.read_records import read_records
from index.readers import read_document
from index.walk import KINDS_READ, READ, RECORDS, ArticleFile, Walk, readable, reason

__all__ = ["READ", "ArticleFile", "Library", "Problem", "Root", "Scan"]

_LINK_HINT = "It is not followed: name its target itself where that is to be read."


@dataclasses.dataclass(frozen=True, slots=True)
class Root:
    """A folder of articles, or a single file. Its articles' ids begin with `label`, by default its name.

    `plain`: what lies there was written by a Shelf, and what looks like Markdown in it is the article's own.
    """

    path: Path
    scope: str = ""
    label: str | None = None
    plain: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Scan:
    """One look at a library: its files by key, none twice; of each file that nothing reads, the kind."""

    files: tuple[ArticleFile, ...]
    unread: tuple[str, ...]

    def located(self, problems: Iterable[Problem]) -> list[Problem]:
        """Problems with the paths of their files, from the current folder where they lie in it."""
        places = {file.key: file.place for file in self.files}
        return [
            dataclasses.replace(problem, file=places.get(problem.file, problem.file)) for problem in problems
        ]


class Library:
    """The articles under `roots`: folders, with all that is in them, or single files."""

    def __init__(self, roots: Sequence[Path | Root]) -> None:
        self._roots = tuple(root if isinstance(root, Root) else Root(root) for root in roots)

    def scan(self, *, may_empty: bool = False) -> Scan:
        """The files there are; looks at names, sizes and times only.

        Raises LibraryError for a root that cannot be listed, and where no root holds an article LibraryEmpty,
        unless `may_empty`.
        """
        files: dict[str, ArticleFile] = {}
        walk = Walk()
        everyones = [root.path for root in self._roots if not root.scope]
        # A folder that is one server's stays so where it lies within a folder of everyone's.
        for root in sorted(_labelled(self._roots), key=lambda root: not root.scope):
            homes = [root.path] if root.scope else everyones
            for file in walk.files(root.path, root.label or "", homes):
                key = _distinct(file.key, files)
                files[key] = dataclasses.replace(file, key=key, scope=root.scope, plain=root.plain)
        if not files and not may_empty:
            places = ", ".join(str(root.path) for root in self._roots if not root.scope) or "no folder at all"
            raise LibraryEmpty(f"There are no articles in {places}.", f"Put some there. {KINDS_READ}")
        return Scan(tuple(files[key] for key in sorted(files)), tuple(walk.unread))

    def find(self, ids: Set[str]) -> dict[str, Article]:
        """Those of the articles with these ids that are there, as their files have them now.

        Of two with one id it is the one that is indexed.
        """
        found: dict[str, Article] = {}
        for file in self.scan(may_empty=True).files:
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
        """The articles in a file, and what is wrong; bad content and files that are gone never raise.

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
            if file.leads_out:
                target = readable(os.path.realpath(file.path))
                raise BadArticle(f"is a link out of the folder, to {target}", _LINK_HINT)
            if file.path.is_dir():
                os.listdir(file.path)
            elif file.path.suffix.lower() == RECORDS:
                with file.path.open("rb") as stream:
                    yield from read_records(stream, file.key)
            else:
                article = read_document(file.path, file.key, plain=file.plain)
                yield article
                if article.misdated:
                    yield misdated(file.key, article.misdated)
        except BadArticle as error:
            yield error.problem(file.key)
        except OSError as error:
            yield Problem(
                file.key, f"cannot be opened: {reason(error)}", hint="Allow reading it, or remove it."
            )


def _labelled(roots: Sequence[Root]) -> Iterator[Root]:
    """Each root with its label: a name that an earlier root has gets its parent's before it, and so on up."""
    labels: set[str] = set()
    for root in roots:
        parts = Path(os.path.abspath(root.path)).parts
        taken = 1
        while taken < len(parts) and readable("/".join(parts[-taken:])) in labels:
            taken += 1
        label = root.label or readable("/".join(parts[-taken:]).strip("/")) or "articles"
        labels.add(label)
        yield dataclasses.replace(root, label=label)


def _distinct(key: str, taken: Container[str]) -> str:
    """`key`, or where it is taken the first of "name~2.txt", "name~3.txt" … that is not."""
    if key not in taken:
        return key
    stem, suffix = os.path.splitext(key)
    numbered = (f"{stem}~{number}{suffix}" for number in itertools.count(2))
    return next(name for name in numbered if name not in taken)
