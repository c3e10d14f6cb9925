"""Good manners: what a site's robots.txt allows, and a pause between two requests to one host."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import yarl

from index.errors import FetchError, FetchRefused

if TYPE_CHECKING:
    from protego import Protego

_DAY = 24 * 3600.0
# What could not be had is asked for again sooner.
_SHORT = 600.0
_MOST_SITES = 200
# A site may ask for hours.
_LONGEST_PAUSE = 30.0


class Robots:
    """The rules of each site for `agent`, kept for a day. Threads may share it."""

    def __init__(self, agent: str) -> None:
        self._agent = agent
        self._sites: dict[yarl.URL, tuple[Protego | None, float]] = {}
        self._lock = threading.Lock()

    def check(self, url: yarl.URL, load: Callable[[yarl.URL], bytes | None]) -> None:
        """Raises FetchError where `url` may not be fetched; `load` gives a site's robots.txt.

        As RFC 9309 has it, a site whose rules cannot be had (`load` gives None) allows nothing for now.
        """
        rules = self._rules(url.origin(), load)
        if rules is None:
            raise FetchError(f"robots.txt of {url.host} cannot be read just now.", "Try again later.")
        if not rules.can_fetch(str(url), self._agent):
            raise FetchRefused(
                f"robots.txt of {url.host} keeps programs from {url}.", "Save the page by hand."
            )

    def pause(self, url: yarl.URL) -> float:
        """The seconds that a site wants between two requests, as far as its rules were read."""
        with self._lock:
            rules, _ = self._sites.get(url.origin(), (None, 0.0))
        asked = rules.crawl_delay(self._agent) if rules else None
        return min(asked or 0.0, _LONGEST_PAUSE)

    def _rules(self, site: yarl.URL, load: Callable[[yarl.URL], bytes | None]) -> "Protego | None":
        from protego import Protego

        with self._lock:
            rules, until = self._sites.get(site, (None, 0.0))
        if time.monotonic() < until:
            return rules
        data = load(site / "robots.txt")
        rules = None if data is None else Protego.parse(data.decode("utf-8-sig", "replace"))
        with self._lock:
            if len(self._sites) >= _MOST_SITES:
                self._sites.pop(next(iter(self._sites)))
            self._sites[site] = rules, time.monotonic() + (_SHORT if rules is None else _DAY)
        return rules


class Pace:
    """Lets requests to one host begin no closer together than a pause. Threads may share it."""

    def __init__(self) -> None:
        self._free: dict[str, float] = {}
        self._lock = threading.Lock()

    def turn(self, host: str, pause: float) -> float:
        """Takes the next turn for a host; the seconds to wait for it."""
        now = time.monotonic()
        with self._lock:
            self._free = {name: free for name, free in self._free.items() if free > now}
            at = max(now, self._free.get(host, now))
            self._free[host] = at + pause
        return at - now
