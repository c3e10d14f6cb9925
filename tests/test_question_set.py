"""A folder of questions: read, or an error that names the line and what belongs there."""

import json
from pathlib import Path

import pytest

from bot.question_set import read_set
from bot.scoring import Question
from index.errors import EvaluationError

GOOD = '{"question": "What did it cost?", "answers": ["41 million"], "answerable": true}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "articles.jsonl").write_text(json.dumps({"id": 7, "text": "It cost 41 million."}) + "\n")
    (tmp_path / "questions.jsonl").write_text(GOOD)
    return tmp_path


def test_questions_that_nobody_judged_are_counted_and_left_out(folder: Path) -> None:
    more = [
        '{"question": "Who?", "answers": [], "answerable": null}',
        "",
        '{"question": "Why?", "answerable": false}',
    ]
    (folder / "questions.jsonl").write_text("\ufeff" + "\n".join([GOOD, *more]), encoding="utf-8")
    known = read_set(folder)
    assert known.questions == (
        Question("What did it cost?", ("41 million",), True),
        Question("Why?", (), False),
    )
    assert (known.skipped, known.articles) == (1, {"7": "It cost 41 million."})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{question}", "Line 2 of .*questions.jsonl is not JSON"),
        ("[1]", "is no JSON object"),
        ('{"answers": []}', 'has no "question"'),
        ('{"question": "Why?", "answerable": "yes"}', "neither true nor false"),
        ('{"question": "Why?", "answers": "so", "answerable": true}', "is no list of texts"),
        ('{"question": "Why?", "answers": [" "], "answerable": true}', 'has no "answers"'),
        (
            '{"question": "Why?", "answers": ["!!", ""], "answerable": true}',
            "Line 2 .* has no words that could",
        ),
        (
            '{"question": "???", "answerable": false}',
            "Line 2 of .* cannot be asked: the question has no words",
        ),
        (
            json.dumps({"question": "why " * 501, "answerable": False}),
            "cannot be asked: .* 2,000 are the most",
        ),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_line_that_is_wrong_is_named(folder: Path, line: str, said: str) -> None:
    (folder / "questions.jsonl").write_text(f"{GOOD}\n{line}\n")
    with pytest.raises(EvaluationError, match=said):
        read_set(folder)


def test_what_is_missing_is_named(folder: Path) -> None:
    with pytest.raises(EvaluationError, match="nowhere is no folder"):
        read_set(folder / "nowhere")
    (folder / "questions.jsonl").write_bytes(b"\xff\n")
    with pytest.raises(EvaluationError, match="not valid UTF-8"):
        read_set(folder)
    (folder / "questions.jsonl").write_text('{"question": "Why?", "answerable": null}')
    with pytest.raises(EvaluationError, match="has no question with `answerable` filled in"):
        read_set(folder)
    (folder / "questions.jsonl").unlink()
    with pytest.raises(EvaluationError, match=r"questions\.jsonl is not there"):
        read_set(folder)
    (folder / "articles.jsonl").unlink()
    (folder / "articles.jsonl").mkdir()
    with pytest.raises(EvaluationError, match=r"articles\.jsonl cannot be read: is a directory"):
        read_set(folder)
