"""A set of questions to measure by: a folder with `articles.jsonl` and `questions.jsonl`."""

import contextlib
import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.question import clean
from bot.scoring import Question, has_words
from index.clean import one_line
from index.errors import EvaluationError, QuestionError

ARTICLES, QUESTIONS = "articles.jsonl", "questions.jsonl"
_FORM = (
    'A line of it is {"question": "…", "answers": ["…"], "answerable": true}, '
    "false where the articles do not say; `citebot feedback --export` writes such folders."
)


@dataclasses.dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions that can be judged, and the articles' texts by id; `skipped` have no `answerable` yet."""

    articles: Mapping[str, str]
    questions: tuple[Question, ...]
    skipped: int


def read_set(folder: Path) -> QuestionSet:
    """The set in `folder`. Raises EvaluationError, which names the line that is wrong."""
    if not folder.is_dir():
        raise EvaluationError(f"{folder} is no folder.", f"Name one with {ARTICLES} and {QUESTIONS} in it.")
    articles = {
        one_line(row.get("id")) or "": str(row.get("text") or "") for _, row in _rows(folder / ARTICLES)
    }
    known, skipped = [], 0
    for place, row in _rows(folder / QUESTIONS):
        if (question := _question(place, row)) is None:
            skipped += 1
        else:
            known.append(question)
    if not known:
        raise EvaluationError(f"{folder / QUESTIONS} has no question with `answerable` filled in.", _FORM)
    return QuestionSet(articles, tuple(known), skipped)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line that holds something, with where it stands."""
    with _readable(path), path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            place = f"Line {number} of {path}"
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                raise EvaluationError(f"{place} is not JSON.", "Mend the line, or remove it.") from None
            if not isinstance(row, dict):
                raise EvaluationError(f"{place} is no JSON object.", _FORM)
            yield place, row


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise EvaluationError(f"{path} is not there.", "It belongs to a folder of questions.") from None
    except UnicodeDecodeError:
        raise EvaluationError(f"{path} is not valid UTF-8.", "Save it as UTF-8.") from None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise EvaluationError(f"{path} cannot be read: {reason}.", "Allow it.") from None


def _question(place: str, row: dict[str, Any]) -> Question | None:
    """The question of a line; None where it does not say whether it can be answered."""
    question, answers, answerable = row.get("question"), row.get("answers", []), row.get("answerable")
    if not isinstance(question, str) or not question.strip():
        raise EvaluationError(f'{place} has no "question".', _FORM)
    if answerable is None:
        return None
    if not isinstance(answerable, bool):
        raise EvaluationError(f'{place}: "answerable" is neither true nor false.', _FORM)
    if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
        raise EvaluationError(f'{place}: "answers" is no list of texts.', _FORM)
    if answerable and not any(answer.strip() for answer in answers):
        raise EvaluationError(f'{place} can be answered, but has no "answers".', _FORM)
    if answerable and not any(map(has_words, answers)):
        raise EvaluationError(f'{place}: "answers" has no words that could be found.', _FORM)
    try:
        clean(question)
    except QuestionError as error:
        reason = error.message[0].lower() + error.message[1:]
        raise EvaluationError(f"{place} cannot be asked: {reason}", "Mend the line, or remove it.") from None
    return Question(question, tuple(answers), answerable)
