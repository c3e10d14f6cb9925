"""Accounts and roles."""

import datetime
from typing import TYPE_CHECKING

from tests.discord_server.errors import Json
from tests.discord_server.permissions import Permissions
from tests.discord_server.world import World

if TYPE_CHECKING:
    from tests.discord_server.guild import Guild


def when(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="milliseconds")


class User:
    """An account: the bot's, or a person's."""

    def __init__(self, world: World, name: str, *, bot: bool = False) -> None:
        self.world = world
        self.id = world.new_id()
        self.name = name
        self.is_bot = bot
        self.takes_direct_messages = True
        world.users[self.id] = self

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def json(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": None if self.is_bot else self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.is_bot,
            "public_flags": 0,
        }


class Role:
    """Permissions with a name."""

    def __init__(self, guild: "Guild", name: str, permissions: Permissions, number: int) -> None:
        self.guild = guild
        self.id = number
        self.name = name
        self.permissions = permissions
        self.bot_id: int | None = None  # whose own role it is

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"

    def json(self) -> Json:
        tags = {"tags": {"bot_id": str(self.bot_id)}} if self.bot_id else {}
        return tags | {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(int(self.permissions)),
            "position": 0 if self.id == self.guild.id else 1,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": self.bot_id is not None,
            "mentionable": False,
            "flags": 0,
        }
