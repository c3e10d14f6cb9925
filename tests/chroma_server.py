"""A real Chroma server on 127.0.0.1, and a door before it: a token, TLS, delays and failures."""

import contextlib
import http.client
import http.server
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.discord_bot import free_port

# What the command `chroma` runs, without the import of all of chromadb.
_RUN = "import sys, chromadb_rust_bindings; chromadb_rust_bindings.cli(['chroma', 'run', *sys.argv[1:]])"
_START_SECONDS = 60.0


class ChromaServer:
    """`chroma run` over a folder; it can be killed and started again, on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it answers."""
        where = ["--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        # It leaves a file of its own in the working folder.
        self.folder.mkdir(exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _RUN, *where],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, "chroma run ended"
            assert time.monotonic() < until, "chroma run does not answer"
            time.sleep(0.1)

    def kill(self) -> None:
        """As a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        channel = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.suppress(OSError), contextlib.closing(channel):
            channel.request("GET", "/api/v2/heartbeat")
            with channel.getresponse() as said:
                return said.status == 200
        return False


@contextlib.contextmanager
def chroma_server(folder: Path) -> Iterator[ChromaServer]:
    """One that runs until the block ends."""
    server = ChromaServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Door:
    """Passes on to a server what shows the right header; `seen` are the headers of every request.

    `fail` answers the next requests with these statuses, `identity` is what it says to /auth/identity,
    `delay` how many seconds each answer takes.
    """

    def __init__(
        self, server: ChromaServer, *, needs: tuple[str, str], tls: ssl.SSLContext | None = None
    ) -> None:
        self.fail: list[int] = []
        self.identity: bytes | None = None
        self.delay = 0.0
        self.seen: list[dict[str, str]] = []
        self._needs = needs
        self._server = server
        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads, self._http.block_on_close = True, False
        self._scheme = "https" if tls else "http"
        if tls:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> "Door":
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.seen.append(headers)
        time.sleep(self.delay)
        if self.fail:
            return self.fail.pop(0), b"down for maintenance"
        name, value = self._needs
        if headers.get(name) != value:
            return 401, b"who are you?"
        if path.endswith("/auth/identity") and self.identity:
            return 200, self.identity
        channel = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=30)
        with contextlib.closing(channel):
            channel.request(method, path, body, {"Content-Type": "application/json"})
            said = channel.getresponse()
            return said.status, said.read()


def _handler(door: Door) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, said = door.answer(self.command, self.path, headers, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_PUT = do_DELETE = _pass

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Handler
