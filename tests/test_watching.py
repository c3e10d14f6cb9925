"""Answers by a chat model as people see them come: the real command, in a real terminal and in a pipe."""

import json
import time
from collections.abc import Iterator

import pytest

from tests.chat_server import ChatServer, Request, Response, chat_server, cut_off, honest, saying, silent
from tests.command import Command
from tests.terminal import CTRL_C, CTRL_D, ENTER, terminal

BRIDGE = "how much did the harbour bridge cost?"
FIRST = "Mayor Ana Lindqvist said the bridge had cost 41 million euros, nine million more than planned. [1]"
SECOND = (
    "The new bridge over Elm Harbour opened to traffic on Saturday, nine years after the first plans. [1]"
)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server(honest) as server:
        yield server


@pytest.fixture
def citebot(indexed: Command, server: ChatServer) -> Command:
    """The command with a chat model."""
    chosen = {"CHAT_MODEL": "openai:scripted", "OPENAI_BASE_URL": server.base_url, "CHAT_TIMEOUT": "30"}
    return Command(indexed.folder, {**indexed.settings, **chosen})


def halting(request: Request, response: Response) -> None:
    """A sentence, a pause in which it can be seen, another."""
    response.begin()
    response.piece(f"{FIRST} The new bridge over Elm")
    time.sleep(2)
    response.piece(SECOND.removeprefix("The new bridge over Elm"))
    response.finish("stop")


def test_a_terminal_shows_each_sentence_as_it_comes(citebot: Command, server: ChatServer) -> None:
    server.play(halting)
    with terminal([*citebot.arguments, "ask", BRIDGE], citebot.environment) as ask:
        ask.wait_for("Looking it up")
        assert "opened to traffic" not in ask.wait_for(r"cost\s+41\s+million[^…]*\[1\]\s+…")
        assert "Harbour Times" in ask.wait_for(r"opened\s+to\s+traffic[\s\S]*As of 1 June 2024")
        assert ask.end() == 0
    last = ask.raw[ask.raw.rindex("\x1b[2K") :]
    assert last.count("opened to traffic") == 1
    assert "…" not in last


def test_what_was_shown_is_taken_back_where_the_model_fails(citebot: Command, server: ChatServer) -> None:
    def failing(request: Request, response: Response) -> None:
        response.begin()
        response.piece(f"{SECOND} Ferries will keep crossing the harbour until the")
        time.sleep(1)

    server.play(failing)
    with terminal([*citebot.arguments, "ask", BRIDGE], citebot.environment) as ask:
        ask.wait_for("opened to traffic")
        ask.wait_for("These are the articles' own\\s+words instead")
        assert ask.end() == 0
    last = ask.raw[ask.raw.rindex("\x1b[2K") :]
    assert "The chat model's answer broke off." in last
    assert "Ferries will keep" not in last or "41" in last


def test_a_pipe_gets_the_whole_answer_alone(citebot: Command, server: ChatServer) -> None:
    server.play(saying(f"{FIRST} {SECOND}"))
    done = citebot("ask", BRIDGE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("opened to traffic") == 1
    assert "…" not in done.stdout
    server.play(cut_off)
    done = citebot("ask", BRIDGE)
    assert "The chat model's answer broke off." in done.stdout
    assert "not yet" not in done.stdout


def test_json_carries_the_cost(citebot: Command, server: ChatServer) -> None:
    said = f"{FIRST} {SECOND}"
    server.play(saying(said))
    answer = json.loads(citebot("ask", "--json", BRIDGE).stdout)
    assert answer["model"] == "openai:scripted"
    assert answer["tokens_out"] == len(said) // 4
    assert answer["tokens_in"] > 100
    assert answer["seconds"] > 0
    assert answer["notes"] == []


def test_a_running_answer_is_given_up_at_once(citebot: Command, server: ChatServer) -> None:
    with terminal([*citebot.arguments, "chat"], citebot.environment) as chat:
        chat.wait_for("\n>")
        for act in (silent, halting):
            server.play(act)
            chat.type(BRIDGE + ENTER)
            _until_asked(server)
            before = time.monotonic()
            chat.type(CTRL_C)
            chat.wait_for(r"Given up\.")
            assert time.monotonic() - before < 3
        server.play(saying(f"{FIRST} {SECOND}"))
        chat.type(BRIDGE + ENTER)
        chat.wait_for(r"opened\s+to\s+traffic[\s\S]*As of 1 June 2024")
        server.play(silent)
        chat.type("and who paid for it?" + ENTER)
        _until_asked(server)
        chat.type(CTRL_C)
        chat.wait_for(r"Given up\.[\s\S]*\n>")
        chat.type(CTRL_D)
        before = time.monotonic()
        assert chat.end() == 0
        assert time.monotonic() - before < 10  # the model would be silent for longer
    assert "Traceback" not in chat.shown


def _until_asked(server: ChatServer) -> None:
    end = time.monotonic() + 60
    while not server.requests:
        assert time.monotonic() < end
        time.sleep(0.05)
