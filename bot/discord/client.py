"""The bot: which events it hears, and who takes care of each."""

import asyncio
import contextlib
import hashlib
import json
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands as ext

from bot.app import App
from bot.discord import asking, commands, conversation, failures, settings_panel, views
from bot.discord.access import Access
from bot.discord.desk import Desk
from bot.discord.feeding import Feeding
from bot.discord.foresight import Foresight
from bot.discord.housekeeping import Housekeeping
from bot.discord.newsroom import Newsroom
from bot.discord.presses import Presses
from bot.discord.upkeep import Upkeep
from bot.health import Health
from bot.limits import Limits
from bot.metrics import Metrics
from bot.records import Records
from bot.subscriptions import Subscriptions
from index.disk import write_atomically

log = logging.getLogger(__name__)

# Just what it needs: see, answer in channels and threads, open threads, read what a reply refers to.
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
)
_KINDS = (discord.MessageType.default, discord.MessageType.reply)
# What is left of the time to finish in for telling those whose answers do not come any more.
_TELLING_SECONDS = 2.0


class Tree(app_commands.CommandTree[Any]):
    """The commands of a bot; each is waited for when the bot leaves."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Called first in a command's task. Who may do what is checked by the commands."""
        interaction.client.hold()
        return True

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        """An error is told to the one who asked."""
        await failures.tell(interaction, error)


class Bot(ext.AutoShardedBot):
    """citebot in Discord. `desk` runs what takes long, `courier` what waits for the net,
    `clerk` what the records know at once."""

    def __init__(
        self,
        app: App,
        records: Records,
        subscriptions: Subscriptions,
        metrics: Metrics,
        *,
        message_content: bool,
    ) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        intents.message_content = message_content
        super().__init__(
            command_prefix=(),
            help_command=None,
            tree_cls=Tree,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            heartbeat_timeout=60.0,
        )
        self.app, self.records, self.settings = app, records, app.settings
        self.subscriptions = subscriptions
        # A chat model is mostly waited for; without one, answers share the processor's cores.
        self.desk = Desk(threads=8 if app.settings.chat_model else 2, most=100)
        self.clerk = Desk(threads=1, most=1000)
        # What waits for the net keeps no question waiting.
        self.courier = Desk(threads=4, most=100)
        self.metrics = metrics
        metrics.watch_queue(lambda: self.desk.length)
        self.limits = Limits()
        self.access, self.presses = Access(self), Presses(self)
        self._housekeeping, self._upkeep = Housekeeping(self), Upkeep(self)
        self.newsroom, self._feeding = Newsroom(self), Feeding(self)
        self._foresight = Foresight(self)
        self._running: set[asyncio.Task[Any]] = set()
        self._asked = time.monotonic()
        self.was_ready = self.is_prepared = False
        self._lost: set[int | None] = set()

    @property
    def me(self) -> int:
        """The bot's own id."""
        return self.user.id if self.user else 0

    @property
    def quiet_seconds(self) -> float:
        """For how long nobody has asked or pressed anything; 0 while something is being answered."""
        return 0.0 if self._running else time.monotonic() - self._asked

    @property
    def is_idle(self) -> bool:
        """Whether no thread works any more."""
        working = (self.desk, self.courier, self._upkeep, self._feeding, self._foresight)
        return all(one.is_idle for one in working)

    @property
    def health(self) -> Health:
        """Whether it can be asked."""
        connected = self.was_ready and not self._lost and not self.is_closed()
        return Health(index=self.is_prepared and self._upkeep.is_well, discord=connected)

    async def setup_hook(self) -> None:
        """Before the gateway: buttons and commands."""
        self.add_dynamic_items(views.Press, settings_panel.ChannelChoice, settings_panel.RoleChoice)
        commands.add_to(self.tree, self)
        try:
            await self._sync_commands()
        except discord.HTTPException as error:
            log.warning("The commands could not be brought up to date; a restart tries again: %s", error)

    async def on_ready(self) -> None:
        """Connected, for the first time or with a new session: says how to invite it."""
        if self.is_closed():
            return
        if not self.was_ready:
            link = discord.utils.oauth_url(self.application_id or 0, permissions=PERMISSIONS)
            servers = f"{len(self.guilds):,} server{'s' * (len(self.guilds) != 1)}"
            log.info("Ready as %s in %s. Invite it with %s", self.user, servers, link)
        self.was_ready = True
        self._housekeeping.start()
        self._upkeep.start()
        self._foresight.start()
        self._feeding.start()
        self.newsroom.start()

    async def on_shard_disconnect(self, shard_id: int | None) -> None:
        """Without a part of the servers it is not connected as a whole."""
        self._lost.add(shard_id)

    async def on_shard_ready(self, shard_id: int | None) -> None:
        """A new session."""
        self._lost.discard(shard_id)

    async def on_shard_resumed(self, shard_id: int | None) -> None:
        """The session goes on."""
        self._lost.discard(shard_id)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Back within thirty days, a server has its articles and settings again."""
        self.access.forget(guild.id)
        await self.clerk.run(lambda: self.records.returned(guild.id))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """What belongs to a server goes thirty days after the bot left it."""
        self.access.forget(guild.id)
        await self._housekeeping.left(guild.id)

    async def on_message(self, message: discord.Message, /) -> None:
        """Answers what is asked of the bot, and nothing else."""
        by_person = not message.author.bot and message.webhook_id is None
        if not by_person or message.type not in _KINDS or not await self._is_asked(message):
            return
        self.hold()
        try:
            await asking.ask_message(self, message)
        except Exception as error:
            await failures.tell_author(message, error, aloud=self.access.may_be_told(message.author))

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """An event that failed is a line in the log."""
        log.exception("The event %s failed", event_method)

    @contextlib.asynccontextmanager
    async def telling(self, interaction: discord.Interaction[Any]) -> AsyncIterator[None]:
        """Errors inside are told to the one who pressed or asked."""
        self.hold()
        try:
            yield
        except Exception as error:
            await failures.tell(interaction, error)

    def hold(self) -> None:
        """The task that calls this is kept, and waited for when the bot leaves."""
        self._asked = time.monotonic()
        if task := asyncio.current_task():
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def finish(self, seconds: float) -> None:
        """Takes no more questions; those that are not answered within `seconds` are told to come again."""
        self.desk.close()
        await self._settle(seconds - _TELLING_SECONDS)
        self.desk.give_up()
        await self._settle(_TELLING_SECONDS)

    async def close(self) -> None:
        """Leaves Discord, at once."""
        self._housekeeping.stop()
        self._upkeep.close()
        self._foresight.close()
        self._feeding.close()
        self.newsroom.stop()
        self.desk.close()
        self.courier.close()
        self.clerk.close()
        await super().close()

    async def _settle(self, seconds: float) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    async def _is_asked(self, message: discord.Message) -> bool:
        """Whether a message is for the bot: a direct one, a mention, a reply to it, or in its thread."""
        if isinstance(message.channel, discord.DMChannel):
            return True
        if message.guild is None:
            # Of a server that Discord has not described yet: what is settled there could not be heeded.
            return False
        role = message.guild.self_role
        if self.user in message.mentions or (role is not None and role in message.role_mentions):
            return True
        if not self.intents.message_content:
            # Without it Discord hides the words of any other message in a server.
            return False
        above = await conversation.referenced(message)
        if above is not None:
            return above.author.id == self.me and views.is_page(above)
        channel = message.channel
        # In its own threads every message is for it, but those that speak to others.
        return isinstance(channel, discord.Thread) and channel.owner_id == self.me and not message.mentions

    async def _sync_commands(self) -> None:
        """Tells Discord the commands, but only where they are not those that it knows."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(
            json.dumps([self.application_id, payload], sort_keys=True).encode()
        ).hexdigest()
        file = self.settings.data / "discord-commands"
        known = await self._known_commands()
        ours = {(command["name"], discord.AppCommandType(command["type"])) for command in payload}
        if known == ours and await self.clerk.run(lambda: _read(file)) == digest:
            return
        await self.tree.sync()
        with contextlib.suppress(OSError):
            await self.clerk.run(lambda: write_atomically(file, digest))

    async def _known_commands(self) -> set[tuple[str, discord.AppCommandType]] | None:
        """The commands that Discord has; None where it does not say."""
        try:
            return {(command.name, command.type) for command in await self.tree.fetch_commands()}
        except (discord.HTTPException, KeyError, TypeError):
            return None


def _read(file: Path) -> str | None:
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return file.read_text()
    return None
