"""The composition root: the only place that builds models and stores. Cheap until something is asked."""

import contextlib
import dataclasses
import functools
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import Self

from bot.answer import Answer
from bot.answering import Answerer, Dates
from bot.extract import Extractor
from bot.followup import stand_alone
from bot.linear import load_weights
from bot.narrowing import Narrowed, narrows
from bot.question import clean
from bot.question_type import question_type
from bot.settings import Settings
from index.article import ArticleInfo, Hit
from index.embedding import Embedder
from index.errors import StoreBusy, StoreMissing, StoreUnwritable
from index.generations import Reader
from index.library import Library
from index.passages import Cutter
from index.search import Found, Retriever
from index.store import EVERYONE, Filter
from index.sync import Coverage, Pending, SyncReport, articles, coverage, make_recipe, pending, sync

__all__ = ["App", "Filter", "Progress", "SyncReport"]

Progress = Callable[[int, int, str], None]

# What a question waits for; more is announced, with the command.
FEW_FILES = 20
FEW_BYTES = 2_000_000
# Looking for changed articles is cheap, but not free: not for each of a hundred questions on standard input.
_LOOK_EVERY = 2.0


class App:
    """Everything that a front end asks for. Threads may share it; close it at the end.

    `progress` is told of bytes done, bytes in all and the article at hand while an index is made, `notice`
    of what a person should know besides the answer. Every method raises CitebotError.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        progress: Progress | None = None,
        notice: Callable[[str], None] | None = None,
    ) -> None:
        self.settings = settings
        self._progress = progress
        self._notice = notice or (lambda line: None)
        self._embedder = Embedder(settings.embedding_model)
        self._cutter = Cutter(self._embedder)
        self._folder = settings.index
        self._refreshing = threading.Lock()
        self._looked: float | None = None

    def ask(
        self,
        question: str,
        *,
        filter: Filter = EVERYONE,
        refuse: bool = True,
        history: Sequence[Answer] = (),
    ) -> Answer:
        """A cited answer or a refusal; `refuse` False answers whatever happens."""
        asked = clean(question)
        self.refresh()
        understood = stand_alone(asked, history)
        found = self._retriever.search(understood, where=filter)
        covered = self._covered(filter)
        answer = self._answerer.answer(found, covered, refuse=refuse)
        if refuse and question_type(asked) == "why" and _repeats(answer, history):
            answer = self._answerer.refuse(found, covered)
        return dataclasses.replace(answer, question=asked, understood=understood)

    def search(self, question: str, *, filter: Filter = EVERYONE, k: int = 10) -> tuple[Hit, ...]:
        """The `k` best passages."""
        return self.find(question, filter=filter, k=k).hits

    def find(self, question: str, *, filter: Filter = EVERYONE, k: int = 10) -> Found:
        """The `k` best passages with what the ranking knew about them."""
        asked = clean(question)
        self.refresh()
        return self._retriever.search(asked, k, filter)

    def sync(self, *, rebuild: bool = False) -> SyncReport:
        """Makes the index equal the articles."""
        report = sync(
            self.library, self._cutter, self._embedder, self._folder, rebuild=rebuild, progress=self._progress
        )
        self._looked = time.monotonic()
        return report

    def articles(self, scopes: Sequence[str] = ("",)) -> list[ArticleInfo]:
        """What is indexed, newest first."""
        self.refresh()
        return articles(self._folder, scopes)

    def coverage(self, scopes: Sequence[str] = ("",)) -> Coverage:
        """How many articles are indexed, and the dates they cover."""
        return coverage(self._folder, scopes)

    def warm(self) -> None:
        """Brings the index up to date and loads the model, so that the first question need not wait."""
        self.refresh()
        self._embedder.embed_question("")

    def close(self) -> None:
        """Frees the index's files."""
        if "_reader" in self.__dict__:
            self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def library(self) -> Library:
        """The articles: the folders of the settings, and those added at run time."""
        added = self.settings.data / "articles"
        return Library([*self.settings.articles, *([added] if os.path.isdir(added) else [])])

    def refresh(self) -> None:
        """Brings articles in that changed: all where nothing is indexed yet, else a few; announces many."""
        with self._refreshing:
            if self._looked is not None and time.monotonic() - self._looked < _LOOK_EVERY:
                return
            changes = pending(self.library, self._folder)
            self._looked = time.monotonic()
            if not self._is_indexed():
                self._report(self.sync())
            elif changes:
                self._bring_in(changes)
            elif changes.unsettled:
                with contextlib.suppress(StoreBusy, StoreUnwritable):
                    self.sync()

    def _covered(self, filter: Filter) -> Dates:
        """The dates that a question looks at; says so where its filter leaves nothing to look at."""
        if not narrows(filter):
            return self.coverage(filter.scopes)
        narrowed = Narrowed(filter, tuple(articles(self._folder, filter.scopes)))
        if not narrowed.left:
            self._notice(narrowed.reason)
        return narrowed

    def _bring_in(self, changes: Pending) -> None:
        if changes.files > FEW_FILES or changes.size > FEW_BYTES:
            self._notice(
                f"{changes.files:,} article files changed since the index was made. "
                "`citebot index` brings them in."
            )
            return
        try:
            self._report(self.sync())
        except (StoreBusy, StoreUnwritable) as error:
            self._notice(f"{error} Until then this answers from the articles as they were.")

    def _report(self, report: SyncReport) -> None:
        for problem in report.problems:
            self._notice(f"Left out: {problem}")

    def _is_indexed(self) -> bool:
        try:
            self.coverage()
        except StoreMissing:
            return False
        return True

    @functools.cached_property
    def _reader(self) -> Reader:
        return Reader(self._folder, make_recipe(self._cutter, self._embedder))

    @functools.cached_property
    def _retriever(self) -> Retriever:
        return Retriever(self._reader, self._embedder)

    @functools.cached_property
    def _answerer(self) -> Answerer:
        weights = load_weights()
        return Answerer(Extractor(self._embedder, weights), weights)


def _repeats(answer: Answer, history: Sequence[Answer]) -> bool:
    """Whether its best quote was in the last answer: that did not say why, so this does not either."""
    best = answer.citations[:1]
    return bool(history) and any(one.overlaps(other) for one in best for other in history[-1].citations)
