"""When the bot embeds sentences ahead of the questions."""

import asyncio
import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app import App
from bot.discord import foresight as module
from bot.discord.foresight import Foresight
from bot.settings import Settings
from index.errors import StoreError
from index.sketches import FILE, Sketches
from tests.command import with_model

ARTICLES = 10


@dataclasses.dataclass
class Idle:
    """What foresight asks of a bot: for how long nobody has asked."""

    app: App
    quiet_seconds: float = 11.0


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setattr(module, "_AT_ONCE_SECONDS", 1e-6)
    monkeypatch.setattr(module, "_REST", 0)
    monkeypatch.setattr(module, "_ALL_DONE_SECONDS", 0.01)
    articles = tmp_path / "articles"
    articles.mkdir()
    for n in range(ARTICLES):
        (articles / f"{n}.txt").write_text(f"Ferry number {n} sails to port {n} every morning.")
    return App(Settings(articles=(articles,), data=with_model(tmp_path / "data")))


def lacking(app: App) -> int:
    (file,) = app.settings.index.rglob(FILE)
    return len(Sketches(file.parent).lacking(ARTICLES))


async def run(bot: Idle, seconds: float, is_done: Callable[[], bool] = lambda: False) -> None:
    foresight = Foresight(bot)  # type: ignore[arg-type]
    foresight.start()
    for _ in range(int(seconds * 10)):
        if is_done():
            break
        await asyncio.sleep(0.1)
    foresight.close()
    for _ in range(1_000):
        if foresight.is_idle:
            break
        await asyncio.sleep(0.01)
    assert foresight.is_idle


def test_it_works_while_nobody_asks(app: App) -> None:
    with app:
        app.sync()
        asyncio.run(run(Idle(app, quiet_seconds=9.0), 2))
        assert lacking(app) == ARTICLES
        asyncio.run(run(Idle(app), 60, lambda: not lacking(app)))
        assert lacking(app) == 0


def test_what_fails_is_left_to_the_upkeep(
    app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[float] = []

    def fail(_: App, seconds: float) -> bool:
        tried.append(seconds)
        raise StoreError("The index is gone.", "Make it anew.") if len(tried) < 3 else ValueError("a fault")

    monkeypatch.setattr(App, "embed_ahead", fail)
    with app:
        asyncio.run(run(Idle(app), 2))
    assert len(tried) > 3
    said = {record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR")}
    assert said == {"Embedding sentences ahead failed; it is tried again"}
