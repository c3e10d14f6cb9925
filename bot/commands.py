"""`citebot index`, `export` and `articles`: each returns or implies an exit code of `edge`."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from bot import edge, render_json, render_terminal, weeks
from bot.app import App, SyncReport
from bot.checks import described
from bot.console import Out, Waiting
from bot.forgetting import forget_removed
from bot.opening import opened
from bot.plain import one_line
from bot.records import Records
from bot.render import counted
from bot.subscriptions import Subscriptions

_KINDS_SHOWN = 8


def index(*, rebuild: bool, ahead: bool) -> int:
    """Bring the index up to date; fails where an article could not be read, after indexing the others."""
    out, waiting = Out(), Waiting()
    with opened(waiting) as app:
        with waiting.during("Reading the articles"):
            report = app.sync(rebuild=rebuild)
        for problem in report.scan.located(report.problems):
            waiting.notice(str(problem))
        if unread := report.scan.unread:
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


def _reported(report: SyncReport) -> str:
    changes = f"{report.added:,} added, {report.changed:,} changed, {report.removed:,} removed"
    known = f"{report.unchanged:,} unchanged; {counted(report.passages, 'passage')}"
    return f"{changes}, {known}, in {report.seconds:.1f} s."
