"""Writes what changed in the library into the next generation of the index."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from index.article import Article, Passage
from index.changes import Changes, fingerprint
from index.draft import Draft
from index.embedding import Embedder, Vectors
from index.library import ArticleFile, Library, Problem
from index.manifest import Manifest
from index.passages import Cutter
from index.stamp import Stamp

if TYPE_CHECKING:
    from index.server_draft import ServerDraft

Progress = Callable[[int, int, str], None]

# Enough passages for the model to have texts of like length together.
_BATCH = 256
# So many are embedded between two steps of the progress bar: about a second on a slow machine.
_STEP = 32
# A long run publishes what it has now and then, so that after a kill it is continued, not begun again.
# Publishing copies the index: at most a twentieth of the time goes there.
_PUBLISH_SECONDS = 10.0
_PUBLISH_SHARE = 20


class Writer:
    """Brings changed files into a draft of the index. `write`, then `publish`; or `discard`.

    `interim`: what is there may be published before all is; else not before `publish`.
    """

    def __init__(
        self,
        library: Library,
        cutter: Cutter,
        embedder: Embedder,
        draft: "Draft | ServerDraft",
        *,
        interim: bool,
        progress: Progress | None = None,
    ) -> None:
        self._library = library
        self._cutter = cutter
        self._embedder = embedder
        self._draft: Draft | ServerDraft = draft
        self._interim = interim
        self._gauge = _Gauge(progress)
        self._published, self._cost = time.monotonic(), 0.0
        self._gone: frozenset[str] = frozenset()
        self._batch: dict[str, list[Passage]] = {}
        self._stale: list[str] = []

    @property
    def manifest(self) -> Manifest:
        """The draft's."""
        return self._draft.manifest

    def write(self, files: Sequence[ArticleFile], changes: Changes) -> None:
        """Writes `changes`, which `compare` found among `files`."""
        self._gone = frozenset(changes.gone)
        self._gauge.expect(changes.read)
        self._gauge.tell(0.0, "")
        for file in changes.read:
            self._read(file)
        for key in changes.gone:
            self._drop(self.manifest.ids_of(key))
            self.manifest.forget_file(key)
        while again := self._bereft(files):
            self._gauge.expect(again)
            for file in again:
                self._read(file)
        self._flush()
        for row in changes.touched:
            self.manifest.put_file(row)

    def publish(self) -> Stamp:
        """Makes what was written the index that readers use. The writer is at its end."""
        return self._draft.publish()

    def discard(self) -> None:
        """Leaves the index as it was published last."""
        self._draft.discard()

    def _bereft(self, files: Sequence[ArticleFile]) -> list[ArticleFile]:
        """Files whose articles gave way to those of another, and need no longer."""
        bereft = self.manifest.bereft()
        return [file for file in files if file.key in bereft]

    def _read(self, file: ArticleFile) -> None:
        """Brings one file's articles in, and takes out those that it had and has no longer."""
        before, previous = self.manifest.ids_of(file.key), self.manifest.problems(file.key)
        # Until it is read to its end nothing is known of it, so that a kill on the way has it read again.
        self.manifest.forget_file(file.key)
        row = fingerprint(file)
        self._gauge.begin(file)
        problems = []
        for item in self._library.read(file):
            if isinstance(item, Problem):
                problems.append(item)
            else:
                before.discard(item.id)
                self._take(item, file)
        if file.leads_out:  # what was read there once was not meant to be
            self._drop(before)
        else:
            self._miss(before, problems, previous)
        self.manifest.put_problems(problems)
        self.manifest.put_file(row)
        self._gauge.end()
        if not self._batch:
            self._gauge.tell(1.0, file.key)

    def _take(self, article: Article, file: ArticleFile) -> None:
        """An article that stands in a file: of two files with one id the first, by key, has it.

        But no record takes the place of an article whose id is its own file's key.
        """
        entry = self.manifest.entry(article.id)
        if entry and entry.file != file.key and entry.file not in self._gone:
            first, second = sorted((entry.file, file.key), key=lambda key: (key != article.id, key))
            self.manifest.put_double(article.id, second)
            if first == entry.file:
                return
        if entry and entry.digest == article.digest:
            self.manifest.claim(article.id, file.key)
            return
        if entry:
            self._stale.append(article.id)
        passages = self._cutter.cut(article)
        self.manifest.put_article(article, file.key, len(passages))
        self._batch[article.id] = passages
        self._gauge.pass_over(article)
        if sum(map(len, self._batch.values())) >= _BATCH:
            self._flush(article.title)

    def _miss(self, missing: set[str], problems: list[Problem], previous: list[Problem]) -> None:
        """Takes out articles that a file no longer has, unless an error may be why they are not there.

        An error that stood when they were read is no reason; one that came since is, until it goes.
        """
        problems = [problem for problem in problems if not problem.is_read]
        fresh = Counter(p.message for p in problems) - Counter(p.message for p in previous)
        held = {id for id in missing if problems and (fresh or self._is_held(id))}
        for id in held:
            self.manifest.hold(id)
        self._drop(missing - held)

    def _is_held(self, id: str) -> bool:
        entry = self.manifest.entry(id)
        return entry is not None and entry.held

    def _drop(self, ids: set[str]) -> None:
        for id in ids:
            self.manifest.drop(id)
            self._batch.pop(id, None)
        self._stale.extend(ids)

    def _flush(self, title: str = "") -> None:
        """Embeds and stores what was cut, after removing what it replaces: manifest and store agree again."""
        if self._stale:
            self._draft.remove(self._stale)
        # Texts of like length together: the model pads each to the longest beside it.
        passages = sorted(chain.from_iterable(self._batch.values()), key=lambda passage: len(passage.text))
        vectors: list[Vectors] = []
        for start in range(0, len(passages), _STEP):
            part = passages[start : start + _STEP]
            vectors.append(self._embedder.embed([self._cutter.embedding_text(passage) for passage in part]))
            self._gauge.tell((start + len(part)) / len(passages), title)
        if passages:
            self._draft.store.add(passages, np.concatenate(vectors))
        self._batch, self._stale = {}, []
        if self._interim:
            self._publish_if_due()

    def _publish_if_due(self) -> None:
        begun = time.monotonic()
        if begun - self._published > max(_PUBLISH_SECONDS, _PUBLISH_SHARE * self._cost):
            self._draft = self._draft.continued()
            self._published = time.monotonic()
            self._cost = self._published - begun


class _Gauge:
    """How far a run is, in bytes of the files to read. What is embedded counts, not what is only read."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._todo = self._told = self._read = self._end = 0

    def expect(self, files: Sequence[ArticleFile]) -> None:
        self._todo += sum(file.size for file in files)

    def begin(self, file: ArticleFile) -> None:
        self._end = self._read + file.size

    def pass_over(self, article: Article) -> None:
        """An article of the file begun was read; how many bytes that were is a guess."""
        self._read = min(self._read + len(article.text), self._end)

    def end(self) -> None:
        self._read = self._end

    def tell(self, share: float, what: str) -> None:
        """`share` of what was read since the last time that it was all is embedded."""
        done = self._told + round((self._read - self._told) * share)
        if share == 1.0:
            self._told = done
        if self._progress:
            self._progress(done, self._todo, what)
