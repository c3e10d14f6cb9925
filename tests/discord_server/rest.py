"""What the REST routes, version 10, are given, and tables of them."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.discord_server.channel import Channel
from tests.discord_server.errors import NO_ACCESS, Refused, lacking, unknown
from tests.discord_server.guild import Guild
from tests.discord_server.interactions import Run
from tests.discord_server.message import Message
from tests.discord_server.permissions import Permissions
from tests.discord_server.posting import Upload
from tests.discord_server.world import World


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """One request, read and with its bot known."""

    world: World
    parts: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    files: tuple[Upload, ...]

    def number(self, name: str) -> int:
        return int(self.parts[name]) if self.parts[name].isdigit() else 0

    def channel(self, *needed: Permissions) -> Channel:
        """The channel in the path, if the bot sees it and has these permissions there."""
        channel = self.world.find(self.world.channels, self.number("channel"), 10003)
        if not channel.seen_by_bot:
            raise lacking(NO_ACCESS)
        for permission in needed:
            if permission not in channel.for_bot:
                raise lacking()
        return channel

    def message(self, *needed: Permissions) -> Message:
        channel = self.channel(*needed)
        message = self.world.find(self.world.messages, self.number("message"), 10008)
        if message.channel is not channel or message.deleted or message.ephemeral:
            raise unknown(10008)
        return message

    def guild(self) -> Guild:
        guild = self.world.find(self.world.guilds, self.number("guild"), 10004)
        if not guild.present:
            raise unknown(10004)
        return guild

    def run(self) -> Run:
        """The interaction whose token is in the path, within its 15 minutes."""
        run = self.world.runs.get(self.parts["token"])
        if run is None:
            raise unknown(10015)
        if run.expired():
            raise Refused(401, 50027)
        return run


Handler = Callable[[Call], Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """A method and path with its handler; an open one takes no token of the bot's."""

    name: str
    method: str
    pattern: re.Pattern[str]
    handler: Handler
    open: bool


class Routes(list[Route]):
    """Routes that belong together."""

    def add(self, method: str, path: str, *, open: bool = False) -> Callable[[Handler], Handler]:
        """Decorate the handler of the path."""
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$")

        def keep(handler: Handler) -> Handler:
            self.append(Route(f"{method} {path}", method, pattern, handler, open))
            return handler

        return keep
