"""`kill -9` at random moments of a sync: the next one completes it, nothing is lost or doubled."""

import concurrent.futures
import multiprocessing
import os
import random
import signal
import threading
import time
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

import index.writer as index_writer
from index.clean import make_article
from index.embedding import Embedder
from index.errors import StoreMissing
from index.library import Library, Root
from index.passages import Cutter
from index.shelf import Shelf
from index.stamp import read_stamp
from index.sync import coverage, sync
from tests.collection import WORDS, Collection, nearest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs kill -9 and forks")


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Processes that have imported the model's library already, so that a kill costs a second and not ten."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sentence_transformers", "chromadb"])
    return context


@pytest.fixture
def collection(tmp_path: Path, embedder: Embedder) -> Collection:
    return Collection(tmp_path, embedder)


def sync_apart(root: Path, index: Path, rebuild: bool, ready: Event) -> None:
    """A sync in another process, which publishes after every few passages; a long one does every 10 s."""
    index_writer._PUBLISH_SECONDS, index_writer._PUBLISH_SHARE, index_writer._BATCH = 0.0, 0, 4
    embedder = Embedder()
    embedder.embed(["The model is loaded."])
    ready.set()
    sync(Library([root]), Cutter(embedder), embedder, index, rebuild=rebuild)


def change(collection: Collection, random: random.Random) -> None:
    """Adds, changes and removes some articles."""
    for number in random.sample(range(30), 8):
        path = collection.root / f"{number}.txt"
        if path.exists() and random.random() < 0.4:
            path.unlink()
        else:
            words = " ".join(random.choices(WORDS, k=8))
            collection.write(path.name, f"About number {number}: {words}. {words.title()}.")
    ids = [f"record {number}" for number in random.sample(range(12), 8)]
    collection.records("many.jsonl", *ids, text=random.choice(WORDS))


def syncing(
    collection: Collection, processes: ForkServerContext, *, rebuild: bool = False
) -> ForkServerProcess:
    """A process that begins to sync now, its model loaded."""
    ready = processes.Event()
    process = processes.Process(target=sync_apart, args=(collection.root, collection.index, rebuild, ready))
    process.start()
    assert ready.wait(60)
    return process


def killed(
    collection: Collection, processes: ForkServerContext, after: float, *, rebuild: bool = False
) -> bool:
    """Starts a sync in another process and kills it `after` seconds; whether it was still at it."""
    process = syncing(collection, processes, rebuild=rebuild)
    process.join(after)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def seconds_of_a_sync(collection: Collection, processes: ForkServerContext) -> float:
    """How long one takes that nobody kills, on this machine at this time."""
    process = syncing(collection, processes)
    begun = time.monotonic()
    process.join()
    assert process.exitcode == 0
    return time.monotonic() - begun


def check_readable(collection: Collection) -> None:
    """What was published last stands, whatever was killed since."""
    try:
        covered = coverage(collection.index)
    except StoreMissing:
        return
    reader = collection.reader()
    found = nearest(reader, collection.question, covered.passages + 10)
    reader.close()
    assert len(found) == covered.passages


def kill_again_and_again(collection: Collection, processes: ForkServerContext, moments: list[float]) -> int:
    """Changes the articles and kills the sync that follows, at each of `moments`; how many came in time.

    The moments are shares of the time that a sync takes on this machine.
    """
    random_changes, in_time = random.Random(5), 0
    change(collection, random_changes)
    whole = seconds_of_a_sync(collection, processes)
    for moment in moments:
        change(collection, random_changes)
        in_time += killed(collection, processes, moment * whole)
        check_readable(collection)
    collection.sync()
    collection.check_equal()
    assert collection.did()[:3] == (0, 0, 0)
    return in_time


def test_two_kills(collection: Collection, processes: ForkServerContext) -> None:
    assert kill_again_and_again(collection, processes, [0.2, 0.5]) > 0


def test_a_killed_rebuild_leaves_the_old_index(collection: Collection, processes: ForkServerContext) -> None:
    change(collection, random.Random(3))
    collection.sync()
    before = read_stamp(collection.index)
    change(collection, random.Random(4))
    assert killed(collection, processes, 0.1, rebuild=True)
    assert read_stamp(collection.index) == before
    check_readable(collection)
    collection.sync()
    collection.check_equal()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_ten_kills_at_random_moments(collection: Collection, processes: ForkServerContext, seed: int) -> None:
    moments = random.Random(seed)
    assert kill_again_and_again(collection, processes, [moments.uniform(0, 0.9) for _ in range(10)]) >= 3


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_rebuild_killed_at_any_moment_leaves_the_old_or_the_new(
    collection: Collection, processes: ForkServerContext
) -> None:
    change(collection, random.Random(3))
    whole = seconds_of_a_sync(collection, processes)
    for moment in range(12):
        change(collection, random.Random(moment))
        before = read_stamp(collection.index)
        killed(collection, processes, whole * moment / 8, rebuild=True)
        stamp = read_stamp(collection.index)
        assert stamp
        check_readable(collection)
        if stamp == before:  # the old one, as it was
            continue
        assert stamp.articles == len(collection.expected())
        collection.check_equal()
    collection.sync()
    collection.check_equal()


def add_apart(folder: Path, index: Path, first: int, done: Path, ready: Event) -> None:
    """Adds articles and syncs, again and again, in another process; `done` has each that was acknowledged."""
    embedder = Embedder()
    embedder.embed(["The model is loaded."])
    ready.set()
    shelf, cutter = Shelf(Root(folder)), Cutter(embedder)
    for number in range(first, first + 1000):
        text = f"Ferry number {number} sails to port {number % 7}."
        url = f"https://news.example/{number % 40}"
        added = shelf.add(make_article("a", text, title=f"Ferry {number}", url=url))
        with done.open("a") as stream:
            stream.write(f"{added.id} {number}\n")
        if number % 3 == 0:
            sync(Library([folder]), cutter, embedder, index)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_fifty_kills_under_load(collection: Collection, processes: ForkServerContext, tmp_path: Path) -> None:
    """Articles are added, replaced and indexed while questions are asked: none is lost, none is doubled."""
    done, over = tmp_path / "done", threading.Event()
    collection.write("first.txt", "Ferry number 0 sails to port 0.")
    collection.sync()

    def ask() -> None:
        while not over.wait(0.05):
            collection.ask()

    asking = concurrent.futures.ThreadPoolExecutor(1).submit(ask)
    moments = random.Random(11)
    for turn in range(50):
        ready = processes.Event()
        arguments = (collection.root, collection.index, 1000 * turn, done, ready)
        process = processes.Process(target=add_apart, args=arguments)
        process.start()
        assert ready.wait(120)
        process.join(moments.uniform(0, 2))
        process.kill()
        process.join()
    over.set()
    asking.result(120)
    collection.sync()
    collection.check_equal()
    acknowledged = dict(line.split() for line in done.read_text().splitlines())
    expected = collection.expected()
    assert len(expected) == len({article.url for article in expected.values()})
    for id, number in acknowledged.items():
        # The last one acknowledged, or one after it that was written as the process died.
        assert int(expected[id].title.removeprefix("Ferry ")) >= int(number)
