"""The turns of feeds in a process of their own, which a test may kill. Imports nothing that costs time."""

import time
from multiprocessing.synchronize import Event
from pathlib import Path

from bot.collection import Collection
from bot.feed_turns import take_turn
from bot.settings import Settings
from bot.subscriptions import Subscriptions
from tests.web import LOOPBACK

# A killed process may hold the feed for ten minutes: each life is that much later.
A_LIFE_LATER = 11 * 60


def turns_apart(folder: Path, port: int, life: int, ready: Event) -> None:
    """Takes the feeds' turns in another process."""
    with (
        Collection(settings_of(folder, port)) as app,
        Subscriptions(app.settings.feeds, now=lambda: time.time() + life * A_LIFE_LATER) as subscriptions,
    ):
        app.fetcher._pause = 0.0
        ready.set()
        for feed in subscriptions.all():
            take_turn(app, subscriptions, feed)


def settings_of(folder: Path, port: int) -> Settings:
    (folder / "own").mkdir(exist_ok=True)
    return Settings(
        articles=(folder / "own",), data=folder / "data", fetch_networks=(LOOPBACK,), fetch_ports=(port,)
    )
