"""A disk that is really full: one line says so, nothing is lost, and with room again all goes on."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.collection import Collection as Articles
from bot.feed_turns import take_turn
from bot.settings import Settings
from bot.subscriptions import Subscriptions
from index.clean import make_article
from index.embedding import Embedder
from index.errors import LibraryError, RecordsError, StoreUnwritable
from index.library import Library, Root
from index.shelf import Shelf
from index.sync import articles, sync
from tests.collection import Collection
from tests.making import STORM
from tests.test_feed_turns import STORY, feed_of
from tests.web import LOOPBACK, Web, page

ROOM = 2_500_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    made = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", place], capture_output=True, check=False
        )
        if hasattr(os, "geteuid") and os.geteuid() == 0
        else None
    )
    if made is None or made.returncode:
        pytest.skip("only who may mount a small disk can fill one")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def filled(disk: Path) -> Path:
    """What takes all the room that there is."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as stream:
        try:
            while stream.write(bytes(4096)):
                pass
        except OSError:
            pass
    return ballast


def test_a_full_disk_loses_nothing(disk: Path, embedder: Embedder) -> None:
    collection = Collection(disk, embedder)
    collection.write("bridge.txt", "The bridge cost 41 million euros.")
    collection.sync()
    collection.write("storm.txt", STORM)
    ballast = filled(disk)
    with pytest.raises(StoreUnwritable, match=r"is full\. Free some space"):
        sync(collection.library, collection.cutter, collection.embedder, collection.index)
    assert [info.id for info in articles(collection.index)] == ["articles/bridge.txt"]
    shelf = Shelf(Root(collection.root))
    long = make_article("a", "It rained all day. " * 500, title="Rain")
    with pytest.raises(LibraryError, match=r"no space left on device\. .*free some space"):
        shelf.add(long)
    assert [file.path.name for file in Library([collection.root]).scan().files] == ["bridge.txt", "storm.txt"]
    assert not list(disk.rglob("*.tmp"))
    ballast.unlink()
    assert shelf.add(long).title == "Rain"
    assert collection.did() == (2, 0, 0, 1)
    collection.check_equal()


def test_a_feeds_turn_on_a_full_disk_is_one_line_and_the_next_brings_all_in(disk: Path) -> None:
    (disk / "own").mkdir()
    now = 1_700_000_000.0
    with Web() as web:
        settings = Settings(
            articles=(disk / "own",), data=disk / "data", fetch_networks=(LOOPBACK,), fetch_ports=(web.port,)
        )
        for n in (1, 2):
            web.pages[f"/{n}"] = page(f"<article><h1>Story {n}</h1><p>{STORY.format(n) * 40}</p></article>")
        web.pages["/feed"] = feed_of(web, 1, 2)
        with (
            Articles(settings) as app,
            Subscriptions(settings.feeds, now=lambda: now) as subscriptions,
        ):
            app.fetcher = web.fetcher()
            subscriptions.add(web.url("/feed"), "Courier")
            (feed,) = subscriptions.all()
            ballast = filled(disk)
            with contextlib.suppress(RecordsError):
                turn = take_turn(app, subscriptions, feed)
                assert turn
                assert "space" in turn.error
            assert list((disk / "data").rglob("*.md")) == []
            ballast.unlink()
            now += 2 * 3600
            (feed,) = subscriptions.due()
            done = take_turn(app, subscriptions, feed)
            assert done
            assert (done.articles, done.error) == (2, "")
            assert len(list((disk / "data" / "articles").glob("*.md"))) == 2
