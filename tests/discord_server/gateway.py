"""The gateway: sessions that outlive their connections, heartbeats, shards, what each may hear."""

import asyncio
import json
import secrets
import time
import zlib
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from tests.discord_server.errors import Json
from tests.discord_server.guild import Guild
from tests.discord_server.permissions import KNOWN_INTENTS, PRIVILEGED, Intents
from tests.discord_server.world import World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT = 0, 1, 2, 3, 4, 6, 7
MEMBERS, INVALID, HELLO, ACK = 8, 9, 10, 11
# A close with one of these ends the session too; what the client closes with 1000 or 1001.
ENDING = {1000, 1001, 4003, 4004, 4007, 4009}
LARGEST, MOST_A_MINUTE = 4096, 120
EVENT_INTENTS = {
    "GUILD_MEMBER_ADD": Intents.guild_members,
    "GUILD_MEMBER_REMOVE": Intents.guild_members,
    "GUILD_MEMBER_UPDATE": Intents.guild_members,
    "INTERACTION_CREATE": Intents(0),
}


class Closing(Exception):
    """The client broke a rule: close with this code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class Session:
    """What a client has identified for, and all events since, so that it can resume."""

    def __init__(self, world: World, intents: Intents, shard: tuple[int, int]) -> None:
        self.world = world
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.shard = shard
        self.sent: list[Json] = []
        self.connection: Connection | None = None

    def hears(self, guild: Guild | None, needs: Intents) -> bool:
        number, count = self.shard
        mine = ((guild.id >> 22) % count if guild else 0) == number
        return mine and needs in self.intents

    def dispatch(self, event: str, data: Json) -> None:
        payload = {"op": DISPATCH, "t": event, "s": len(self.sent) + 1, "d": data}
        self.sent.append(payload)
        if self.connection:
            self.connection.send(payload)


class Connection:
    """One websocket; sending is possible from any thread."""

    def __init__(
        self, socket: web.WebSocketResponse, loop: asyncio.AbstractEventLoop, *, packed: bool
    ) -> None:
        self.socket = socket
        self.session: Session | None = None
        self.closing: int | None = None
        self.last_beat = time.monotonic()
        self.received: list[float] = []
        self._loop = loop
        self._queue: asyncio.Queue[Json | int] = asyncio.Queue()
        self._packer = zlib.compressobj() if packed else None

    def send(self, payload: Json) -> None:
        self._loop.call_soon_threadsafe(self._queue.put_nowait, payload)

    def close(self, code: int) -> None:
        self.closing = code
        self._loop.call_soon_threadsafe(self._queue.put_nowait, code)

    def cut(self) -> None:
        """Gone, without a word."""

        def abort() -> None:
            if self.socket._req and self.socket._req.transport:
                self.socket._req.transport.abort()

        self._loop.call_soon_threadsafe(abort)

    async def write(self, listener: asyncio.Task[None]) -> None:
        """Send what is queued, in order, until a close is."""
        while not isinstance(payload := await self._queue.get(), int):
            text = json.dumps(payload)
            try:
                if self._packer:
                    packed = self._packer.compress(text.encode()) + self._packer.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(packed)
                else:
                    await self.socket.send_str(text)
            except (ConnectionError, RuntimeError):
                return
        # While someone listens, aiohttp closes without waiting for the client, which then misses the code.
        listener.cancel()
        await asyncio.wait({listener})
        await self.socket.close(code=payload)


class Gateway:
    """Accepts websockets and spreads events."""

    def __init__(self, world: World, heartbeat: float) -> None:
        self.world = world
        self.heartbeat = heartbeat
        self.identified = 0
        self.resumed = 0
        self.longest_gap = 0.0
        self.sessions: dict[str, Session] = {}
        self._open: set[Connection] = set()
        world.publish = self.publish

    @property
    def ready(self) -> bool:
        """Whether the bot is connected on every shard."""
        here = {s.shard[0] for s in self.sessions.values() if s.connection}
        return len(here) >= self.world.shards

    def publish(
        self,
        event: str,
        data: Json,
        *,
        guild: Guild | None,
        needs: Intents | None = None,
        hidden: Json | None = None,
    ) -> bool:
        """Tell every session that may hear it; `hidden` without the content. Whether any did."""
        needs = EVENT_INTENTS.get(event, Intents.guilds) if needs is None else needs
        heard = False
        with self.world.lock:
            for session in self.sessions.values():
                if session.hears(guild, needs):
                    whole = hidden is None or Intents.message_content in session.intents
                    session.dispatch(event, data if whole else hidden or data)
                    heard = heard or session.connection is not None
        return heard

    @property
    def longest_beat_gap(self) -> float:
        now = time.monotonic()
        return max([self.longest_gap, *(now - connection.last_beat for connection in list(self._open))])

    def each(self, do: Callable[[Connection], None]) -> None:
        with self.world.lock:
            for connection in list(self._open):
                do(connection)

    def invalidate(self, *, resumable: bool) -> None:
        with self.world.lock:
            if not resumable:
                self.forget()
            self.each(
                lambda connection: connection.send({"op": INVALID, "d": resumable, "s": None, "t": None})
            )

    def forget(self) -> None:
        """No session can be resumed any more."""
        for session in self.sessions.values():
            session.connection = None
        self.sessions.clear()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        packed = request.query.get("compress") == "zlib-stream" and not self.world.foreign
        connection = Connection(socket, asyncio.get_running_loop(), packed=packed)
        self._open.add(connection)
        listener = asyncio.create_task(self._talk(connection, request))
        writer = asyncio.create_task(connection.write(listener))
        watch = asyncio.create_task(self._watch(connection))
        try:
            await asyncio.wait({listener})
        finally:
            self._leave(connection)
            if connection.closing is not None:
                await asyncio.wait({writer}, timeout=2)
            for task in (listener, writer, watch):
                task.cancel()
        return socket

    async def _talk(self, connection: Connection, request: web.Request) -> None:
        if request.query.get("v") != "10" or request.query.get("encoding", "json") != "json":
            connection.close(4012)
        hello = {"heartbeat_interval": int(self.heartbeat * 1000), "_trace": []}
        connection.send({"op": HELLO, "d": hello, "s": None, "t": None})
        async for message in connection.socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                break
            try:
                with self.world.lock:
                    self._hear(connection, message.data)
            except Closing as closing:
                self.world.violation(f"gateway closed with {closing.code}: {closing}")
                connection.close(closing.code)

    def _leave(self, connection: Connection) -> None:
        with self.world.lock:
            self._open.discard(connection)
            self.longest_gap = max(self.longest_gap, time.monotonic() - connection.last_beat)
            session = connection.session
            if session and session.connection is connection:
                session.connection = None
                if (connection.closing or connection.socket.close_code) in ENDING:
                    self.sessions.pop(session.id, None)

    async def _watch(self, connection: Connection) -> None:
        """Close a connection whose client has stopped beating."""
        due = connection.last_beat + 2 * self.heartbeat + 1
        await asyncio.sleep(due - time.monotonic())
        if connection.last_beat + 2 * self.heartbeat + 1 > due:
            return await self._watch(connection)
        self.world.violation("the heart stopped")
        connection.close(4009)

    def _hear(self, connection: Connection, data: str | bytes) -> None:
        now = time.monotonic()
        connection.received = [at for at in connection.received if now - at < 60] + [now]
        if len(connection.received) > MOST_A_MINUTE:
            raise Closing(4008, "more than 120 payloads a minute")
        if len(data) > LARGEST:
            raise Closing(4002, "a payload of over 4,096 bytes")
        try:
            payload = json.loads(data)
            op, body = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError):
            raise Closing(4002, "not a payload") from None
        if op == HEARTBEAT:
            self._beat(connection, now)
        elif op == IDENTIFY:
            self._identify(connection, body)
        elif op == RESUME:
            self._resume(connection, body)
        elif connection.session is None:
            raise Closing(4003, f"op {op} before identifying")
        elif op == MEMBERS:
            self._chunk(connection.session, body)
        elif op not in (PRESENCE, VOICE):
            raise Closing(4001, f"unknown op {op}")

    def _beat(self, connection: Connection, now: float) -> None:
        self.longest_gap = max(self.longest_gap, now - connection.last_beat)
        connection.last_beat = now
        connection.send({"op": ACK, "d": None, "s": None, "t": None})

    def _identify(self, connection: Connection, body: Json) -> None:
        if connection.session:
            raise Closing(4005, "already identified")
        if body.get("token") != self.world.token:
            raise Closing(4004, "wrong token")
        session = Session(self.world, self._intents(body), self._shard(body))
        self.sessions[session.id] = session
        self.identified += 1
        connection.session, session.connection = session, connection
        guilds = [g for g in self.world.guilds.values() if g.present and session.hears(g, Intents(0))]
        session.dispatch("READY", self._ready(session, guilds))
        for guild in guilds:
            if guild.available and Intents.guilds in session.intents:
                session.dispatch("GUILD_CREATE", guild.json())

    def _intents(self, body: Json) -> Intents:
        intents = body.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            raise Closing(4013, f"invalid intents {intents}")
        for intent in PRIVILEGED:
            if intents & intent and not intent & self.world.enabled:
                raise Closing(4014, f"the intent {intent.name} is not enabled")
        return Intents(intents)

    def _shard(self, body: Json) -> tuple[int, int]:
        number, count = body.get("shard") or (0, 1)
        if not 0 <= number < count:
            raise Closing(4010, f"invalid shard {number} of {count}")
        if count < self.world.shards:
            raise Closing(4011, f"{self.world.shards} shards are needed")
        return number, count

    def _ready(self, session: Session, guilds: list[Guild]) -> Json:
        return {
            "v": 10,
            "user": self.world.bot.json() | {"verified": True, "mfa_enabled": False, "flags": 0},
            "guilds": [
                {"id": str(guild.id), "unavailable": True} for guild in guilds if not self.world.foreign
            ],
            "session_id": session.id,
            "resume_gateway_url": self.world.gateway_url,
            "shard": list(session.shard),
            "application": {"id": str(self.world.bot.id), "flags": self.world.flags},
            "private_channels": [],
        }

    def _resume(self, connection: Connection, body: Json) -> None:
        if body.get("token") != self.world.token:
            raise Closing(4004, "wrong token")
        session = self.sessions.get(str(body.get("session_id")))
        if session is None:
            connection.send({"op": INVALID, "d": False, "s": None, "t": None})
            return
        seen = int(body.get("seq") or 0)
        if seen > len(session.sent):
            raise Closing(4007, f"seq {seen} was never sent")
        self.resumed += 1
        connection.session, session.connection = session, connection
        for payload in session.sent[seen:]:
            connection.send(payload)
        session.dispatch("RESUMED", {"_trace": []})

    def _chunk(self, session: Session, body: Json) -> None:
        guild = self.world.guilds[int(body["guild_id"])]
        wanted = {str(number) for number in body.get("user_ids") or []}
        query = body.get("query")
        if query == "" and not body.get("limit") and Intents.guild_members not in session.intents:
            raise Closing(4014, "all members without the intent guild_members")
        found: list[Any] = [
            member
            for member in guild.members.values()
            if (str(member.id) in wanted if wanted else member.user.name.startswith(query or ""))
        ]
        found = found[: body.get("limit") or None]
        chunk: Json = {"guild_id": str(guild.id), "members": [m.json() for m in found]}
        chunk |= {"chunk_index": 0, "chunk_count": 1, "not_found": [], "nonce": body.get("nonce")}
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk)
