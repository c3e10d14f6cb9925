"""The providers of chat models: what each is called, what it needs, and what LangChain is to be told."""

import dataclasses
import re
import urllib.parse
from collections.abc import Callable
from typing import Any

from pydantic import SecretStr

from bot.settings import Settings
from index.errors import ChatModelError

# What a model reads at least, where neither LangChain nor the settings know how much it is.
CONTEXT = 8_000
_SET_KEY = "Set it in `.env` or in the environment."


@dataclasses.dataclass(frozen=True, slots=True)
class Provider:
    """A provider under `name`, LangChain's own; `extra` is citebot's optional dependency for it.

    `key` and `address` name the settings that hold them, where there are any. `arguments` gives what a model
    is made with; it raises ChatModelError where a key is missing.
    """

    name: str
    extra: str = ""
    key: str = ""
    address: str = ""
    arguments: Callable[[Settings], dict[str, Any]] = lambda settings: {}

    @property
    def key_hint(self) -> str:
        """Where LangChain looks for the key of a provider that we do not know."""
        return "" if self.extra else "Set that key in the environment: it is not read from `.env`."


def provider_of(settings: Settings) -> Provider:
    """The provider that CHAT_MODEL names; one that is not in the table has LangChain's defaults."""
    name = (settings.chat_model or "").partition(":")[0].lower().replace("-", "_")
    return _PROVIDERS.get(name) or Provider(name)


def server(provider: Provider, settings: Settings) -> str:
    """Host and port of the server that the settings name, without any password; "" for the provider's own."""
    address = _told(getattr(settings, provider.address.lower())) if provider.address else ""
    try:
        parts = urllib.parse.urlsplit(address if "//" in address else f"//{address}")
        return f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    except ValueError:
        return ""


def _openai(settings: Settings) -> dict[str, Any]:
    address = _told(settings.openai_base_url)
    key = _usable(settings.openai_api_key, "OPENAI_API_KEY")
    if key is None and not address:
        raise ChatModelError(
            "OPENAI_API_KEY is not set.", f"{_SET_KEY} A server of your own needs OPENAI_BASE_URL instead."
        )
    return {
        # LangChain wants one, also where the server does not.
        "api_key": key or SecretStr("none"),
        "base_url": address or None,
        "timeout": settings.chat_timeout,
        "max_retries": 0,
        "stream_usage": True,
    }


def _anthropic(settings: Settings) -> dict[str, Any]:
    key = _needed(settings.anthropic_api_key, "ANTHROPIC_API_KEY")
    return {"api_key": key, "timeout": settings.chat_timeout, "max_retries": 0}


def _google(settings: Settings) -> dict[str, Any]:
    key = _needed(settings.google_api_key, "GOOGLE_API_KEY")
    # One attempt: 0 would be the provider's default number of retries.
    return {"api_key": key, "timeout": settings.chat_timeout, "max_retries": 1}


def _ollama(settings: Settings) -> dict[str, Any]:
    return {
        "base_url": _told(settings.ollama_host) or None,
        "client_kwargs": {"timeout": settings.chat_timeout},
        # Ollama cuts what exceeds its own default in silence.
        "num_ctx": settings.chat_context or CONTEXT,
    }


def _needed(key: SecretStr | None, variable: str) -> SecretStr:
    usable = _usable(key, variable)
    if usable is None:
        raise ChatModelError(f"{variable} is not set.", _SET_KEY)
    return usable


def _usable(key: SecretStr | None, variable: str) -> SecretStr | None:
    """A key without the white space around it. Raises ChatModelError for one that no request can hold."""
    if not (told := _told(key)):
        return None
    if not re.fullmatch("[ -~]+", told):
        raise ChatModelError(
            f"{variable} is no key.", "It holds line breaks or letters that no key has: copy it once more."
        )
    return SecretStr(told)


def _told(secret: SecretStr | None) -> str:
    return secret.get_secret_value().strip() if secret else ""


_GOOGLE = Provider("google_genai", "google", "GOOGLE_API_KEY", arguments=_google)
_PROVIDERS = {
    "openai": Provider("openai", "openai", "OPENAI_API_KEY", "OPENAI_BASE_URL", _openai),
    "anthropic": Provider("anthropic", "anthropic", "ANTHROPIC_API_KEY", arguments=_anthropic),
    "google": _GOOGLE,
    "google_genai": _GOOGLE,
    "ollama": Provider("ollama", "ollama", address="OLLAMA_HOST", arguments=_ollama),
}
