"""Another server of Discord's API than Discord's own."""

import aiohttp
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from index.errors import DiscordAway, DiscordError

_HINT = "Check DISCORD_API_BASE and the network."
_SECONDS = 15.0
_JSON = "application/json"


async def use(base: str) -> None:
    """Makes discord.py talk to the API at `base` and to the gateway that it names. Raises DiscordError."""
    gateway = await _find_gateway(base)
    Route.BASE = base
    # discord.py falls back to this one when a session was invalidated.
    DiscordWebSocket.DEFAULT_GATEWAY = gateway


def trace() -> aiohttp.TraceConfig:
    """For discord.py's client: has the answers of another server read as Discord's own.

    discord.py takes JSON for text where its type names a charset, and a 429 for a ban unless it came through
    Discord's proxies.
    """
    config: aiohttp.TraceConfig = aiohttp.TraceConfig()
    config.on_request_end.append(_as_discords)
    return config


async def _as_discords(session: object, context: object, ended: aiohttp.TraceRequestEndParams) -> None:
    received = ended.response.headers
    headers = received.copy()
    if ended.response.content_type == _JSON:
        headers["Content-Type"] = _JSON
    headers.setdefault("Via", "1.1 citebot")
    # A response has no other way to say something else than what was received.
    ended.response._headers = type(received)(headers)
    ended.response._cache.pop("headers", None)


async def _find_gateway(base: str) -> yarl.URL:
    limit = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.get(f"{base}/gateway") as response,
        ):
            response.raise_for_status()
            gateway = yarl.URL((await response.json(content_type=None))["url"])
    except aiohttp.ClientResponseError as error:
        kind = DiscordAway if error.status >= 500 else DiscordError
        raise kind(f"{base}/gateway answered {error.status}.", _HINT) from None
    except (aiohttp.ClientError, OSError):
        raise DiscordAway(f"There is no answer from {base}.", _HINT) from None
    except (ValueError, KeyError, TypeError):
        raise _names_none(base) from None
    if gateway.scheme not in ("ws", "wss") or not gateway.host:
        raise _names_none(base)
    return gateway


def _names_none(base: str) -> DiscordError:
    return DiscordError(f"{base}/gateway names no gateway.", _HINT)
