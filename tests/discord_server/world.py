"""What is in this Discord: its clock, its ids, and everything that was made or refused."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tests.discord_server.errors import Json, unknown
from tests.discord_server.permissions import PRIVILEGED, Intents

if TYPE_CHECKING:
    from tests.discord_server.channel import Channel
    from tests.discord_server.guild import Guild
    from tests.discord_server.interactions import Run
    from tests.discord_server.message import Attachment, Message
    from tests.discord_server.users import User

EPOCH = 1_420_070_400
T = TypeVar("T")


class Clock:
    """Seconds since 1970; `advance` makes years pass."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


class World:
    """All state, behind one lock: requests, gateway and tests come from different threads."""

    def __init__(self, token: str, name: str, enabled: Intents, shards: int) -> None:
        self.token = token
        self.name = name
        self.enabled = enabled
        self.shards = shards
        self.lock = threading.RLock()
        self.clock = Clock()
        self.foreign = False
        self.origin = ""
        self.gateway_url = ""
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.runs: dict[str, Run] = {}
        self.attachments: dict[int, Attachment] = {}
        self.commands: dict[int, Json] = {}
        self.command_puts = 0
        self.violations: list[str] = []
        self.refusals: list[str] = []
        self.publish: Callable[..., bool] = lambda *_, **__: False
        self.later: Callable[[float, Callable[[], None]], None] = lambda *_: None
        self._last_id = 0
        self.bot: User

    @property
    def flags(self) -> int:
        """The application's, which tell the privileged intents that are enabled."""
        return sum(flag for intent, flag in PRIVILEGED.items() if intent & self.enabled)

    def new_id(self) -> int:
        milliseconds = int((self.clock.now() - EPOCH) * 1000)
        self._last_id = max(self._last_id + 1, milliseconds << 22)
        return self._last_id

    def find(self, things: dict[int, T], number: int, code: int) -> T:
        """The thing with this id, or 404 with this code."""
        if number not in things:
            raise unknown(code)
        return things[number]

    def violation(self, what: str) -> None:
        with self.lock:
            self.violations.append(what)


def wait_for(ready: Callable[[], T | None], timeout: float, what: str = "it") -> T:
    """The first true value of `ready()`; TimeoutError when there is none in time."""
    end = time.monotonic() + timeout
    while not (value := ready()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {timeout:g} s for {what}")
        time.sleep(0.01)
    return value
