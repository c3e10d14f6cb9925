"""`citebot ask` and `citebot search`. Each returns or implies an exit code of `edge`."""

import contextlib
import dataclasses
import textwrap
import time
from collections.abc import Iterable

from rich.text import Text

from bot import edge, render_json, render_terminal
from bot.answer import Answer
from bot.app import App, Filter
from bot.console import Out, Waiting
from bot.opening import opened
from bot.plain import one_line
from bot.watching import watching
from index.errors import NoQuestion


@dataclasses.dataclass(frozen=True, slots=True)
class Asking:
    """How questions are asked and answers printed."""

    filter: Filter
    refuse: bool
    as_json: bool


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
