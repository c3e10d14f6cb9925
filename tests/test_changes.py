import os
import time
from pathlib import Path

import pytest

from index.embedding import Embedder
from index.stamp import read_stamp
from index.sync import sync
from tests.collection import Collection, watch


@pytest.fixture
def collection(tmp_path: Path, embedder: Embedder) -> Collection:
    return Collection(tmp_path, embedder)


def test_a_touched_file_is_neither_read_nor_embedded(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = collection.write("a.txt", "A story.")
    collection.sync()
    before = read_stamp(collection.index)
    collection.age(path, 30)
    assert collection.pending().changed
    read = watch(monkeypatch, "read", collection.library)
    assert collection.did() == (0, 0, 0, 1)
    assert not collection.pending()
    assert read_stamp(collection.index) == before
    assert read == []


def test_a_file_changed_within_one_tick_of_the_clock_is_noticed(collection: Collection) -> None:
    path = collection.write("a.txt", "The first text.", age=0.5)
    status = path.stat()
    collection.sync()
    assert not collection.pending()
    path.write_text("Another text!!!")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert [file.key for file in collection.pending().changed] == ["articles/a.txt"]
    assert collection.did() == (0, 1, 0, 0)
    collection.check_equal()


def test_settled_files_are_not_opened(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    path = collection.write("a.txt", "The first text.", age=60)
    collection.sync()
    status = path.stat()
    path.write_text("Another text!!!")  # which nothing but opening it tells
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert collection.did() == (0, 0, 0, 1)
    assert not collection.pending()


def test_pending_says_what_is_new_changed_and_gone(collection: Collection) -> None:
    collection.write("a.txt", "A.")
    collection.write("b.txt", "B.")
    waiting = collection.pending()
    assert [file.key for file in waiting.new] == ["articles/a.txt", "articles/b.txt"]
    collection.sync()
    assert not collection.pending()
    assert collection.pending().files == 0
    collection.write("a.txt", "A, changed.")
    collection.records("many.jsonl", *map(str, range(100)))
    (collection.root / "b.txt").unlink()
    waiting = collection.pending()
    assert [file.key for file in waiting.new] == ["articles/many.jsonl"]
    assert [file.key for file in waiting.changed] == ["articles/a.txt"]
    assert waiting.gone == ("articles/b.txt",)
    assert (waiting.files, waiting.size) == (3, (collection.root / "many.jsonl").stat().st_size + 11)


def test_seven_hundred_unchanged_articles_take_half_a_second(collection: Collection) -> None:
    collection.records("many.jsonl", "one")
    for number in range(700):
        (collection.root / f"{number}.jsonl").write_text("")
        collection.age(collection.root / f"{number}.jsonl", 60)
    collection.sync()
    begun = time.monotonic()
    sync(collection.library, collection.cutter, collection.embedder, collection.index)
    assert not collection.pending()
    assert time.monotonic() - begun < 1.5  # about 0.1 on a quiet machine


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read anything")
def test_a_file_that_may_be_read_at_last_is_pending(collection: Collection) -> None:
    collection.write("a.txt", "A story.")
    secret = collection.write("b.txt", "Another.")
    secret.chmod(0)
    collection.sync()
    assert not collection.pending()
    secret.chmod(0o600)
    assert [file.key for file in collection.pending().changed] == ["articles/b.txt"]
    assert collection.did() == (1, 0, 0, 1)


def test_a_file_indexed_as_soon_as_written_is_settled_by_a_later_sync(collection: Collection) -> None:
    collection.write("a.txt", "A story.", age=1.0)
    collection.sync()
    assert not collection.pending().unsettled  # a sync would not settle it yet
    time.sleep(1.5)
    assert collection.pending().unsettled
    assert not collection.pending()
    assert collection.did() == (0, 0, 0, 1)
    assert not collection.pending().unsettled
