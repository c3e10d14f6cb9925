"""Whether a running bot is well, for what watches over it: `/healthz`, and `/metrics` for Prometheus."""

import contextlib
import dataclasses
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
            reason = getattr(error, "strerror", None) or str(error)
            raise SettingsError(
                f"HEALTH_PORT {port} of {host} cannot be opened: {reason}.",
                "Name a free port, or set HEALTH_HOST to an address of this machine.",
            ) from None
        yield
    finally:
        await runner.cleanup()
