"""Chat models over the real LangChain client, against a scripted server: words, costs, failures."""

import contextlib
import re
import sys
import threading
import time
import traceback
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from bot import chat_model
from bot.answer import Tokens
from bot.chat_model import ChatModel, Reply
from bot.patience import Patience
from bot.prompt import Prompt
from bot.settings import Settings
from index.errors import ChatModelError, ContextOverflow
from tests.chat_server import (
    Act,
    ChatServer,
    Request,
    Response,
    chat_server,
    cut_off,
    endless,
    failing,
    honest,
    malformed,
    saying,
    silent,
)

PROMPT = Prompt(
    "Follow the rules.",
    "<passage ab: [1], no date>\nIt cost 41 million. It is new.\n</passage ab>\n\n"
    "<question ab>\ncost?\n</question ab>",
)
KEY = "sk-very-secret"
_UNPAID = "You exceeded your current quota, please check your plan and billing details."


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServer]:
    with chat_server(honest) as server:
        yield server


def model(server: ChatServer, **changes: object) -> ChatModel:
    given = {
        "chat_model": "openai:scripted",
        "openai_base_url": SecretStr(server.base_url),
        "openai_api_key": SecretStr(KEY),
        "chat_timeout": 5,
    }
    return ChatModel(Settings(**{**given, **changes}))  # type: ignore[arg-type]


def failure(server: ChatServer, *acts: Act, **changes: object) -> ChatModelError:
    """How it fails, which must not tell a secret nor what the server sent."""
    server.play(*acts)
    with pytest.raises(ChatModelError) as caught:
        model(server, **changes).say(PROMPT, Patience(5), Reply())
    told = "".join(traceback.format_exception(caught.value))
    assert "secret" not in told
    assert "\n" not in str(caught.value)
    return caught.value


def test_words_come_as_they_are_written(server: ChatServer) -> None:
    server.play(saying("The bridge is new. " * 5, pause=0.02))
    reply = Reply()
    words = list(model(server).stream(PROMPT, Patience(5), reply))
    assert len(words) > 5
    assert "".join(words) == reply.text == "The bridge is new. " * 5
    assert not reply.cut
    (request,) = server.requests
    assert (request.system, request.user) == (PROMPT.system, PROMPT.user)
    assert request.key == KEY
    sent = len(PROMPT.system) + len(PROMPT.user)
    assert reply.tokens == Tokens((sent + 1) // 4, len(reply.text) // 4)


def test_a_server_without_keys_gets_a_placeholder(server: ChatServer) -> None:
    server.play(saying("ready"))
    assert model(server, openai_api_key=None).say(PROMPT, Patience(5), Reply()) == "ready"
    assert server.requests[0].key == "none"


def test_a_server_that_counts_nothing_is_counted(server: ChatServer) -> None:
    def act(request: Request, response: Response) -> None:
        response.begin()
        response.piece("word " * 30)
        response.finish("stop")

    server.play(act)
    reply = Reply()
    model(server).say(PROMPT, Patience(5), reply)
    assert reply.tokens == Tokens(PROMPT.tokens, 51)


def test_an_answer_that_reached_its_limit_says_so(server: ChatServer) -> None:
    server.play(saying("It cost 41", finish="length"))
    reply = Reply()
    assert model(server).say(PROMPT, Patience(5), reply) == "It cost 41"
    assert reply.cut


def test_an_endless_answer_is_stopped_and_hung_up_on(server: ChatServer) -> None:
    ended = threading.Event()

    def watched(request: Request, response: Response) -> None:
        try:
            endless(request, response)
        finally:
            ended.set()

    server.play(watched)
    reply = Reply()
    model(server).say(PROMPT, Patience(5), reply)
    assert reply.cut
    assert chat_model.LONGEST < len(reply.text) < chat_model.LONGEST + 1_000
    assert ended.wait(5)


def test_giving_up_ends_it_at_once(server: ChatServer) -> None:
    server.play(silent)
    began = time.monotonic()

    def check() -> None:
        if time.monotonic() - began > 0.3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        model(server).say(PROMPT, Patience(5, check), Reply())
    assert time.monotonic() - began < 2


def test_closing_the_stream_hangs_up(server: ChatServer) -> None:
    ended = threading.Event()

    def watched(request: Request, response: Response) -> None:
        try:
            saying("word " * 1_000, pause=0.01)(request, response)
        finally:
            ended.set()

    server.play(watched)
    words = model(server).stream(PROMPT, Patience(30), Reply())
    next(words)
    words.close()
    assert ended.wait(5)


@pytest.mark.parametrize(
    ("act", "says", "again"),
    [
        (failing(401, "invalid_api_key"), r"not accept the key\. Check OPENAI_API_KEY", False),
        (failing(403), "may not use", False),
        (failing(404, "model_not_found"), r"no chat model scripted\. Check CHAT_MODEL", False),
        (failing(400, "invalid_request_error"), r"refused the request \(HTTP 400\)", False),
        (failing(429, "rate_limit_exceeded"), "asked too much", True),
        (failing(429, "insufficient_quota", _UNPAID), "quota is used up", False),
        (failing(429, "billing_not_active"), "quota is used up", False),
        (failing(429, "x", _UNPAID), "asked too much", True),
        (failing(400, "x", "API key not valid. Please pass a valid API key."), "not accept the key", False),
        (failing(400, "x", "Your credit balance is too low"), "quota is used up", False),
        (failing(500), r"failed \(HTTP 500\)", True),
        (failing(503), r"failed \(HTTP 503\)", True),
        (cut_off, "broke off", True),
        (malformed, "broke off", True),
        (saying("", finish="content_filter"), "declined", False),
    ],
)
def test_failures_are_put_into_words(server: ChatServer, act: Act, says: str, again: bool) -> None:
    error = failure(server, act)
    assert re.search(says, str(error))
    assert (error.again is not None) == again
    assert len(server.requests) == 1


def test_a_server_that_asks_to_wait_is_believed(server: ChatServer) -> None:
    assert failure(server, failing(429, retry_after="7")).again == 7
    assert failure(server, failing(503, retry_after="Thu, 01 Jan 1970 00:00:00 GMT")).again == 0.5
    assert failure(server, failing(429, retry_after="soon")).again == 0.5
    assert failure(server, failing(429, "", "Rate limit reached. Please try again in 7.5s.")).again == 7.5


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 4096 tokens.",  # OpenAI, vLLM
        "the request exceeds the available context size",  # llama.cpp
        "prompt is too long: 213462 tokens > 200000 maximum",  # Anthropic
    ],
)
def test_what_does_not_fit_is_told_apart(server: ChatServer, message: str) -> None:
    assert isinstance(failure(server, failing(400, "", message)), ContextOverflow)


def test_a_drop_in_the_middle_is_no_unreachable_server(server: ChatServer) -> None:
    def act(request: Request, response: Response) -> None:
        event = response.data("It cost")
        response.begin(transfer_encoding="chunked")
        response.raw(b"%x\r\n%b\r\n" % (len(event), event))
        response.raw(b"%x\r\n%b" % (len(event), event[:20]))

    assert failure(server, act).message == "The chat model's answer broke off."


def test_a_silent_server_is_waited_for_as_long_as_told(server: ChatServer) -> None:
    server.play(silent)
    began = time.monotonic()
    with pytest.raises(ChatModelError, match=r"longer than 0\.5 seconds\. CHAT_TIMEOUT"):
        model(server).say(PROMPT, Patience(0.5), Reply())
    assert time.monotonic() - began < 3


def hung_up(request: Request, response: Response) -> None:
    """Takes the request, and says nothing to it."""


@pytest.mark.parametrize(
    ("act", "is_charged"),
    [(silent, True), (hung_up, True), (saying(""), True), (failing(400), False), (failing(429), False)],
)
def test_what_was_taken_is_charged_though_nothing_came(
    server: ChatServer, act: Act, is_charged: bool
) -> None:
    server.play(act)
    reply = Reply()
    with contextlib.suppress(ChatModelError):
        model(server).say(PROMPT, Patience(0.5), reply)
    assert (reply.tokens.sent > 0) == is_charged
    assert reply.tokens.received == 0


def test_what_is_given_up_is_charged_and_what_reaches_nobody_is_not(server: ChatServer) -> None:
    def leave() -> None:
        if server.requests:
            raise InterruptedError

    server.play(silent)
    reply = Reply()
    with pytest.raises(InterruptedError):
        model(server).say(PROMPT, Patience(5, leave), reply)
    assert reply.tokens == Tokens(PROMPT.tokens, 0)
    with chat_server(honest) as gone:
        address = gone.base_url
    reply = Reply()
    with pytest.raises(ChatModelError, match="cannot be reached"):
        model(server, openai_base_url=SecretStr(address)).say(PROMPT, Patience(5), reply)
    assert reply.tokens == Tokens()


def test_without_patience_nothing_is_sent(server: ChatServer) -> None:
    server.play(honest)
    with pytest.raises(ChatModelError, match="longer than 0 seconds"):
        model(server).say(PROMPT, Patience(0), Reply())
    assert server.requests == []


def test_a_server_that_is_not_there_is_named(server: ChatServer) -> None:
    with chat_server(honest) as gone:
        address = gone.base_url
    error = failure(server, honest, openai_base_url=SecretStr(address.replace("//", "//me:secret@")))
    assert re.search(
        r"server at 127\.0\.0\.1:\d+ cannot be reached\. Is it running\? OPENAI_BASE_URL", str(error)
    )
    assert error.again is not None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("openai:gpt-5-mini", "OPENAI_API_KEY is not set. Set it in `.env`"),
        ("anthropic:claude", "ANTHROPIC_API_KEY is not set."),
        ("google:gemini-3", "GOOGLE_API_KEY is not set."),
        ("nobody:x", "There is no provider nobody. CHAT_MODEL begins with openai:"),
        (
            "together:x",
            "The package for together models is not installed. Install it: pip install langchain-",
        ),
    ],
)
def test_what_is_missing_is_named(name: str, says: str) -> None:
    with pytest.raises(ChatModelError) as caught:
        ChatModel(Settings(chat_model=name))
    assert str(caught.value).startswith(says)


def test_a_missing_package_of_an_extra_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    monkeypatch.setitem(sys.modules, "langchain_anthropic", None)
    with pytest.raises(ChatModelError, match=re.escape("pip install -c constraints.txt -e '.[anthropic]'")):
        ChatModel(Settings(chat_model="anthropic:claude", anthropic_api_key=SecretStr("secret")))


def test_what_a_model_reads_is_known_or_set(server: ChatServer) -> None:
    assert model(server).context == 8_000
    assert model(server, chat_context=2_000).context == 2_000
    assert model(server, chat_model="openai:gpt-5-mini").context > 100_000
