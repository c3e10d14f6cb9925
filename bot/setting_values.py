"""Values of settings that name servers: checked, in one form. Raises ValueError, which says what is wrong."""

import re
import urllib.parse

_COLLECTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,58}[A-Za-z0-9]")


def address(base: str) -> str:
    """Where an API lies."""
    return _address_of(base, "https://discord.example/api/v10")


def _address_of(base: str, example: str) -> str:
    parts = urllib.parse.urlsplit(base.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"it is no address such as {example}")
    return base.strip().rstrip("/")


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
