"""The people of a server: what they can see and do, as the Discord client lets them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tests.discord_server import choosing, commands, interactions, posting
from tests.discord_server.channel import PUBLIC_THREAD, Channel, direct_channel
from tests.discord_server.errors import Json, NotAllowed, Refused
from tests.discord_server.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Run
from tests.discord_server.message import REPLY, Attachment, Message
from tests.discord_server.permissions import Intents, Permissions
from tests.discord_server.posting import Upload
from tests.discord_server.threads import open_thread
from tests.discord_server.users import Role, User, when
from tests.discord_server.world import wait_for

if TYPE_CHECKING:
    from tests.discord_server.guild import Guild


class Member:
    """A person, or the bot, in one server; the same person may be a member of several."""

    def __init__(self, guild: "Guild", user: User) -> None:
        self.guild = guild
        self.user = user
        self.world = guild.world
        self.roles: list[Role] = []
        self.joined = self.world.clock.now()
        guild.members[user.id] = self

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def mention(self) -> str:
        return self.user.mention

    def json(self, *, user: bool = True) -> Json:
        raw: Json = {
            "roles": [str(role.id) for role in self.roles],
            "nick": None,
            "avatar": None,
            "joined_at": when(self.joined),
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
        }
        return raw | ({"user": self.user.json()} if user else {})

    def add_role(self, role: Role) -> None:
        with self.world.lock:
            if role not in self.roles:
                self.roles.append(role)
                self._updated()

    def remove_role(self, role: Role) -> None:
        with self.world.lock:
            self.roles.remove(role)
            self._updated()

    def _updated(self) -> None:
        data = self.json() | {"guild_id": str(self.guild.id)}
        needs = Intents(0) if self.user is self.world.bot else Intents.guild_members
        self.world.publish("GUILD_MEMBER_UPDATE", data, guild=self.guild, needs=needs)

    def leave(self) -> None:
        """Go from the server."""
        with self.world.lock:
            del self.guild.members[self.id]
            data = {"guild_id": str(self.guild.id), "user": self.user.json()}
            self.world.publish("GUILD_MEMBER_REMOVE", data, guild=self.guild)

    # Seeing.

    def may(self, channel: Channel, permission: Permissions) -> bool:
        if channel.guild is None:
            return channel.recipient is self.user
        member = channel.guild.members.get(self.id)
        return member is not None and permission in channel.permissions_of(member)

    def sees(self, message: Message) -> bool:
        there = not message.deleted and self.may(message.channel, Permissions.view_channel)
        return there and message.only_for in (None, self.user)

    def sees_command(self, name: str, channel: Channel | None = None) -> bool:
        """Whether the client offers the slash command here; in direct messages without a channel."""
        try:
            self._offered(name.split(), commands.CHAT, channel or self.direct)
        except NotAllowed:
            return False
        return True

    def _need(self, channel: Channel, *permissions: Permissions) -> None:
        for needed in (Permissions.view_channel, *permissions):
            if not self.may(channel, needed):
                raise NotAllowed(f"{self.user.name} lacks {needed.name} in {channel.name}")

    def _look(self, message: Message) -> None:
        if not self.sees(message):
            raise NotAllowed(f"{self.user.name} does not see {message!r}")

    # Speaking.

    def say(
        self,
        channel: Channel,
        content: str,
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        files: Iterable[tuple[str, bytes]] = (),
    ) -> Message:
        """Post a message; `reply_to` makes it a reply, which pings unless `ping` is off."""
        with self.world.lock:
            self._need(channel, channel.speaking)
            if channel.locked:
                raise NotAllowed(f"{channel.name} is locked")
            body: Json = {"content": content}
            if reply_to:
                self._look(reply_to)
                if reply_to.ephemeral:
                    raise NotAllowed("nobody can reply to an ephemeral message")
                body["allowed_mentions"] = {"parse": ["users", "roles", "everyone"], "replied_user": ping}
            uploads = tuple(Upload(name, data) for name, data in files)
            try:
                kind = REPLY if reply_to else 0
                return posting.post(channel, self.user, body, kind=kind, reference=reply_to, files=uploads)
            except Refused as refused:
                raise NotAllowed(f"Discord does not take {content!r}: {refused}") from refused

    def dm(self, content: str, **options: Any) -> Message:
        """A direct message to the bot; the options are those of `say`."""
        return self.say(self.direct, content, **options)

    @property
    def direct(self) -> Channel:
        """The direct messages between this person and the bot."""
        with self.world.lock:
            return direct_channel(self.user)

    def edit(self, message: Message, content: str) -> None:
        with self.world.lock:
            if message.author is not self.user:
                raise NotAllowed("that message is someone else's")
            posting.edit(message, {"content": content})

    def delete(self, message: Message) -> None:
        with self.world.lock:
            if message.author is not self.user:
                self._need(message.channel, Permissions.manage_messages)
            message.delete()

    def thread(self, message: Message, name: str) -> Channel:
        """Open a thread from a message."""
        with self.world.lock:
            self._need(message.channel, Permissions.create_public_threads)
            return open_thread(message.channel, self.user, {"name": name}, PUBLIC_THREAD, message)

    # Commands.

    def command(
        self, name: str, options: dict[str, Any] | None = None, channel: Channel | None = None
    ) -> Run:
        """Run a slash command: "ask", or "articles list"; `(name, bytes)` uploads an attachment.

        Without a channel, in the person's direct messages with the bot.
        """
        with self.world.lock:
            place = channel or self.direct
            command, way = self._slash(name, place)
            values = {key: self._upload(place, value) for key, value in (options or {}).items()}
            filled = commands.filled((way[-1] if way else command).get("options") or [], values)
            data = choosing.command_data(command, way, filled, values.values())
            return self._send(place, COMMAND, data)

    def autocomplete(self, name: str, option: str, typed: str, channel: Channel | None = None) -> list[str]:
        """The names offered while typing `typed` into the option."""
        with self.world.lock:
            place = channel or self.direct
            command, way = self._slash(name, place)
            registered = (way[-1] if way else command).get("options") or []
            if not any(o["name"] == option and o.get("autocomplete") for o in registered):
                raise NotAllowed(f"/{name} has no option {option!r} that completes itself")
            filled = commands.filled(registered, {option: typed}, focused=option)
            run = self._send(place, AUTOCOMPLETE, choosing.command_data(command, way, filled, ()))
        run.done(10)
        return [choice["name"] for choice in run.choices or []]

    def context(self, name: str, target: Message) -> Run:
        """Run a command of a message's context menu."""
        with self.world.lock:
            self._look(target)
            command = self._offered([name], commands.MESSAGE, target.channel)
            found = {"messages": {str(target.id): target.json()}}
            data = choosing.menu_data(command) | {"target_id": str(target.id), "resolved": found}
            return self._send(target.channel, COMMAND, data)

    def _slash(self, name: str, channel: Channel) -> tuple[Json, list[Json]]:
        words = name.removeprefix("/").split()
        command = self._offered(words, commands.CHAT, channel)
        return command, commands.way(command, words)

    def _offered(self, words: list[str], kind: int, channel: Channel) -> Json:
        """The command, if the client offers it to this person here."""
        guild = channel.guild
        command = commands.find(self.world, words, kind, guild.id if guild else None)
        if (0 if guild else 1) not in command["contexts"]:
            raise NotAllowed(f"{command['name']} is not offered in {channel.name}")
        if guild:
            self._need(channel, Permissions.use_application_commands, channel.speaking)
            if not guild.present:
                raise NotAllowed(f"the bot is not in {guild.name}")
            wanted = command["default_member_permissions"]
            if wanted is not None and not self._has(channel, Permissions(int(wanted))):
                raise NotAllowed(f"{self.user.name} may not run {command['name']}")
        return command

    def _has(self, channel: Channel, wanted: Permissions) -> bool:
        """Permission set 0 stands for administrators alone."""
        return self.may(channel, wanted or Permissions.administrator)

    def _upload(self, channel: Channel, value: Any) -> Any:
        if not isinstance(value, tuple):
            return value
        name, content = value
        return Attachment(channel, name, content)

    def _send(self, channel: Channel, kind: int, data: Json, source: Message | None = None) -> Run:
        member = channel.guild.members.get(self.id) if channel.guild else None
        return interactions.send(Run(self.world, self.user, channel, kind, data, source), member)

    # Components.

    def click(self, message: Message, label: str = "", *, custom_id: str | None = None) -> Run:
        """Press a button, by its label (or its emoji) or its custom id."""
        with self.world.lock:
            self._look(message)
            data = choosing.pressed(message, label, custom_id)
            return self._send(message.channel, COMPONENT, data, message)

    def choose(self, message: Message, custom_id: str, values: Sequence[Any]) -> Run:
        """Choose in a select: values, or members, roles and channels."""
        with self.world.lock:
            self._look(message)
            data = choosing.chosen(message, custom_id, values)
            return self._send(message.channel, COMPONENT, data, message)

    def forge(self, place: Message | Channel, custom_id: str, values: Sequence[str] = ()) -> Run:
        """A press (a choice, with values) that no message of the bot offered, as if this one had.

        In a channel, the message is one that nobody else has seen.
        """
        with self.world.lock:
            data, part = choosing.forged(custom_id, values)
            if isinstance(place, Channel):
                fields: Json = {"content": "forged", "embeds": [], "components": [], "flags": 0}
                place = Message(place, self.world.bot, fields, kind=0, only_for=self.user)
            run = Run(self.world, self.user, place.channel, COMPONENT, data, place)
            run.forged = part
            guild = place.channel.guild
            return interactions.send(run, guild.members.get(self.id) if guild else None)

    def submit(self, run: Run, values: dict[str, Any]) -> Run:
        """Fill in and send the form that `run` brought up, by custom ids or labels."""
        form = wait_for(lambda: run.modal, 10, f"a form from {run.name}")
        with self.world.lock:
            return self._send(run.channel, MODAL, interactions.submit_data(form, values), run.source)
