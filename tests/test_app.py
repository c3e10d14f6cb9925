"""The application as front ends use it, on real files, a real index and the real model."""

import dataclasses
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import indexed as module
from bot.app import App, Filter
from bot.settings import Settings
from index.embedding import Embedder
from index.errors import LibraryError, ModelError, QuestionError, StoreError, StoreMismatch
from index.generations import open_manifest
from index.lock import writing
from index.stamp import Stamp, read_stamp
from index.sync import pending
from tests.command import CHECKOUT, environment, with_model
from tests.making import STORM, TALKS

COST = "how much did the harbour bridge cost?"
CLOSED = "when did a storm close the airport of Vik?"


@dataclasses.dataclass
class Place:
    """A folder of articles, the application over it, and what that said besides."""

    articles: Path
    app: App
    notices: list[str]

    def put(self, name: str, text: str) -> None:
        (self.articles / name).write_text(text, encoding="utf-8")

    def again(self, **changes: str) -> App:
        """The same as a new process would open it."""
        return App(self.app.settings.model_copy(update=changes), notice=self.notices.append)


@pytest.fixture
def place(tmp_path: Path, embedder: Embedder) -> Iterator[Place]:
    articles = tmp_path / "news"
    articles.mkdir()
    notices: list[str] = []
    settings = Settings(articles=(articles,), data=with_model(tmp_path / "data"))
    made = Place(articles, App(settings, notice=notices.append), notices)
    made.put("bridge.txt", TALKS)
    yield made
    made.app.close()


def test_another_precision_is_told_before_a_model_is_exported_for_it(place: Place) -> None:
    place.app.ask(COST)
    place.notices.clear()
    with place.again(embedding_precision="int8") as rounded:
        with pytest.raises(
            StoreMismatch, match=r"in fp32, and this is in int8\. Run `citebot index --rebuild`"
        ):
            rounded.ask(COST)
        place.put("storm.txt", STORM)
        with pytest.raises(StoreMismatch, match="in fp32"):
            rounded.sync()
    assert not place.notices


def test_the_first_question_makes_the_index(place: Place) -> None:
    told: list[tuple[int, int, str]] = []
    app = App(place.app.settings, progress=lambda *step: told.append(step))
    answer = app.ask(COST)
    app.close()
    assert "41 million euros" in answer.text
    assert told[-1][0] == told[-1][1] > 0


def test_a_long_preamble_does_not_lose_the_answer(place: Place) -> None:
    preamble = "I read the local news each morning with my coffee, and my dog sleeps beside me. " * 20
    answer = place.app.ask(f"{preamble}{COST}")
    assert not answer.refused
    assert "41 million euros" in answer.text


def test_a_new_article_is_answered_from_at_once(place: Place) -> None:
    assert place.app.ask(CLOSED).refused
    place.put("storm.txt", STORM)
    with place.again() as app:
        answer = app.ask(CLOSED)
    assert "March 2024" in answer.text
    assert place.notices == []


def test_a_removed_article_is_not(place: Place) -> None:
    place.put("storm.txt", STORM)
    assert not place.app.ask(CLOSED).refused
    (place.articles / "storm.txt").unlink()
    with place.again() as app:
        assert app.ask(CLOSED).refused


def test_many_new_articles_are_announced_and_left_for_the_command(place: Place) -> None:
    place.app.ask(COST)
    for number in range(module.FEW_FILES + 1):
        place.put(f"{number}.txt", f"Nothing of note happened in the year {number}.")
    with place.again() as app:
        assert not app.ask(COST).refused
        assert place.notices == [
            "21 article files changed since the index was made. `citebot index` brings them in."
        ]
        assert app.sync().added == 21
        assert len(app.articles()) == 22


def test_while_another_process_writes_it_answers_from_what_is_there(place: Place) -> None:
    place.app.ask(COST)
    place.put("storm.txt", STORM)
    with writing(place.app.settings.index, "indexing"), place.again() as app:
        assert not app.ask(COST).refused
    (notice,) = place.notices
    assert str(os.getpid()) in notice


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits the size of files as only Unix can")
def test_where_nothing_can_be_written_it_answers_from_what_is_there(place: Place) -> None:
    place.app.ask(COST)
    place.put("storm.txt", STORM)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(place.articles), str(place.app.settings.data), COST],
        cwd=CHECKOUT,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert "41 million euros" in done.stdout, done.stderr
    assert "Until then this answers from the articles as they were." in done.stdout


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read anything")
def test_a_data_folder_that_is_closed_is_named(place: Place) -> None:
    place.app.ask(COST)
    place.app.settings.data.chmod(0)
    try:
        with place.again() as app, pytest.raises(StoreError, match="cannot be read"):
            app.ask(COST)
    finally:
        place.app.settings.data.chmod(0o700)


def test_a_data_folder_that_is_a_file_is_no_reason_to_rebuild(place: Place) -> None:
    shutil.rmtree(place.app.settings.data)
    place.app.settings.data.write_text("")
    with pytest.raises(StoreError, match=r"is not a folder\. Set CITEBOT_DATA to one."):
        place.app.ask(COST)


def test_a_question_settles_files_that_were_indexed_as_soon_as_written(place: Place) -> None:
    place.app.ask(COST)
    place.app.close()
    then = time.time() - 10
    with open_manifest(place.app.settings.index, _stamp(place), writable=True) as manifest:
        (row,) = manifest.files().values()
        os.utime(place.articles / "bridge.txt", (then, then))
        mtime = (place.articles / "bridge.txt").stat().st_mtime_ns
        manifest.put_file(dataclasses.replace(row, mtime_ns=mtime, settled=False))
        manifest.commit()
    with place.again() as app:
        assert pending(app.library, app.settings.index).unsettled
        app.ask(COST)
        assert not pending(app.library, app.settings.index).unsettled
    assert place.notices == []


def _stamp(place: Place) -> Stamp:
    stamp = read_stamp(place.app.settings.index)
    assert stamp
    return stamp


def test_a_bad_file_is_named_and_the_others_are_read(place: Place) -> None:
    (place.articles / "broken.pdf").write_bytes(b"%PDF-1.7\ntruncated")
    assert not place.app.ask(COST).refused
    (notice,) = place.notices
    assert "broken.pdf" in notice


def test_filters_leave_articles_out(place: Place) -> None:
    place.put("storm.md", f"---\nsource: Vik Post\npublished: 2024-03-09\n---\n{STORM}")
    assert {h.passage.article.source for h in place.app.search(COST, filter=Filter(source="vik post"))} == {
        "Vik Post"
    }
    assert place.app.ask(COST, filter=Filter(source="vik post")).refused


def test_a_filter_that_leaves_nothing_says_what_there_is(place: Place) -> None:
    place.put("storm.md", f"---\nsource: Vik Post\npublished: 2024-03-09\n---\n{STORM}")
    answer = place.app.ask(CLOSED, filter=Filter(source="Nobody"))
    assert answer.refused
    assert answer.newest is None
    assert place.notices == ["No article is from Nobody. There are Vik Post."]


def test_a_follow_up_is_understood_from_the_history(place: Place) -> None:
    first = place.app.ask("who opened the harbour bridge?")
    second = place.app.ask("how much did it cost?", history=[first])
    assert second.question == "how much did it cost?"
    assert "bridge" in second.understood
    assert "41 million euros" in second.text


def test_why_is_not_answered_by_what_was_said_already(place: Place) -> None:
    first = place.app.ask(COST)
    assert not first.refused
    assert place.app.ask("why?", history=[first]).refused


def test_articles_added_at_run_time_count_too(place: Place) -> None:
    added = place.app.settings.data / "articles"
    added.mkdir(parents=True)
    (added / "storm.txt").write_text(STORM, encoding="utf-8")
    assert "March 2024" in place.app.ask(CLOSED).text


def test_what_cannot_be_asked_is_said_before_anything_is_read(tmp_path: Path) -> None:
    app = App(Settings(articles=(tmp_path / "nowhere",), data=tmp_path / "data"))
    with pytest.raises(QuestionError):
        app.ask(" \x00 ")
    with pytest.raises(LibraryError):
        app.ask(COST)


def test_models_are_loaded_beside_the_rest_and_not_left_loading(place: Place, tmp_path: Path) -> None:
    with place.again() as app:
        app.load_beside()
        assert "41 million" in app.ask(COST).text
    with place.again() as unasked:
        unasked.load_beside()
    with place.again(embedding_model=str(tmp_path / "no such model")) as lacking:
        lacking.load_beside()
        with pytest.raises(ModelError):
            lacking.ask(COST)
    assert not any(thread.name == "models" for thread in threading.enumerate())


@pytest.mark.slow
def test_another_model_is_not_mixed_in(place: Place, tmp_path: Path) -> None:
    place.app.ask(COST)
    with pytest.raises(ModelError), place.again(embedding_model=str(tmp_path / "no such model")) as app:
        app.ask(COST)
    # The same weights under another name: the vectors would fit, but nobody can know that.
    copy = place.again(embedding_model=str(Embedder().folder))
    with pytest.raises(StoreMismatch) as caught, copy:
        copy.ask(COST)
    assert "citebot index --rebuild" in str(caught.value)


@pytest.mark.slow
def test_another_model_begins_anew(place: Place) -> None:
    place.app.ask(COST)
    with place.again(embedding_model=str(Embedder().folder)) as copy:
        assert copy.sync(rebuild=True).added == 1


LIMITED = """
import resource, signal, sys
from pathlib import Path
from bot.app import App
from bot.settings import Settings
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
with App(Settings(articles=(Path(sys.argv[1]),), data=Path(sys.argv[2])), notice=print) as app:
    print(app.ask(sys.argv[3]).text)
"""


NO_SOCKETS = """
import sys

def deny(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"):
        raise SystemExit(f"the network was asked for: {event} {arguments[1:]}")

sys.addaudithook(deny)
from bot.cli import main
main()
"""


def test_no_socket_is_opened(tmp_path: Path) -> None:
    settings = environment(CITEBOT_DATA=str(with_model(tmp_path)))
    index = subprocess.run(
        [sys.executable, "-c", NO_SOCKETS, "index"],
        cwd=CHECKOUT,
        env=settings,
        capture_output=True,
        text=True,
    )
    assert index.returncode == 0, index.stderr
    ask = subprocess.run(
        [sys.executable, "-c", NO_SOCKETS, "ask", "what did Zelensky demand?"],
        cwd=CHECKOUT,
        env=settings,
        capture_output=True,
        text=True,
    )
    assert ask.returncode == 0, ask.stderr
    assert '"a clear answer from Moscow"' in " ".join(ask.stdout.split())


PRICE = """\
The Harbour Bridge will cost 58 million euros, the city's finance department said on Monday. Steel prices \
had risen by 22 percent, the department said.

Mayor Anna Lindqvist did not resign, although Opposition leader Tomas Berg demanded that she step down. \
"I will stay and I will build it," she said.

Berg said on Monday: "The mayor has lied to this city, and she knows it." Council member Rosa Ortega said \
she would vote against the new budget.
"""


def test_a_follow_up_that_finds_nothing_with_the_history_is_asked_as_typed(place: Place) -> None:
    place.put("bridge.txt", PRICE)
    cost = place.app.ask("How much will the Harbour Bridge cost?")
    assert place.app.ask("And who is Berg? (Harbour Bridge cost)").refused
    answer = place.app.ask("And who is Berg?", history=[cost])
    assert not answer.refused
    assert answer.understood == "who is Berg?"
    assert "Opposition leader Tomas Berg" in answer.text
    assert "has lied" in place.app.ask("And what did Berg say?", history=[cost]).text
