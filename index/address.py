"""When two addresses are one: what decides whether an article is there already."""

import re
import urllib.parse

# What newsletters, searches and social networks hang on an address; it leads to the same page without.
_TRACKING = re.compile(
    r"(utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|ref_src|cmpid|at_(medium|campaign))",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}


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
