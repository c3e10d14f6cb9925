"""The lines a person types into the chat: edited and remembered on a terminal, else read as they come."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import History


def lines(history: Path, commands: Sequence[str]) -> Iterator[str]:
    """Each line until Ctrl-D or the end of the input; Ctrl-C clears the one being typed."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        for line in sys.stdin.buffer:
            yield line.decode("utf-8", "surrogateescape")
        return
    session = _session(history, commands)
    while True:
        try:
            yield session.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _session(history: Path, commands: Sequence[str]) -> "PromptSession[str]":
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.shortcuts import CompleteStyle

    return PromptSession(
        [("bold", "> ")],
        history=_remembered(history),
        completer=WordCompleter(list(commands), sentence=True),
        complete_while_typing=False,
        complete_style=CompleteStyle.READLINE_LIKE,
    )


def _remembered(file: Path) -> "History":
    """The questions of earlier chats, readable by their owner alone; of this one where `file` cannot be."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    class Remembered(FileHistory):
        def store_string(self, string: str) -> None:
            # What cannot be kept, for a full disk or broken bytes, is no reason to end the chat.
            try:
                super().store_string(string.encode("utf-8", "replace").decode())
            except OSError:
                return

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        return Remembered(str(file))
    except OSError:
        return InMemoryHistory()
