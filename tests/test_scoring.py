"""Scores and figures: by hand, and the same as those of the script that the development sets come with."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot import render_json
from bot.answer import Answer, Citation
from bot.scoring import Question, Score, figures, hits, score
from index.article import ArticleInfo, Hit, Passage, Sentence
from tests.command import CHECKOUT
from tests.making import STORM, TALKS

SCRIPT = CHECKOUT.parent / "shared" / "eval" / "score.py"
COST = "She said it had cost 41 million euros."
FERRIES = "The port authority will keep the ferries until September."
CLOSED = "A storm closed the airport of Vik for two days in March 2024."
TEXTS = {"a": TALKS, "b": STORM, "c": f"{TALKS}{' and' * 220} e\u0301t\u00e9"}


def answer(text: str, *quotes: str, passages: str = "", refused: bool = False, model: str = "") -> Answer:
    """An answer that quotes the articles; a letter a passage in `passages`, which are whole articles."""
    citations = []
    for number, quote in enumerate(quotes, 1):
        id = next(id for id, article in TEXTS.items() if quote in article)
        start = TEXTS[id].index(quote)
        citations.append(Citation(number, quote, passage(id), start, start + len(quote), None, None))
    shown = tuple(Hit(passage(id), 1.0) for id in passages)
    kind = model or "extractive"
    return Answer("", text, tuple(citations), shown, refused, None, None, model=kind)


def passage(id: str) -> Passage:
    text, info = TEXTS[id], ArticleInfo(id=id, title="")
    return Passage(f"{id}#0", info, 0, len(text), text, (Sentence(0, len(text)),))


def scored(question: Question, text: str, *quotes: str, model: str = "", refused: bool = False) -> Score:
    return score(question, answer(text, *quotes, model=model, refused=refused), TEXTS)


PAID = Question("What did the bridge cost?", ("41 million",), True)
UNKNOWN = Question("Who drew the bridge?", (), False)
RIGHT = scored(PAID, f"{COST} [1]", COST)
# Of every kind: right, wrong, refused, ill quoted, ill tied, by a chat model, in other Unicode.
CASES = [
    (dataclasses.replace(question, question=f"{number}. {question.question}"), given)
    for number, (question, given) in enumerate(
        [
            (PAID, answer(f"{COST} [1]", COST, passages="ab")),
            (PAID, answer(f"{FERRIES} [1] {COST} [2]", FERRIES, COST, passages="ba")),
            (PAID, answer(f"{CLOSED} [1] {FERRIES} [2]", CLOSED, FERRIES, passages="cb")),
            (PAID, answer("It cost 41 million. [1]", "he said it had cost 41 million", model="openai:any")),
            (PAID, answer("It cost 41 million. [1] [3]", COST, passages="bbba")),
            (PAID, answer("", refused=True, passages="bbbba")),
            (Question("When?", ("MARCH,  2024", "May"), True), answer(f"{CLOSED} [1]", CLOSED, passages="b")),
            (Question("Quand?", ("\u00e9te\u0301",), True), answer("x [1]", "e\u0301t\u00e9", passages="c")),
            (UNKNOWN, answer(f"{COST} [1]", COST, passages="ab")),
            (UNKNOWN, answer("", refused=True, passages="ab")),
        ]
    )
]
CASES = [(question, dataclasses.replace(given, question=question.question)) for question, given in CASES]


def test_an_answer_is_right_by_its_first_quotes() -> None:
    assert (RIGHT.outcome, RIGHT.right, RIGHT.first, RIGHT.words) == ("right", True, True, 8)
    second = scored(PAID, f"{FERRIES} [1] {COST} [2]", FERRIES, COST)
    assert (second.right, second.first) == (True, False)
    third = scored(PAID, "", FERRIES, "Flights went to Lund instead.", COST)
    assert (third.outcome, third.right) == ("wrong", False)


def test_an_answer_to_what_cannot_be_answered_is_wrong() -> None:
    assert scored(UNKNOWN, f"{COST} [1]", COST).outcome == "wrong"
    assert scored(UNKNOWN, "", refused=True).outcome == "refused"


def test_a_quote_must_stand_in_its_article_as_whole_words() -> None:
    assert (RIGHT.verbatim, RIGHT.offsets, RIGHT.quotes) == (1, 1, 1)
    texts = {**TEXTS, "a": TALKS.replace("cost 41", "cost 410")}
    shifted = score(PAID, answer(f"{COST} [1]", COST), texts)
    assert (shifted.verbatim, shifted.offsets) == (0, 0)
    half = scored(PAID, "", "he said it had cost")  # of "She"
    assert (half.verbatim, half.offsets) == (0, 1)


@pytest.mark.parametrize(
    ("text", "model", "tied"),
    [
        (f"{COST} [1]", "extractive", True),
        (f"{COST} [2]", "extractive", False),
        (COST, "extractive", False),
        (f"It was dear: {COST} [1]", "extractive", False),
        (f"It was dear: {COST} [1]", "openai:any", True),
    ],
)
def test_markers_and_words_are_tied_to_citations(text: str, model: str, tied: bool) -> None:
    assert scored(PAID, text, COST, model=model).tied is tied


def test_a_passage_counts_that_stands_in_its_article_and_is_no_whole_article() -> None:
    found = answer("", refused=True, passages="ba")
    assert score(PAID, found, TEXTS).rank == 2
    assert score(PAID, found, {**TEXTS, "a": STORM}).rank is None
    assert score(PAID, answer("", refused=True, passages="cb"), TEXTS).rank is None
    assert score(UNKNOWN, found, TEXTS).rank is None


def test_figures_of_no_questions_are_none() -> None:
    assert set(figures([]).values()) == {None}
    only = figures([scored(UNKNOWN, "", refused=True)])
    assert (only["refused"], only["right"], only["words"]) == (1.0, None, None)


def test_hits_grow_with_the_passages_looked_at() -> None:
    found = answer("", refused=True, passages="ba")
    assert hits([score(PAID, found, TEXTS), RIGHT], 3) == [0.0, 0.5, 0.5]


@pytest.mark.skipif(not SCRIPT.exists(), reason="the sets' script lies beside the repository, not in it")
def test_the_figures_are_those_of_the_sets_own_script(tmp_path: Path) -> None:
    written = {
        "articles.jsonl": [json.dumps({"id": id, "text": text}) for id, text in TEXTS.items()],
        "questions.jsonl": [json.dumps(dataclasses.asdict(question)) for question, _ in CASES],
        "answers.jsonl": [render_json.answer(given, 0.1) for _, given in CASES],
    }
    for name, lines in written.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [sys.executable, str(SCRIPT), str(tmp_path), str(tmp_path / "answers.jsonl"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    theirs = json.loads(done.stdout)
    ours = figures([score(question, given, TEXTS) for question, given in CASES])
    assert theirs == {"questions": len(CASES), **ours}
    assert len(set(ours.values())) > 8  # no figure is the same for want of cases
