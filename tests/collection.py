"""A folder of articles and its index, for tests."""

import dataclasses
import functools
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.article import Article, Passage
from index.embedding import Embedder, Vectors
from index.filter import EVERYONE, Filter
from index.generations import AnyStore, Reader
from index.library import Library
from index.passages import Cutter
from index.stamp import Recipe, read_stamp
from index.store import Store
from index.sync import Pending, SyncReport, articles, coverage, make_recipe, pending, sync

WORDS = "harbour bridge mayor ferry summer traffic plan million vote night train doctor river storm".split()


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """A passage found by its vector, with its cosine similarity."""

    passage: Passage
    similarity: float


def nearest(place: Reader | Store, vector: Vectors, n: int, where: Filter = EVERYONE) -> list[Record]:
    """The passages nearest to a vector, read as a search reads its best."""

    def ask(store: AnyStore) -> list[Record]:
        found = store.nearest(vector, n, where)
        passages = store.read([near.id for near in found])
        return [Record(passages[near.id], near.similarity) for near in found]

    return place.ask(ask) if isinstance(place, Reader) else ask(place)


class Collection:
    """A folder of articles and its index."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self.root = folder / "articles"
        self.root.mkdir()
        self.index = folder / "data" / "index"
        self.library = Library([self.root])
        self.embedder = embedder
        self.cutter = Cutter(embedder)

    def write(self, name: str, text: str, *, age: float = 60) -> Path:
        """An article file, last changed `age` seconds ago."""
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        self.age(path, age)
        return path

    def records(self, name: str, *ids: str, text: str = "Words of", more: str = "") -> Path:
        """A file of records; `more` follows them as it is."""
        lines = [json.dumps({"id": id, "title": id.title(), "text": f"{text} {id}."}) for id in ids]
        return self.write(name, "\n".join(lines) + "\n" + more)

    def age(self, path: Path, seconds: float) -> None:
        then = time.time() - seconds
        os.utime(path, (then, then))

    def sync(self, *, rebuild: bool = False) -> SyncReport:
        """A sync, after which index and library are equal."""
        report = sync(self.library, self.cutter, self.embedder, self.index, rebuild=rebuild)
        assert report.unchanged + report.changed + report.added == coverage(self.index).articles
        self.check()
        return report

    def did(self, *, rebuild: bool = False) -> tuple[int, int, int, int]:
        """Articles that a sync added, changed, removed and left."""
        report = self.sync(rebuild=rebuild)
        return report.added, report.changed, report.removed, report.unchanged

    def pending(self) -> Pending:
        return pending(self.library, self.index)

    @functools.cached_property
    def question(self) -> Vectors:
        return self.embedder.embed_question("What became of the bridge?")

    @property
    def recipe(self) -> Recipe:
        return make_recipe(self.cutter, self.embedder)

    def reader(self) -> Reader:
        return Reader(self.index, self.recipe)

    def ask(self) -> None:
        """A question, as far as the index goes: is anything new, what is nearest, what is there?"""
        reader = self.reader()
        try:
            nearest(reader, self.question, 3)
            articles(self.index)
        finally:
            reader.close()

    def expected(self) -> dict[str, Article]:
        """The articles as the library has them: of two with one id the first."""
        expected: dict[str, Article] = {}
        for file in self.library.scan().files:
            for item in self.library.read(file):
                if isinstance(item, Article):
                    expected.setdefault(item.id, item)
        return expected

    def check(self) -> None:
        """What Chroma, the manifest and the stamp say of the index agree."""
        stamp = read_stamp(self.index)
        assert stamp
        covered = coverage(self.index)
        assert (stamp.articles, stamp.passages) == (covered.articles, covered.passages)
        assert len(self.passage_ids()) == covered.passages
        assert {id.rpartition("#")[0] for id in self.passage_ids()} <= {
            info.id for info in articles(self.index)
        }
        assert [path.name for path in self.index.glob("store-*")] == [stamp.store]

    def check_equal(self) -> None:
        """Nothing of the library is lost or doubled, and nothing else is there."""
        self.check()
        expected = self.expected()
        assert sorted(info.id for info in articles(self.index)) == sorted(expected)
        cut = {passage.id: passage for article in expected.values() for passage in self.cutter.cut(article)}
        assert self.passage_ids() == set(cut)
        reader = self.reader()
        found = nearest(reader, self.question, len(cut) + 10)
        reader.close()
        assert {record.passage.id: record.passage for record in found} == cut
        assert len(found) == len(cut)

    def passage_texts(self) -> list[str]:
        reader = self.reader()
        try:
            return sorted(record.passage.text for record in nearest(reader, self.question, 100))
        finally:
            reader.close()

    def passage_ids(self) -> set[str]:
        reader = self.reader()
        try:
            return reader.store().ids()
        finally:
            reader.close()


def watch(monkeypatch: pytest.MonkeyPatch, name: str, owner: object) -> list[object]:
    """Arguments of every call of a method from here on; the method works as ever."""
    calls: list[object] = []
    original: Callable[..., object] = getattr(owner, name)

    def watched(*arguments: object) -> object:
        calls.append(arguments[-1])
        return original(*arguments)

    monkeypatch.setattr(owner, name, watched)
    return calls
