"""What a chat model's failure means, in our own words: nothing that a provider sent gets out.

The libraries of the providers have trees of errors of their own. What they share is looked at: the status of
an HTTP answer, and the names of the classes.
"""

import email.utils
import re
import time
from collections.abc import Collection, Iterator

from bot.providers import Provider, server
from bot.settings import Settings
from index.errors import ChatModelError, ContextOverflow

# Where the server does not say how long to wait.
_SOON = 0.5
_CONTEXT = "CHAT_CONTEXT says how many tokens it can read."
_OVERFLOW = re.compile(
    r"context[ _](?:length|size|window)|maximum context|too (?:long|large)|too many tokens", re.IGNORECASE
)
# The base classes of openai, anthropic, httpx and Python.
_WAITING = frozenset({"APITimeoutError", "TimeoutException", "ModelTimeoutError", "TimeoutError"})
_CONNECTING = frozenset({"APIConnectionError", "TransportError", "ModelConnectionError", "ConnectionError"})
# Those of httpx, requests and Python that come before a request is sent.
_NEVER_SENT = frozenset(
    {"ConnectError", "ConnectTimeout", "ConnectionRefusedError", "ContextOverflowError"}
    | {"UnsupportedProtocol", "LocalProtocolError", "UnicodeEncodeError", "gaierror"}
)
_STATUS_OF = {
    "ModelInvalidRequestError": 400,
    "ModelAuthenticationError": 401,
    "ModelPermissionDeniedError": 403,
    "ModelNotFoundError": 404,
    "ModelRateLimitError": 429,
    "ModelAPIError": 500,
}
# OpenAI's, Anthropic's and Google's. "Check your plan and billing" Google says of any limit, so that a limit
# a day is told by its name alone.
_UNPAID = re.compile(r"insufficient_quota|billing_|requires billing|credit balance|PerDay", re.IGNORECASE)
# To Google a wrong key is a bad request.
_WRONG_KEY = re.compile(r"API_KEY_INVALID|(?:invalid|incorrect) API key|API key not", re.IGNORECASE)
# "Please retry in 1m3.2s.", "'retryDelay': '3s'".
_SPAN = r"(?:\d+(?:\.\d+)?(?:ms|[hms]))+"
_RETRY_IN = re.compile(rf"(?:retry|try again) in ({_SPAN})|retryDelay\W+({_SPAN})", re.IGNORECASE)
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def in_words(error: Exception, provider: Provider, settings: Settings, *, begun: bool) -> ChatModelError:
    """The error that people see for one raised by a provider's library, before or after words had `begun`."""
    if isinstance(error, ChatModelError):
        return error
    kinds = {kind.__name__ for kind in type(error).__mro__}
    status = _status(error, kinds)
    # Looked at, never shown. OpenAI's client has a server's code in the body alone.
    text = f"{error} {getattr(error, 'body', '')}"
    if "ContextOverflowError" in kinds or status == 413 or (status == 400 and _OVERFLOW.search(text)):
        return ContextOverflow("The passages are too long for the chat model.", _CONTEXT)
    if status == 402 or (status in (400, 403, 429) and _UNPAID.search(text)):
        return ChatModelError("The chat model's quota is used up.", "See the provider's page on billing.")
    if status == 400 and _WRONG_KEY.search(text):
        status = 401
    if status is not None:
        return _refused(status, error, provider, settings)
    if kinds & _WAITING:
        return too_slow(settings.chat_timeout)
    if kinds & _CONNECTING and not begun:
        return _unreachable(provider, settings)
    return broken()


def was_taken(error: Exception) -> bool:
    """Whether a server may have read the prompt, and count it: it neither refused it nor was out of reach."""
    kinds = {kind.__name__ for e in _chain(error) for kind in type(e).__mro__}
    return _status(error, kinds) is None and not kinds & _NEVER_SENT


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def too_slow(seconds: float) -> ChatModelError:
    """For a model that was waited for in vain."""
    return ChatModelError(
        f"The chat model took longer than {seconds:g} seconds.", "CHAT_TIMEOUT gives it more."
    )


def broken() -> ChatModelError:
    """For an answer that ends too early or cannot be read."""
    return ChatModelError("The chat model's answer broke off.", again=_SOON)


def _refused(status: int, error: Exception, provider: Provider, settings: Settings) -> ChatModelError:
    if status == 401:
        hint = f"Check {provider.key}." if provider.key else provider.key_hint
        return ChatModelError("The chat model's server does not accept the key.", hint)
    if status == 403:
        return ChatModelError("The key may not use this chat model.", "Check it, and CHAT_MODEL.")
    if status == 404:
        name = (settings.chat_model or "").partition(":")[2]
        pull = f" `ollama pull {name}` fetches it." if provider.name == "ollama" else ""
        has_own = provider.address == "OPENAI_BASE_URL" and server(provider, settings)
        where = ", and OPENAI_BASE_URL: it usually ends in /v1" if has_own else ""
        return ChatModelError(f"The server has no chat model {name}.", f"Check CHAT_MODEL{where}.{pull}")
    if status == 429:
        return ChatModelError("The chat model is asked too much just now.", again=_retry_after(error))
    if status >= 500 or status in (408, 409):
        return ChatModelError(
            f"The chat model's server failed (HTTP {status}).",
            "Its provider may have a page on its status.",
            again=_retry_after(error),
        )
    return ChatModelError(
        f"The chat model's server refused the request (HTTP {status}).", "Check CHAT_MODEL."
    )


def _unreachable(provider: Provider, settings: Settings) -> ChatModelError:
    if address := server(provider, settings) or ("127.0.0.1:11434" if provider.name == "ollama" else ""):
        hint = f"Is it running? {provider.address} says where it is."
        return ChatModelError(f"The chat model's server at {address} cannot be reached.", hint, again=_SOON)
    return ChatModelError(
        "The chat model's server cannot be reached.", "Check the connection to the network.", again=_SOON
    )


def _status(error: Exception, kinds: Collection[str]) -> int | None:
    """The status of the HTTP answer behind an error: its own, its cause's, or what LangChain calls it."""
    found = (getattr(e, name, None) for e in (error, error.__cause__) for name in ("status_code", "code"))
    told = next((status for status in found if isinstance(status, int) and 400 <= status < 600), None)
    return told or next((status for kind, status in _STATUS_OF.items() if kind in kinds), None)


def _retry_after(error: Exception) -> float:
    """The seconds that a server asks to wait, in a header or in words."""
    found = (getattr(getattr(e, "response", None), "headers", None) for e in (error, error.__cause__))
    said = next(
        (str(headers["retry-after"]) for headers in found if headers and "retry-after" in headers), ""
    )
    if re.fullmatch(r"\d+(?:\.\d+)?", said):
        return max(float(said), _SOON)
    try:
        return max(email.utils.parsedate_to_datetime(said).timestamp() - time.time(), _SOON)
    except ValueError:
        return max(_told_in_words(str(error)), _SOON)


def _told_in_words(text: str) -> float:
    spans = [asked or delay for asked, delay in _RETRY_IN.findall(text)]
    parts = (re.findall(r"([\d.]+)(ms|[hms])", span.lower()) for span in spans)
    return max((sum(float(n) * _UNITS[unit] for n, unit in found) for found in parts), default=0.0)
