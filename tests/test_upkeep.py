"""When the bot compacts its index by itself."""

import asyncio
import dataclasses
import logging
import types
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


def test_it_compacts_when_idle_and_a_fifth_is_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
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
        bot = Idle(app, records, subscriptions)
        app.sync()
        rounds = watch(monkeypatch, "keep_up", App)

        def after_some_rounds() -> float:
            asyncio.run(_run(bot, rounds))
            return app.dead_share

        (articles / "0.txt").unlink()
        assert after_some_rounds() == pytest.approx(1 / FERRIES)  # less than a fifth
        (articles / "1.txt").unlink()
        bot.told = False
        assert after_some_rounds() == pytest.approx(2 / FERRIES)
        bot.told, bot.quiet_seconds = True, 29.0
        assert after_some_rounds() == pytest.approx(2 / FERRIES)
        assert "Compacted" not in caplog.text
        bot.quiet_seconds = 31.0
        assert after_some_rounds() == 0.0
        assert caplog.text.count("Compacted the index: 33 % was of removed articles") == 1


async def _run(bot: Idle, rounds: list[object]) -> None:
    """Keeps up until it has looked some times more."""
    upkeep = Upkeep(bot)  # type: ignore[arg-type]
    upkeep.start()
    for _ in range(100 * (until := len(rounds) + 4)):
        if len(rounds) >= until:
            break
        await asyncio.sleep(0.1)
    upkeep.close()
    assert len(rounds) >= until


def test_what_fails_again_and_again_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    trouble = Once(logging.getLogger("bot"), "No feed is fetched for now")
    for why in ("It is busy.", "It is busy.", "It is full.", "It is busy."):
        trouble.say(why)
    trouble.over()
    trouble.say("It is busy.")
    said = [record.getMessage().removeprefix("No feed is fetched for now: ") for record in caplog.records]
    assert said == ["It is busy.", "It is full.", "It is busy.", "It is busy."]
