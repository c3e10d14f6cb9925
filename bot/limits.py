"""How many questions a minute: counted in memory, over the sixty seconds before each question."""

import threading
from collections import deque

WINDOW = 60.0
# More than the bot could answer in a minute: what is counted, and so the memory, stays bounded.
MOST_AT_ONCE = 50_000

_Key = tuple[int | None, int | None]


class Limits:
    """Who asked within the last minute; only questions that were allowed count. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: deque[tuple[float, int | None, int]] = deque()
        self._times: dict[_Key, deque[float]] = {}

    def ask(self, server: int | None, member: int, per_member: int, per_server: int, now: float) -> float:
        """Seconds until this member may ask in this server; 0 where now, which then counts as asked.

        `server` is None for direct messages, which have no limit but the member's. The limits are questions
        a minute, at least 1; `now` is a monotonic clock's, in seconds.
        """
        with self._lock:
            self._forget(now - WINDOW)
            waits = [self._wait((server, member), per_member, now)]
            if server is not None:
                waits.append(self._wait((server, None), per_server, now))
            if len(self._asked) >= MOST_AT_ONCE:
                waits.append(self._asked[0][0] + WINDOW - now)
            if (wait := max(waits)) > 0:
                return wait
            self._count(server, member, now)
            return 0.0

    def __len__(self) -> int:
        """How many questions are counted now."""
        return len(self._asked)

    def _wait(self, key: _Key, limit: int, now: float) -> float:
        times = self._times.get(key, ())
        return times[-limit] + WINDOW - now if len(times) >= limit else 0.0

    def _count(self, server: int | None, member: int, now: float) -> None:
        self._asked.append((now, server, member))
        for key in _keys(server, member):
            self._times.setdefault(key, deque()).append(now)

    def _forget(self, until: float) -> None:
        while self._asked and self._asked[0][0] <= until:
            _, server, member = self._asked.popleft()
            for key in _keys(server, member):
                self._times[key].popleft()
                if not self._times[key]:
                    del self._times[key]


def _keys(server: int | None, member: int) -> tuple[_Key, ...]:
    return ((server, member),) if server is None else ((server, member), (server, None))
