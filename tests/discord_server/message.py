"""A message, its edits and its files."""

import dataclasses
import itertools
import mimetypes
import re
import time
from typing import TYPE_CHECKING

from tests.discord_server import components, limits
from tests.discord_server.errors import Json
from tests.discord_server.permissions import Flags, Intents
from tests.discord_server.users import User, when
from tests.discord_server.world import wait_for

if TYPE_CHECKING:
    from tests.discord_server.channel import Channel

# Types of messages; the two of the system have no text of their own.
REPLY, SLASH_COMMAND, MENU_COMMAND, THREAD_CREATED, THREAD_STARTER = 19, 20, 23, 18, 21
SYSTEM = {THREAD_CREATED, THREAD_STARTER}


@dataclasses.dataclass(frozen=True, slots=True)
class Edit:
    """One change after the first words: when, by time.monotonic(), and the text from then on."""

    at: float
    text: str


class Attachment:
    """A file on the CDN, for a day; its name there is plain ASCII, as Discord makes it."""

    def __init__(self, channel: "Channel", title: str, content: bytes) -> None:
        self.world = channel.world
        self.id = self.world.new_id()
        self.title = title
        self.filename = re.sub(r"[^A-Za-z0-9._-]+", "_", title).strip("_") or "unknown"
        self.content = content
        self.kind = mimetypes.guess_type(title)[0] or "application/octet-stream"
        self.expires = int(self.world.clock.now()) + 24 * 3600
        self.path = f"/attachments/{channel.id}/{self.id}/{self.filename}"
        self.world.attachments[self.id] = self

    def json(self) -> Json:
        url = f"{self.world.origin}{self.path}?ex={self.expires:x}&is=0&hm={self.id:x}"
        raw: Json = {
            "id": str(self.id),
            "filename": self.filename,
            "size": len(self.content),
            "url": url,
            "proxy_url": url,
            "content_type": self.kind,
        }
        return raw if self.filename == self.title else raw | {"title": self.title}


class Message:
    """A message as it now is; `raw` is its JSON."""

    def __init__(
        self, channel: "Channel", author: User, fields: Json, *, kind: int, only_for: User | None
    ) -> None:
        self.channel = channel
        self.world = channel.world
        self.id = self.world.new_id()
        self.author = author
        self.kind = kind
        self.only_for = only_for
        self.fields = fields
        self.sent_at = time.monotonic()
        self.created = self.world.clock.now()
        self.edited: float | None = None
        self.edits: list[Edit] = []
        self.pings: list[str] = []
        self.attachments: list[Attachment] = []
        self.reference: Message | None = None
        self.thread: Channel | None = None
        self.deleted = False
        self.world.messages[self.id] = self
        channel.everything.append(self)

    def __repr__(self) -> str:
        return f"<message of {self.author.name}: {self.text!r}>"

    @property
    def flags(self) -> Flags:
        return Flags(self.fields["flags"])

    @property
    def ephemeral(self) -> bool:
        return self.only_for is not None

    @property
    def thinking(self) -> bool:
        """Whether it only says that the bot is thinking."""
        return bool(self.flags & Flags.loading)

    @property
    def text(self) -> str:
        """All that it shows in words: content, embeds, text displays."""
        return limits.visible(self.fields)

    @property
    def buttons(self) -> list[components.Button]:
        return components.buttons(self.fields["components"])

    @property
    def components(self) -> list[Json]:
        """All of them, nested ones included, in the order of reading."""
        return list(components.walk(self.fields["components"]))

    @property
    def previews(self) -> list[str]:
        """The urls that Discord would unfurl under it."""
        return limits.previews(self.fields)

    @property
    def shortest_edit_gap(self) -> float:
        """Seconds between the two closest changes, the sending included; inf when never edited."""
        times = [self.sent_at, *(edit.at for edit in self.edits)]
        return min((b - a for a, b in itertools.pairwise(times)), default=float("inf"))

    def replies(self, timeout: float = 30, count: int = 1) -> "list[Message]":
        """The bot's messages that refer to this one, once there are `count` of them."""
        wait_for(lambda: len(self._replies()) >= count, timeout, f"{count} replies to {self!r}")
        return self._replies()

    def reply(self, timeout: float = 30) -> "Message":
        """The bot's first reply to this message."""
        return self.replies(timeout)[0]

    def _replies(self) -> "list[Message]":
        with self.world.lock:
            return [
                m
                for m in self.world.messages.values()
                if m.reference is self
                and m.author is self.world.bot
                and m.kind not in SYSTEM
                and not m.deleted
                and not m.thinking
            ]

    def settled(self, quiet: float = 1.5, timeout: float = 30) -> "Message":
        """This message, once nothing has changed it for `quiet` seconds."""

        def still() -> bool:
            last = self.edits[-1].at if self.edits else self.sent_at
            return not self.thinking and time.monotonic() - last >= quiet

        wait_for(still, timeout, f"{self!r} to stay as it is")
        return self

    @property
    def raw(self) -> Json:
        """The JSON that one sees who may see everything."""
        with self.world.lock:
            return self.json()

    def open_to_bot(self, intent: bool) -> bool:
        """Whether the bot gets the content, with or without the message-content intent."""
        bot = self.world.bot
        mine = self.author is bot or bot.mention in self.pings
        return intent or mine or self.channel.guild is None

    def json(self, *, intent: bool = True, nested: bool = True) -> Json:
        """As the bot gets it; `intent` is the message-content intent."""
        raw: Json = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.json(),
            "type": self.kind,
            "timestamp": when(self.created),
            "edited_timestamp": when(self.edited) if self.edited else None,
            "tts": False,
            "pinned": False,
            "mention_everyone": bool({"@everyone", "@here"} & set(self.pings)),
            "mentions": self._mentions(),
            "mention_roles": [ping[3:-1] for ping in self.pings if ping.startswith("<@&")],
            "attachments": [attachment.json() for attachment in self.attachments],
            **{key: value for key, value in self.fields.items() if key != "allowed_mentions"},
        }
        if not self.open_to_bot(intent):
            raw |= {"content": "", "embeds": [], "attachments": [], "components": []}
        if self.thread:
            raw["thread"] = self.thread.json()
        return raw | self._reference_json(intent=intent, nested=nested)

    def _mentions(self) -> list[Json]:
        listed = []
        for ping in self.pings:
            user = self.world.users.get(int(ping[2:-1])) if ping[2:-1].isdigit() else None
            if user:
                guild = self.channel.guild
                member = guild.members.get(user.id) if guild else None
                listed.append(user.json() | ({"member": member.json(user=False)} if member else {}))
        return listed

    def _reference_json(self, *, intent: bool, nested: bool) -> Json:
        source = self.reference
        if source is None:
            return {}
        reference = {"type": 0, "message_id": str(source.id), "channel_id": str(source.channel.id)}
        if source.channel.guild:
            reference["guild_id"] = str(source.channel.guild.id)
        raw: Json = {"message_reference": reference}
        if nested and not self.world.foreign:
            raw["referenced_message"] = None if source.deleted else source.json(intent=intent, nested=False)
        return raw

    def delete(self) -> None:
        """It is gone, and the bot hears of it."""
        self.deleted = True
        guild = self.channel.guild
        data = {"id": str(self.id), "channel_id": str(self.channel.id)}
        if guild:
            data["guild_id"] = str(guild.id)
        if self.only_for is None:
            self.world.publish("MESSAGE_DELETE", data, guild=guild, needs=self._needs)

    def tell(self, event: str) -> None:
        """The bot hears of it, where it may: an ephemeral message is nobody's but its reader's."""
        if self.only_for is not None or not self.channel.seen_by_bot:
            return
        extra: Json = {}
        guild = self.channel.guild
        if guild:
            extra["guild_id"] = str(guild.id)
            member = guild.members.get(self.author.id)
            extra |= {"member": member.json(user=False)} if member else {}
        data, hidden = (self.json(intent=intent) | extra for intent in (True, False))
        self.world.publish(event, data, guild=guild, needs=self._needs, hidden=hidden)

    @property
    def _needs(self) -> Intents:
        return Intents.guild_messages if self.channel.guild else Intents.direct_messages
