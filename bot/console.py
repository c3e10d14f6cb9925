"""The two streams of the command line: answers on standard output, all else on standard error."""

import contextlib
import io
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.constrain import Constrain
from rich.live import Live
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from bot.plain import one_line

# Longer lines tire the eye.
_WIDEST = 100
_INDEXING = "Indexing the articles"
# What the bar and the words before it take of a line.
_BESIDE = 52
_COLUMNS = ("description", "fields[share]", "fields[at]")


def console(stream: TextIO) -> Console:
    """Rich, showing text as it stands: no markup, no guessed highlights, no emoji codes.

    A pipe is 80 columns wide unless COLUMNS says otherwise, whatever terminal it was started from.
    """
    width = None if stream.isatty() or os.environ.get("COLUMNS") else 80
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


class Out:
    """Standard output: answers and nothing else, each flushed."""

    def __init__(self, stream: TextIO | None = None, *, as_json: bool = False) -> None:
        self._stream = stream or sys.stdout
        if as_json and isinstance(self._stream, io.TextIOWrapper):
            self._stream.reconfigure(encoding="utf-8")  # whatever the locale says: JSON is UTF-8
        self._console = console(self._stream)

    @property
    def width(self) -> int:
        return min(self._console.width, _WIDEST)

    @property
    def is_terminal(self) -> bool:
        return self._console.is_terminal

    @property
    def redraws(self) -> bool:
        """Whether what was printed can be replaced."""
        return self._console.is_terminal and not self._console.is_dumb_terminal

    def show(self, renderable: RenderableType) -> None:
        """Print for people; a terminal gets colours, a pipe plain text."""
        with self._console.capture() as captured:
            self._console.print(renderable, width=self.width, crop=False)
        # Columns are padded to the window; in a pipe, and where text is copied, that is noise.
        self.line("\n".join(line.rstrip(" ") for line in captured.get().removesuffix("\n").split("\n")))

    def line(self, line: str) -> None:
        """Print for programs: the line as it is."""
        self._stream.write(f"{line}\n")
        self._stream.flush()

    @contextlib.contextmanager
    def growing(self) -> Iterator[Callable[[RenderableType], None]]:
        """A way to show what is not whole yet, each time in place of the last; at the end it is gone.

        Nothing is shown but on a terminal. Any thread may show; what comes too late is not shown.
        """
        live = Live(console=self._console, auto_refresh=False, transient=True)
        lock, over = threading.Lock(), False

        def show(renderable: RenderableType) -> None:
            with lock:
                if self.redraws and not over:
                    live.start()
                    live.update(Constrain(renderable, self.width), refresh=True)

        try:
            yield show
        finally:
            with lock:
                over = True
                live.stop()


class Waiting:
    """What people see while they wait, on standard error: a bar on a terminal, else a line that it began."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._console = console(stream or sys.stderr)
        self._bar: Progress | None = None
        self._what = ""
        self._announced = False
        self._held: list[str] | None = None

    @contextlib.contextmanager
    def during(self, what: str) -> Iterator[None]:
        """Show that `what` goes on until the block ends; nothing of it stays on a terminal's screen."""
        self._what, self._announced = what, False
        if not self._console.is_terminal or self._console.is_dumb_terminal:
            yield
            return
        try:
            with self._made() as self._bar:
                self._show(what)
                try:
                    yield
                finally:
                    self._bar = None
        finally:
            held, self._held = self._held or [], None
            for line in held:
                self.notice(line)

    def hide(self) -> None:
        """Leave the screen to what is shown elsewhere on it: no bar, and remarks only at the end."""
        if self._bar and self._held is None:
            self._held = []
            self._bar.stop()

    def _made(self) -> Progress:
        words = [TextColumn(f"{{task.{field}}}", markup=False) for field in _COLUMNS]
        columns = (SpinnerColumn(), words[0], BarColumn(20), *words[1:])
        return Progress(*columns, console=self._console, transient=True)

    def progress(self, done: int, total: int, at: str) -> None:
        """The index is being made: `done` of `total` is behind us, the article `at` is at hand."""
        if self._bar is None:
            if not self._announced:
                self.notice(_INDEXING)
            self._announced = True
        elif done < total:
            at = _cut(one_line(at), self._console.width - _BESIDE)
            self._show(_INDEXING, done, total, share=f"{done / total:.0%}", at=at)
        else:
            self._show(self._what)

    def advance(self, done: int, total: int) -> None:
        """Of what goes on, `done` of `total` is behind us."""
        self._show(self._what, done, total, share=f"{done / total:.0%}")

    def _show(
        self, what: str, done: int = 0, total: int | None = None, *, share: str = "", at: str = ""
    ) -> None:
        if self._bar is None:
            return
        for task in self._bar.task_ids:
            self._bar.remove_task(task)
        self._bar.add_task(what, completed=done, total=total, share=share, at=at)

    def notice(self, line: str) -> None:
        """A remark, in one line."""
        if self._held is not None:
            self._held.append(line)
            return
        self._console.print(Text(one_line(line), "dim"), soft_wrap=True)


def _cut(text: str, cells: int) -> str:
    """As much of `text` as fits; nothing where that would say nothing."""
    if cell_len(text) <= cells:
        return text
    return f"{set_cell_size(text, cells - 1).rstrip()}…" if cells > 12 else ""
