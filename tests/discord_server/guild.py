"""A server."""

from collections.abc import Iterable

from tests.discord_server.channel import Channel
from tests.discord_server.errors import Json
from tests.discord_server.people import Member
from tests.discord_server.permissions import EVERYONE, NOTHING, Permissions
from tests.discord_server.users import Role, User, when
from tests.discord_server.world import World

LEVELS = (
    "verification_level default_message_notifications explicit_content_filter mfa_level nsfw_level "
    "premium_tier"
).split()
LISTS = (
    "features emojis stickers stage_instances guild_scheduled_events voice_states presences soundboard_sounds"
).split()


class Guild:
    """A server. The bot is in it from the start."""

    def __init__(self, world: World, name: str, bot_permissions: Permissions) -> None:
        self.world = world
        self.id = world.new_id()
        self.name = name
        self.present = True
        self.available = True
        self.everyone = Role(self, "@everyone", EVERYONE, self.id)
        self.roles = {self.id: self.everyone}
        self.channels: dict[int, Channel] = {}
        self.members: dict[int, Member] = {}
        self.bot = Member(self, world.bot)
        self.bot_role = Role(self, world.name, bot_permissions, world.new_id())
        self.roles[self.bot_role.id] = self.bot_role
        self.bot_role.bot_id = world.bot.id
        self.bot.roles.append(self.bot_role)
        self.owner = Member(self, User(world, f"owner of {name}"))
        world.guilds[self.id] = self

    def channel(self, name: str) -> Channel:
        """The text channel with this name, made when there is none."""
        with self.world.lock:
            for channel in self.channels.values():
                if channel.name == name and not channel.is_thread:
                    return channel
            channel = Channel(self.world, name, guild=self)
            self._tell("CHANNEL_CREATE", channel.json())
            return channel

    def role(self, name: str, permissions: Permissions = NOTHING) -> Role:
        """The role with this name, made when there is none."""
        with self.world.lock:
            for role in self.roles.values():
                if role.name == name:
                    return role
            role = Role(self, name, permissions, self.world.new_id())
            self.roles[role.id] = role
            self._tell("GUILD_ROLE_CREATE", {"guild_id": str(self.id), "role": role.json()})
            return role

    def member(
        self,
        who: str | User | Member,
        *,
        permissions: Permissions = NOTHING,
        roles: Iterable[Role] = (),
    ) -> Member:
        """The member with this name, or this person of another server; joins when not here yet."""
        with self.world.lock:
            user = who if isinstance(who, User) else getattr(who, "user", None)
            found = [m for m in self.members.values() if m.user is user or m.user.name == who]
            if not found:
                found = [Member(self, user or User(self.world, str(who)))]
                self._tell("GUILD_MEMBER_ADD", found[0].json() | {"guild_id": str(self.id)})
            extra = [self.role(f"permissions of {found[0].user.name}", permissions)] if permissions else []
            for role in [*roles, *extra]:
                found[0].add_role(role)
            return found[0]

    def set_permissions(self, role: Role, permissions: Permissions) -> None:
        """Give a role other permissions; `bot_role` is the bot's, `everyone` everyone's."""
        with self.world.lock:
            role.permissions = permissions
            self._tell("GUILD_ROLE_UPDATE", {"guild_id": str(self.id), "role": role.json()})

    def kick_bot(self) -> None:
        with self.world.lock:
            self.present = False
            self._tell("GUILD_DELETE", {"id": str(self.id)})

    def invite_bot(self) -> None:
        """Have the bot back."""
        with self.world.lock:
            self.present = True
            # A server that was joined comes without the word whether it is available.
            joined = self.json()
            del joined["unavailable"]
            self._tell("GUILD_CREATE", joined)

    def go_dark(self) -> None:
        """An outage of this server, as opposed to the bot's leaving."""
        with self.world.lock:
            self.available = False
            self._tell("GUILD_DELETE", {"id": str(self.id), "unavailable": True})

    def light_up(self) -> None:
        with self.world.lock:
            self.available = True
            self._tell("GUILD_CREATE", self.json())

    def _tell(self, event: str, data: Json) -> None:
        if self.present or event == "GUILD_DELETE":
            self.world.publish(event, data, guild=self)

    def partial(self) -> Json:
        return {"id": str(self.id), "locale": "en-US", "features": []}

    def json(self) -> Json:
        """As in GUILD_CREATE."""
        spots = [channel for channel in self.channels.values() if channel.seen_by_bot]
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner.id),
            "roles": [role.json() for role in self.roles.values()],
            "channels": [channel.json() for channel in spots if not channel.is_thread],
            "threads": [channel.json() for channel in spots if channel.is_thread and not channel.archived],
            "members": [self.bot.json()],
            "member_count": len(self.members),
            "joined_at": when(self.world.clock.now()),
            "large": False,
            "unavailable": False,
            "preferred_locale": "en-US",
            "icon": None,
            "banner": None,
            "splash": None,
            "discovery_splash": None,
            "description": None,
            "afk_channel_id": None,
            "system_channel_id": None,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "application_id": None,
            "vanity_url_code": None,
            "afk_timeout": 300,
            "system_channel_flags": 0,
            **dict.fromkeys(LEVELS, 0),
            **{key: [] for key in LISTS},
        }
