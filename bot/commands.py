"""What the commands do, once their arguments are read. Each returns or implies an exit code of `edge`."""

import contextlib
import dataclasses
import textwrap
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.text import Text

from bot import edge, render_json, render_terminal, weeks
from bot.answer import Answer
from bot.app import App, Filter, SyncReport
from bot.checks import described
from bot.console import Out, Waiting
from bot.forgetting import forget_removed
from bot.plain import one_line
from bot.records import Records
from bot.settings import Settings
from bot.subscriptions import Subscriptions
from bot.watching import watching
from index.errors import NoQuestion

_KINDS_SHOWN = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Asking:
    """How questions are asked and answers printed."""

    filter: Filter
    refuse: bool
    as_json: bool


@contextlib.contextmanager
def opened(waiting: Waiting) -> Iterator[App]:
    """Settings read, the application made, and closed again. Raises CitebotError."""
    app = App(Settings.load(), progress=waiting.progress, notice=waiting.notice)
    with contextlib.closing(app):
        yield app


def ask(question: str, how: Asking) -> int:
    """One question from the command line."""
    out, waiting = Out(as_json=how.as_json), Waiting()
    try:
        with opened(waiting) as app:
            app.load_beside()
            answer, seconds = _timed(app, out, waiting, question, how)
    except Exception as error:
        if how.as_json:
            _show_failure(out, question, error, how)
        raise
    _show(out, answer, seconds, how)
    return edge.REFUSED if answer.refused else edge.ANSWERED


def ask_each(lines: Iterable[bytes], how: Asking) -> int:
    """A question a line, an answer each, in order: what is wrong with one stands in its place."""
    out, waiting = Out(as_json=how.as_json), Waiting()
    code = edge.ANSWERED
    with contextlib.ExitStack() as stack:
        try:
            app = stack.enter_context(opened(waiting))
        except Exception as error:
            if how.as_json:
                for question in map(_decoded, lines):
                    _show_failure(out, question, error, how)
            raise
        for position, question in enumerate(map(_decoded, lines)):
            if not how.as_json:
                _heading(out, question, first=position == 0)
            try:
                answer, seconds = _timed(app, out, waiting, question, how)
            except Exception as error:
                code = edge.USAGE if isinstance(error, NoQuestion) and code != edge.FAILED else edge.FAILED
                _show_failure(out, question, error, how)
            else:
                _show(out, answer, seconds, how)
    return code


def search(question: str, filter: Filter, *, count: int, as_json: bool) -> None:
    """The passages nearest to a question."""
    out, waiting = Out(as_json=as_json), Waiting()
    with opened(waiting) as app, waiting.during("Searching"):
        app.load_beside()
        hits = app.search(question, filter=filter, k=count)
    if as_json:
        for hit in hits:
            out.line(render_json.hit(hit))
    elif hits:
        out.show(render_terminal.hits(hits))
    else:
        waiting.notice("No passage found.")


def index(*, rebuild: bool, ahead: bool) -> int:
    """Bring the index up to date; fails where an article could not be read, after indexing the others."""
    out, waiting = Out(), Waiting()
    with opened(waiting) as app:
        with waiting.during("Reading the articles"):
            report = app.sync(rebuild=rebuild)
        for problem in app.library.located(report.problems):
            waiting.notice(str(problem))
        if unread := app.library.unread():
            waiting.notice(left_out(unread))
        out.line(_reported(report))
        if ahead:
            _embed_ahead(app, waiting)
    is_well = all(problem.is_read for problem in report.problems)
    return edge.ANSWERED if is_well else edge.FAILED


def left_out(kinds: Sequence[str]) -> str:
    """How many files nothing reads, and of which kinds they are."""
    shown = sorted(set(kinds))
    more = ", …" if len(shown) > _KINDS_SHOWN else ""
    files = "1 file of a kind that is" if len(kinds) == 1 else f"{len(kinds):,} files of kinds that are"
    return f"{files} not read: {', '.join(map(one_line, shown[:_KINDS_SHOWN]))}{more}."


def _embed_ahead(app: App, waiting: Waiting) -> None:
    if app.settings.is_served:
        waiting.notice("On a Chroma server sentences are not embedded ahead.")
        return
    with waiting.during("Embedding sentences"):
        app.embed_ahead(progress=waiting.advance)


def compact() -> int:
    """Bring the index up to date, and forget for good what was removed."""
    out, waiting = Out(), Waiting()
    with contextlib.ExitStack() as stack:
        app = stack.enter_context(opened(waiting))
        settings = app.settings
        records = stack.enter_context(Records(settings.records)) if settings.records.exists() else None
        feeds = stack.enter_context(Subscriptions(settings.feeds)) if settings.feeds.exists() else None
        with waiting.during("Compacting the index"):
            app.sync(may_empty=True)
            dead = forget_removed(app, records, feeds)
    out.line(f"Compacted: {dead:.0%} was of removed articles, of which nothing is left.")
    return edge.ANSWERED


def export(*, force: bool) -> int:
    """Export the models; fails where sentence-transformers has to run the embedding model."""
    out, waiting = Out(), Waiting()
    with opened(waiting) as app, waiting.during("Exporting the model"):
        before = app.exported
        made = app.export_model(again=force)
        app.prepare_reader()
    stood = made == before and not made.failure and not force
    out.line(
        f"It is there already; --force exports it again. {described(made)}" if stood else described(made)
    )
    return edge.FAILED if made.failure else edge.ANSWERED


def articles(*, as_json: bool, plot: Path | None = None) -> None:
    """The articles that are indexed, newest first; or their numbers drawn into the file `plot`."""
    out, waiting = Out(as_json=as_json), Waiting()
    with opened(waiting) as app, waiting.during("Reading the articles"):
        listed, copies = app.articles(), app.coverage().copies
        if plot:
            weeks.draw(listed, plot)
    if plot:
        waiting.notice(f"Drawn: {plot}")
    elif as_json:
        for article in listed:
            out.line(render_json.article(article))
    elif listed:
        out.show(render_terminal.articles(listed, out.width, copies))
    else:
        waiting.notice("There are no articles.")


def _decoded(line: bytes) -> str:
    """A line as argv would hold it: bytes that are no text survive, for the check of questions to find."""
    return line.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape").rstrip("\r\n")


def _timed(app: App, out: Out, waiting: Waiting, question: str, how: Asking) -> tuple[Answer, float]:
    started = time.perf_counter()
    with watching(out, waiting) as partial:
        answer = app.ask(
            question, filter=how.filter, refuse=how.refuse, partial=None if how.as_json else partial
        )
    return answer, time.perf_counter() - started


def _show(out: Out, answer: Answer, seconds: float, how: Asking) -> None:
    if how.as_json:
        out.line(render_json.answer(answer, seconds))
    else:
        out.show(render_terminal.answer(answer, out.width))


def _show_failure(out: Out, question: str, error: Exception, how: Asking) -> None:
    if how.as_json:
        out.line(render_json.failure(question, edge.explain(error)))
    else:
        out.show(Text(edge.explain(error), "red"))


def _heading(out: Out, question: str, first: bool) -> None:
    """For people, the question above its answer, set off from the answer before."""
    shortened = textwrap.shorten(one_line(question), 300, placeholder=" …")
    out.show(Text(f"? {shortened}" if first else f"\n? {shortened}", "bold"))


def _reported(report: SyncReport) -> str:
    changes = f"{report.added:,} added, {report.changed:,} changed, {report.removed:,} removed"
    known = f"{report.unchanged:,} unchanged; {report.passages:,} passages"
    return f"{changes}, {known}, in {report.seconds:.1f} s."
