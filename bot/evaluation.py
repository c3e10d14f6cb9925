"""Asking a set of questions: each as a person asks it, and once more without refusing where that refuses."""

import contextlib
import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.answer import Answer
from bot.app import App, Progress
from bot.question_set import ARTICLES, QuestionSet
from bot.scoring import Score, figures, score
from bot.settings import Settings
from bot.version import version
from index.errors import EvaluationError, StoreDamaged, StoreMismatch

_EVALUATIONS = "eval"
_ARTICLE = 'A line of it is {"id": "…", "title": "…", "text": "…"}.'


@dataclasses.dataclass(frozen=True, slots=True)
class Evaluation:
    """What one run measured: `asked` as people ask, `forced` with nothing refused; in step.

    `reader` and `digest`, of the articles, are None where an earlier version made it.
    """

    folder: str
    version: str
    embedding: str
    precision: str
    reader: str | None
    chat: str | None
    articles: int
    digest: str | None
    asked: tuple[Score, ...]
    forced: tuple[Score, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs and for `parse`."""
        rows = zip(self.asked, self.forced, strict=True)
        return {
            "folder": self.folder,
            "version": self.version,
            "embedding_model": self.embedding,
            "embedding_precision": self.precision,
            "reader_model": self.reader,
            "chat_model": self.chat,
            "articles": self.articles,
            "articles_digest": self.digest,
            "questions": len(self.asked),
            "figures": figures(self.asked),
            "unrefused": figures(self.forced),
            "rows": [{**dataclasses.asdict(a), "unrefused": dataclasses.asdict(f)} for a, f in rows],
        }

    @classmethod
    def parse(cls, path: Path) -> "Evaluation":
        """What `citebot eval --json` printed into a file. Raises EvaluationError."""
        try:
            content = json.loads(path.read_bytes())
            rows = content["rows"]
            forced = [Score(**row.pop("unrefused")) for row in rows]
            return cls(
                folder=content["folder"],
                version=content["version"],
                embedding=content["embedding_model"],
                precision=content["embedding_precision"],
                reader=content.get("reader_model"),
                chat=content["chat_model"],
                articles=content["articles"],
                digest=content.get("articles_digest"),
                asked=tuple(Score(**row) for row in rows),
                forced=tuple(forced),
            )
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise EvaluationError(f"{path} cannot be read: {reason}.", "Name another file.") from None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise EvaluationError(
                f"{path} holds no evaluation.", "Make one: citebot eval FOLDER --json > OLD.json"
            ) from None


def place(settings: Settings, folder: Path) -> Path:
    """Where the index of a set lies: apart from the user's own, one for each folder."""
    digest = hashlib.sha256(str(folder.resolve()).encode(errors="surrogateescape")).hexdigest()
    return settings.data / _EVALUATIONS / f"{folder.resolve().name or 'root'}-{digest[:8]}"


@contextlib.contextmanager
def opened(
    settings: Settings,
    folder: Path,
    known: QuestionSet,
    progress: Progress,
    notice: Callable[[str], None],
) -> Iterator[App]:
    """The application over the set's articles alone, its index brought up to date. Raises CitebotError."""
    # The limit of tokens is for those who ask in Discord; reached half-way, it would spoil the figures.
    apart = {
        "data": place(settings, folder),
        "articles": (folder / ARTICLES,),
        "chat_tokens_per_day": 0,
        "chroma_url": None,
        "chroma_cloud_api_key": None,
    }
    own = settings.model_copy(update=apart)
    with App(own, progress=progress, notice=notice, models=settings.models) as app:
        try:
            report = app.sync()
        except (StoreMismatch, StoreDamaged):
            report = app.sync(rebuild=True)
        if app.digests().keys() - known.articles.keys():
            # What an index holds on to where a line cannot be read any more is not in the set.
            report = app.sync(rebuild=True)
        for problem in report.scan.located(report.problems):
            notice(str(problem) if problem.is_read else f"Left out: {problem}")
        if not app.digests():
            raise EvaluationError(f"No article of {folder / ARTICLES} can be indexed.", _ARTICLE)
        yield app


def evaluate(
    app: App,
    folder: Path,
    known: QuestionSet,
    told: Callable[[int, int], None],
    notice: Callable[[str], None],
) -> Evaluation:
    """Asks every question; `told` hears how many of how many are done.

    Raises EvaluationError where a chat model answered none of them: the figures would not be its own.
    """
    asked, forced = [], []
    answers: list[Answer] = []
    for number, question in enumerate(known.questions):
        told(number, len(known.questions))
        answer = app.ask(question.question)
        answers.append(answer)
        asked.append(score(question, answer, known.articles))
        if answer.refused:
            answer = app.ask(question.question, refuse=False)
            answers.append(answer)
        forced.append(score(question, answer, known.articles))
    indexed = app.digests()
    _credit(answers, app.settings.chat_model, notice)
    return Evaluation(
        folder=str(folder),
        version=version(),
        embedding=app.settings.embedding_model,
        precision=app.precision,
        reader=app.settings.reader_model,
        chat=app.settings.chat_model,
        articles=len(indexed),
        digest=hashlib.sha256(json.dumps(sorted(indexed.items())).encode()).hexdigest(),
        asked=tuple(asked),
        forced=tuple(forced),
    )


def _credit(answers: Sequence[Answer], chat: str | None, notice: Callable[[str], None]) -> None:
    """Says how many answers the chat model owes, and why; what it was not to be asked is none of them."""
    reasons = Counter(answer.instead for answer in answers if answer.instead)
    if not reasons:
        return
    due = sum(bool(answer.instead) or answer.tokens is not None for answer in answers)
    owed, why = reasons.total(), " ".join(reason for reason, _ in reasons.most_common())
    if owed == due:
        raise EvaluationError(
            f"{chat} answered none of the questions: {why}",
            "Without CHAT_MODEL the articles' own words are measured.",
        )
    notice(f"{owed:,} of {due:,} answered by the articles' own words instead: {why}")
