"""Answers that lost a quote: none is overlooked, however soon its article changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.corrections import Corrections
from bot.news import Watcher
from bot.records import Records
from bot.settings import Settings
from tests.command import with_model
from tests.discord_bot import BRIDGE

MILL, FIRST, SECOND = (
    "who built the mill of Lund?",
    "The mill of Lund was built by Sten Brun.",
    "The mill of Lund was built by Nils Brun.",
)


class Desk:
    """An app over a folder of articles, what it answered, and who looks for news of them."""

    def __init__(self, folder: Path, app: App, records: Records) -> None:
        self.folder, self.app, self.records = folder, app, records
        self.watcher = Watcher(app, records.watches, records.watches.in_discord)

    def write(self, text: str) -> None:
        (self.folder / "mill.txt").write_text(text)
        self.app.sync()

    def answer(self) -> str:
        """The id of an answer that was shown and cites the mill's article."""
        answer = self.app.ask(MILL)
        assert answer.citations
        kept = self.records.keep(answer, server=1, channel=2, asker=3)
        self.records.place(kept, message=4)
        return kept

    def due(self) -> list[str]:
        news = self.watcher.news(self.app.digests())
        return [correction.answer.id for correction in Corrections(self.app, self.records).due(news)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.md").write_text(BRIDGE)
    settings = Settings(articles=(folder,), data=with_model(tmp_path / "data"))
    with App(settings) as app, Records(settings.records) as records:
        desk = Desk(folder, app, records)
        app.sync()
        desk.watcher.begin()
        yield desk


def test_an_article_that_came_and_was_corrected_between_two_looks(desk: Desk) -> None:
    desk.write(FIRST)
    kept = desk.answer()
    assert desk.due() == []
    desk.write(SECOND)
    assert desk.due() == [kept]


def test_an_article_that_is_corrected_while_others_are_told_of(desk: Desk) -> None:
    desk.write(FIRST)
    kept = desk.answer()
    looked_at = desk.app.digests()
    desk.write(SECOND)
    desk.watcher.notice(looked_at)
    assert desk.due() == [kept]
