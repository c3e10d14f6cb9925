"""`citebot chat`: the real command in a real terminal, and with its input piped."""

import stat
import time
from pathlib import Path

from tests.command import CHECKOUT, Command
from tests.terminal import CTRL_C, CTRL_D, ENTER, Terminal, terminal

BRIDGE = "how much did the harbour bridge cost?"


def say(chat: Terminal, line: str, expected: str) -> str:
    """Type a line at the prompt; what comes back, up to `expected`."""
    chat.type(line + ENTER)
    return chat.wait_for(expected)


def test_a_conversation(indexed: Command) -> None:
    with terminal([*indexed.arguments, "chat"], indexed.environment) as chat:
        chat.wait_for(r"2 articles, 1 June 2024\.")
        chat.wait_for("\n>")

        chat.type(BRIDGE + ENTER)
        chat.wait_for("Looking it up")
        chat.type(CTRL_C)
        chat.wait_for(r"Given up\.")

        say(chat, BRIDGE, r"41\s+million\s+euros[\s\S]*As of 1 June 2024")
        assert "Harbour Times" in say(chat, "/sources", r"\[1\] https://news\.example/bridge#:~:text=")
        quoted = say(chat, "/quote 1", r"> [^>]*Lindqvist[\s\S]*Ferries will keep")
        assert "opened to traffic" in quoted
        say(chat, "/quote 9", r"Which quote\?.* 1")
        say(chat, "/search Elm Harbour ferries", r"1\. Harbour bridge opens")
        say(chat, "/dance", r"no command /dance")
        say(chat, "?!", "The question has no words")
        say(chat, "who won the world cup in Lima?", "do not answer this")
        say(chat, "/quote 1", r"> [^>]*Lindqvist")

        chat.wait_for("\n>")
        chat.type("something else" + CTRL_C)
        say(chat, "/new", "A new conversation")
        say(chat, "/sources", "Nothing has been answered yet")
        say(chat, "/help", r"/quote N[\s\S]*Ctrl-C[\s\S]*\n>")
        chat.type(CTRL_D)
        assert chat.end() == 0
        assert "\x1b[1m" in chat.raw
        assert "Traceback" not in chat.shown

    history = Path(indexed.settings["CITEBOT_DATA"]) / "chat-history"
    assert f"+{BRIDGE}\n" in history.read_text()
    assert "something else" not in history.read_text()
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


def test_piped_lines_are_a_conversation_too(indexed: Command) -> None:
    lines = [b"", b"caf\xe9?", b"/sources", b"/quit", b"/help"]
    done = indexed("chat", stdin=b"\n".join(lines))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "2 articles, 1 June 2024. Ask away; /help lists the commands, Ctrl-D leaves.",
        "The question holds bytes that are not UTF-8. Check its encoding and ask again.",
        "Nothing has been answered yet. Ask a question first.",
    ]


def test_leaving_does_not_wait_for_the_model(indexed: Command) -> None:
    with terminal([*indexed.arguments, "chat"], indexed.environment) as chat:
        chat.wait_for("\n>")
        chat.type(CTRL_D)
        before = time.monotonic()
        assert chat.end() == 0
        assert time.monotonic() - before < 4
        assert "Traceback" not in chat.shown


def test_interrupt_ends_a_chat_that_has_yet_to_begin(tmp_path: Path) -> None:
    settings = {"CITEBOT_ARTICLES": str(CHECKOUT / "seeds"), "CITEBOT_DATA": str(tmp_path / "data")}
    command = Command(tmp_path, settings)
    with terminal([*command.arguments, "chat"], command.environment) as chat:
        chat.wait_for("Reading the articles")
        chat.type(CTRL_C)
        before = time.monotonic()
        assert chat.end() == 130
        assert time.monotonic() - before < 4
        assert "Traceback" not in chat.shown
