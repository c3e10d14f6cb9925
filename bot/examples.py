"""Questions of a development set with what a search finds for them: models are fitted on these.

A question line has `question`, `answers` (strings; one of them in a quote makes it right), `articles` and
`answerable`; a line of spans has `question`, `context` and `answer` (null where the context has none).
"""

import dataclasses
import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.candidates import Candidate, candidates
from bot.extract import Extract
from bot.question import as_sentence
from bot.scoring import holds, taken_in
from index.embedding import Embedder
from index.generations import Reader
from index.library import Library
from index.passages import Cutter
from index.search import Found, Retriever
from index.sync import make_recipe, sync

_CONTEXTS_OF_AN_ARTICLE = 35


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """A question of a development set with what a search found for it; `weight` is what it counts in deciding
    on refusal."""

    folder: str
    question: str
    answers: tuple[str, ...]
    answerable: bool
    group: str
    found: Found
    listed: tuple[Candidate, ...]
    weight: float = 1.0

    def is_right(self, extract: Extract) -> bool:
        """Whether the first two quotes, 70 words of them, hold an answer."""
        return holds(taken_in([span.quote for span in extract.spans]), self.answers)


def load_examples(folder: Path, work: Path, embedder: Embedder, *, weight: float = 1.0) -> Iterator[Example]:
    """The questions of a development set, searched in an index of its articles that is kept in `work`."""
    cutter = Cutter(embedder)
    sync(Library([folder / "articles.jsonl"]), cutter, embedder, work, progress=_progress)
    retriever = Retriever(Reader(work, make_recipe(cutter, embedder)), embedder)
    with (folder / "questions.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            if row.get("answerable") is None:
                continue
            found = retriever.search(as_sentence(row["question"]))
            group = row["articles"][0] if row["articles"] else f"none {number % 40}"
            yield Example(
                folder=folder.name,
                question=row["question"],
                answers=tuple(row["answers"]),
                answerable=row["answerable"],
                group=f"{folder.name} {group}",
                found=found,
                listed=tuple(candidates(found)),
                weight=weight,
            )


def as_folder(spans: Path, folder: Path, *, every: int = 1) -> Path:
    """Every `every`-th paragraph as articles of some paragraphs each, with its questions, in `folder`."""
    opener = gzip.open if spans.suffix == ".gz" else open
    with opener(spans, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    taken = list(dict.fromkeys(row["context"] for row in rows))[::every]
    numbers = {context: n for n, context in enumerate(taken)}
    rows = [row for row in rows if row["context"] in numbers]
    articles: dict[str, list[str]] = {}
    for context, number in numbers.items():
        articles.setdefault(_article_of(number), []).append(context)
    folder.mkdir(parents=True, exist_ok=True)
    _write_lines(
        folder / "articles.jsonl",
        ({"id": id, "title": "", "text": "\n".join(contexts)} for id, contexts in articles.items()),
    )
    _write_lines(
        folder / "questions.jsonl",
        (
            {
                "question": row["question"],
                "answers": [row["answer"]] if row["answer"] else [],
                "articles": [_article_of(numbers[row["context"]])],
                "answerable": row["answer"] is not None,
            }
            for row in rows
        ),
    )
    return folder


def _article_of(number: int) -> str:
    return f"spans {number // _CONTEXTS_OF_AN_ARTICLE}"


def _write_lines(path: Path, rows: Iterable[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _progress(done: int, total: int, what: str) -> None:
    if done == total:
        sys.stderr.write(f"indexed {total:,} bytes of articles\n")
