"""The server in its thread, and what a test can do to it."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.discord_server import commands, world
from tests.discord_server.api import PREFIX, Api, Request
from tests.discord_server.errors import Json
from tests.discord_server.gateway import RECONNECT, Connection, Gateway
from tests.discord_server.guild import Guild
from tests.discord_server.interactions import TOKEN_LIFE, Run
from tests.discord_server.message import Message
from tests.discord_server.permissions import NOTHING, Intents, Permissions
from tests.discord_server.rates import Failure
from tests.discord_server.users import User
from tests.discord_server.world import T, World


class Discord:
    """A Discord on 127.0.0.1 for one application; a context manager."""

    def __init__(
        self,
        token: str = "secret-token",
        name: str = "citebot",
        *,
        enabled: Intents = Intents.message_content,
        shards: int = 1,
        heartbeat: float = 41.25,
        foreign: bool = False,
    ) -> None:
        """`enabled` are the privileged intents switched on for the application, `heartbeat` is in seconds.

        `foreign` is another server that speaks Discord's API: it leaves away what may be left away.
        """
        self.world = World(token, name, enabled, shards)
        self.world.foreign = foreign
        self.world.bot = User(self.world, name, bot=True)
        self.world.later = self._later
        self._gateway = Gateway(self.world, heartbeat)
        self._api = Api(self.world, self._gateway)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="discord", daemon=True)
        self._runner = web.AppRunner(self._api.app, access_log=None, shutdown_timeout=0.2)
        self._site: web.TCPSite | None = None
        self._port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gateway.each(Connection.cut)
        self._do(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(self._loop.call_later, seconds, what)

    async def _start(self) -> None:
        await self._runner.setup()
        await self._listen()
        self.world.origin = f"http://127.0.0.1:{self._port}"
        self.world.gateway_url = f"ws://127.0.0.1:{self._port}/websocket"

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    # Where it is and what is in it.

    @property
    def base(self) -> str:
        """For DISCORD_API_BASE."""
        return f"{self.world.origin}{PREFIX}"

    @property
    def token(self) -> str:
        return self.world.token

    @property
    def bot(self) -> User:
        return self.world.bot

    def guild(self, name: str, permissions: Permissions = NOTHING) -> Guild:
        """The server with this name; made, with the bot in it, when there is none.

        `permissions` are those of the bot's role, on top of @everyone's.
        """
        with self.world.lock:
            for guild in self.world.guilds.values():
                if guild.name == name:
                    return guild
            guild = Guild(self.world, name, permissions)
            self.world.publish("GUILD_CREATE", guild.json(), guild=guild)
            return guild

    @property
    def messages(self) -> list[Message]:
        """Every message anywhere, ephemeral and deleted ones too."""
        with self.world.lock:
            return list(self.world.messages.values())

    @property
    def runs(self) -> list[Run]:
        """Every interaction so far."""
        with self.world.lock:
            return list(self.world.runs.values())

    @property
    def commands(self) -> dict[str, Json]:
        """The registered commands, by name."""
        with self.world.lock:
            return {command["name"]: command for command in self.world.commands.values()}

    def register(self, *bodies: Json) -> None:
        """Commands as an earlier run of the bot left them."""
        with self.world.lock:
            for body in bodies:
                commands.stored(self.world, body)

    # What the client did.

    @property
    def violations(self) -> list[str]:
        """What Discord would refuse or punish; `clear()` it after provoking something."""
        return self.world.violations

    @property
    def refusals(self) -> list[str]:
        """Every refused request, those included that no client can avoid (a message deleted meanwhile)."""
        return self.world.refusals

    @property
    def requests(self) -> list[Request]:
        return list(self._api.requests)

    @property
    def command_puts(self) -> int:
        """How often all commands were written."""
        return self.world.command_puts

    @property
    def identified(self) -> int:
        return self._gateway.identified

    @property
    def resumed(self) -> int:
        return self._gateway.resumed

    @property
    def connected(self) -> bool:
        """Whether the bot is there, on every shard."""
        return self._gateway.ready

    @property
    def longest_beat_gap(self) -> float:
        """The most seconds between two heartbeats of a connection, the time since the last one included."""
        return self._gateway.longest_beat_gap

    def wait_for(self, ready: Callable[[], T | None], timeout: float = 30, what: str = "it") -> T:
        """The first true value of `ready()`."""
        return world.wait_for(ready, timeout, what)

    def wait_until_connected(self, timeout: float = 60) -> None:
        self.wait_for(lambda: self.connected, timeout, "the bot to connect")

    # What can go wrong.

    def fail(
        self,
        method: str,
        path: str,
        *,
        status: int | None = 500,
        times: int = 1,
        retry_after: float = 1.0,
        everywhere: bool = False,
        code: int = 0,
        delay: float = 0.0,
    ) -> None:
        """Answer the next `times` requests whose path matches, after `delay`, with this status.

        429 carries `retry_after`, for all routes when `everywhere`; no status: only the delay.
        """
        failure = Failure(method, path, status, times, retry_after, everywhere, code, delay)
        with self.world.lock:
            self._api.failures.append(failure)

    def drop_gateway(self, code: int | None = None) -> None:
        """Cut every connection, without a word or with a close code; sessions can be resumed."""
        self._gateway.each(Connection.cut if code is None else lambda connection: connection.close(code))

    def reconnect(self) -> None:
        """Ask the client to (op 7)."""
        self._gateway.each(lambda one: one.send({"op": RECONNECT, "d": None, "s": None, "t": None}))

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell the client that its session is invalid (op 9)."""
        self._gateway.invalidate(resumable=resumable)

    def take_offline(self) -> None:
        """Nothing answers any more; what connected is cut off."""
        self._api.offline = True
        assert self._site
        self._do(self._site.stop())
        self._gateway.each(Connection.cut)

    def bring_back(self) -> None:
        """Online again, at the same address."""
        self._api.offline = False
        self._do(self._listen())

    def advance(self, seconds: float) -> None:
        """Let this much time pass on Discord's clock."""
        self.world.clock.advance(seconds)

    def expire(self, run: Run) -> None:
        """Let the 15 minutes of its token be over."""
        run.created -= TOKEN_LIFE + 1
