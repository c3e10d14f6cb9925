"""Errors of the providers' libraries, told by what they share; the real OpenAI client has its own tests."""

import pytest
from langchain_core import exceptions

from bot.chat_errors import in_words
from bot.providers import provider_of
from bot.settings import Settings
from index.errors import ChatModelError, ContextOverflow


class APIConnectionError(Exception):
    """As openai and anthropic call theirs."""


class ReadTimeout(TimeoutError):
    """A child of a known one."""


class GoogleError(Exception):
    code = 503


class OllamaError(Exception):
    def __init__(self, status_code: int) -> None:
        super().__init__("the body of the secret answer")
        self.status_code = status_code


def told(error: Exception, model: str = "ollama:qwen3:8b", *, begun: bool = False) -> ChatModelError:
    settings = Settings(chat_model=model)
    found = in_words(error, provider_of(settings), settings, begun=begun)
    assert "secret" not in str(found)
    return found


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ConnectionRefusedError(), "server at 127.0.0.1:11434 cannot be reached. Is it running? OLLAMA_HOST"),
        (APIConnectionError("secret"), "server at 127.0.0.1:11434 cannot be reached"),
        (ReadTimeout("secret"), "took longer than 60 seconds"),
        (GoogleError("secret"), "failed (HTTP 503)"),
        (OllamaError(404), "no chat model qwen3:8b. Check CHAT_MODEL. `ollama pull qwen3:8b` fetches it."),
        (OllamaError(402), "quota is used up"),
        (OllamaError(408), "failed (HTTP 408)"),
        (OllamaError(422), "refused the request (HTTP 422)"),
        (OllamaError(0), "broke off"),
        (ValueError("secret"), "broke off"),
        (RuntimeError("secret"), "broke off"),
    ],
)
def test_every_error_is_one_line(error: Exception, says: str) -> None:
    assert says in str(told(error))


def test_a_connection_lost_in_the_middle_breaks_off() -> None:
    assert "broke off" in told(ConnectionResetError(), begun=True).message


def test_a_provider_in_the_net_may_be_behind_a_broken_network() -> None:
    assert "connection to the network" in told(APIConnectionError(), "anthropic:claude").hint


def test_our_own_errors_stay_as_they_are() -> None:
    own = ContextOverflow("Too long.")
    assert told(own) is own


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("ModelAuthenticationError", "does not accept the key"),
        ("ModelPermissionDeniedError", "may not use"),
        ("ModelNotFoundError", "no chat model"),
        ("ModelInvalidRequestError", "refused the request"),
        ("ModelRateLimitError", "asked too much"),
        ("ModelAPIError", "failed (HTTP 500)"),
        ("ModelConnectionError", "cannot be reached"),
        ("ModelTimeoutError", "took longer"),
    ],
)
def test_langchain_s_errors_are_understood_without_a_status(kind: str, says: str) -> None:
    assert says in str(told(getattr(exceptions, kind)("secret")))


def test_the_status_may_be_that_of_the_cause() -> None:
    error = RuntimeError("secret")
    error.__cause__ = OllamaError(401)
    assert "does not accept the key" in told(error).message


def test_langchain_s_overflow_is_ours() -> None:
    assert isinstance(told(exceptions.ContextOverflowError("secret")), ContextOverflow)
