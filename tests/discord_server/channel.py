"""Text channels, threads and direct messages."""

from typing import TYPE_CHECKING

from tests.discord_server.errors import Json
from tests.discord_server.message import Message
from tests.discord_server.permissions import DIRECT, EVERYTHING, NOTHING, Permissions
from tests.discord_server.users import Role, User, when
from tests.discord_server.world import World

if TYPE_CHECKING:
    from tests.discord_server.guild import Guild
    from tests.discord_server.people import Member

TEXT, DIRECT_MESSAGES, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 11, 12
# A text channel's keys that a thread and a direct channel lack.
PLACED = {"position": 0, "nsfw": False, "topic": None, "rate_limit_per_user": 0, "parent_id": None}


class Channel:
    """A text channel, a thread or someone's direct messages with the bot."""

    def __init__(
        self,
        world: World,
        name: str,
        *,
        kind: int = TEXT,
        guild: "Guild | None" = None,
        parent: "Channel | None" = None,
        recipient: User | None = None,
        number: int | None = None,
        owner: User | None = None,
    ) -> None:
        self.world = world
        self.id = number or world.new_id()
        self.name = name
        self.kind = kind
        self.guild = guild
        self.parent = parent
        self.recipient = recipient
        self.owner = owner
        self.archived = False
        self.locked = False
        self.archive_after = 1440
        self.joined: set[int] = {owner.id} if owner else set()
        self.overwrites: dict[int, tuple[Permissions, Permissions]] = {}
        self.everything: list[Message] = []
        self.typing: list[float] = []
        self.created = world.clock.now()
        world.channels[self.id] = self
        if guild:
            guild.channels[self.id] = self

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    @property
    def is_thread(self) -> bool:
        return self.kind in (PUBLIC_THREAD, PRIVATE_THREAD)

    @property
    def messages(self) -> list[Message]:
        """What everyone in the channel sees, the oldest first: no ephemeral or deleted message."""
        with self.world.lock:
            return [m for m in self.everything if not m.deleted and m.only_for is None]

    @property
    def threads(self) -> "list[Channel]":
        with self.world.lock:
            return [channel for channel in self.world.channels.values() if channel.parent is self]

    def allow(self, whom: "Role | User | Member", permissions: Permissions) -> None:
        """Overwrite here, for a role or a member; `guild.everyone` and `guild.bot_role` are roles."""
        self._overwrite(whom.id, permissions, NOTHING)

    def deny(self, whom: "Role | User | Member", permissions: Permissions) -> None:
        """Overwrite here, as in `channel.deny(guild.bot_role, Permissions.view_channel)`."""
        self._overwrite(whom.id, NOTHING, permissions)

    def _overwrite(self, number: int, allowed: Permissions, denied: Permissions) -> None:
        with self.world.lock:
            before, was_denied = self.overwrites.get(number, (NOTHING, NOTHING))
            both = ((before | allowed) & ~denied, (was_denied | denied) & ~allowed)
            self.overwrites[number] = both
            self.world.publish("CHANNEL_UPDATE", self.json(), guild=self.guild)

    def permissions_of(self, member: "Member | User") -> Permissions:
        """What this member (any user, in direct messages) may do here."""
        if self.guild is None:
            return DIRECT
        if member is self.guild.owner:
            return EVERYTHING
        mine = [] if isinstance(member, User) else member.roles
        roles = [self.guild.everyone, *mine]
        allowed = NOTHING
        for role in roles:
            allowed |= role.permissions
        if allowed & Permissions.administrator:
            return EVERYTHING
        for group in ([self.guild.id], [role.id for role in mine], [member.id]):
            allowed = self._overwritten(allowed, group)
        return allowed if allowed & Permissions.view_channel else NOTHING

    def _overwritten(self, allowed: Permissions, group: list[int]) -> Permissions:
        place = self.parent or self
        rules = [place.overwrites[number] for number in group if number in place.overwrites]
        for _, denied in rules:
            allowed &= ~denied
        for granted, _ in rules:
            allowed |= granted
        return allowed

    @property
    def for_bot(self) -> Permissions:
        return self.permissions_of(self.guild.bot if self.guild else self.world.bot)

    @property
    def seen_by_bot(self) -> bool:
        here = self.guild is None or self.guild.present
        return here and bool(self.for_bot & Permissions.view_channel)

    @property
    def speaking(self) -> Permissions:
        """The permission that it takes to speak here."""
        threads, channels = Permissions.send_messages_in_threads, Permissions.send_messages
        return threads if self.is_thread else channels

    def delete(self, message: "Message") -> None:
        """As a moderator does."""
        with self.world.lock:
            message.delete()

    def archive(self, *, locked: bool = False) -> None:
        with self.world.lock:
            self.archived, self.locked = True, locked
            self.world.publish("THREAD_UPDATE", self.json(), guild=self.guild)

    def remove(self) -> None:
        """Delete the channel or thread."""
        with self.world.lock:
            event = "THREAD_DELETE" if self.is_thread else "CHANNEL_DELETE"
            data = self.json()
            del self.world.channels[self.id]
            if self.guild:
                del self.guild.channels[self.id]
            for message in self.everything:
                message.deleted = True
            self.world.publish(event, data, guild=self.guild)

    def json(self) -> Json:
        last = self.messages[-1:]
        raw: Json = {
            "id": str(self.id),
            "type": self.kind,
            "last_message_id": str(last[0].id) if last else None,
            "flags": 0,
        }
        if self.recipient:
            return raw | {"recipients": [self.recipient.json()]}
        assert self.guild is not None
        raw |= {"guild_id": str(self.guild.id), "name": self.name}
        return raw | (self._thread_json() if self.is_thread else PLACED | self._overwrites_json())

    def _overwrites_json(self) -> Json:
        assert self.guild is not None
        listed = [
            {
                "id": str(number),
                "type": 0 if number in self.guild.roles else 1,
                "allow": str(int(allowed)),
                "deny": str(int(denied)),
            }
            for number, (allowed, denied) in self.overwrites.items()
        ]
        return {"permission_overwrites": listed}

    def _thread_json(self) -> Json:
        assert self.parent is not None
        assert self.owner is not None
        return {
            "parent_id": str(self.parent.id),
            "owner_id": str(self.owner.id),
            "member_count": len(self.joined),
            "message_count": len(self.messages),
            "total_message_sent": len(self.everything),
            "rate_limit_per_user": 0,
            "thread_metadata": {
                "archived": self.archived,
                "locked": self.locked,
                "auto_archive_duration": self.archive_after,
                "archive_timestamp": when(self.created),
                "create_timestamp": when(self.created),
            },
        }


def direct_channel(user: User) -> Channel:
    """The direct messages between the user and the bot."""
    for channel in user.world.channels.values():
        if channel.recipient is user:
            return channel
    return Channel(user.world, f"{user.name}'s direct messages", kind=DIRECT_MESSAGES, recipient=user)
