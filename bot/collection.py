"""The articles and their index: kept in step with one another, added to and taken from."""

import contextlib
import functools
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bot.settings import Settings
from bot.shelves import Shelves
from bot.version import version
from index.article import Article, ArticleInfo, Passage
from index.embedding import Embedder
from index.errors import LibraryEmpty, ShelfError, StoreBusy, StoreMissing, StoreUnwritable
from index.exports import Exports
from index.generations import Reader
from index.library import Library
from index.onnx_model import Export
from index.passages import Cutter, covering
from index.problem import Problem
from index.stamp import mark
from index.sync import (
    Coverage,
    Pending,
    SyncReport,
    articles,
    compact,
    coverage,
    dead_share,
    digests,
    make_recipe,
    pending,
    sync,
)

if TYPE_CHECKING:
    from index.fetch import Fetcher

Progress = Callable[[int, int, str], None]

# What a question waits for; more is announced, with the command.
FEW_FILES = 20
FEW_BYTES = 2_000_000
# How long the forgetting of a server waits for another process that writes the index.
PATIENCE = 60.0
_AGAIN_AFTER = 0.5
# Looking for changed articles is cheap, but not free: not for each of a hundred questions on standard input.
_LOOK_EVERY = 2.0


class Collection:
    """The articles that the settings name and those added at run time, and their index.

    `progress` is told of bytes done, bytes in all and the article at hand while an index is made, `notice`
    of what a person should know. `models` is where exported models lie, if not where the settings say.
    Threads may share it. Every method raises CitebotError.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        progress: Progress | None = None,
        notice: Callable[[str], None] | None = None,
        models: Path | None = None,
    ) -> None:
        self.settings = settings
        self._progress = progress
        self._notice = notice or (lambda line: None)
        self._exports = Exports(
            models or settings.models, self._notice, precision=settings.embedding_precision
        )
        self._embedder = Embedder(settings.embedding_model, self._exports)
        self._cutter = Cutter(self._embedder)
        self._folder = settings.index
        self.shelves = Shelves(settings)
        self._refreshing = threading.Lock()
        self._looked: float | None = None
        self._told: frozenset[Problem] = frozenset()

    def close(self) -> None:
        """Frees the index's files, and ends what is being fetched."""
        if "fetcher" in self.__dict__:
            self.fetcher.close()
        if "_reader" in self.__dict__:
            self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def library(self) -> Library:
        """The articles: the folders of the settings, and those added at run time."""
        return self.shelves.library

    def passage(self, article: str, start: int, end: int, *, scopes: Sequence[str]) -> Passage | None:
        """The passage that holds an article's characters `start` to `end`; None where that is gone.

        Likewise where the article is for none of `scopes`. Whether it still says the same is for the caller
        to check.
        """
        try:
            self.refresh()
        except LibraryEmpty:
            return None
        return covering(self._reader.passages(article, start, end, scopes), start, end)

    def passages(self, article: str, *, scopes: Sequence[str]) -> list[Passage]:
        """All passages of an article, in order; none where it is gone, or for none of `scopes`."""
        return self._reader.passages(article, 0, sys.maxsize, scopes)

    def fetch(self, address: str) -> Article:
        """The article at an address of the net. Raises ArticleError and FetchError."""
        from index.page import TYPES, read_page_apart

        return read_page_apart(self.fetcher.get(address, TYPES))

    def add(self, data: bytes, name: str, *, scope: str = "") -> Article:
        """Adds the article in a file, for everyone or for the server `scope`; `name` says what kind of file.

        It is found as soon as this returns, or where another process is writing the index, soon after.
        """
        with self._changing():
            return self.shelves.add(data, name, scope)

    def put(self, article: Article, *, scope: str = "") -> Article:
        """Adds an article, or replaces the one with its address, likewise."""
        with self._changing():
            return self.shelves.put(article, scope)

    def remove(self, article: str, *, scope: str = "") -> ArticleInfo | None:
        """Removes an article that was added for `scope`; None where the scope knows no such article.

        Raises ShelfError for one that it knows, but that was not added for it.
        """
        with self._changing():
            removed = self.shelves.remove(article, scope)
        if removed is None and any(article == known.id for known in articles(self._folder, ("", scope))):
            raise ShelfError("This article was not added here.", "Who runs the bot can remove it.")
        return removed

    def forget_scope(self, scope: str) -> None:
        """Deletes a server's articles, from the index as well. Raises StoreBusy where that takes too long.

        Done again, it does what was left.
        """
        until = time.monotonic() + PATIENCE
        with self._refreshing:
            self.shelves.forget(scope)
        while True:
            try:
                with self._refreshing:
                    self.sync(may_empty=True)
                return
            except StoreBusy:
                if time.monotonic() > until:
                    raise
            time.sleep(_AGAIN_AFTER)

    def scopes(self) -> list[str]:
        """The servers that have articles of their own."""
        return self.shelves.scopes()

    def sync(self, *, rebuild: bool = False, may_empty: bool = False) -> SyncReport:
        """Makes the index equal the articles; that there are none is an error, unless `may_empty`."""
        report = sync(
            self.library,
            self._cutter,
            self._embedder,
            self._folder,
            rebuild=rebuild,
            may_empty=may_empty,
            progress=self._progress,
        )
        self._looked = time.monotonic()
        return report

    def compact(self) -> float:
        """Makes the index anew without the remains of what was removed; how much of it these were.

        Questions are answered meanwhile. Raises StoreBusy.
        """
        return compact(self._folder)

    @property
    def dead_share(self) -> float:
        """How much of the index are remains of what was removed. Raises StoreMissing."""
        return dead_share(self._folder)

    def export_model(self) -> Export:
        """Exports the embedding model, which is otherwise done when it is first needed."""
        return self._exports.make(self._embedder.name, self._embedder.folder, again=True)

    def known(self) -> list[ArticleInfo]:
        """The articles of all scopes as they are now, those that are not indexed yet among them."""
        try:
            changes = pending(self.library, self._folder)
            indexed = articles(self._folder)
        except LibraryEmpty:
            return []
        except StoreMissing:
            indexed = []
        found = {article.id: article for article in indexed if article.id not in changes.gone}
        for file in (*changes.new, *changes.changed):
            read = (item for item in self.library.read(file) if isinstance(item, Article))
            found.update((article.id, article.info) for article in read)
        return list(found.values())

    def articles(self, scopes: Sequence[str] = ("",)) -> list[ArticleInfo]:
        """What is indexed, newest first."""
        self.refresh()
        return articles(self._folder, scopes)

    def coverage(self, scopes: Sequence[str] = ("",)) -> Coverage:
        """How many articles are indexed, and the dates they cover."""
        return coverage(self._folder, scopes)

    def digests(self) -> dict[str, str]:
        """The digest of every article that is indexed, whoever may see it, by its id."""
        try:
            return digests(self._folder)
        except StoreMissing:
            return {}

    def edition(self) -> object:
        """What is another whenever the index is; costs one look."""
        return mark(self._folder)

    def refresh(self) -> None:
        """Brings articles in that changed: all where nothing is indexed yet, else a few; announces many.

        Waits for another thread that does so only where nothing is indexed yet.
        """
        if not self._refreshing.acquire(blocking=False):
            if self._is_indexed():
                return
            self._refreshing.acquire()
        try:
            self._refresh()
        finally:
            self._refreshing.release()

    def keep_up(self) -> SyncReport | None:
        """Brings in whatever changed, however much; None where nothing did. Raises StoreBusy."""
        with self._refreshing:
            if not (changes := pending(self.library, self._folder)) and not changes.unsettled:
                return None
            report = self.sync()
        self.report(report)
        return report if changes else None

    def _refresh(self) -> None:
        if self._looked is not None and time.monotonic() - self._looked < _LOOK_EVERY:
            return
        changes = pending(self.library, self._folder)
        self._looked = time.monotonic()
        if not self._is_indexed():
            self.report(self.sync())
        elif changes:
            self._bring_in(changes)
        elif changes.unsettled:
            with contextlib.suppress(StoreBusy, StoreUnwritable):
                self.sync()

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Brings what is done to the articles into the index, at once or with a later question."""
        with self._refreshing:
            yield
            self._looked = None
            self._sync_if_possible(may_empty=True)

    def _bring_in(self, changes: Pending) -> None:
        if changes.files > FEW_FILES or changes.size > FEW_BYTES:
            self._notice(
                f"{changes.files:,} article files changed since the index was made. "
                "`citebot index` brings them in."
            )
            return
        self._sync_if_possible()

    def _sync_if_possible(self, *, may_empty: bool = False) -> None:
        try:
            self.report(self.sync(may_empty=may_empty))
        except (StoreBusy, StoreUnwritable) as error:
            self._notice(f"{error} Until then this answers from the articles as they were.")

    def report(self, report: SyncReport) -> None:
        """Says what could not be read, each time that this is news."""
        for problem in report.problems:
            if problem not in self._told:
                self._notice(f"Left out: {problem}")
        self._told = frozenset(report.problems)

    def _is_indexed(self) -> bool:
        try:
            self.coverage()
        except StoreMissing:
            return False
        return True

    @functools.cached_property
    def fetcher(self) -> "Fetcher":
        """The way to the net, within the bounds of the settings."""
        from index.fetch import Fetcher

        settings = self.settings
        return Fetcher(version(), opened=settings.fetch_networks, ports=settings.fetch_ports)

    @functools.cached_property
    def _reader(self) -> Reader:
        return Reader(self._folder, make_recipe(self._cutter, self._embedder))
