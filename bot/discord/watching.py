"""/watch and /watches: questions whose answers the bot looks at again when articles have changed."""

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui

from bot import render_news
from bot.app import Filter
from bot.discord import conversation, views
from bot.discord.access import manages, require_manager
from bot.question import clean
from bot.watches import Place, Watch
from index.errors import NotAllowed

if TYPE_CHECKING:
    from bot.discord.client import Bot

# Five rows of five buttons are the most that a message takes.
_MOST_SHOWN = 25
_IN_A_ROW = 5


def watch_command(bot: "Bot") -> app_commands.Command[Any, ..., None]:
    """/watch."""

    @app_commands.command(name="watch", description="Be told here when a new article changes the answer")
    @app_commands.describe(question="In your own words")
    async def watch(interaction: discord.Interaction[Any], question: app_commands.Range[str, 1, 500]) -> None:
        await bot.access.admit(interaction, private=True)
        await _may_post(bot, interaction)
        asked = clean(question)
        scopes = conversation.scopes_of(interaction.guild)
        answer = await bot.desk.run(lambda: bot.app.look(asked, filter=Filter(scopes=scopes)))
        best = next(iter(answer.citations), None)
        place = Place(interaction.guild_id, interaction.channel_id or 0, interaction.user.id)
        limits = bot.settings.watches_per_person, bot.settings.watches_per_server
        await bot.clerk.run(
            lambda: bot.records.watches.add(asked, best, place, per_person=limits[0], per_server=limits[1])
        )
        await interaction.edit_original_response(view=views.plain_page(render_news.watching(asked, best)))

    return watch


def watches_command(bot: "Bot") -> app_commands.Command[Any, ..., None]:
    """/watches."""

    @app_commands.command(name="watches", description="What you watch here, and stopping it")
    @app_commands.describe(everyone="Everything that is watched in this server (needs Manage Server)")
    async def watches(interaction: discord.Interaction[Any], everyone: bool = False) -> None:
        bot.access.press(interaction.user)
        if everyone:
            require_manager(interaction)
        await interaction.response.defer(thinking=True, ephemeral=True)
        await interaction.edit_original_response(view=await _list(bot, interaction, everyone=everyone))

    return watches


async def stop(bot: "Bot", interaction: discord.Interaction[Any], id: str) -> None:
    """Stops a watch, from its button in a list; an id can be forged, so whose it is, is compared."""
    if interaction.message is None or not interaction.message.flags.ephemeral:
        # A list is shown in private: this is some other message, and not to be replaced.
        raise NotAllowed("That is not a list of what is watched.")
    await interaction.response.defer()
    found = await bot.clerk.run(lambda: bot.records.watches.find(id))
    place = found.place if found else None
    own = place is not None and place.person == interaction.user.id and place.server == interaction.guild_id
    managed = place is not None and place.server == interaction.guild_id and manages(interaction.user)
    if found is None or not (own or managed):
        raise NotAllowed("That is not watched any more, or not by you.")
    await bot.clerk.run(lambda: bot.records.watches.remove(id))
    await interaction.edit_original_response(view=await _list(bot, interaction, everyone=not own))


async def _list(bot: "Bot", interaction: discord.Interaction[Any], *, everyone: bool) -> ui.LayoutView:
    server = interaction.guild_id

    def listed() -> list[Watch]:
        if everyone and server is not None:
            return bot.records.watches.of_server(server)
        return bot.records.watches.of_person(interaction.user.id, server)

    found = (await bot.clerk.run(listed))[:_MOST_SHOWN]
    buttons = [views.Press("unwatch", watch.id, f"Stop {n}") for n, watch in enumerate(found, 1)]
    rows: list[ui.ActionRow[Any]] = [
        ui.ActionRow(*buttons[at : at + _IN_A_ROW]) for at in range(0, len(buttons), _IN_A_ROW)
    ]
    return views.plain_page(render_news.watched(found, everyone=everyone), *rows)


async def _may_post(bot: "Bot", interaction: discord.Interaction[Any]) -> None:
    """Raises NotAllowed where the bot could not say later, for everyone to see, what has changed."""
    if interaction.guild is None:
        return
    if await bot.access.is_private(interaction.guild):
        raise NotAllowed("Answers are private in this server.", "Watch in a direct message to me.")
    rights = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    if not (rights.send_messages_in_threads if in_thread else rights.send_messages):
        raise NotAllowed("I may not write in this channel.", "Watch in one where I may.")
