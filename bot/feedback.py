"""`citebot feedback`: what people said about answers, listed, or written out to measure by."""

import dataclasses
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from bot.console import Out, Waiting
from bot.plain import one_line
from bot.records import ALL, look
from bot.render import counted
from bot.servers import scopes_in
from bot.settings import Settings
from bot.shelves import Shelves
from bot.votes import KeptAnswer, KeptQuote, VotedAnswer
from index.article import Article
from index.errors import LibraryError
from index.library import Library

_QUESTIONS, _ARTICLES = "questions.jsonl", "articles.jsonl"
_FORGOTTEN = "(forgotten with the one who asked)"


def run(*, server: int | None, as_json: bool, export: Path | None) -> None:
    """Lists the answers with votes, of one server or all; or writes them into the folder `export`."""
    out, waiting = Out(as_json=as_json), Waiting()
    settings = Settings.load()
    rows = look(settings.records, lambda records: records.votes(ALL if server is None else server))
    if not rows:
        waiting.notice("Nobody has voted on an answer yet.")
    elif export is not None:
        _export(rows, Shelves(settings).library, export, waiting)
    elif as_json:
        for row in rows:
            out.line(json.dumps(_listed(row)))
    else:
        out.show(_table(rows))


def _listed(row: VotedAnswer) -> dict[str, Any]:
    answer = row.answer
    return {
        "id": answer.id,
        "server": answer.server,
        "created": answer.created.isoformat(),
        "question": answer.question,
        "refused": answer.refused,
        "votes": {kind.value: number for kind, number in row.counts.items()},
        "citations": [dataclasses.asdict(quote) for quote in answer.quotes],
    }


def _table(rows: Iterable[VotedAnswer]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("Date", "Votes", "Question"):
        table.add_column(name, overflow="fold")
    for row in rows:
        votes = ", ".join(f"{number} {kind.value.replace('_', ' ')}" for kind, number in row.counts.items())
        question = Text(one_line(row.answer.question or _FORGOTTEN))
        table.add_row(row.answer.created.date().isoformat(), votes, question)
    return table


def _export(rows: Sequence[VotedAnswer], library: Library, folder: Path, waiting: Waiting) -> None:
    for target in (folder / _QUESTIONS, folder / _ARTICLES):
        if target.exists():  # somebody may have filled answers in
            raise LibraryError(f"{target} is there already.", "Name another folder.")
    known = library.find({quote.article for row in rows for quote in row.answer.quotes})
    pairs = [(row, _standing(row.answer, known)) for row in rows]
    for row, standing in pairs:
        if missing := _missing(row.answer, standing):
            waiting.notice(f"Left out: {missing}")
    told = [(row, standing) for row, standing in pairs if _tells(row.answer, standing)]
    cited = {article.id: article for _, standing in told for article in standing.values()}
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / _ARTICLES, map(_article, cited.values()))
    _write(folder / _QUESTIONS, (_question(row, standing) for row, standing in told))
    waiting.notice(f"In {folder}: {counted(len(told), 'question')}, {counted(len(cited), 'article')}.")


def _tells(answer: KeptAnswer, standing: dict[KeptQuote, Article]) -> bool:
    """Whether enough is left of an answer to measure by."""
    return answer.question is not None and (bool(standing) or not answer.quotes)


def _write(path: Path, records: Iterable[dict[str, Any]]) -> None:
    with path.open("x", encoding="utf-8") as stream:
        stream.writelines(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)


def _standing(answer: KeptAnswer, known: dict[str, Article]) -> dict[KeptQuote, Article]:
    """The quotes that still stand in an article which may be shown where the answer was given."""
    scopes = scopes_in(answer.server)
    cited = {quote: known[quote.article] for quote in answer.quotes if quote.article in known}
    return {
        quote: article
        for quote, article in cited.items()
        if article.scope in scopes and quote.matches(article.text[quote.start : quote.end])
    }


def _missing(answer: KeptAnswer, standing: dict[KeptQuote, Article]) -> str:
    """What cannot be exported of an answer, in a line; "" where all can be."""
    if answer.question is None:
        return "a question that was forgotten with the one who asked."
    gone = sorted({quote.article for quote in answer.quotes if quote not in standing})
    return f"{', '.join(gone)}, removed or changed since: {answer.question}" if gone else ""


def _question(row: VotedAnswer, standing: dict[KeptQuote, Article]) -> dict[str, Any]:
    right = row.is_right and bool(standing)
    quotes = (" ".join(article.text[q.start : q.end].split()) for q, article in standing.items())
    return {
        "id": row.answer.id,
        "question": row.answer.question,
        "answers": list(dict.fromkeys(quotes)) if right else [],
        "articles": list(dict.fromkeys(article.id for article in standing.values())),
        "answerable": True if right else None,
    }


def _article(article: Article) -> dict[str, Any]:
    published = article.published.isoformat() if article.published else None
    fields = {name: getattr(article, name) for name in ("id", "title", "url", "source", "author", "language")}
    return {**fields, "published": published, "text": article.text}
