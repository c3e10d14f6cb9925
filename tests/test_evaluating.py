"""`citebot eval` over a small set, as a user runs it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.chat_server import Act, chat_server, failing, honest
from tests.command import Command, with_model
from tests.making import STORM, TALKS
from tests.tiny_model import tiny_static_model

QUESTIONS: list[dict[str, Any]] = [
    {"question": "How much did the harbour bridge cost?", "answers": ["41 million"], "answerable": True},
    {"question": "How long was the airport of Vik closed?", "answers": ["two days"], "answerable": True},
    {"question": "Who won the chess championship in Toronto?", "answers": [], "answerable": False},
    {"question": "Which of the two was it?", "answers": [], "answerable": None},
]


class Set:
    """A folder of questions beside a user's own articles."""

    def __init__(self, home: Path) -> None:
        self.home, self.folder = home, home / "set"
        self.folder.mkdir()
        articles = [{"id": "bridge", "text": TALKS}, {"id": "storm", "text": STORM}]
        for name, rows in (("articles", articles), ("questions", QUESTIONS)):
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            (self.folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
        (home / "own").mkdir()
        (home / "own" / "mine.txt").write_text("The chess championship in Toronto was won by Judit Polgar.")
        self.data = with_model(home / "data")
        self.command = Command(home, {"CITEBOT_ARTICLES": str(home / "own"), "CITEBOT_DATA": str(self.data)})

    def eval(self, *arguments: str, **settings: str) -> Result:
        done = self.command.here("eval", str(self.folder), *arguments, settings=settings)
        assert done.exit_code == 0, done.stderr
        return done

    def eval_with_chat(self, *acts: Act) -> Result:
        with chat_server(*acts) as server:
            settings = {
                "CHAT_MODEL": "openai:scripted",
                "OPENAI_BASE_URL": server.base_url,
                "OPENAI_API_KEY": "sk-secret",
            }
            return self.command.here("eval", str(self.folder), "--json", settings=settings)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Set:
    return Set(tmp_path_factory.mktemp("evaluating"))


def test_the_figures_are_printed_and_the_own_articles_left_alone(measured: Set) -> None:
    done = measured.eval()
    rows = dict(
        line.split(maxsplit=1) for line in done.stdout.splitlines() if line.startswith(("hit", "refused"))
    )
    assert rows["hit@1"].split() == ["1.000", "1.000"]
    assert rows["refused"].split() == ["1.000", "0.000"]
    assert "3 questions, 2 of them answerable; 2 articles." in done.stdout
    assert "1 question does not say whether it can be answered: left out." in done.stderr
    assert str(measured.data / "eval" / "set-") in done.stderr
    assert not (measured.data / "index").exists()
    assert [path.name for path in measured.data.glob("eval/*/*")] == ["index"]  # and no model of its own


def test_json_has_a_row_a_question_and_can_be_compared_with(measured: Set) -> None:
    done = measured.eval("--json")
    old = json.loads(done.stdout)
    assert [row["question"] for row in old["rows"]] == [row["question"] for row in QUESTIONS[:3]]
    assert [row["answerable"] for row in old["rows"]] == [True, True, False]
    assert old["figures"]["hit@1"] == old["unrefused"]["right"] == 1.0
    row = old["rows"][0]
    row.update(rank=2, right=False, refused=False)
    path = measured.home / "old.json"
    path.write_text(json.dumps(old))
    done = measured.eval("--compare", str(path))
    assert " → " in done.stdout
    assert done.stdout.splitlines()[1].split() == ["hit@1", "0.500", "1.000", "+0.500"]
    assert row["question"] in done.stdout.splitlines()[-1]
    changes = json.loads(measured.eval("--json", "--compare", str(path)).stdout)["changes"]
    assert [change["before"]["question"] for change in changes] == [row["question"]]


def test_the_figures_are_drawn(measured: Set) -> None:
    pytest.importorskip("matplotlib")
    measured.eval("--plot", str(measured.home / "figures.png"))
    assert (measured.home / "figures.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere is no folder"),
        (["own"], "is not there"),
        (["set", "--compare", "nowhere.json"], "nowhere.json cannot be read"),
        (["set", "--compare", "own/mine.txt"], "mine.txt holds no evaluation"),
        (["set", "--plot", "figures.doc"], "no kind of picture"),
    ],
)
def test_what_is_wrong_is_one_line_before_any_work(
    measured: Set, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(measured.home)
    done = measured.command.here("eval", *arguments)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


def test_a_chat_model_is_credited_with_its_own_answers_alone(measured: Set) -> None:
    done = measured.eval_with_chat(failing(401), failing(401), honest)
    assert done.exit_code == 0, done.stderr
    rows = json.loads(done.stdout)["rows"]
    assert [row["model"] for row in rows] == ["extractive"] * 3
    assert [row["unrefused"]["model"] for row in rows] == ["extractive", "extractive", "openai:scripted"]
    why = "The chat model's server does not accept the key. Check OPENAI_API_KEY."
    assert [row["instead"] for row in rows] == [why, why, ""]  # the third was refused before it was asked
    assert f"2 of 3 answered by the articles' own words instead: {why}" in done.stderr
    assert done.stderr.splitlines().count(why) == 1


def test_a_chat_model_that_answered_nothing_has_no_figures(measured: Set) -> None:
    done = measured.eval_with_chat(failing(401))
    assert (done.exit_code, done.stdout) == (1, "")
    said = "openai:scripted answered none of the questions: .* does not accept the key. Check OPENAI_API_KEY"
    assert re.search(said, done.stderr.splitlines()[-1])


def test_only_what_is_indexed_counts_and_of_nothing_there_are_no_figures(tmp_path: Path) -> None:
    own = Set(tmp_path)
    path = own.folder / "articles.jsonl"
    path.write_text(f"{json.dumps({'id': 'storm', 'text': STORM})}\n{json.dumps({'id': 'none'})}\n")
    assert "3 questions, 2 of them answerable; 1 article." in own.eval().stdout
    path.write_text(json.dumps({"text": STORM}))  # without an id; what was indexed before is not in the set
    done = own.command.here("eval", str(own.folder))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "articles.jsonl can be indexed. A line of it is" in done.stderr.splitlines()[-1]


def test_a_comparison_says_what_else_is_different(measured: Set, tmp_path: Path) -> None:
    # It cannot be exported, so it is not rounded either.
    other = {
        "EMBEDDING_MODEL": str(tiny_static_model(tmp_path / "tiny")),
        "EMBEDDING_PRECISION": "int8",
        "READER_MODEL": "none",
        "CITEBOT_DATA": str(tmp_path / "data"),
    }
    old = json.loads(measured.eval("--json", **other).stdout)
    assert (old["reader_model"], old["embedding_precision"]) == ("none", "fp32")
    path = tmp_path / "old.json"
    path.write_text(json.dumps({**old, "articles_digest": "another"}))
    said = measured.eval("--compare", str(path)).stderr
    assert "READER_MODEL was none, and is citebot-reader now." in said
    assert "The articles are not the same as they were." in said
    assert "EMBEDDING_PRECISION was" not in said
    del old["reader_model"], old["articles_digest"]
    for row in old["rows"]:
        for kept in (row, row["unrefused"]):
            del kept["model"], kept["instead"]
    path.write_text(json.dumps(old))  # as an earlier version wrote it
    said = measured.eval("--compare", str(path)).stderr
    assert "EMBEDDING_MODEL was" in said
    assert "READER_MODEL" not in said
    assert "The articles are not" not in said
