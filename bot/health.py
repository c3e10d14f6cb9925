"""Whether a running bot is well, for what watches over it: `/healthz`, and `/metrics` for Prometheus."""

import contextlib
import dataclasses
import errno
import os
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from bot.metrics import TYPE, Metrics
from index.errors import SettingsError


@dataclasses.dataclass(frozen=True, slots=True)
class Health:
    """Whether questions can be asked: the index stands, Discord is connected."""

    index: bool
    discord: bool

    @property
    def is_well(self) -> bool:
        return self.index and self.discord


@dataclasses.dataclass(frozen=True, slots=True)
class IndexerHealth:
    """Whether the indexer keeps the index equal to the articles."""

    index: bool

    @property
    def is_well(self) -> bool:
        return self.index


@contextlib.asynccontextmanager
async def serving(
    host: str, port: int, state: Callable[[], Health | IndexerHealth], metrics: Metrics | None = None
) -> AsyncIterator[None]:
    """Answers on `host` and `port`, in the running loop, until the block ends. Raises SettingsError."""

    async def healthz(request: web.Request) -> web.Response:
        health = state()
        return web.json_response(dataclasses.asdict(health), status=200 if health.is_well else 503)

    async def page(request: web.Request) -> web.Response:
        assert metrics
        return web.Response(body=metrics.page(), headers={"Content-Type": TYPE})

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), *([web.get("/metrics", page)] if metrics else [])])
    # What is asked every few seconds is no news, and a connection that stays open keeps nobody waiting.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except (OSError, OverflowError, UnicodeError) as error:
            raise _refused(host, port, getattr(error, "errno", None)) from None
        yield
    finally:
        await runner.cleanup()


def _refused(host: str, port: int, number: int | None) -> SettingsError:
    """Why a port cannot be opened; asyncio's own words are for programmers, and differ by version."""
    what = f"HEALTH_PORT {port} of {host} cannot be opened: "
    if number == errno.EADDRINUSE:
        return SettingsError(f"{what}another process listens there.", "Set HEALTH_PORT to another port.")
    if number == errno.EACCES:
        return SettingsError(f"{what}not everybody may open it.", "Set HEALTH_PORT to one above 1023.")
    # Without a number, or with a negative one, no address was found that it could be opened on.
    reason = os.strerror(number) if number and number > 0 else ""
    if not reason or number == errno.EADDRNOTAVAIL:
        reason = "this machine has no such address"
    return SettingsError(f"{what}{reason}.", "Set HEALTH_HOST to an address of this machine.")
