"""`kill -9` during the turns of a feed: nothing is lost or doubled, and the next turn goes on."""

import concurrent.futures
import multiprocessing
import os
import random
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from bot.collection import Collection
from bot.feed_turns import take_turn
from bot.subscriptions import Subscriptions
from index.embedding import Embedder
from tests import collection as index_of
from tests.feed_process import A_LIFE_LATER, settings_of, turns_apart
from tests.test_feed_turns import feed_of
from tests.web import Web, page

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs kill -9")

_NUMBERED = re.compile(r"Ferry (\d+) has sailed (\d+) times")


class Newsroom:
    """A feed of ferries, how often each has sailed by now, and what was kept of it."""

    def __init__(self, web: Web, folder: Path) -> None:
        self.web, self.folder = web, folder
        self.sailed: Counter[int] = Counter()
        self.removed: set[int] = set()
        self.lives = 0
        self.settings = settings_of(folder, web.port)
        with Subscriptions(self.settings.feeds) as subscriptions:
            for scope in ("", "5"):
                subscriptions.add(web.url("/feed"), "Ferries", scope)

    def publish(self, chance: random.Random, count: int) -> None:
        """Some ferries have sailed again."""
        self.sailed.update(chance.sample(range(count), count // 2))
        for n in self.sailed:
            text = f"<p>{self._text(n)} It was a fine day, and nobody on board was in a hurry.</p>" * 2
            self.web.pages[f"/{n}"] = page(f"<article><h1>Ferry {n}</h1>{text}</article>")
        stories = sorted(self.sailed)
        feed = feed_of(self.web, *stories, text="{}")
        for n in stories:
            feed = feed.replace(f"<description>{n}<".encode(), f"<description>{self._text(n)}<".encode())
        body = feed.partition(b"\r\n\r\n")[2]
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        self.web.pages["/feed"] = head.encode() + body

    def _text(self, n: int) -> str:
        return f"Ferry {n} has sailed {self.sailed[n]} times."

    def turn(self, after: float) -> bool:
        """Turns in another process, killed `after` seconds; whether it was still at them."""
        context = multiprocessing.get_context("spawn")
        self.lives += 1
        ready = context.Event()
        arguments = (self.folder, self.web.port, self.lives, ready)
        process: SpawnProcess = context.Process(target=turns_apart, args=arguments)
        process.start()
        assert ready.wait(60)
        process.join(after)
        process.kill()
        process.join()
        return process.exitcode == -signal.SIGKILL

    def remove(self, n: int) -> None:
        """A person removes an article of the operator's, if it is there already."""
        for path in self.files(""):
            if f"Ferry {n} has" in path.read_text():
                path.unlink()
                self.removed.add(n)

    def files(self, scope: str) -> list[Path]:
        folder = self.settings.data / (f"servers/{scope}/articles" if scope else "articles")
        return sorted(folder.glob("*.md"))

    def kept(self, scope: str) -> dict[int, int]:
        """How often each ferry has sailed, by the articles of a scope, each of which is whole."""
        found = [_NUMBERED.findall(path.read_text()) for path in self.files(scope)]
        assert all(len(set(numbers)) == 1 for numbers in found)
        kept = {int(ferry): int(times) for ((ferry, times), *_) in found}
        assert len(kept) == len(found), "an article is there twice"
        return kept

    def check(self) -> None:
        """A turn that nobody kills completes what was begun, and then there is nothing to do."""
        later = (self.lives + 1) * A_LIFE_LATER
        with (
            Collection(self.settings) as app,
            Subscriptions(self.settings.feeds, now=lambda: time.time() + later) as subscriptions,
        ):
            app.fetcher = self.web.fetcher()
            for feed in subscriptions.all():
                assert feed.failures == 0
                completed, again = (take_turn(app, subscriptions, feed) for _ in range(2))
                assert completed
                assert again
                assert (completed.error, again.error, again.articles) == ("", "", 0)
                assert len(subscriptions.entries.known(feed.number)) == len(self.sailed)
        assert self.kept("5") == self.sailed
        there = {n: times for n, times in self.sailed.items() if n not in self.removed}
        assert self.kept("") == there


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    with Web() as web:
        yield Newsroom(web, tmp_path)


def kill_again_and_again(newsroom: Newsroom, kills: int, seed: int) -> int:
    """Kills turns at random moments, by the time that one takes here; how many were killed in time."""
    chance, in_time = random.Random(seed), 0
    newsroom.publish(chance, 6)
    begun = time.monotonic()
    assert not newsroom.turn(200)
    whole = time.monotonic() - begun
    for kill in range(kills):
        newsroom.publish(chance, 6 + kill % 12)
        in_time += newsroom.turn(chance.uniform(0.1, 0.6) * whole)
        if kill % 5 == 1:
            newsroom.remove(chance.choice(sorted(newsroom.sailed)))
    newsroom.check()
    return in_time


def test_two_kills_of_a_feeds_turns(newsroom: Newsroom) -> None:
    assert kill_again_and_again(newsroom, 2, seed=1) > 0


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_fifty_kills_under_load(newsroom: Newsroom, tmp_path: Path, embedder: Embedder) -> None:
    """While what comes in is indexed and asked for."""
    (tmp_path / "load").mkdir()
    indexed = index_of.Collection(tmp_path / "load", embedder)
    indexed.write("first.txt", "Ferry number 0 sails to port 0.")
    indexed.sync()
    over = threading.Event()

    def load() -> None:
        while not over.wait(0.05):
            for path in newsroom.files("5"):
                (indexed.root / path.name).write_text(path.read_text())
            indexed.sync()
            indexed.ask()

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load)
        try:
            in_time = kill_again_and_again(newsroom, 50, seed=2)
        finally:
            over.set()
        loading.result(120)
    assert in_time >= 10
