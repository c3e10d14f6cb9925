"""One GET over a connection to an IP address that was checked, within limits of time and size."""

import contextlib
import http.client
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future

import yarl

from index.errors import FetchError

Resolve = Callable[[str, int], Sequence[str]]

_BLOCK = 1 << 16
# A host has several addresses, and the first may be out of order.
_CONNECT_SECONDS = 6.0
_CODINGS = ("", "gzip", "x-gzip", "deflate")
_GZIP = b"\x1f\x8b"
# With a header of gzip or of zlib.
_WITH_HEADER = zlib.MAX_WBITS | 32
# What is cut off is cut off after the deadline, so that this is what it is put down to.
_GRACE = 0.01
_LATER = "Try again later."


class Deadline:
    """A moment by which all must be done."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return self._until - time.monotonic()

    def put_off(self, seconds: float) -> None:
        """Waiting that was our own wish does not count."""
        self._until += seconds

    def check(self) -> None:
        """Raises FetchError where it has passed."""
        if self.left <= 0:
            raise FetchError(f"It takes longer than {self._seconds:g} seconds.", _LATER)


def addresses_of(host: str, port: int) -> list[str]:
    """The IP addresses that the system knows for a host, a number in any notation among them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def look_up(resolve: Resolve, url: yarl.URL, deadline: Deadline) -> list[str]:
    """The addresses of a url's host, asked for once, in a thread of its own: it may hang for long."""
    asked: Future[Sequence[str]] = Future()

    def ask() -> None:
        try:
            asked.set_result(resolve(url.raw_host or "", url.port or 0))
        except Exception as error:
            asked.set_exception(error)

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        found = list(asked.result(max(deadline.left, 0)))
    except TimeoutError:
        deadline.check()
        found = []
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise FetchError(f"No address is known for {url.host}.", "Check its spelling, and the network.")
    return found


class Reply:
    """What a server answered: its status and headers, and `read` for what follows."""

    def __init__(self, response: http.client.HTTPResponse, deadline: Deadline) -> None:
        self._response = response
        self._deadline = deadline
        self.status = response.status

    def header(self, name: str) -> str:
        """A header's value in one line; "" where it was not sent."""
        return " ".join(str(self._response.headers.get(name) or "").split())

    def read(self, most: int, *, cut: bool = False) -> bytes:
        """The whole body, unpacked. Raises FetchError for one that is not whole.

        Likewise for one of more than `most` bytes, of which `cut` takes the first.
        """
        unpack = _Unpacker(self.header("Content-Encoding").lower().replace("identity", ""), most)
        data = bytearray()
        while block := self._response.read(_BLOCK):
            self._deadline.check()
            data += unpack(block)
            if len(data) > most and cut:
                return bytes(data[:most])
            if len(data) > most:
                raise FetchError(f"It is larger than {most / 1e6:g} MB.", "That is the most citebot fetches.")
        self._deadline.check()
        if self._response.length or not unpack.is_whole:
            raise FetchError("It ended before its end.", _LATER)
        return bytes(data)


@contextlib.contextmanager
def get(
    url: yarl.URL,
    addresses: Sequence[str],
    headers: Mapping[str, str],
    deadline: Deadline,
    tls: ssl.SSLContext,
) -> Iterator[Reply]:
    """The reply of one of `addresses` to a GET of `url`; no other address is ever connected to."""
    try:
        with contextlib.ExitStack() as stack:
            stack.callback(deadline.check)
            bare = _connected(addresses, url.port or 0, deadline)
            stack.enter_context(bare)
            channel = bare
            if url.scheme == "https":
                channel = tls.wrap_socket(bare, server_hostname=url.raw_host, do_handshake_on_connect=False)
                stack.enter_context(channel)
            stack.enter_context(_cut_off(channel, deadline))
            if isinstance(channel, ssl.SSLSocket):
                channel.do_handshake()
            connection = http.client.HTTPConnection(url.raw_host or "", url.port)
            connection.sock = channel
            connection.request("GET", url.raw_path_qs, headers={"Host": _authority(url), **headers})
            response = stack.enter_context(contextlib.closing(connection.getresponse()))
            yield Reply(response, deadline)
    except ssl.SSLCertVerificationError as error:
        raise FetchError(f"{url.host} shows no valid certificate: {error.verify_message}.") from None
    except (OSError, http.client.HTTPException, zlib.error) as error:
        raise FetchError(f"{url.host} does not answer properly ({_reason(error)}).", _LATER) from None


def _connected(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    *others, last = addresses
    for address in others:
        with contextlib.suppress(OSError):
            return _connected_to(address, port, deadline, _CONNECT_SECONDS)
    return _connected_to(last, port, deadline, deadline.left)


def _connected_to(address: str, port: int, deadline: Deadline, seconds: float) -> socket.socket:
    deadline.check()
    channel = socket.create_connection((address, port), min(seconds, deadline.left))
    channel.settimeout(deadline.left + _GRACE)
    return channel


@contextlib.contextmanager
def _cut_off(channel: socket.socket, deadline: Deadline) -> Iterator[None]:
    """Ends the connection at the deadline: one that sends a byte a second never times out by itself."""

    def cut() -> None:
        with contextlib.suppress(OSError):
            # Not an SSL socket's own shutdown, which takes its state from under a thread that reads.
            socket.socket.shutdown(channel, socket.SHUT_RDWR)

    timer = threading.Timer(deadline.left + _GRACE, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class _Unpacker:
    """Unpacks what comes block by block, never to more than a byte over `most` at a time."""

    def __init__(self, coding: str, most: int) -> None:
        if coding not in _CODINGS:
            raise FetchError(f"It is packed in a way that was not asked for ({coding[:20]}).")
        self._coding, self._most = coding, most
        self._stream: zlib._Decompress | None = None

    @property
    def is_whole(self) -> bool:
        """Whether what is packed has reached its end."""
        return self._stream is None or self._stream.eof

    def __call__(self, block: bytes) -> bytes:
        if self._coding == "":
            return block
        if self._stream is None:
            bare = self._coding == "deflate" and not _has_header(block)
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS if bare else _WITH_HEADER)
        data = self._stream.decompress(block, self._most + 1)
        while self._stream.unused_data.startswith(_GZIP) and len(data) <= self._most:
            rest, self._stream = self._stream.unused_data, zlib.decompressobj(_WITH_HEADER)
            data += self._stream.decompress(rest, self._most + 1)
        return data


def _has_header(block: bytes) -> bool:
    return len(block) > 1 and block[0] & 0x0F == 8 and int.from_bytes(block[:2], "big") % 31 == 0


def _authority(url: yarl.URL) -> str:
    host = f"[{url.raw_host}]" if ":" in (url.raw_host or "") else url.raw_host or ""
    return host if url.is_default_port() else f"{host}:{url.port}"


def _reason(error: Exception) -> str:
    """The system's words for an error of its own, the kind of any other: never what a server sent."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return re.sub(r"\s*\(_ssl\.c:\d+\)|\[[^\]]*\]\s*", "", text)
