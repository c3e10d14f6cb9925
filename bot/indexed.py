"""The index of some articles: kept in step with them, or where another process does that, followed."""

import contextlib
import functools
import math
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.shelves import Shelves
from index.ahead import embed_ahead
from index.article import ArticleInfo
from index.embedding import Embedder
from index.errors import StoreBusy, StoreError, StoreMissing, StoreUnwritable
from index.exports import Exports
from index.generations import Reader
from index.library import Library
from index.lock import holder
from index.onnx_model import Export
from index.passages import Cutter
from index.place import OnDisk
from index.problem import Problem
from index.stamp import mark, read_stamp
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
    from index.server_place import OnServer

Progress = Callable[[int, int, str], None]

# What a question waits for; more is announced, with the command.
FEW_FILES = 20
FEW_BYTES = 2_000_000
# Looking for changed articles is cheap, but not free: not for each of a hundred questions on standard input.
_LOOK_EVERY = 2.0


class Indexed:
    """The index of the articles that the settings name.

    On this disk, whoever asks brings changed articles in. On a Chroma server `sync` and `indexing` do, for
    `citebot index`; whoever asks only looks there for what is new.
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
        self.shelves = Shelves(settings)
        self._progress = progress
        self._notice = notice or (lambda line: None)
        self._exports = Exports(
            models or settings.models, self._notice, precision=settings.embedding_precision
        )
        self._embedder = Embedder(settings.embedding_model, self._exports)
        self._cutter = Cutter(self._embedder)
        self._folder = settings.index
        self._refreshing = threading.Lock()
        self._looked: float | None = None
        self._told: frozenset[Problem] = frozenset()
        self._counted: tuple[object, dict[tuple[str, ...], Coverage]] = None, {}

    def close(self) -> None:
        """Frees the index's files."""
        if "_reader" in self.__dict__:
            self._reader.close()
        if "_server" in self.__dict__:
            self._server.close()

    @property
    def library(self) -> Library:
        """The articles: the folders of the settings, and those added at run time."""
        return self.shelves.library

    def sync(self, *, rebuild: bool = False, may_empty: bool = False) -> SyncReport:
        """Makes the index equal the articles; that there are none is an error, unless `may_empty`."""
        report = sync(
            self.library,
            self._cutter,
            self._embedder,
            self._place,
            rebuild=rebuild,
            may_empty=may_empty,
            progress=self._progress,
        )
        self._looked = time.monotonic()
        return report

    def catch_up(self) -> SyncReport | None:
        """`sync`; None where others do that, and theirs was taken over."""
        if not self.settings.is_served:
            return self.sync()
        self.refresh()
        return None

    def keep_up(self) -> SyncReport | None:
        """`bring_in`; where others do that, takes theirs over. None where that is all, or nothing changed."""
        if not self.settings.is_served:
            return self.bring_in()
        self.refresh()
        return None

    def bring_in(self) -> SyncReport | None:
        """Brings in whatever changed, however much; None where nothing did. Raises StoreBusy."""
        with self._refreshing:
            if not (changes := pending(self.library, self._folder)) and not changes.unsettled:
                return None
            report = self.sync()
        self.report(report)
        return report if changes else None

    def check(self) -> None:
        """Raises StoreError where what is published cannot be asked, at little cost."""
        self._reader.ask(lambda store: store.count())

    def indexing(self) -> contextlib.AbstractContextManager[None]:
        """The one right to write the index, for as long as the block lasts. Raises StoreBusy."""
        return self._place.writing("indexing")

    @property
    def is_server_away(self) -> bool:
        """Whether the index lies on a server that has just been asked in vain, perhaps still is."""
        return "_server" in self.__dict__ and self._server.api.is_away

    def check_indexing(self) -> None:
        """Raises StoreBusy where the right to write was lost to another, StoreUnreachable, StoreMissing."""
        self._place.check_writing()

    def compact(self) -> float:
        """Makes the index anew without the remains of what was removed; how much of it these were.

        Questions are answered meanwhile. Raises StoreBusy.
        """
        if self.settings.is_served:
            raise StoreError(
                "An index on a Chroma server is not compacted from here.",
                "Stop the server, run `chroma vacuum --path` over its folder, and start it again.",
            )
        return compact(self._folder)

    @property
    def dead_share(self) -> float:
        """How much of the index are remains of what was removed. Raises StoreMissing."""
        return dead_share(self._folder)

    def embed_ahead(
        self, seconds: float = math.inf, progress: Callable[[int, int], None] | None = None
    ) -> bool:
        """Embeds sentences for so long, so that answers come sooner; whether all are. Raises StoreMissing.

        Not while the index is written: what is added to one that gives way is lost. `progress` is told how
        many passages are done of how many.
        """
        if holder(self._folder):
            return False
        whole = len(self._reader.ask(lambda store: store.lacking(sys.maxsize))) if progress else 0
        done = 0

        def tell(passages: int) -> None:
            nonlocal done
            done += passages
            if progress:
                progress(done, max(done, whole))

        return embed_ahead(self._reader, self._embedder, seconds=seconds, progress=tell)

    @property
    def exported(self) -> Export | None:
        """The export of the embedding model that stands, or why there is none; None where none was made."""
        return self._exports.find(self._embedder.name, self._embedder.folder)

    def export_model(self, *, again: bool = False) -> Export:
        """Exports the embedding model, which is otherwise done when it is first needed.

        One that stands is not made anew, unless `again`; one that failed is tried again.
        """
        again |= bool(self.exported and self.exported.failure)
        return self._exports.make(self._embedder.name, self._embedder.folder, again=again)

    def articles(self, scopes: Sequence[str] = ("",)) -> list[ArticleInfo]:
        """What is indexed, newest first."""
        self.refresh()
        return articles(self._folder, scopes)

    def coverage(self, scopes: Sequence[str] = ("",)) -> Coverage:
        """How many articles are indexed, and the dates they cover."""
        # Counted once for each index that is published: every question asks for it.
        now, asked = mark(self._folder), tuple(scopes)
        counted_at, known = self._counted
        if counted_at != now:
            self._counted = now, (known := {})
        if asked not in known:
            known[asked] = coverage(self._folder, asked)
        return known[asked]

    @property
    def precision(self) -> str:
        """How exact the vectors are: more than was asked for where it cannot be exported or rounded."""
        return self._embedder.precision

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

        Waits for another thread that does so only where nothing is indexed yet. Of an index on a server it
        takes over what is new there. Raises StoreMissing where that is nothing, StoreUnreachable.
        """
        if not self._refreshing.acquire(blocking=False):
            if self._is_indexed():
                return
            self._refreshing.acquire()
        try:
            if self._looked is None or time.monotonic() - self._looked >= _LOOK_EVERY:
                self._refresh()
        finally:
            self._refreshing.release()

    def report(self, report: SyncReport) -> None:
        """Says what could not be read, each time that this is news."""
        fresh = [problem for problem in report.problems if problem not in self._told]
        for problem in report.scan.located(fresh) if fresh else ():
            self._notice(str(problem) if problem.is_read else f"Left out: {problem}")
        self._told = frozenset(report.problems)

    def _refresh(self) -> None:
        if self.settings.is_served:
            self._server.pull()
            self._looked = time.monotonic()
            return
        changes = pending(self.library, self._folder)
        self._looked = time.monotonic()
        if not self._is_indexed():
            self.report(self.sync())
        elif changes:
            self._bring_in_few(changes)
        elif changes.unsettled:
            with contextlib.suppress(StoreBusy, StoreUnwritable):
                self.sync()

    def _bring_in_few(self, changes: Pending) -> None:
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

    def _is_indexed(self) -> bool:
        try:
            self.coverage()
        except StoreMissing:
            return False
        return True

    @property
    def _place(self) -> "OnDisk | OnServer":
        return self._server if self.settings.is_served else OnDisk(self._folder)

    @functools.cached_property
    def _server(self) -> "OnServer":
        from bot.served import served

        return served(self.settings, self._notice)

    @functools.cached_property
    def _reader(self) -> Reader:
        opened = self._server.open if self.settings.is_served else None
        recipe = make_recipe(self._cutter, self._embedder, read_stamp(self._folder))
        return Reader(self._folder, recipe, opened)
