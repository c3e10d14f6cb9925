"""Who may ask, where and how often: what a server's settings say of a person and a place."""

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

import discord

from bot.limits import Limits
from bot.servers import ServerSettings
from index.errors import NotAllowed, TryLater

if TYPE_CHECKING:
    from bot.discord.client import Bot

# How long a person's membership of another server is taken for known.
_KNOWN_SECONDS = 600.0
_MOST_KNOWN = 10_000
_MOST_SERVERS = 25
# More than a person does by hand.
_PRESSES_A_MINUTE = 60
_NOTICES_A_MINUTE = 5

Place = discord.abc.Messageable | discord.abc.GuildChannel | None


class Access:
    """Decides, by the settings of the server, whether a person may ask. Raises NotAllowed or TryLater."""

    def __init__(self, bot: "Bot") -> None:
        self._bot = bot
        self._writers: dict[int, tuple[bool, float]] = {}
        self._closed_then: frozenset[int] = frozenset()
        self._looking = asyncio.Lock()
        self._settled: dict[int, ServerSettings] = {}
        self._pressed, self._told = Limits(), Limits()

    async def admit(self, interaction: discord.Interaction[Any], *, private: bool) -> None:
        """Checks that the person may ask, and says that the bot is thinking; a refusal is private always."""
        if interaction.guild is not None:
            await self.check(interaction.user, interaction.guild, interaction.channel)
            await interaction.response.defer(thinking=True, ephemeral=private)
        else:
            # Nobody else reads along, and Discord may have to be asked whose member this is.
            await interaction.response.defer(thinking=True, ephemeral=private)
            await self.check(interaction.user, None, interaction.channel)

    async def check(self, person: discord.abc.User, server: discord.Guild | None, place: Place) -> None:
        """Whether `person` may ask in `place`; a question that may be asked is counted."""
        if server is None:
            await self._count(person, server)  # first: to find out may take many requests
            await self._check_direct(person)
        else:
            await self.check_place(person, server, place)
            await self._count(person, server)

    async def check_place(self, person: discord.abc.User, server: discord.Guild, place: Place) -> None:
        """Whether the server's settings let `person` use the bot in `place`; managers always may."""
        if manages(person):
            return
        settings = await self._settings(server.id)
        if settings.channels and settings.channels.isdisjoint(_ids(place)):
            raise NotAllowed("citebot is not for this channel.", "Ask in one that it is open in.")
        roles = {role.id for role in getattr(person, "roles", ())}
        if settings.roles and settings.roles.isdisjoint(roles):
            raise NotAllowed("citebot is open to some roles of this server only.")

    async def is_private(self, server: discord.Guild | None) -> bool:
        """Whether only the one who asks sees the answer."""
        return server is not None and (await self._settings(server.id)).private

    async def is_open(self, server: discord.Guild, place: Place) -> bool:
        """Whether everybody in `place` may see answers; of a place that is not known, the server decides."""
        settings = await self._settings(server.id)
        shut = place is not None and settings.channels and settings.channels.isdisjoint(_ids(place))
        return not settings.private and not shut

    def press(self, person: discord.abc.User) -> None:
        """Raises TryLater for one who presses buttons faster than people do, at the cost of others."""
        wait = self._pressed.ask(None, person.id, _PRESSES_A_MINUTE, 1, time.monotonic())
        if wait > 0:
            raise TryLater("That is too much at a time.", f"Try again in {max(1, round(wait))} s.")

    def may_be_told(self, person: discord.abc.User) -> bool:
        """Whether a person may be written to once more: refusals must not make the bot flood anyone."""
        return self._told.ask(None, person.id, _NOTICES_A_MINUTE, 1, time.monotonic()) == 0

    def settle(self, server: int, settings: ServerSettings) -> None:
        """These are in force from now on."""
        self._settled[server] = settings

    def forget(self, server: int) -> None:
        """The bot left a server, or is new in it."""
        self._settled.pop(server, None)

    async def _count(self, person: discord.abc.User, server: discord.Guild | None) -> None:
        id = server.id if server else None
        rates = await self._settings(id) if id else ServerSettings()
        now = time.monotonic()
        wait = self._bot.limits.ask(id, person.id, rates.member_per_minute, rates.server_per_minute, now)
        if wait > 0:
            raise TryLater("That is too many questions.", f"Ask again in {max(1, round(wait))} s.")

    async def _check_direct(self, person: discord.abc.User) -> None:
        if not self._bot.settings.discord_direct_messages or not await self._may_write(person):
            raise NotAllowed("Direct messages are switched off.", "Ask in a server, with /ask.")

    async def _may_write(self, person: discord.abc.User) -> bool:
        """Whether no server forbids direct messages, or one that allows them has `person` as a member."""
        present = {server.id for server in self._bot.guilds}
        closed = await self._bot.clerk.run(self._bot.records.closed) & present
        if not closed:
            return True
        async with self._looking:  # one at a time: many requests at once would hold up the answers
            if closed != self._closed_then or len(self._writers) >= _MOST_KNOWN:
                self._writers.clear()
                self._closed_then = closed
            allowed, until = self._writers.get(person.id, (False, 0.0))
            if until < time.monotonic():
                allowed = await self._is_member(person, closed)
                self._writers[person.id] = (allowed, time.monotonic() + _KNOWN_SECONDS)
            return allowed

    async def _settings(self, server: int) -> ServerSettings:
        """Read once: Discord waits three seconds, and what else the clerk has to do may take longer."""
        if server not in self._settled:
            self.settle(server, await self._bot.clerk.run(lambda: self._bot.records.settings(server)))
        return self._settled[server]

    async def _is_member(self, person: discord.abc.User, closed: frozenset[int]) -> bool:
        """Whether a server that is not among `closed` has this member."""
        open_ones = [server for server in self._bot.guilds if server.id not in closed]
        for server in open_ones[:_MOST_SERVERS]:
            with contextlib.suppress(discord.NotFound, discord.Forbidden):
                if server.get_member(person.id) or await server.fetch_member(person.id):
                    return True
        return False


def manages(person: discord.abc.User) -> bool:
    """Whether `person` has Manage Server."""
    if not isinstance(person, discord.Member):
        return False
    # Of a member in an interaction Discord says what they may do; elsewhere their roles do.
    permissions = person.resolved_permissions or person.guild_permissions
    return permissions.manage_guild or permissions.administrator


def require_manager(interaction: discord.Interaction) -> None:
    """Raises NotAllowed where the one who asks may not manage the server."""
    if interaction.guild_id is None or not manages(interaction.user):
        raise NotAllowed("That is for those who may manage this server (Manage Server).")


def managed_scope(interaction: discord.Interaction) -> str:
    """The scope of the server that the one who asks manages. Raises NotAllowed."""
    require_manager(interaction)
    return str(interaction.guild_id)


def _ids(place: Place) -> set[int]:
    """The channel's id and, for a thread, its channel's."""
    found = {getattr(place, "id", 0), getattr(place, "parent_id", 0) or 0}
    return found - {0}
