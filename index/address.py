"""When two addresses are one, and what of an address may be shown."""

import re
import urllib.parse

# What newsletters, searches and social networks hang on an address; it leads to the same page without.
_TRACKING = re.compile(
    r"(utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|ref_src|cmpid|at_(medium|campaign))",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}
_ADDRESS = re.compile(r"(https?://)(?:[^\s/?#]*@)?([^\s?#]*)(\?[^\s#]*)?(#\S*)?", re.IGNORECASE)
# What a sentence goes on with behind an address.
_STOPS = ".,:;!)]}>'\"`"
_NAMED = r"\g<name>…"
_VALUE = re.compile(r"(?P<name>[?&][^=&]*=|[?&])[^&]+")


def address_key(address: str) -> str:
    """Equal for addresses of one page: scheme, "www.", tracking, fragment and a last slash do not count.

    For comparing only: it is no address itself.
    """
    parts = urllib.parse.urlsplit(address.strip())
    try:
        port = parts.port
    except ValueError:
        port = None
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    place = host if port in (None, _PORTS.get(parts.scheme.lower())) else f"{host}:{port}"
    asked = [
        part for part in parts.query.split("&") if part and not _TRACKING.fullmatch(part.partition("=")[0])
    ]
    return f"{place}{parts.path.rstrip('/')}{'?' if asked else ''}{'&'.join(asked)}"


def masked(text: str) -> str:
    """`text` with the addresses in it as they may be shown and logged: many a feed's has a key in it.

    Name and password and what is behind "#" are left out, and in a query all but the names.
    """
    return _ADDRESS.sub(_masked, text)


def _masked(address: re.Match[str]) -> str:
    scheme, place, query, fragment = address.groups("")
    asked = query + fragment
    stops = asked[len(asked.rstrip(_STOPS)) :]
    return f"{scheme}{place}{_VALUE.sub(_NAMED, query.rstrip(_STOPS))}{stops}"
