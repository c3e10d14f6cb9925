"""The manifest: which files and articles an index holds, in SQLite beside it, readable without Chroma."""

import contextlib
import dataclasses
import datetime
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from index.article import Article, ArticleInfo
from index.disk import REBUILD, explained
from index.errors import StoreDamaged
from index.problem import Problem
from index.stories import Story, Told, agency_of, outlet_of, sign, stories_of

_SCHEMA = """
CREATE TABLE articles (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, file TEXT NOT NULL, held INTEGER NOT NULL,
    passages INTEGER NOT NULL, title TEXT NOT NULL, url TEXT, source TEXT, published TEXT, author TEXT,
    language TEXT, scope TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_by_file ON articles (file);
CREATE TABLE files (
    key TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT,
    settled INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE copies (
    id TEXT PRIMARY KEY, signature BLOB NOT NULL, agency TEXT, story TEXT
) WITHOUT ROWID;
CREATE INDEX copies_by_story ON copies (story);
CREATE TABLE doubles (id TEXT, file TEXT, PRIMARY KEY (id, file)) WITHOUT ROWID;
CREATE TABLE problems (file TEXT NOT NULL, message TEXT NOT NULL, line INTEGER, hint TEXT NOT NULL,
    is_read INTEGER NOT NULL);
CREATE INDEX problems_by_file ON problems (file);
"""
_INFO = "id, title, url, source, published, author, language, scope"


@dataclasses.dataclass(frozen=True, slots=True)
class FileRow:
    """A file as it was when it was read; `sha256` is None for one that could not be.

    `settled`: it was read long enough after its last change that another one must change `mtime_ns`.
    """

    key: str
    size: int
    mtime_ns: int
    sha256: str | None
    settled: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """An indexed article's digest and the file it came from, which it outlives while `held`."""

    digest: str
    file: str
    held: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Coverage:
    """How much is indexed, and between which publication dates, where any are known.

    `copies` of the articles tell the story of another one.
    """

    articles: int
    passages: int
    oldest: datetime.date | None
    newest: datetime.date | None
    copies: int = 0


class Manifest:
    """One manifest file. Changes are kept from `commit` on."""

    def __init__(self, path: Path, *, create: bool = False, writable: bool = False) -> None:
        self._folder = path.parent
        mode = "rwc" if create else "rw" if writable else "ro"
        with explained(self._folder):
            self._database = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}", uri=True, check_same_thread=False
            )
            if create:
                self._database.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def commit(self) -> None:
        with explained(self._folder):
            self._database.commit()

    def close(self) -> None:
        """Forgets what was not committed."""
        self._database.close()

    def files(self) -> dict[str, FileRow]:
        rows = self._rows("SELECT key, size, mtime_ns, sha256, settled FROM files")
        return {key: FileRow(key, size, mtime, sha256, bool(ok)) for key, size, mtime, sha256, ok in rows}

    def sources(self) -> set[str]:
        """The keys of all files that anything here came from, those not wholly read among them."""
        return {key for (key,) in self._rows("SELECT key FROM files UNION SELECT file FROM articles")}

    def put_file(self, row: FileRow) -> None:
        self._run("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", dataclasses.astuple(row))

    def forget_file(self, key: str) -> None:
        """Takes away all that is known about a file, its articles aside."""
        for table, column in (("files", "key"), ("problems", "file"), ("doubles", "file")):
            self._run(f"DELETE FROM {table} WHERE {column} = ?", (key,))

    def digests(self, ids: Sequence[str] | None = None) -> dict[str, str]:
        """The digests of the articles `ids`, or of all, by id."""
        if ids is None:
            return dict(self._rows("SELECT id, digest FROM articles"))
        asked = ", ".join("?" * len(ids))
        return dict(self._rows(f"SELECT id, digest FROM articles WHERE id IN ({asked})", ids))

    def entry(self, id: str) -> Entry | None:
        rows = self._rows("SELECT digest, file, held FROM articles WHERE id = ?", (id,))
        return next((Entry(digest, file, bool(held)) for digest, file, held in rows), None)

    def ids_of(self, file: str) -> set[str]:
        """The articles that came from a file."""
        return {id for (id,) in self._rows("SELECT id FROM articles WHERE file = ?", (file,))}

    def put_article(self, article: Article, file: str, passages: int) -> None:
        info = article.info
        published = info.published.isoformat() if info.published else None
        fields = (info.title, info.url, info.source, published, info.author, info.language, info.scope)
        row = (info.id, article.digest, file, 0, passages, *fields)
        self._run(f"INSERT OR REPLACE INTO articles VALUES ({', '.join('?' * len(row))})", row)
        told = (info.id, sign(article.text), agency_of(article))
        self._run("INSERT OR REPLACE INTO copies VALUES (?, ?, ?, NULL)", told)

    def claim(self, id: str, file: str) -> None:
        """An article stands in `file` as it is indexed."""
        self._run("UPDATE articles SET file = ?, held = 0 WHERE id = ?", (file, id))

    def hold(self, id: str) -> None:
        """An article stays although its file, which cannot be read as a whole, does not show it."""
        self._run("UPDATE articles SET held = 1 WHERE id = ?", (id,))

    def drop(self, id: str) -> None:
        for table in ("articles", "copies"):
            self._run(f"DELETE FROM {table} WHERE id = ?", (id,))

    def tell_stories(self) -> None:
        """Finds anew which articles are copies of one another, as they are now."""
        told = self._rows("SELECT id, scope, url, signature FROM articles JOIN copies USING (id)")
        found = stories_of(Told(*row) for row in told)
        for id, story in self._rows("SELECT id, story FROM copies"):
            if found.get(id) != story:
                self._run("UPDATE copies SET story = ? WHERE id = ?", (found.get(id), id))

    def stories(self, ids: Sequence[str], scopes: Sequence[str]) -> dict[str, Story]:
        """The stories of those of the articles `ids` that have copies, as far as `scopes` see them."""
        where, values = _within(scopes)
        asked = f"SELECT story FROM copies WHERE id IN ({', '.join('?' * len(ids))})"
        columns = "id, story, agency, source, url"
        query = f"SELECT {columns} FROM copies JOIN articles USING (id) {where} AND story IN ({asked})"
        members: dict[str, list[Any]] = {}
        for row in self._rows(f"{query} ORDER BY id", (*values, *ids)):
            members.setdefault(row[1], []).append(row)
        told = {story: _story(story, rows) for story, rows in members.items() if len(rows) > 1}
        known = {row[0]: story for story, rows in members.items() for row in rows}
        return {id: told[known[id]] for id in ids if known.get(id) in told}

    def put_double(self, id: str, file: str) -> None:
        """A file has an article whose id another file's article, which stands, has too."""
        self._run("INSERT OR IGNORE INTO doubles VALUES (?, ?)", (id, file))

    def bereft(self) -> set[str]:
        """Files with an article that gave way to one that is no longer there, or comes after it by now."""
        query = (
            "SELECT DISTINCT doubles.file FROM doubles LEFT JOIN articles USING (id)"
            " WHERE articles.file IS NULL OR doubles.file = doubles.id"
            " OR (doubles.file < articles.file AND articles.file <> doubles.id)"
        )
        return {file for (file,) in self._rows(query)}

    def put_problems(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self._run("INSERT INTO problems VALUES (?, ?, ?, ?, ?)", dataclasses.astuple(problem))

    def problems(self, file: str | None = None) -> list[Problem]:
        """What was wrong with the files when they were read, or with one; by file and line."""
        columns = "file, message, line, hint, is_read"
        query = f"SELECT {columns} FROM problems WHERE ? IN (file, '') ORDER BY file, line"
        found = [
            Problem(file, message, line, hint, bool(is_read))
            for file, message, line, hint, is_read in self._rows(query, (file or "",))
        ]
        return found if file is not None else sorted([*found, *self._double_problems()], key=_place)

    def articles(self, scopes: Sequence[str] | None = None) -> list[ArticleInfo]:
        """The articles of some scopes, or all: newest first, those without a date last."""
        where, values = _within(scopes)
        order = "ORDER BY published IS NULL, published DESC, title, id"
        return [_info(*row) for row in self._rows(f"SELECT {_INFO} FROM articles {where} {order}", values)]

    def coverage(self, scopes: Sequence[str] | None = None) -> Coverage:
        where, values = _within(scopes)
        columns = (
            "count(*), total(passages), min(published), max(published), count(DISTINCT ifnull(story, id))"
        )
        query = f"SELECT {columns} FROM articles JOIN copies USING (id) {where}"
        ((articles, passages, oldest, newest, stories),) = self._rows(query, values)
        return Coverage(articles, int(passages), _date(oldest), _date(newest), articles - stories)

    def _double_problems(self) -> Iterator[Problem]:
        query = "SELECT doubles.id, doubles.file, articles.file FROM doubles JOIN articles USING (id)"
        for id, file, first in self._rows(query):
            yield Problem(file, f'has an article with the id "{id}", as {first} has', None, _DOUBLE_HINT)

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with explained(self._folder):
            return self._database.execute(query, values).fetchall()

    def _run(self, statement: str, values: Sequence[Any]) -> None:
        with explained(self._folder):
            self._database.execute(statement, values)


_DOUBLE_HINT = "The first of the two is used: give one of them another id, or remove it."


def copy_database(source: Path, target: Path) -> None:
    """A compact copy of an SQLite file: consistent, whoever uses it, and free of what was deleted."""
    with explained(source.parent), contextlib.closing(_existing(source)) as database:
        database.execute("VACUUM INTO ?", (str(target),))


def vacuum(path: Path) -> None:
    """Rewrites an SQLite file without the remains of deleted rows."""
    # Not in place: that takes as much room in the system's temporary folder, which may be small.
    compact = path.with_name(f"{path.name}.tmp")
    copy_database(path, compact)
    with explained(path.parent):
        os.replace(compact, path)


def check_database(path: Path) -> None:
    """Raises StoreDamaged where an SQLite file is not sound from its first page to its last."""
    with explained(path.parent), contextlib.closing(_existing(path)) as database:
        ((said,),) = database.execute("PRAGMA quick_check(1)").fetchall()
        if said != "ok" or not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise StoreDamaged(f"The index in {path.parent} is damaged.", REBUILD)


def _existing(path: Path) -> sqlite3.Connection:
    # Not "ro": what a killed reader left half done has to be rolled back first.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)


def _within(scopes: Sequence[str] | None) -> tuple[str, tuple[str, ...]]:
    if scopes is None:
        return "", ()
    return f"WHERE scope IN ({', '.join('?' * len(scopes))})", tuple(scopes)


def _info(id: str, title: str, *fields: Any) -> ArticleInfo:
    url, source, published, author, language, scope = fields
    return ArticleInfo(
        id=id,
        title=title,
        url=url,
        source=source,
        published=_date(published),
        author=author,
        language=language,
        scope=scope,
    )


def _story(id: str, members: Sequence[Any]) -> Story:
    outlets = dict.fromkeys(outlet_of(source, url) for *_, source, url in members)
    agencies = {agency: None for _, _, agency, *_ in members if agency}
    return Story(id, tuple(filter(None, outlets)), next(iter(agencies), None))


def _date(day: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(day) if day else None


def _place(problem: Problem) -> tuple[str, int]:
    return problem.file, problem.line or 0
