"""The two streams, and what is seen while waiting."""

import io
import json
import os
import pty
import threading

import pytest
from rich.text import Text

from bot.console import Out, Waiting


def read_all(descriptor: int) -> str:
    """All that a terminal got, up to its closing."""
    parts = []
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:  # Linux reports a closed terminal so
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode()


def on_a_terminal(show: "object", monkeypatch: pytest.MonkeyPatch) -> str:
    """What `show(stream)` writes to a real terminal."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    ours, theirs = pty.openpty()
    seen: list[str] = []
    reader = threading.Thread(target=lambda: seen.append(read_all(ours)))
    reader.start()
    with os.fdopen(theirs, "w") as stream:
        show(stream)  # type: ignore[operator]
    reader.join(10)
    os.close(ours)
    return seen[0]


def test_a_pipe_gets_plain_text_of_eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    stream = io.StringIO()
    Out(stream).show(Text("word " * 40, "bold red"))
    lines = stream.getvalue().splitlines()
    assert max(map(len, lines)) == 79
    assert "\x1b" not in stream.getvalue()


def test_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[1;31mword" in on_a_terminal(lambda s: Out(s).show(Text("word", "bold red")), monkeypatch)


def test_json_is_utf8_whatever_the_locale() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    Out(stream, as_json=True).line(json.dumps("ü", ensure_ascii=False))
    assert raw.getvalue() == '"ü"\n'.encode()


def test_indexing_is_one_line_where_nobody_watches() -> None:
    stream = io.StringIO()
    waiting = Waiting(stream)
    with waiting.during("Looking it up"):
        for done in range(1, 1001):
            waiting.progress(done, 1000, f"article {done}")
        waiting.notice("two\nlines \x1b[2J")
    assert stream.getvalue() == "Indexing the articles\ntwo lines [2J\n"


def test_indexing_is_a_bar_on_a_terminal_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def show(stream: io.TextIOWrapper) -> None:
        waiting = Waiting(stream)
        with waiting.during("Looking it up"):
            waiting.progress(500, 1000, "An \x1b[31marticle")
            waiting.notice("A remark")

    shown = on_a_terminal(show, monkeypatch)
    assert "Looking it up" in shown
    assert "50%" in shown
    assert "An [31marticle" in shown
    assert "A remark" in shown
    assert shown.endswith("\x1b[2K")  # the bar's line, erased


def test_what_grows_is_drawn_anew_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def show(stream: io.TextIOWrapper) -> None:
        out = Out(stream)
        with out.growing() as draw:
            draw(Text("One."))
            draw(Text("One. Two."))
        draw(Text("Too late."))
        out.show(Text("Final."))

    shown = on_a_terminal(show, monkeypatch)
    assert shown.index("One.\r\x1b[2K") < shown.index("One. Two.")
    assert shown.rindex("One. Two.") < shown.rindex("\x1b[2K") < shown.index("Final.")
    assert "Too late" not in shown


def test_nothing_grows_in_a_pipe() -> None:
    stream = io.StringIO()
    with Out(stream).growing() as draw:
        draw(Text("One."))
    assert stream.getvalue() == ""


def test_a_hidden_bar_keeps_remarks_for_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def show(stream: io.TextIOWrapper) -> None:
        waiting = Waiting(stream)
        with waiting.during("Looking it up"):
            waiting.hide()
            waiting.notice("A remark")
            stream.write("<answer>")
        with waiting.during("Searching"):
            waiting.notice("Another")

    shown = on_a_terminal(show, monkeypatch)
    assert shown.index("<answer>") < shown.index("A remark") < shown.index("Another")
