"""Values of settings: checked, in one form. Raises ValueError, which says what is wrong."""

import math
import os
import re
import urllib.parse
from pathlib import Path
from typing import Any

from pydantic import SecretStr

_COLLECTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,58}[A-Za-z0-9]")


def absolute(path: Path) -> Path:
    """A path that stays the same where the current folder changes."""
    if "\0" in str(path):
        raise ValueError("a path cannot hold a NUL character")
    return path.absolute()


def some(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """One path or more."""
    if not paths:
        raise ValueError(f"it names no folder or file (several are separated by `{os.pathsep}`)")
    return paths


def printable(name: str) -> str:
    """The name of a model or a machine."""
    if not name.strip().isprintable():
        raise ValueError("a name cannot hold control characters or broken bytes")
    return name.strip()


def provider_and_model(name: str) -> str:
    """A chat model's name."""
    provider, _, model = printable(name).partition(":")
    if not provider or not model:
        raise ValueError("write it as provider:model, for example openai:gpt-5-mini or ollama:qwen3")
    return f"{provider}:{model}"


def precision(name: object) -> object:
    """How exact a model computes, in whatever case it is written."""
    lowered = name.strip().lower() if isinstance(name, str) else name
    if lowered not in ("fp32", "int8"):
        raise ValueError("it is fp32 or int8")
    return lowered


def listed(value: object) -> object:
    """What is separated by commas."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def address(base: str) -> str:
    """Where an API lies."""
    return _address_of(base, "https://discord.example/api/v10")


def secret_address(base: SecretStr) -> SecretStr:
    """The same for a chat model's API; its address may hold a password."""
    return SecretStr(_address_of(base.get_secret_value(), "http://127.0.0.1:8080/v1"))


def _address_of(base: str, example: str) -> str:
    try:
        parts = urllib.parse.urlsplit(base.strip())
        is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or parts.query or parts.fragment:
        raise ValueError(f"it is no address such as {example}")
    return base.strip().rstrip("/")


def finite(value: Any) -> Any:
    """Not "nan", which is neither too large nor too small; what is no number at all is told elsewhere."""
    try:
        is_finite = math.isfinite(float(value))
    except (TypeError, ValueError):
        return value
    if not is_finite:
        raise ValueError("it is no number")
    return value


def server_address(url: str) -> str:
    """Where a Chroma server is."""
    parts = urllib.parse.urlsplit(_address_of(url, "http://127.0.0.1:8000"))
    if parts.username or parts.password:
        raise ValueError("a token goes into CHROMA_TOKEN, not into the address")
    if parts.path.strip("/"):
        raise ValueError("it is the address without a path, such as http://127.0.0.1:8000")
    return f"{parts.scheme}://{parts.netloc}"


def collection_name(name: str) -> str:
    """What Chroma takes as one, with room for what is added to it."""
    if not _COLLECTION.fullmatch(name):
        raise ValueError("it needs 3 to 60 letters and digits, with . _ and - between them")
    return name
