"""HTTP around the routes: the token, bodies and files, rate limits, failures asked for, the CDN."""

import asyncio
import dataclasses
import json
import time
from typing import Any

from aiohttp import BodyPartReader, web

from tests.discord_server import route_commands, route_messages, route_places
from tests.discord_server.errors import Json, Refused
from tests.discord_server.gateway import Gateway
from tests.discord_server.posting import Upload
from tests.discord_server.rates import Failure, Rates
from tests.discord_server.rest import Call, Route
from tests.discord_server.world import World

PREFIX = "/api/v10"
ROUTES = (*route_places.routes, *route_messages.routes, *route_commands.routes)
# What a careful client still meets, because things go away meanwhile.
FORGIVEN = {10003, 10004, 10007, 10008, 10011, 10013, 10015, 10063, 50007}
# What a foreign server does without.
NOT_EVERYWHERE = ("/gateway/bot", "/commands")


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """One request that was answered: at a clock that only goes forward."""

    at: float
    method: str
    path: str
    status: int


class Api:
    """Answers REST requests and serves files."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self.world = world
        self.gateway = gateway
        self.offline = False
        self.rates = Rates()
        self.failures: list[Failure] = []
        self.requests: list[Request] = []
        self.app = web.Application(client_max_size=64 * 1024 * 1024)
        self.app.router.add_get("/attachments/{channel}/{attachment}/{name}", self._file)
        self.app.router.add_get("/websocket", self._connect)
        self.app.router.add_route("*", "/{path:.*}", self._answer)

    async def _connect(self, request: web.Request) -> web.WebSocketResponse:
        # A client may call over a connection that it kept open for requests.
        if self.offline and request.transport:
            request.transport.abort()
            raise web.HTTPServiceUnavailable
        return await self.gateway.serve(request)

    async def _answer(self, request: web.Request) -> web.Response:
        if self.offline:
            return _cut_off(request)
        path = request.path.removeprefix(PREFIX)
        headers: dict[str, str] = {}
        try:
            status, body = await self._result(request, path, headers)
        except Refused as refused:
            status, body = refused.status, refused.body
            headers |= refused.headers
        except Exception as error:
            # Unforeseen: our fault or the client's, and a test must see it either way.
            self.world.violation(f"{request.method} {path} -> 500 {error!r}")
            status, body = 500, {"message": "500: Internal Server Error", "code": 0}
        self.requests.append(Request(time.monotonic(), request.method, path, status))
        if body is None:
            return web.Response(status=204, headers=headers)
        # discord.py reads JSON only under this very type, without a charset.
        headers["Content-Type"] = "application/json"
        if self.world.foreign:
            told = {name: value for name, value in headers.items() if name == "Retry-After"}
            headers = told | {"Content-Type": "application/json; charset=utf-8"}
        return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)

    async def _result(self, request: web.Request, path: str, headers: dict[str, str]) -> tuple[int, Any]:
        await self._fail(request.method, path)
        try:
            route, parts = self._route(request, path)
            self._authorize(request, route)
            major = parts.get("channel") or parts.get("guild") or parts.get("token") or ""
            headers |= self.rates.admit(route.name, major, counted=not route.open)
            body, files = await _read(request)
            with self.world.lock:
                return 200, route.handler(Call(self.world, parts, request.query, body, files))
        except Refused as refused:
            self._note(f"{request.method} {path} -> {refused}", refused)
            raise

    async def _fail(self, method: str, path: str) -> None:
        for failure in self.failures:
            if failure.meets(method, path):
                failure.times -= 1
                await asyncio.sleep(failure.delay)
                if refusal := failure.refusal():
                    raise refusal
                return

    def _route(self, request: web.Request, path: str) -> tuple[Route, dict[str, str]]:
        absent = self.world.foreign and request.method == "GET" and path.endswith(NOT_EVERYWHERE)
        if request.path.startswith(PREFIX) and not absent:
            for route in ROUTES:
                found = route.pattern.match(path)
                if found and route.method == request.method:
                    return route, found.groupdict()
        raise Refused(404, 0, extra={"message": "404: Not Found"})

    def _authorize(self, request: web.Request, route: Route) -> None:
        if not route.open and request.headers.get("Authorization") != f"Bot {self.world.token}":
            raise Refused(401, 0, extra={"message": "401: Unauthorized"})

    def _note(self, what: str, refused: Refused) -> None:
        with self.world.lock:
            self.world.refusals.append(what)
            if (refused.status != 401 and refused.code not in FORGIVEN) or refused.code == 50027:
                self.world.violations.append(what)

    async def _file(self, request: web.Request) -> web.Response:
        with self.world.lock:
            found = self.world.attachments.get(int(request.match_info["attachment"]))
        if found is None or request.path != found.path or self.world.clock.now() > found.expires:
            raise web.HTTPNotFound(text="This content is no longer available.")
        return web.Response(body=found.content, headers={"Content-Type": found.kind})


def _cut_off(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response(status=503)


async def _read(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    if request.content_type != "multipart/form-data":
        return _decoded(await request.text()), ()
    body: Json = {}
    files: list[Upload] = []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        content = bytes(await part.read())
        if part.name == "payload_json":
            body = _decoded(content.decode())
        else:
            files.append(Upload(part.filename or "unknown", content))
    return body, tuple(files)


def _decoded(text: str) -> Any:
    if not text:
        return {}
    try:
        return json.loads(text)
    except ValueError:
        raise Refused(400, 50109) from None
