"""Readers while writers publish, and damage."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.embedding import Embedder
from index.errors import StoreDamaged, StoreMissing
from index.generations import AnyStore, Reader
from index.sync import articles, coverage, sync
from tests.collection import WORDS, Collection, nearest

ROOT = Path(__file__).parent.parent
# Writes one changed article after the other, in a process of its own.
WRITER = """
import sys, time
from pathlib import Path
from index.embedding import Embedder
from index.library import Library
from index.passages import Cutter
from index.sync import sync
root, index, seconds = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
embedder = Embedder()
print("ready", flush=True)
end, number = time.monotonic() + seconds, 0
while time.monotonic() < end:
    number += 1
    (root / "0.txt").write_text(f"The bridge was painted {number} times.")
    sync(Library([root]), Cutter(embedder), embedder, index)
print(number, flush=True)
"""


@pytest.fixture
def collection(tmp_path: Path, embedder: Embedder) -> Collection:
    return Collection(tmp_path, embedder)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Collection:
    """Five articles, indexed; for tests that change neither."""
    collection = Collection(tmp_path_factory.mktemp("indexed"), embedder)
    for number in range(5):
        collection.write(f"{number}.txt", f"Story {number} of the {WORDS[number]}.")
    collection.sync()
    return collection


def reader_of(indexed: Collection, folder: Path) -> Reader:
    """A reader of a copy of an index, which may be damaged."""
    shutil.copytree(indexed.index, folder)
    return Reader(folder, indexed.recipe)


def texts_near(collection: Collection, reader: Reader, n: int = 10) -> set[str]:
    records = nearest(reader, collection.question, n)
    return {record.passage.text for record in records}


def test_a_reader_sees_what_was_published_last(collection: Collection) -> None:
    collection.write("a.txt", "The first.")
    collection.sync()
    reader = collection.reader()
    assert texts_near(collection, reader) == {"The first."}
    assert reader.store() is reader.store()
    collection.write("b.txt", "The second.")
    collection.sync()
    assert texts_near(collection, reader) == {"The first.", "The second."}
    (collection.root / "a.txt").unlink()
    collection.sync()
    assert texts_near(collection, reader) == {"The second."}
    assert [passage.text for passage in reader.store().containing(["second"], 5)] == ["The second."]
    reader.close()
    assert texts_near(collection, reader) == {"The second."}
    reader.close()


def test_a_store_in_use_outlives_its_generation(collection: Collection) -> None:
    collection.write("a.txt", "The first.")
    collection.sync()
    reader = collection.reader()
    held = reader.store()
    collection.write("a.txt", "The second.")
    collection.sync()
    assert texts_near(collection, reader) == {"The second."}
    assert held.count() == 1
    reader.close()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors where Linux lists them")
def test_fifty_reopenings_leak_nothing(indexed: Collection, tmp_path: Path) -> None:
    reader = reader_of(indexed, tmp_path / "index")
    stamp = tmp_path / "index" / "stamp.json"
    counts = []
    for _ in range(50):
        shutil.copyfile(stamp, stamp.with_suffix(".tmp"))
        os.replace(stamp.with_suffix(".tmp"), stamp)
        assert len(texts_near(indexed, reader)) == 5
        counts.append(len(os.listdir("/proc/self/fd")))
    reader.close()
    assert max(counts[40:]) < max(counts[:10]) + 10  # one descriptor more a time would be forty


def test_reading_again_and_again_changes_no_vectors(indexed: Collection, tmp_path: Path) -> None:
    reader = reader_of(indexed, tmp_path / "index")
    files = [path for path in tmp_path.glob("index/store-*/chroma/*/*") if path.is_file()]
    before = [path.read_bytes() for path in files]
    for _ in range(3):
        assert len(texts_near(indexed, reader)) == 5
        reader.close()
    assert before == [path.read_bytes() for path in files]
    assert before


class HastyReader(Reader):
    """Looks at the stamp just before a writer replaces it: its first question goes to `old`."""

    old: "AnyStore | None" = None

    def store(self) -> AnyStore:
        old, self.old = self.old, None
        return old or super().store()


def test_a_generation_removed_under_a_reader_is_no_error(collection: Collection) -> None:
    collection.write("a.txt", "The first.")
    collection.sync()
    reader = HastyReader(collection.index, collection.recipe)
    old = reader.store()
    collection.write("a.txt", "The second.")
    collection.sync()
    old.close()
    reader.old = old
    assert texts_near(collection, reader) == {"The second."}
    reader.close()


def test_a_reader_beside_a_writing_process(collection: Collection) -> None:
    """Seconds of questions while another process publishes all the time: each has an answer, a whole one."""
    for number in range(20):
        collection.write(f"{number}.txt", f"Story {number} of the {WORDS[number % len(WORDS)]}.")
    collection.sync()
    command = [sys.executable, "-c", WRITER, str(collection.root), str(collection.index), "4"]
    writer = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)
    assert writer.stdout
    assert writer.stdout.readline() == "ready\n"
    reader = collection.reader()
    question = collection.question
    seen: set[str] = set()
    asked = 0
    while writer.poll() is None:
        records = nearest(reader, question, 50)
        assert len({record.passage.article.id for record in records}) == len(records) == 20
        assert len(reader.ask(lambda store: store.containing(["story"], 50))) in (19, 20)
        assert coverage(collection.index).articles == 20
        seen.update(record.passage.text for record in records if "painted" in record.passage.text)
        asked += 1
    assert writer.wait() == 0
    written = int(writer.stdout.read())
    writer.stdout.close()
    reader.close()
    assert asked > 20
    assert len(seen) > min(written, 5) - 2
    # A store that the reader was opening while it went is the next writer's to remove.
    collection.sync()
    collection.check_equal()


def test_threads_ask_while_the_same_process_writes(collection: Collection) -> None:
    for number in range(10):
        collection.write(f"{number}.txt", f"Story {number} of the {WORDS[number]}.")
    collection.sync()
    reader = collection.reader()
    question = collection.question
    failures: list[object] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                if (found := len(nearest(reader, question, 50))) != 10:
                    failures.append(found)
            except Exception as error:
                failures.append(error)
            time.sleep(0.01)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(6):
        collection.write("0.txt", f"The bridge was painted {number} times.", age=60 - number)
        collection.sync()
    done.set()
    for thread in threads:
        thread.join()
    reader.close()
    assert failures == []
    collection.check_equal()


def _remove(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _scribble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[::7] = bytes(len(content[::7]))
    path.write_bytes(content)


def nearest_and_all(indexed: Collection, reader: Reader, index: Path) -> None:
    texts_near(indexed, reader)
    articles(index)


@pytest.mark.parametrize("harm", [_remove, _empty, _halve, _scribble])
@pytest.mark.parametrize(
    "name",
    [
        "stamp.json",
        "store-*/manifest.sqlite3",
        "store-*/chroma/chroma.sqlite3",
        "store-*/chroma/*/data_level0.bin",
        "store-*/chroma/*/header.bin",
        "store-*/chroma/*/index_metadata.pickle",
    ],
)
def test_damage_is_noticed(
    indexed: Collection, tmp_path: Path, name: str, harm: Callable[[Path], None]
) -> None:
    index = tmp_path / "index"
    reader = reader_of(indexed, index)
    (path,) = index.glob(name)
    harm(path)
    expected = StoreMissing if (name, harm) == ("stamp.json", _remove) else StoreDamaged
    with pytest.raises(expected) as error:
        nearest_and_all(indexed, reader, index)
    assert "citebot index" in error.value.hint


@pytest.mark.parametrize("name", ["stamp.json", "store-*/chroma/chroma.sqlite3", "store-*/manifest.sqlite3"])
def test_damage_is_mended_with_one_command(collection: Collection, name: str) -> None:
    collection.write("a.txt", "A story.")
    collection.sync()
    (path,) = collection.index.glob(name)
    _scribble(path)
    collection.sync(rebuild=True)
    collection.check_equal()


@pytest.mark.parametrize("harm", [_remove, _empty, _halve, _scribble])
@pytest.mark.parametrize("name", ["chroma.sqlite3", "*/data_level0.bin"])
def test_a_sync_with_nothing_to_do_notices_damage(
    collection: Collection, name: str, harm: Callable[[Path], None]
) -> None:
    collection.write("a.txt", "A story.")
    collection.sync()
    (path,) = collection.index.glob(f"store-*/chroma/{name}")
    harm(path)
    with pytest.raises(StoreDamaged) as error:
        sync(collection.library, collection.cutter, collection.embedder, collection.index)
    assert "citebot index --rebuild" in error.value.hint


def _only_to_read(folder: Path, *, again: bool = False) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod((0o700 if again else 0o500) if path.is_dir() else (0o600 if again else 0o400))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anything")
def test_an_index_that_may_not_be_written_is_asked_all_the_same(
    indexed: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    reader = reader_of(indexed, tmp_path / "index")
    _only_to_read(tmp_path / "index")
    try:
        assert len(texts_near(indexed, reader)) == 5
        assert len(list(tmp_path.glob("citebot-*"))) == 1
    finally:
        reader.close()
        _only_to_read(tmp_path / "index", again=True)
    assert list(tmp_path.glob("citebot-*")) == []


def test_a_store_folder_deleted_by_hand(collection: Collection) -> None:
    collection.write("a.txt", "A story.")
    collection.sync()
    (store,) = collection.index.glob("store-*")
    store.rename(collection.root.parent / "elsewhere")
    asked: list[Callable[[], object]] = [collection.sync, collection.pending, collection.reader().store]
    for ask in asked:
        with pytest.raises(StoreDamaged, match="missing"):
            ask()
    collection.sync(rebuild=True)
    collection.check_equal()


def test_no_index_at_all(collection: Collection) -> None:
    for ask in (
        collection.reader().store,
        lambda: articles(collection.index),
        lambda: coverage(collection.index),
    ):
        with pytest.raises(StoreMissing) as error:
            ask()
        assert "citebot index" in error.value.hint


def test_leftovers_of_killed_writers_are_removed(collection: Collection) -> None:
    collection.write("a.txt", "A story.")
    collection.sync()
    leftover = collection.index / "store-9999"
    (leftover / "chroma").mkdir(parents=True)
    collection.sync()
    assert not leftover.exists()
