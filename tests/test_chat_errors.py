"""Errors of the providers' libraries, told by what they share; the real OpenAI client has its own tests."""

from collections.abc import Sequence

import pytest
from langchain_core import exceptions
from pydantic import SecretStr

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


def test_a_wrong_address_is_thought_of_where_it_is_one_s_own() -> None:
    error = OllamaError(404)
    assert str(told(error, "openai:x")).endswith("Check CHAT_MODEL.")
    settings = Settings(chat_model="openai:x", openai_base_url=SecretStr("http://secret@h:1"))
    said = str(in_words(error, provider_of(settings), settings, begun=False))
    assert said.endswith("Check CHAT_MODEL, and OPENAI_BASE_URL: it usually ends in /v1.")


def test_the_key_of_another_provider_is_looked_for_in_the_environment() -> None:
    assert "in the environment" in told(OllamaError(401), "mistralai:x").hint


def test_langchain_s_overflow_is_ours() -> None:
    assert isinstance(told(exceptions.ContextOverflowError("secret")), ContextOverflow)


class GoogleInvalidRequestError(exceptions.ModelInvalidRequestError):
    """As langchain-google-genai raises it, without a status of its own."""


class GoogleRateLimitError(exceptions.ModelRateLimitError):
    """The same for what is asked too often."""


def from_google(code: int, status: str, message: str, details: Sequence[object]) -> Exception:
    """What langchain-google-genai 4.4 makes of an error in Google's form."""
    body = {"error": {"code": code, "message": message, "status": status, "details": details}}
    kind = GoogleRateLimitError if code == 429 else GoogleInvalidRequestError
    return kind(f"Error calling model 'gemini-3' ({status}): {code} {status}. {body}")


def too_often(*quotas: str, wait: str = "", delay: str = "") -> Exception:
    """Google's 429: it speaks of plan and billing whatever limit it is."""
    violated = [{"quotaMetric": "generativelanguage.googleapis.com/x", "quotaId": quota} for quota in quotas]
    details: list[object] = [
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": violated},
    ]
    if delay:
        details.append({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay})
    message = (
        "You exceeded your current quota, please check your plan and billing details. For more information "
        "on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. "
        f"\n* Quota exceeded for metric: secret, limit: 10, model: gemini-3{wait}"
    )
    return from_google(429, "RESOURCE_EXHAUSTED", message, details)


@pytest.mark.parametrize(
    "message", ["API key not valid. Please pass a valid API key.", "API Key not found.", "API key expired."]
)
def test_google_s_wrong_key_is_a_wrong_key(message: str) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
    error = told(from_google(400, "INVALID_ARGUMENT", message, [info]), "google:gemini-3")
    assert str(error) == "The chat model's server does not accept the key. Check GOOGLE_API_KEY."


def test_google_s_other_bad_requests_are_no_wrong_keys() -> None:
    error = told(from_google(400, "INVALID_ARGUMENT", "secret", []), "google:gemini-3")
    assert "refused the request (HTTP 400)" in error.message


@pytest.mark.parametrize(
    ("wait", "delay", "seconds"),
    [
        ("\nPlease retry in 3.2s.", "3s", 3.2),
        ("", "15s", 15),
        ("\nPlease retry in 47.174066935s.", "47s", 47.174066935),
        ("\nPlease retry in 1m3.5s.", "", 63.5),
        ("\nPlease retry in 612.3ms.", "0s", 0.6123),
        ("", "", 0.5),
    ],
)
def test_google_s_limit_a_minute_passes_when_it_says(wait: str, delay: str, seconds: float) -> None:
    limit = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"
    error = told(too_often(limit, wait=wait, delay=delay), "google:gemini-3")
    assert error.message == "The chat model is asked too much just now."
    assert error.again == pytest.approx(seconds)


def test_google_s_limit_a_day_does_not_pass() -> None:
    limits = "GenerateRequestsPerMinutePerProject", "GenerateRequestsPerDayPerProjectPerModel-FreeTier"
    error = told(too_often(*limits, wait="\nPlease retry in 47s.", delay="47s"), "google:gemini-3")
    assert error.message == "The chat model's quota is used up."
    assert error.again is None


def test_what_is_too_large_for_a_server_is_an_overflow() -> None:
    class ContentTooLargeError(Exception):
        status_code = 413

    body = {"type": "error", "error": {"type": "x", "message": "Request exceeds the maximum size"}}
    error = ContentTooLargeError(f"Error code: 413 - {body}")
    assert isinstance(told(error, "anthropic:claude"), ContextOverflow)
