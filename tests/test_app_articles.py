"""Articles added and removed through the application, for everyone or for one server."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import collection as module
from bot.app import App, Filter
from bot.settings import Settings
from bot.votes import KeptQuote, digest
from index.errors import ArticleError, LibraryEmpty, ShelfError, StoreBusy
from index.lock import writing
from tests.command import with_model
from tests.making import STORM, TALKS

CLOSED = "when did a storm close the airport of Vik?"
OWN = Filter(scopes=("", "5"))


@pytest.fixture
def notices() -> list[str]:
    return []


@pytest.fixture
def app(tmp_path: Path, notices: list[str]) -> Iterator[App]:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "bridge.txt").write_text(TALKS, encoding="utf-8")
    settings = Settings(articles=(tmp_path / "news",), data=with_model(tmp_path / "data"))
    with App(settings, notice=notices.append) as opened:
        yield opened


def left(folder: Path, word: str) -> list[Path]:
    """The files that hold a word."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if word.encode() in path.read_bytes()]


def test_an_added_article_is_answered_from_at_once_and_after_a_restart(app: App) -> None:
    assert app.ask(CLOSED, filter=OWN).refused
    added = app.add(STORM.encode(), "storm.txt", scope="5")
    assert "March 2024" in app.ask(CLOSED, filter=OWN).text
    assert app.ask(CLOSED).refused
    assert added.info in app.articles(("5",))
    with App(app.settings) as again:
        assert "March 2024" in again.ask(CLOSED, filter=OWN).text


def test_everyones_added_article_is_everyones(app: App) -> None:
    added = app.add(STORM.encode(), "storm.txt")
    assert "March 2024" in app.ask(CLOSED).text
    with pytest.raises(ShelfError, match="was not added here"):
        app.remove(added.id, scope="5")
    assert app.remove(added.id) == added.info
    assert app.ask(CLOSED).refused


def test_a_removed_article_is_answered_from_no_more(app: App) -> None:
    added = app.add(STORM.encode(), "storm.txt", scope="5")
    assert app.remove(added.id, scope="5") == added.info
    assert app.ask(CLOSED, filter=OWN).refused
    assert app.remove(added.id, scope="5") is None
    assert left(app.settings.data, "airport") == []


def test_a_file_without_an_article_changes_nothing(app: App) -> None:
    for data, name in ((b"", "a.txt"), (b"%PDF-1.7\ntruncated", "a.pdf"), (b"\xff\xfe\xff", "a.txt")):
        with pytest.raises(ArticleError):
            app.add(data, name, scope="5")
    assert app.articles(("5",)) == []
    assert app.scopes() == []


def test_the_last_article_can_be_removed(app: App) -> None:
    added = app.add(STORM.encode(), "storm.txt", scope="5")
    (app.settings.articles[0] / "bridge.txt").unlink()
    assert app.remove(added.id, scope="5") == added.info
    assert app.coverage(("", "5")).articles == 0
    assert app.passage(added.id, 0, 5, scopes=("", "5")) is None
    with App(app.settings) as again, pytest.raises(LibraryEmpty):
        again.ask(CLOSED, filter=OWN)
    assert app.add(STORM.encode(), "storm.txt", scope="5") == added
    assert "March 2024" in app.ask(CLOSED, filter=OWN).text


def test_while_another_process_writes_an_article_waits(app: App, notices: list[str]) -> None:
    app.sync()
    with writing(app.settings.index, "indexing"):
        added = app.add(STORM.encode(), "storm.txt", scope="5")
        assert app.coverage(("5",)).articles == 0
    assert "Until then" in notices[0]
    assert "March 2024" in app.ask(CLOSED, filter=OWN).text
    with writing(app.settings.index, "indexing"):
        assert app.remove(added.id, scope="5") == added.info
    assert app.ask(CLOSED, filter=OWN).refused


def test_a_server_is_forgotten_with_every_word(app: App) -> None:
    for scope in ("5", "6"):
        app.add(f"{STORM} Quixotic herons of {scope}xyz.".encode(), "storm.txt", scope=scope)
    app.forget_scope("5")
    app.forget_scope("5")
    assert app.scopes() == ["6"]
    assert app.ask(CLOSED, filter=OWN).refused
    assert not app.ask(CLOSED, filter=Filter(scopes=("6",))).refused
    assert left(app.settings.data, "5xyz") == []
    assert left(app.settings.data, "6xyz")


def test_the_last_server_is_forgotten_where_there_is_nothing_else(app: App) -> None:
    app.add(STORM.encode(), "storm.txt", scope="5")
    (app.settings.articles[0] / "bridge.txt").unlink()
    app.forget_scope("5")
    assert left(app.settings.data, "airport") == []


def test_forgetting_waits_for_who_writes(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    app.add(STORM.encode(), "storm.txt", scope="5")
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    with writing(app.settings.index, "indexing"), pytest.raises(StoreBusy):
        app.forget_scope("5")
    assert left(app.settings.index, "airport")
    monkeypatch.setattr(module, "PATIENCE", 30)
    held = threading.Event()

    def hold() -> None:
        with writing(app.settings.index, "indexing"):
            held.set()
            time.sleep(1)

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(10)
    app.forget_scope("5")
    other.join()
    assert left(app.settings.data, "airport") == []


def test_many_servers_add_while_others_ask(app: App) -> None:
    app.sync()
    errors: list[Exception] = []

    def add(scope: str) -> None:
        try:
            app.add(f"{STORM} It was day {scope}.".encode(), "storm.txt", scope=scope)
            assert not app.ask(CLOSED, filter=Filter(scopes=(scope,))).refused
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=add, args=[str(scope)]) for scope in range(10, 16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert app.coverage([str(scope) for scope in range(10, 16)]).articles == 6
    assert app.coverage().articles == 1


def test_questions_do_not_wait_for_articles_that_come_in(app: App) -> None:
    app.sync()
    with app._changing():  # as while a long article is embedded
        answers: list[str] = []
        asking = threading.Thread(
            target=lambda: answers.append(app.ask("how much did the harbour bridge cost?").text)
        )
        asking.start()
        asking.join(60)
        assert "41 million euros" in answers[0]


def test_a_quote_is_found_again_until_its_article_changes_or_goes(app: App) -> None:
    added = app.add(STORM.encode(), "storm.txt", scope="5")
    (citation, *_) = app.ask(CLOSED, filter=OWN).citations
    kept = KeptQuote(1, added.id, citation.start, citation.end, digest(citation.quote))

    def words() -> str | None:
        passage = app.passage(kept.article, kept.start, kept.end, scopes=OWN.scopes)
        return passage.text[kept.start - passage.start : kept.end - passage.start] if passage else None

    assert words() == citation.quote
    assert kept.matches(words() or "")
    (file,) = (app.settings.data / "servers" / "5" / "articles").glob("*.md")
    file.write_text("\n\nAnother storm, of which nobody ever heard, closed no airport at all. " * 3)
    app.sync()
    assert not kept.matches(words() or "")
    file.unlink()
    app.sync()
    assert words() is None


def test_a_quote_across_passages_is_joined(app: App) -> None:
    text = "\n\n".join(f"The heron number {number} stands in the harbour of Vik." for number in range(300))
    added = app.add(text.encode(), "herons.txt", scope="5")
    start, end = text.index("The heron number 100 "), text.index("The heron number 200 ") - 2
    passage = app.passage(added.id, start, end, scopes=("5",))
    assert passage
    quote = passage.text[start - passage.start : end - passage.start]
    assert KeptQuote(1, added.id, start, end, digest(text[start:end])).matches(quote)
    assert app.passage(added.id, start, len(text) + 1, scopes=("5",)) is None


def test_no_record_takes_the_place_of_a_servers_article(app: App) -> None:
    added = app.add(STORM.encode(), "storm.txt", scope="5")
    record = {
        "id": added.id,
        "title": "A claim",
        "text": "No storm ever closed the airport of Vik.",
        "scope": "5",
    }
    (app.settings.articles[0] / "a.jsonl").write_text(json.dumps(record))
    report = app.sync()
    assert added.id in str(report.problems)
    assert "March 2024" in app.ask(CLOSED, filter=OWN).text
    assert "No storm ever" not in repr(app.search(CLOSED, filter=OWN))


def test_what_is_indexed_is_counted_once_until_it_changes(app: App) -> None:
    app.ask(CLOSED)
    first = app.coverage(OWN.scopes)
    assert app.coverage(list(OWN.scopes)) is first
    app.add(STORM.encode(), "storm.txt", scope="5")
    assert app.coverage(OWN.scopes).articles == first.articles + 1
    assert app.coverage().articles == first.articles
    app.close()
    with App(app.settings) as again:
        assert again.coverage(OWN.scopes).articles == first.articles + 1
