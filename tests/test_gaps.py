"""What was asked and refused, near questions together."""

import datetime
import json
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.gaps import gaps
from bot.records import Records
from bot.votes import Refused
from index.embedding import Embedder
from tests.command import Command, with_model
from tests.discord_bot import Server
from tests.discord_markdown import words

NOON = datetime.datetime(2025, 5, 1, 12, tzinfo=datetime.UTC)
FERRY, FERRIES, MAYOR = "when does the ferry stop?", "until when do ferries run?", "who is the mayor of Lund?"


def refused(*questions: str) -> list[Refused]:
    """Questions that were refused, one a day."""
    return [Refused(question, NOON + datetime.timedelta(n)) for n, question in enumerate(questions)]


def test_near_questions_are_one_gap_and_the_newest_comes_first(embedder: Embedder) -> None:
    found = gaps(refused(FERRY, MAYOR, FERRIES, "When does the ferry stop"), embedder.embed)

    ferry, mayor = found
    assert ferry.questions == ("When does the ferry stop", FERRIES)
    assert (ferry.count, ferry.first.day, ferry.last.day) == (3, 1, 4)
    assert (mayor.questions, mayor.count) == ((MAYOR,), 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("who is the mayor of Lund?", "who is the mayor of Malmo?"),
        ("who won the derby in 2014?", "who won the derby in 2018?"),
        ("what does the mayor earn?", "how old is the mayor?"),
    ],
)
def test_other_questions_are_gaps_of_their_own(embedder: Embedder, one: str, other: str) -> None:
    assert [gap.count for gap in gaps(refused(one, other), embedder.embed)] == [1, 1]


def test_nothing_refused_is_no_gap(embedder: Embedder) -> None:
    assert gaps([], embedder.embed) == []


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path, {"CITEBOT_DATA": str(with_model(tmp_path / "data"))})


def keep(command: Command, question: str, *, server: int = 5, asker: int = 9, refused: bool = True) -> None:
    with Records(command.folder / "data" / "bot.sqlite3") as records:
        answer = Answer(question, "", (), (), refused, None, None)
        records.keep(answer, server=server, channel=1, asker=asker)


def test_gaps_are_listed_for_people_and_programs(command: Command) -> None:
    for question in (FERRY, FERRIES):
        keep(command, question)
    keep(command, MAYOR, server=6)
    keep(command, "who pays?", refused=False)

    heading, *rows = command.here("gaps").stdout.splitlines()
    assert heading.split() == ["Last", "Times", "Question"]
    assert [row.split()[-1] for row in rows] == ["Lund?", "run?", "stop?"]
    (gap,) = map(json.loads, command.here("gaps", "--json", "--server", "5").stdout.splitlines())
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    assert gap == {"question": FERRIES, "count": 2, "last": today, "first": today, "others": [FERRY]}


def test_where_nothing_was_refused_it_says_so_and_makes_nothing(command: Command) -> None:
    done = command.here("gaps")

    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.strip() == "Nothing that was asked in Discord was refused."
    assert not (command.folder / "data" / "bot.sqlite3").exists()


def test_a_forgotten_question_is_no_gap(command: Command) -> None:
    keep(command, FERRY)
    with Records(command.folder / "data" / "bot.sqlite3") as records:
        records.forget_person(9)
        assert records.refused() == []


def test_managers_see_what_was_refused_in_their_server(server: Server) -> None:
    before = server.boss.command("gaps", {}, server.general).reply()
    server.ask("who designed the lighthouse of Ystad?")
    shown = server.boss.command("gaps", {}, server.general).reply()

    assert before.text == "Nothing that was asked here was refused."
    assert words(shown.text).startswith("who designed the lighthouse of Ystad?\n-# once, last on ")
    assert shown.ephemeral
    assert not server.ana.sees_command("gaps", server.general)
