"""When the bot compacts its index by itself."""

import asyncio
import dataclasses
import logging
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.discord import upkeep as module
from bot.discord.upkeep import Upkeep
from bot.records import Records
from bot.saying import Once
from bot.settings import Settings
from bot.subscriptions import Subscriptions
from index.errors import StoreBusy
from tests.collection import watch
from tests.command import with_model

FERRIES = 6


@dataclasses.dataclass
class Idle:
    """What upkeep asks of a bot: for how long nobody has asked, and whether removals were told."""

    app: App
    records: Records
    subscriptions: Subscriptions
    quiet_seconds: float = 31.0
    told: bool = True

    @property
    def newsroom(self) -> Any:
        return types.SimpleNamespace(has_told=lambda: self.told)


@pytest.fixture
def idle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Idle]:
    """A bot with the articles of some ferries, which upkeep looks at again and again."""
    monkeypatch.setattr(module, "_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(module, "_SHARE", 0)
    articles = tmp_path / "articles"
    articles.mkdir()
    for n in range(FERRIES):
        (articles / f"{n}.txt").write_text(f"Ferry number {n} sails to port {n} every morning.")
    settings = Settings(articles=(articles,), data=with_model(tmp_path / "data"))
    with (
        App(settings) as app,
        Records(settings.records) as records,
        Subscriptions(settings.feeds) as subscriptions,
    ):
        app.sync()
        yield Idle(app, records, subscriptions)


def test_it_compacts_when_idle_and_a_fifth_is_dead(
    tmp_path: Path, idle: Idle, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    articles = tmp_path / "articles"
    rounds = watch(monkeypatch, "keep_up", App)

    def after_some_rounds() -> float:
        until = len(rounds) + 4
        asyncio.run(_run(idle, lambda _: len(rounds) >= until))
        return idle.app.dead_share

    (articles / "0.txt").unlink()
    assert after_some_rounds() == pytest.approx(1 / FERRIES)  # less than a fifth
    (articles / "1.txt").unlink()
    idle.told = False
    assert after_some_rounds() == pytest.approx(2 / FERRIES)
    idle.told, idle.quiet_seconds = True, 29.0
    assert after_some_rounds() == pytest.approx(2 / FERRIES)
    assert "Compacted" not in caplog.text
    idle.quiet_seconds = 31.0
    assert after_some_rounds() == 0.0
    assert caplog.text.count("Compacted the index: 33 % was of removed articles") == 1


@pytest.mark.parametrize("damaged", ["stamp.json", "manifest.sqlite3", "chroma.sqlite3"])
def test_it_is_well_only_while_the_index_can_be_asked(idle: Idle, damaged: str) -> None:
    (file,) = idle.app.settings.index.rglob(damaged)
    whole = file.read_bytes()
    asyncio.run(_run(idle, lambda upkeep: upkeep.is_well))
    file.write_bytes(b"no index" * 1000)
    asyncio.run(_run(idle, lambda upkeep: not upkeep.is_well))
    file.write_bytes(whole)
    idle.app.close()
    asyncio.run(_run(idle, lambda upkeep: upkeep.is_well))


def test_it_is_well_while_another_writes_the_index_and_not_after_what_is_unexpected(
    idle: Idle, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing: list[Exception] = [StoreBusy("Another process has been indexing since noon.")]

    def fail(app: App) -> None:
        raise failing[0]

    monkeypatch.setattr(App, "keep_up", fail)
    looks = watch(monkeypatch, "check", App)
    asyncio.run(_run(idle, lambda upkeep: len(looks) > 1 and upkeep.is_well))
    failing[0] = OSError("Nobody thought of this.")
    asyncio.run(_run(idle, lambda upkeep: not upkeep.is_well))


async def _run(bot: Idle, enough: Callable[[Upkeep], bool]) -> None:
    """Keeps up for some rounds, until there is enough."""
    upkeep = Upkeep(bot)  # type: ignore[arg-type]
    upkeep.start()
    for _ in range(400):
        await asyncio.sleep(0.1)
        if enough(upkeep):
            break
    upkeep.close()
    assert enough(upkeep)


def test_what_fails_again_and_again_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    trouble = Once(logging.getLogger("bot"), "No feed is fetched for now")
    for why in ("It is busy.", "It is busy.", "It is full.", "It is busy."):
        trouble.say(why)
    trouble.over()
    trouble.say("It is busy.")
    said = [record.getMessage().removeprefix("No feed is fetched for now: ") for record in caplog.records]
    assert said == ["It is busy.", "It is full.", "It is busy.", "It is busy."]
