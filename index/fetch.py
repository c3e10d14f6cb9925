"""The one way to what lies in the net: a GET that leads nowhere it should not, and always ends."""

import dataclasses
import email.utils
import http.client
import ssl
import threading
import time
from collections.abc import Collection, Iterable
from email.message import Message

import yarl

from index.address import masked
from index.clean import web_address
from index.errors import FetchError, FetchRefused
from index.networks import Network, Networks
from index.pinned import Deadline, Reply, Resolve, addresses_of, get, look_up
from index.robots import Pace, Robots

AGENT = "citebot"
PORTS = (80, 443)
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_NOT_MODIFIED = 304
_LARGEST_ROBOTS = 500_000
_LONGEST_AGAIN = 24 * 3600.0
_LONGEST_HEADER = 500
_LONGEST_SHOWN = 200
_OPEN = "CITEBOT_FETCH_NETWORKS opens networks of your own."


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """What one GET may take: seconds in all, bytes when unpacked, redirects."""

    seconds: float = 20.0
    size: int = 10_000_000
    redirects: int = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Validators:
    """What a server calls the version of a page that it sent, for asking whether it has another."""

    etag: str = ""
    modified: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Fetched:
    """What was found. `url` is where, `moved` the address that permanent redirects give it from now on."""

    url: str
    moved: str
    type: str
    charset: str | None
    data: bytes
    validators: Validators

    @property
    def shown(self) -> str:
        """The address as it may be shown."""
        return masked(self.url)


UNKNOWN = Validators()


class Fetcher:
    """Fetches what is public, and what lies in networks that were `opened`. Threads may share it.

    A host is looked up once for each request, every address it has is checked, and the connection goes to one
    of those. `resolve` and `tls` are the system's.
    """

    def __init__(
        self,
        version: str = "",
        *,
        opened: Iterable[Network] = (),
        ports: Collection[int] = PORTS,
        pause: float = 1.0,
        limits: Limits | None = None,
        resolve: Resolve = addresses_of,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._agent = f"{AGENT}/{version}" if version else AGENT
        self._networks = Networks(opened)
        self._ports = ports
        self._pause = pause
        self._limits = limits or Limits()
        self._resolve = resolve
        self._tls = tls or ssl.create_default_context()
        self._robots = Robots(AGENT)
        self._pace = Pace()
        self._closed = threading.Event()

    @property
    def is_closed(self) -> bool:
        """Whether nothing is fetched any more."""
        return self._closed.is_set()

    def close(self) -> None:
        """Ends every wait for a host's turn; nothing is fetched any more."""
        self._closed.set()

    def get(self, address: str, types: Collection[str]) -> Fetched:
        """What is at an address, of one of the media `types`. Raises FetchError, which shows no secrets."""
        return self._get(address, types, UNKNOWN)

    def get_changed(self, address: str, types: Collection[str], known: Validators) -> Fetched | None:
        """The same; None where it is still what is `known`."""
        try:
            return self._get(address, types, known)
        except _NotModified:
            return None

    def _get(self, address: str, types: Collection[str], known: Validators) -> Fetched:
        """What is at an address. Raises _NotModified where that is `known`."""
        try:
            return self._follow(_parsed(address), types, known)
        except FetchError as error:
            shown = masked(address)[:_LONGEST_SHOWN]
            error.message = masked(error.message)
            if shown not in error.message:
                error.message = f"{shown}: {error.message}"
            raise

    def _follow(self, url: yarl.URL, types: Collection[str], known: Validators) -> Fetched:
        """What is where an address leads."""
        deadline = Deadline(self._limits.seconds)
        conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
        moved, is_moved = url, True
        seen = {url}
        while True:
            self._check(url)
            self._robots.check(url, lambda site: self._robots_of(site, deadline))
            self._wait(url, deadline)
            found = self._once(url, deadline, types, conditions)
            if not isinstance(found, _Redirect):
                return dataclasses.replace(found, moved=str(moved))
            is_moved = is_moved and found.is_permanent
            url = found.url
            moved = url if is_moved else moved
            if url in seen:
                raise FetchError("It leads back to where it began.", "Check the address.")
            if len(seen) > self._limits.redirects:
                raise FetchError("It leads on and on.", "Give the address that it ends at.")
            seen.add(url)

    def _check(self, url: yarl.URL) -> None:
        if url.scheme not in ("http", "https") or not url.raw_host:
            raise FetchRefused("That is no web address.", "Give one that begins with https://.")
        if url.user is not None or url.password is not None:
            raise FetchRefused("An address with a name and password is not fetched.", "Leave them out.")
        if url.port not in self._ports:
            raise FetchRefused(f"Port {url.port} is not fetched from.", "CITEBOT_FETCH_PORTS allows ports.")

    def _once(
        self, url: yarl.URL, deadline: Deadline, types: Collection[str], conditions: dict[str, str]
    ) -> "Fetched | _Redirect":
        """One request, with the answer to it."""
        headers = {
            "User-Agent": self._agent,
            "Accept": ", ".join([*types, "*/*;q=0.1"]),
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
            **{name: value for name, value in conditions.items() if value},
        }
        with get(url, self._addresses(url, deadline), headers, deadline, self._tls) as reply:
            if reply.status == _NOT_MODIFIED and any(conditions.values()):
                raise _NotModified
            if reply.status in _REDIRECTS and (location := reply.header("Location")):
                return _Redirect(_joined(url, location), reply.status in _PERMANENT)
            if reply.status != http.client.OK:
                raise _failed(url, reply)
            return _received(url, reply, types, self._limits.size)

    def _addresses(self, url: yarl.URL, deadline: Deadline) -> list[str]:
        """The addresses of a host, all of which may be reached."""
        found = look_up(self._resolve, url, deadline)
        if not all(map(self._networks.allow, found)):
            raise FetchRefused(f"{url.host} is not in the public net.", _OPEN)
        return found

    def _robots_of(self, url: yarl.URL, deadline: Deadline) -> bytes | None:
        """A site's robots.txt; nothing where it has none, None where it cannot be had."""
        headers = {"User-Agent": self._agent, "Accept-Encoding": "gzip, deflate", "Connection": "close"}
        for _ in range(self._limits.redirects + 1):
            self._check(url)
            addresses = self._addresses(url, deadline)
            with get(url, addresses, headers, deadline, self._tls) as reply:
                if reply.status in _REDIRECTS and (location := reply.header("Location")):
                    url = _joined(url, location)
                elif reply.status == http.client.OK:
                    return reply.read(_LARGEST_ROBOTS, cut=True)
                else:
                    return b"" if 400 <= reply.status < 500 and reply.status != 429 else None
        return b""

    def _wait(self, url: yarl.URL, deadline: Deadline) -> None:
        """Waits for this request's turn at its host."""
        seconds = self._pace.turn(url.raw_host or "", max(self._pause, self._robots.pause(url)))
        deadline.put_off(seconds)
        if self._closed.wait(seconds):
            raise FetchError("citebot is being stopped.", "Start it again.")


class _NotModified(Exception):
    """What is at an address is what is known of it."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Redirect:
    url: yarl.URL
    is_permanent: bool


def _parsed(address: str) -> yarl.URL:
    try:
        if web_address(address):
            return yarl.URL(address.strip()).with_fragment(None)
    except ValueError:
        pass
    raise FetchRefused("That is no web address.", "Give one that begins with https://.")


def _joined(url: yarl.URL, location: str) -> yarl.URL:
    """Where a redirect leads. Raises FetchError for what is no address."""
    try:
        # Many servers write them in UTF-8, which http.client reads as Latin-1.
        written = location.encode("latin-1").decode("utf-8", "replace")
        return url.join(yarl.URL(written)).with_fragment(None)
    except (ValueError, UnicodeError):
        raise FetchError(f"{url} leads to what is no address.", "Check the address.") from None


def _received(url: yarl.URL, reply: Reply, types: Collection[str], most: int) -> Fetched:
    header = Message()
    header["Content-Type"] = stated = reply.header("Content-Type")
    type = header.get_content_type() if "/" in stated else ""
    if type and type not in types:
        raise FetchError(f"{url} is of the type {type[:50]}, which is not read.")
    charset = header.get_param("charset")
    return Fetched(
        url=str(url),
        moved=str(url),
        type=type,
        charset=charset if isinstance(charset, str) else None,
        data=reply.read(most),
        validators=Validators(_short(reply.header("ETag")), _short(reply.header("Last-Modified"))),
    )


def _short(header: str) -> str:
    return header if len(header) <= _LONGEST_HEADER else ""


def _failed(url: yarl.URL, reply: Reply) -> FetchError:
    """What a status other than 200 means."""
    status = reply.status
    where = f"{url} answers {status}"
    if status in (401, 402, 403, 407, 451):
        return FetchError(
            f"{where}: it wants a login, or does not let programs in.", "Save the page by hand."
        )
    if status in (404, 410):
        return FetchError(f"{where}: there is no such page.", "Check the address.", is_gone=status == 410)
    return FetchError(f"{where}.", "Try again later.", again=_again(reply.header("Retry-After")))


def _again(stated: str) -> float | None:
    """The seconds of a Retry-After header, which names them or a moment."""
    if stated.isascii() and stated.isdigit():
        return min(float(stated[:9]), _LONGEST_AGAIN)
    try:
        seconds = email.utils.parsedate_to_datetime(stated).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), _LONGEST_AGAIN)
