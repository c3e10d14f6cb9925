"""`citebot feedback`: what people said, listed, and written out to measure by."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answer, Citation
from bot.records import Records
from bot.votes import Vote
from index.article import Article, Passage, Sentence
from index.library import Library
from tests.command import Command, with_model
from tests.making import STORM, TALKS

COST = "She said it had cost 41 million euros."
CLOSED = "A storm closed the airport of Vik for two days in March 2024."


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """`citebot` over an article for everyone and one for the server 5."""
    articles, own = tmp_path / "news", tmp_path / "data" / "servers" / "5" / "articles"
    for folder in (articles, own):
        folder.mkdir(parents=True)
    (articles / "bridge.txt").write_text(TALKS, encoding="utf-8")
    (own / "storm.md").write_text(f"---\ntitle: Storm\nsource: Vik Post\n---\n{STORM}", encoding="utf-8")
    return Command(
        tmp_path, {"CITEBOT_ARTICLES": str(articles), "CITEBOT_DATA": str(with_model(tmp_path / "data"))}
    )


def keep(
    command: Command,
    question: str,
    *quotes: tuple[str, str],
    server: int | None = 5,
    votes: Mapping[int, Vote] | None = None,
) -> str:
    """An answer with `quotes` (article id, words), and votes on it."""
    texts = {"news/bridge.txt": TALKS, "servers/5/articles/storm.md": STORM}
    citations = []
    for number, (id, words) in enumerate(quotes, 1):
        text = texts[id]
        info = Article(id=id, title="", text=text).info
        start, end = text.index(words), text.index(words) + len(words)
        passage = Passage(f"{id}#0", info, 0, len(text), text, (Sentence(start, end),))
        citations.append(Citation(number, words, passage, start, end, None, None))
    answer = Answer(question, "", tuple(citations), (), not quotes, None, None)
    with Records(command.folder / "data" / "bot.sqlite3") as records:
        id = records.keep(answer, server=server, channel=1, asker=9)
        for person, vote in (votes or {7: Vote.RIGHT}).items():
            records.vote(id, person, vote)
    return id


BRIDGE = ("news/bridge.txt", COST)
STORMY = ("servers/5/articles/storm.md", CLOSED)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def exported(command: Command, *arguments: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str]:
    """Questions, articles, and what was said besides."""
    done = command.here("feedback", "--export", str(command.folder / "out"), *arguments)
    assert done.exit_code == 0, done.stderr
    folder = command.folder / "out"
    return lines(folder / "questions.jsonl"), lines(folder / "articles.jsonl"), done.stderr


def test_where_nobody_voted_it_says_so_and_makes_nothing(command: Command) -> None:
    done = command("feedback")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.strip() == "Nobody has voted on an answer yet."
    assert not (command.folder / "data" / "bot.sqlite3").exists()


def test_votes_are_listed(command: Command) -> None:
    keep(command, "How much?", BRIDGE, votes={1: Vote.RIGHT, 2: Vote.RIGHT, 3: Vote.WRONG_SOURCE})
    keep(command, "Who?", server=None, votes={1: Vote.WRONG})
    heading, first, second = command.here("feedback").stdout.splitlines()
    assert heading.split() == ["Date", "Votes", "Question"]
    assert "2 right, 1 wrong source" in first
    assert first.endswith("How much?")
    assert "1 wrong" in second


def test_the_list_is_json_for_programs(command: Command) -> None:
    id = keep(command, "How much?\u2028", BRIDGE)
    keep(command, "Elsewhere?", server=6)
    (row,) = [
        json.loads(line) for line in command.here("feedback", "--json", "--server", "5").stdout.splitlines()
    ]
    assert (row["id"], row["server"], row["question"], row["votes"]) == (
        id,
        5,
        "How much?\u2028",
        {"right": 1},
    )
    (citation,) = row["citations"]
    assert TALKS[citation["start"] : citation["end"]] == COST
    assert "asker" not in row


def test_what_all_found_right_gives_its_quotes_as_answers(command: Command) -> None:
    id = keep(command, "How much?", BRIDGE)
    questions, articles, _ = exported(command)
    assert questions == [
        {
            "id": id,
            "question": "How much?",
            "answers": [COST],
            "articles": ["news/bridge.txt"],
            "answerable": True,
        }
    ]
    assert [(a["id"], a["text"]) for a in articles] == [("news/bridge.txt", TALKS)]


@pytest.mark.parametrize(
    "votes", [{1: Vote.WRONG}, {1: Vote.WRONG_SOURCE}, {1: Vote.RIGHT, 2: Vote.WRONG}], ids=str
)
def test_what_anybody_doubts_is_for_a_person_to_fill_in(command: Command, votes: Mapping[int, Vote]) -> None:
    keep(command, "How much?", BRIDGE, votes=votes)
    ((question,), articles, _) = exported(command)
    assert (question["answers"], question["answerable"]) == ([], None)
    assert question["articles"] == ["news/bridge.txt"]
    assert len(articles) == 1


def test_a_refusal_is_for_a_person_to_fill_in(command: Command) -> None:
    keep(command, "Why?", votes={1: Vote.RIGHT})
    ((question,), articles, _) = exported(command)
    assert (question["answers"], question["articles"], question["answerable"]) == ([], [], None)
    assert articles == []


def test_what_is_exported_can_be_indexed(command: Command) -> None:
    keep(command, "When?", STORMY, BRIDGE)
    exported(command)
    library = Library([command.folder / "out" / "articles.jsonl"])
    read = [item for file in library.scan().files for item in library.read(file)]
    assert [item.id for item in read if isinstance(item, Article)] == [STORMY[0], BRIDGE[0]]
    storm, bridge = read
    assert isinstance(storm, Article)
    assert (storm.text, storm.source, storm.title) == (STORM, "Vik Post", "Storm")
    assert isinstance(bridge, Article)
    assert bridge.text == TALKS


def test_an_article_that_went_or_changed_is_left_out_with_a_note(command: Command) -> None:
    keep(command, "When?", STORMY)
    keep(command, "How much?", BRIDGE, STORMY)
    (command.folder / "data" / "servers" / "5" / "articles" / "storm.md").write_text("Quite another text.")
    questions, articles, said = exported(command)
    assert [(q["question"], q["answers"]) for q in questions] == [("How much?", [COST])]
    assert [a["id"] for a in articles] == ["news/bridge.txt"]
    assert "Left out: servers/5/articles/storm.md, removed or changed since: When?" in " ".join(said.split())


def test_a_server_gets_none_of_anothers_articles(command: Command) -> None:
    keep(command, "When?", STORMY, server=6)  # as nobody but a forger could have been answered
    keep(command, "When was it?", STORMY, server=None)
    keep(command, "How much?", BRIDGE, server=6)
    questions, articles, _ = exported(command)
    assert [q["question"] for q in questions] == ["How much?"]
    assert [a["id"] for a in articles] == ["news/bridge.txt"]


def test_a_forgotten_question_is_left_out(command: Command) -> None:
    keep(command, "How much?", BRIDGE)
    with Records(command.folder / "data" / "bot.sqlite3") as records:
        records.forget_person(9)
    assert "(forgotten with the one who asked)" in command.here("feedback").stdout
    questions, articles, said = exported(command)
    assert questions == articles == []
    assert "forgotten" in said


def test_what_somebody_filled_in_is_not_overwritten(command: Command) -> None:
    keep(command, "How much?", BRIDGE)
    exported(command)
    (command.folder / "out" / "articles.jsonl").unlink()
    again = command("feedback", "--export", str(command.folder / "out"))
    assert again.returncode == 1
    assert "questions.jsonl is there already. Name another folder." in again.stderr
    assert not (command.folder / "out" / "articles.jsonl").exists()
