"""`citebot watch`: questions whose answers are looked at again when articles have changed."""

import contextlib
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from bot import render
from bot.answer import Citation
from bot.app import App
from bot.console import Out, Waiting
from bot.news import Change, Watcher
from bot.opening import opened
from bot.plain import one_line
from bot.question import clean
from bot.records import Records, look
from bot.settings import Settings
from bot.watches import Watch
from index.errors import QuestionError

# Nobody floods their own terminal; each costs a fraction of a second at a check.
_MOST = 1_000


def add(question: str, *, as_json: bool) -> None:
    """Watches a question from here on."""
    out, waiting = Out(as_json=as_json), Waiting()
    question = clean(question)
    with _watching(waiting) as (app, records), waiting.during("Looking it up"):
        app.refresh()
        Watcher(app, records.watches, records.watches.in_terminal).begin()
        best = next(iter(app.look(question).citations), None)
        if len(records.watches.of_terminal()) >= _MOST:
            raise QuestionError(f"{_MOST:,} questions are watched already.", "`citebot watch` lists them.")
        watch = records.watches.add(question, best, None, per_person=0, per_server=0)
    if as_json:
        out.line(json.dumps(_listed(watch) | {"now": _quoted(best)}))
    else:
        now = _cited("Now", best) if best else Text("Now: no article answers this.", "dim")
        out.show(Group(Text(f"Watching: {one_line(question)}", "bold"), now))


def show(*, as_json: bool) -> None:
    """Lists what is watched."""
    out, waiting = Out(as_json=as_json), Waiting()
    watched = _known(Settings.load().records)
    if not watched and not as_json:
        waiting.notice('Nothing is watched. Example: citebot watch "what did the bridge cost?"')
    for number, watch in enumerate(watched, 1):
        if as_json:
            out.line(json.dumps(_listed(watch)))
        else:
            since = f" (since {render.day(watch.created.date())})"
            out.show(Text(f"{number}. ", "cyan").append(one_line(watch.question), "").append(since, "dim"))


def remove(number: int) -> None:
    """Watches the question with this number in the list no more. Raises QuestionError."""
    path = Settings.load().records
    watched = _known(path)
    if number > len(watched):
        raise QuestionError(f"No question {number} is watched.", "`citebot watch` lists them.")
    with Records(path) as records:
        records.watches.remove(watched[number - 1].id)
    Out().line(f"Not watched any more: {one_line(watched[number - 1].question)}")


def check(*, as_json: bool) -> None:
    """Brings the index up to date, and tells which answers are others since they were looked at last."""
    out, waiting = Out(as_json=as_json), Waiting()
    if not _known(Settings.load().records):
        waiting.notice('Nothing is watched. Example: citebot watch "what did the bridge cost?"')
        return
    changed = 0
    with _watching(waiting) as (app, records):
        with waiting.during("Reading the articles"):
            app.catch_up()
        watcher = Watcher(app, records.watches, records.watches.in_terminal)
        watcher.notice(app.digests())
        due = records.watches.due(in_terminal=True)
        for watch in due:
            with waiting.during("Asking again"):
                change = watcher.look(watch)
            if change:
                out.line(json.dumps(_told(change))) if as_json else out.show(_shown(change))
                watcher.tell(change)
                changed += 1
    if not changed:
        waiting.notice("No answer has changed." if due else "No article has changed since the last look.")


@contextlib.contextmanager
def _watching(waiting: Waiting) -> Iterator[tuple[App, Records]]:
    with opened(waiting) as app, Records(app.settings.records) as records:
        yield app, records


def _known(path: Path) -> list[Watch]:
    return look(path, lambda records: records.watches.of_terminal())


def _listed(watch: Watch) -> dict[str, Any]:
    return {"question": watch.question, "since": watch.created.isoformat(), "refused": watch.quote is None}


def _told(change: Change) -> dict[str, Any]:
    return {
        "question": change.watch.question,
        "was_refused": change.was_refused,
        "now": _quoted(change.now),
        "before": _quoted(change.before),
    }


def _quoted(citation: Citation | None) -> dict[str, Any] | None:
    if citation is None:
        return None
    article = dataclasses.asdict(citation.passage.article)
    known = {name: article[name] for name in ("title", "source", "url")}
    published = article["published"].isoformat() if article["published"] else None
    return {"quote": citation.quote, "article": article["id"], **known, "published": published}


def _shown(change: Change) -> RenderableType:
    parts: list[RenderableType] = [
        Text(f"? {one_line(change.watch.question)}", "bold"),
        _cited("Now", change.now),
    ]
    if change.before:
        parts.append(_cited("Before", change.before, "dim"))
    else:
        gone = "no article answered this" if change.was_refused else "the article has changed or is gone"
        parts.append(Text(f"Before: {gone}.", "dim"))
    return Group(*parts, Text(""))


def _cited(when: str, citation: Citation, style: str = "") -> Text:
    article = citation.passage.article
    about = ", ".join(filter(None, (one_line(article.title), render.byline(article))))
    return Text(f"{when}: {one_line(citation.quote)} ", style).append(f"({about})", "dim")
