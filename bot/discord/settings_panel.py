"""/settings: what a server's managers settle, in force at once."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands, ui

from bot.discord import views
from bot.discord.access import require_manager
from bot.servers import MOST_PER_MINUTE, ServerSettings
from index.errors import NotAllowed

if TYPE_CHECKING:
    import re

    from bot.discord.client import Bot

_MOST_CHOSEN = 25
# No custom id of a button: whatever matches an id is called, all of them.
_CHANNELS, _ROLES = "cb-channels", "cb-roles"
Change = Callable[[ServerSettings], ServerSettings]
Rate = app_commands.Range[int, 1, MOST_PER_MINUTE]


def command(bot: "Bot") -> app_commands.Command[Any, ..., None]:
    """The command, with an option for each thing that is a number or a yes."""

    @app_commands.command(
        name="settings", description="Who may ask here, and how often (needs Manage Server)"
    )
    @app_commands.allowed_contexts(guilds=True, dms=False)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.describe(
        private="Whether only the one who asks sees the answer",
        direct_messages="Whether members of this server may ask in direct messages",
        member_per_minute="Questions a minute for a member",
        server_per_minute="Questions a minute for the whole server",
    )
    async def settings(
        interaction: discord.Interaction[Any],
        private: bool | None = None,
        direct_messages: bool | None = None,
        member_per_minute: Rate | None = None,
        server_per_minute: Rate | None = None,
    ) -> None:
        require_manager(interaction)
        await interaction.response.defer(thinking=True, ephemeral=True)
        wanted = {
            "private": private,
            "direct_messages": direct_messages,
            "member_per_minute": member_per_minute,
            "server_per_minute": server_per_minute,
        }
        chosen: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
        now = await _change(bot, interaction, lambda before: dataclasses.replace(before, **chosen))
        await interaction.edit_original_response(view=_panel(now))

    return settings


class _Choice:
    """A select that keeps nothing but what is chosen: Discord's message has it."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: "re.Match[str]", /
    ) -> Self:
        """The choice that was made."""
        return cls()


class ChannelChoice(_Choice, ui.DynamicItem[ui.ChannelSelect[Any]], template=_CHANNELS):
    """The channels that citebot is open in; none chosen means all."""

    def __init__(self, chosen: Sequence[int] = ()) -> None:
        super().__init__(
            ui.ChannelSelect(
                custom_id=_CHANNELS,
                channel_types=[discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum],
                placeholder="All channels",
                min_values=0,
                max_values=_MOST_CHOSEN,
                default_values=[discord.Object(id, type=discord.TextChannel) for id in chosen[:_MOST_CHOSEN]],
            )
        )

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Keeps the choice."""
        await _chosen(interaction, lambda before: dataclasses.replace(before, channels=_ids(self.item)))


class RoleChoice(_Choice, ui.DynamicItem[ui.RoleSelect[Any]], template=_ROLES):
    """The roles that may ask; none chosen means all."""

    def __init__(self, chosen: Sequence[int] = ()) -> None:
        super().__init__(
            ui.RoleSelect(
                custom_id=_ROLES,
                placeholder="All roles",
                min_values=0,
                max_values=_MOST_CHOSEN,
                default_values=[discord.Object(id, type=discord.Role) for id in chosen[:_MOST_CHOSEN]],
            )
        )

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Keeps the choice."""
        await _chosen(interaction, lambda before: dataclasses.replace(before, roles=_ids(self.item)))


def _ids(choice: ui.ChannelSelect[Any] | ui.RoleSelect[Any]) -> frozenset[int]:
    return frozenset(chosen.id for chosen in choice.values)


async def switch(bot: "Bot", interaction: discord.Interaction[Any], what: str) -> None:
    """Turns a setting that is a yes or a no, from its button."""
    if what not in ("private", "direct_messages"):
        raise NotAllowed("That button does nothing any more.")

    def turned(before: ServerSettings) -> ServerSettings:
        other: dict[str, Any] = {what: not getattr(before, what)}
        return dataclasses.replace(before, **other)

    await _chosen(interaction, turned)


async def _chosen(interaction: discord.Interaction[Any], change: Change) -> None:
    """Makes a change that was chosen on the panel, and shows the panel anew."""
    bot: Bot = interaction.client
    async with bot.telling(interaction):
        require_manager(interaction)
        await interaction.response.defer()
        now = await _change(bot, interaction, change)
        await interaction.edit_original_response(view=_panel(now))


async def _change(bot: "Bot", interaction: discord.Interaction[Any], change: Change) -> ServerSettings:
    server = interaction.guild_id
    if server is None:
        raise NotAllowed("Settings belong to a server.")

    def changed() -> ServerSettings:
        before = bot.records.settings(server)
        if (after := change(before)) != before:
            bot.records.change(server, after)
        return after

    now = await bot.clerk.run(changed)
    bot.access.settle(server, now)
    return now


def _panel(settings: ServerSettings) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(
        ui.Container(
            ui.TextDisplay("### citebot in this server"),
            ui.TextDisplay(
                "Channels it is open in. None chosen: all. Those with Manage Server may always ask."
            ),
            ui.ActionRow(ChannelChoice(sorted(settings.channels))),
            ui.TextDisplay("Roles that may ask. None chosen: all."),
            ui.ActionRow(RoleChoice(sorted(settings.roles))),
            ui.Separator(),
            ui.TextDisplay(_said(settings)),
            ui.ActionRow(
                views.Press(
                    "switch", "private", "Answers: public" if settings.private else "Answers: private"
                ),
                views.Press(
                    "switch",
                    "direct_messages",
                    "Direct messages: off" if settings.direct_messages else "Direct messages: on",
                ),
            ),
        )
    )
    return view


def _said(settings: ServerSettings) -> str:
    seen = "the one who asks only" if settings.private else "everyone in the channel"
    direct = "on" if settings.direct_messages else "off"
    return (
        f"Answers are shown to **{seen}**. Direct messages: **{direct}**.\n"
        f"Questions a minute: **{settings.member_per_minute}** for a member, "
        f"**{settings.server_per_minute}** for the server.\n"
        "-# `/settings member_per_minute:5 server_per_minute:30` changes the rates."
    )
