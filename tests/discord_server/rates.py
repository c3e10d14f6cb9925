"""Rate limits, as headers and as 429; and the failures that a test asks for."""

import dataclasses
import re
import time

from tests.discord_server.errors import Json, Refused

# The routes with a limit that a bot meets: requests, seconds. All others share a generous one.
LIMITS = {
    "POST /channels/{channel}/messages": (5, 5.0),
    "PATCH /channels/{channel}/messages/{message}": (5, 5.0),
    "DELETE /channels/{channel}/messages/{message}": (5, 1.0),
    "POST /channels/{channel}/typing": (5, 5.0),
    "POST /webhooks/{application}/{token}": (5, 2.0),
    "PATCH /webhooks/{application}/{token}/messages/{which}": (5, 2.0),
}
OTHERS = (100, 1.0)
OVERALL = (50, 1.0)
# Without it discord.py takes a 429 for a ban by Cloudflare.
PROXY = {"Via": "1.1 google"}


@dataclasses.dataclass
class Window:
    """A bucket: so many requests from the first one on."""

    most: int
    seconds: float
    started: float = 0.0
    used: int = 0

    def take(self) -> float:
        """0 when there was room, otherwise the seconds until there is."""
        now = time.monotonic()
        if now - self.started >= self.seconds:
            self.started, self.used = now, 0
        if self.used >= self.most:
            return self.started + self.seconds - now
        self.used += 1
        return 0.0

    def headers(self, name: str) -> dict[str, str]:
        left = max(0.0, self.started + self.seconds - time.monotonic())
        return {
            "X-RateLimit-Limit": str(self.most),
            "X-RateLimit-Remaining": str(self.most - self.used),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": name,
        }


def too_many(retry_after: float, scope: str, headers: dict[str, str] | None = None) -> Refused:
    body: Json = {"message": "You are being rate limited.", "retry_after": round(retry_after, 3)}
    body["global"] = scope == "global"
    told = {"Retry-After": f"{retry_after:.3f}", "X-RateLimit-Scope": scope, **PROXY, **(headers or {})}
    return Refused(
        429, 0, headers=told | ({"X-RateLimit-Global": "true"} if scope == "global" else {}), extra=body
    )


class Rates:
    """Who may ask how often."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, str], Window] = {}
        self._overall = Window(*OVERALL)

    def admit(self, route: str, major: str, *, counted: bool) -> dict[str, str]:
        """The headers for the answer, or Refused with 429; `counted` for the 50 a second of a bot."""
        if counted and (wait := self._overall.take()):
            raise too_many(wait, "global")
        window = self._windows.setdefault((route, major), Window(*LIMITS.get(route, OTHERS)))
        wait = window.take()
        name = f"{abs(hash(route)):x}"
        if wait:
            raise too_many(wait, "user", window.headers(name))
        return window.headers(name)


@dataclasses.dataclass
class Failure:
    """What a test wants to go wrong: a status, after a delay, so many times."""

    method: str
    pattern: str
    status: int | None
    times: int
    retry_after: float
    everywhere: bool
    code: int
    delay: float

    def meets(self, method: str, path: str) -> bool:
        return self.times > 0 and self.method == method and re.search(self.pattern, path) is not None

    def refusal(self) -> Refused | None:
        if self.status == 429:
            return too_many(self.retry_after, "global" if self.everywhere else "shared")
        return Refused(self.status, self.code) if self.status else None
