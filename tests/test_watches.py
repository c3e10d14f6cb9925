"""Watched questions: what is stored of them, and when their answers are others."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.news import Change, Watcher
from bot.records import Records
from bot.settings import Settings
from bot.watches import News, Place, Watch
from index.errors import NotAllowed
from tests.command import Command, with_model

COST, MILL = "what did the harbour bridge cost?", "who built the mill of Lund?"
HERE, ELSEWHERE = Place(5, 50, 9), Place(6, 60, 9)
BRIDGE = "---\ntitle: Harbour bridge opens\npublished: 2024-06-01\n---\nThe bridge cost 41 million euros.\n"
DEARER = (
    "---\ntitle: Auditors look at the harbour bridge\npublished: 2024-07-01\n---\n"
    "The harbour bridge cost 52 million euros.\n"
)
MILLER = "---\ntitle: The mill of Lund\n---\nThe mill of Lund was built by Sten Brun.\n"


class Newsroom:
    """Articles, records, and one who looks at watched questions."""

    def __init__(self, folder: Path, app: App, records: Records) -> None:
        self.articles, self.app, self.records = folder / "articles", app, records
        self.watches = records.watches
        self.watcher = Watcher(app, records.watches, records.watches.in_discord)

    def write(self, name: str, text: str) -> None:
        (self.articles / name).write_text(text)
        self.news()

    def news(self) -> None:
        self.app.sync()
        self.watcher.notice(self.app.digests())

    def watch(self, question: str, place: Place | None = HERE) -> Watch:
        best = next(iter(self.app.look(question).citations), None)
        return self.watches.add(question, best, place, per_person=3, per_server=3)

    def changes(self) -> list[Change]:
        """What is told, and noted as told."""
        found = [change for watch in self.watches.due() if (change := self.watcher.look(watch))]
        for change in found:
            self.watcher.tell(change)
        return found


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "bridge.md").write_text(BRIDGE)
    settings = Settings(articles=(articles,), data=with_model(tmp_path / "data"))
    with App(settings) as app, Records(settings.records) as records:
        room = Newsroom(tmp_path, app, records)
        room.news()
        yield room


def test_a_refusal_that_becomes_an_answer_is_told_once(room: Newsroom) -> None:
    room.watch(MILL)
    room.write("mill.md", MILLER)

    (change,) = room.changes()
    assert change.was_refused
    assert change.before is None
    assert change.now.quote == "The mill of Lund was built by Sten Brun."
    assert room.changes() == []
    room.write("other.md", "Quite another article, about the weather in Oslo.")
    assert room.changes() == []


def test_another_best_quote_is_told_with_the_old_one(room: Newsroom) -> None:
    room.watch(COST)
    room.write("dearer.md", DEARER)

    (change,) = room.changes()
    assert "52 million" in change.now.quote
    assert change.before is not None
    assert change.before.quote == "The bridge cost 41 million euros."
    assert change.before.passage.article.published


def test_an_old_quote_that_is_gone_is_not_shown(room: Newsroom) -> None:
    room.watch(COST)
    room.write("bridge.md", BRIDGE.replace("41", "43"))

    (change,) = room.changes()
    assert "43 million" in change.now.quote
    assert (change.before, change.was_refused) == (None, False)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("moved.md", BRIDGE.replace("The bridge", "It rained on Monday in the old town. The bridge")),
        ("copy.md", BRIDGE.replace("Harbour bridge opens", "Harbour bridge opens at last")),
        ("other.md", MILLER),
    ],
)
def test_what_says_the_same_or_something_else_changes_nothing(room: Newsroom, name: str, text: str) -> None:
    room.watch(COST)
    room.write("bridge.md" if name == "moved.md" else name, text)

    assert room.watches.due() != []
    assert room.changes() == []
    assert room.watches.due() == []


def test_an_article_that_went_is_told_once_another_answers(room: Newsroom) -> None:
    room.watch(COST)
    (room.articles / "bridge.md").unlink()
    room.write("mill.md", MILLER)
    assert room.changes() == []  # that nothing answers any more is no answer

    room.write("dearer.md", DEARER)
    (change,) = room.changes()
    assert change.was_refused
    assert "52 million" in change.now.quote


def test_a_flood_is_told_once(room: Newsroom) -> None:
    room.watch(COST)
    for n in range(8):
        room.write(f"dearer {n}.md", DEARER.replace("52", f"{60 + n}"))

    assert len(room.changes()) == 1
    assert room.changes() == []


def test_watches_outlive_a_restart_and_what_came_meanwhile_is_told(room: Newsroom) -> None:
    room.watch(MILL)
    room.write("mill.md", MILLER)
    with Records(room.app.settings.records) as again:
        watcher = Watcher(room.app, again.watches, again.watches.in_discord)
        assert [watch.question for watch in again.watches.due()] == [MILL]
        assert watcher.look(again.watches.due()[0])


def test_a_server_is_told_of_nothing_that_is_anothers(room: Newsroom) -> None:
    room.watch(MILL)
    room.watch(MILL, ELSEWHERE)
    room.app.add(MILLER.encode(), "mill.md", scope="6")
    room.news()

    assert [change.watch.place for change in room.changes()] == [ELSEWHERE]


def test_limits_hold_for_a_person_and_for_a_server(room: Newsroom) -> None:
    add = room.watches.add
    for n in range(2):
        add(f"question {n}", None, HERE, per_person=2, per_server=3)
    add("question 1", None, HERE, per_person=2, per_server=3)  # the same again
    with pytest.raises(NotAllowed, match="You watch 2 questions already"):
        add("question 2", None, ELSEWHERE, per_person=2, per_server=3)
    add("question 2", None, Place(5, 50, 10), per_person=2, per_server=3)
    with pytest.raises(NotAllowed, match="3 questions are watched in this server"):
        add("question 3", None, Place(5, 50, 11), per_person=2, per_server=3)
    assert [watch.question for watch in room.watches.of_person(9, 5)] == ["question 0", "question 1"]


def test_what_is_forgotten_is_gone_from_the_disk(room: Newsroom) -> None:
    room.watch("what became of the zeppelin?")
    room.watch("what became of the gramophone?", Place(6, 60, 10))
    room.records.forget_person(9)
    room.records.forget_server(6)

    assert room.watches.of_server(5) == room.watches.of_server(6) == []
    stored = b"".join(path.read_bytes() for path in room.app.settings.data.glob("bot.sqlite3*"))
    assert b"zeppelin" not in stored
    assert b"gramophone" not in stored


def test_no_word_of_an_article_is_stored(room: Newsroom) -> None:
    room.watch("who?")
    room.watches.add("how much?", room.app.look(COST).citations[0], HERE, per_person=3, per_server=3)
    database = sqlite3.connect(room.app.settings.records)
    rows = [str(row) for table in ("watches", "seen") for row in database.execute(f"SELECT * FROM {table}")]
    database.close()
    assert not any("million" in row or "Harbour bridge" in row for row in rows)


def test_the_first_look_is_news_of_nothing(room: Newsroom) -> None:
    seen = room.watches.in_terminal
    assert seen.news({"a": "1", "b": "2"}) == News()
    seen.note({"a": "1", "b": "2"})
    assert seen.latest == 0

    news = seen.news({"a": "1", "b": "3", "c": "4"})
    assert news == News(frozenset("c"), frozenset("b"))
    seen.note({"b": "3"})
    assert (seen.latest, seen.turn_of("a"), seen.turn_of("b")) == (1, None, 1)


def test_in_the_terminal_questions_are_watched_listed_and_removed(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "bridge.md").write_text(BRIDGE)
    data = str(with_model(tmp_path / "data"))
    citebot = Command(tmp_path, {"CITEBOT_ARTICLES": str(articles), "CITEBOT_DATA": data}).here

    assert "Nothing is watched." in citebot("watch").stderr
    assert "no article answers this" in citebot("watch", MILL).stdout
    assert "41 million euros. (Harbour bridge opens, 1 June 2024)" in " ".join(
        citebot("watch", COST).stdout.split()
    )
    assert "No article has changed" in citebot("watch", "--check").stderr
    (articles / "mill.md").write_text(MILLER)
    told = citebot("watch", "--check").stdout
    assert told.startswith(f"? {MILL}\nNow: The mill of Lund was built by Sten Brun.")
    assert "No article has changed" in citebot("watch", "--check").stderr
    assert citebot("watch", "--remove", "1").stdout == f"Not watched any more: {MILL}\n"
    assert [line[:2] for line in citebot("watch").stdout.splitlines()] == ["1."]
    assert "No question 3 is watched." in citebot("watch", "--remove", "3").stderr
    assert citebot("watch", COST, "--check").exit_code == 2


def test_the_newest_of_what_differs_is_the_answer(room: Newsroom) -> None:
    room.write(
        "dearer.md",
        "---\ntitle: Auditors\npublished: 2024-07-01\nsource: The Post\n---\n"
        "The harbour bridge cost 58 million euros, not 41 million as was said.\n",
    )
    watch = room.watch(COST)
    assert watch.quote
    assert room.app.look(COST).citations[0].quote.startswith("The harbour bridge cost 58 million")

    room.write(
        "dearest.md",
        "---\ntitle: Of the town\npublished: 2024-08-01\nsource: Metro\n---\n"
        "The harbour bridge cost 75 million euros.\n",
    )
    (change,) = room.changes()
    assert change.now.quote == "The harbour bridge cost 75 million euros."
    assert change.before
    assert "58 million" in change.before.quote
    assert room.changes() == []


def test_an_article_without_a_date_that_says_otherwise_is_told_of(room: Newsroom) -> None:
    room.write("dearer.md", DEARER)
    room.watch(COST)
    room.write(
        "undated.md",
        "---\ntitle: Of the town\nsource: Metro\n---\nThe harbour bridge cost 75 million euros.\n",
    )

    (change,) = room.changes()
    assert change.now.quote == "The harbour bridge cost 75 million euros."
    room.write("other.md", "Quite another article, about the weather in Oslo.")
    assert room.changes() == []
