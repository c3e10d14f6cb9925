"""A web server on 127.0.0.1 that sends what a test has it send, well-formed or not.

with Web() as web:
    web.pages["/a"] = page("<p>Hello</p>")
    web.pages["/slow"] = lambda request: drip()
    fetcher = web.fetcher()
"""

import contextlib
import dataclasses
import ipaddress
import socket
import socketserver
import ssl
from collections.abc import Callable, Iterable
from typing import Any, Self

from index.fetch import Fetcher

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """What a client asked for; header names in small letters."""

    path: str
    headers: dict[str, str]


# Bytes as they go over the wire, or what makes them.
Sent = bytes | Callable[[Request], bytes | Iterable[bytes]]


def reply(body: bytes | str = b"", status: int = 200, /, **headers: str) -> bytes:
    """A well-formed answer. `content_type="text/html"` sends that header."""
    data = body.encode() if isinstance(body, str) else body
    stated = {"content_length": str(len(data)), "connection": "close", **headers}
    lines = [f"{name.replace('_', '-').title()}: {value}" for name, value in stated.items()]
    return "\r\n".join([f"HTTP/1.1 {status} Said", *lines, "", ""]).encode() + data


def page(body: str, head: str = "", **headers: str) -> bytes:
    """A page of HTML."""
    markup = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return reply(markup, **{"content_type": "text/html; charset=utf-8"} | headers)


def redirect(location: str, status: int = 302) -> bytes:
    return reply(b"", status, location=location)


class Web:
    """The server. `pages` is what it has, by path; `requests` what it was asked, but for robots.txt."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Sent] = {}
        self.requests: list[Request] = []
        self.greeted: list[str | None] = []
        self._tls = tls
        if tls:
            tls.sni_callback = lambda channel, name, context: self.greeted.append(name)
        self._server = _Server(("127.0.0.1", 0), _handler(self))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def fetcher(self, **changes: Any) -> Fetcher:
        """One that may fetch from here, without pauses."""
        return Fetcher(**{"opened": [LOOPBACK], "ports": [self.port], "pause": 0.0, **changes})

    def settings(self) -> dict[str, str]:
        """What lets `citebot` fetch from here."""
        return {"CITEBOT_FETCH_NETWORKS": "127.0.0.0/8", "CITEBOT_FETCH_PORTS": str(self.port)}

    def __enter__(self) -> Self:
        import threading

        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self, channel: socket.socket) -> None:
        """Answers one request on a new connection."""
        # A client that has enough goes away.
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            if self._tls:
                channel = stack.enter_context(self._tls.wrap_socket(channel, server_side=True))
            request = _read(channel)
            if request.path != "/robots.txt":
                self.requests.append(request)
            sent = self.pages.get(request.path, reply(b"", 404))
            said = sent(request) if callable(sent) else sent
            for part in [said] if isinstance(said, bytes) else said:
                channel.sendall(part)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 50


def _handler(web: Web) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            web.serve(self.request)

    return Handler


def _read(channel: socket.socket) -> Request:
    data = b""
    while b"\r\n\r\n" not in data:
        block = channel.recv(65536)
        if not block:
            raise OSError("gone")
        data += block
    first, *lines = data.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    headers = (line.partition(":") for line in lines)
    return Request(first.split(" ")[1], {name.lower(): value.strip() for name, _, value in headers})
