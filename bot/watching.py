"""An answer while it is being written: a sign that something goes on, then its sentences as they come."""

import contextlib
from collections.abc import Callable, Iterator

from bot import render_terminal
from bot.answer import Answer
from bot.console import Out, Waiting


@contextlib.contextmanager
def watching(out: Out, waiting: Waiting) -> Iterator[Callable[[Answer], None]]:
    """What is to be called with the answer so far. At the end nothing of it is left on the screen."""
    with waiting.during("Looking it up"), out.growing() as show:

        def partial(answer: Answer) -> None:
            if out.redraws:
                waiting.hide()
                show(render_terminal.partial(answer))

        yield partial
