"""The slash commands that anyone may use, and the one in the menu of a message."""

import io
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot import render_discord, render_news, render_quotes, weeks
from bot.app import Filter
from bot.discord import articles, conversation, feeds, settings_panel, views, watching
from bot.discord.access import require_manager
from bot.discord.asking import ask_command
from bot.discord.checking import check_message
from bot.discord.posting import InteractionPost

if TYPE_CHECKING:
    from bot.discord.client import Bot

_CHECK = "Check against the articles"

_FOUND = 5
_CHART, _CHART_SHOWS = "articles.png", "Articles a week, by outlet"
_MENTION = "with a question: it is answered in a reply; reply to that to ask on"
_CHECKING = "What they say to a message, sentence by sentence (in a message's menu, under Apps)"
STORED = (
    "Of an answer: the question, who asked, and which words of which articles were quoted, as ids and "
    "offsets, never an article's text. Your votes, and what you watch. /forget-me deletes what names you."
)


def add_to(tree: app_commands.CommandTree[Any], bot: "Bot") -> None:
    """Puts every command on the tree."""
    for command in (_ask(bot), _search(bot), _about(bot), _help(bot), _forget_me(bot), _check(bot)):
        tree.add_command(command)
    tree.add_command(articles.group(bot))
    tree.add_command(feeds.group(bot))
    tree.add_command(settings_panel.command(bot))
    for command in (_gaps(bot), watching.watch_command(bot), watching.watches_command(bot)):
        tree.add_command(command)


def _ask(bot: "Bot") -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="ask", description="Ask the articles: an answer with quotes and sources")
    @app_commands.describe(
        question="In your own words",
        since="Only articles of this day or later: 2025-04-21, last week",
        private="Show the answer to you only",
    )
    async def ask(
        interaction: discord.Interaction[Any],
        question: app_commands.Range[str, 1, 2000],
        since: str | None = None,
        private: bool | None = None,
    ) -> None:
        alone = bool(private) or await bot.access.is_private(interaction.guild)
        await ask_command(bot, interaction, question, since, private=alone)

    return ask


def _search(bot: "Bot") -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="search", description="The passages nearest to some words")
    @app_commands.describe(words="What to look for", private="Show them to you only")
    async def search(
        interaction: discord.Interaction[Any],
        words: app_commands.Range[str, 1, 2000],
        private: bool | None = None,
    ) -> None:
        alone = bool(private) or await bot.access.is_private(interaction.guild)
        await bot.access.admit(interaction, private=alone)
        filter = Filter(scopes=conversation.scopes_of(interaction.guild))
        hits = await bot.desk.run(lambda: bot.app.search(words, filter=filter, k=_FOUND))
        await InteractionPost(interaction, private=alone).show(views.pages(render_quotes.hits(hits)))

    return search


def _about(bot: "Bot") -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="about", description="What citebot knows, and how it answers")
    async def about(interaction: discord.Interaction[Any]) -> None:
        bot.access.press(interaction.user)
        await interaction.response.defer(thinking=True, ephemeral=True)
        scopes = conversation.scopes_of(interaction.guild)
        covered = await bot.desk.run(lambda: bot.app.coverage(scopes))
        page = render_discord.about(
            articles=covered.articles,
            oldest=covered.oldest,
            newest=covered.newest,
            copies=covered.copies,
            embedding=bot.settings.embedding_model,
            chat_model=bot.settings.chat_model,
            stored=STORED,
        )
        listed = await bot.desk.run(lambda: bot.app.articles(scopes))
        chart = await bot.desk.run(lambda: weeks.drawn(listed))
        if chart is None:
            await interaction.edit_original_response(view=views.plain_page(page))
            return
        file = discord.File(io.BytesIO(chart), _CHART)
        view = views.plain_page(page, views.picture(_CHART, _CHART_SHOWS))
        await interaction.edit_original_response(view=view, attachments=[file])

    return about


def _gaps(bot: "Bot") -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="gaps", description="What was asked here and refused (needs Manage Server)")
    @app_commands.allowed_contexts(guilds=True, dms=False)
    @app_commands.default_permissions(manage_guild=True)
    async def gaps(interaction: discord.Interaction[Any]) -> None:
        require_manager(interaction)
        bot.access.press(interaction.user)
        await interaction.response.defer(thinking=True, ephemeral=True)
        refused = await bot.clerk.run(lambda: bot.records.refused(interaction.guild_id))
        found = await bot.desk.run(lambda: bot.app.gaps(refused))
        await InteractionPost(interaction, private=True).show(views.pages(render_news.gaps(found)))

    return gaps


def _help(bot: "Bot") -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="help", description="How to ask, and what else there is")
    async def help(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        commands = [
            (f"/{command.qualified_name}", command.description)
            for command in bot.tree.walk_commands()
            if isinstance(command, app_commands.Command)
        ]
        pages = render_discord.help([(f"<@{bot.me}>", _MENTION), *commands, (_CHECK, _CHECKING)])
        await InteractionPost(interaction, private=True).show(views.pages(pages))

    return help


def _forget_me(bot: "Bot") -> app_commands.Command[Any, ..., None]:
    @app_commands.command(
        name="forget-me", description="Delete your votes and watches, and your questions from the records"
    )
    async def forget_me(interaction: discord.Interaction[Any]) -> None:
        bot.access.press(interaction.user)
        await interaction.response.defer(thinking=True, ephemeral=True)
        await bot.clerk.run(lambda: bot.records.forget_person(interaction.user.id))
        said = (
            "Done: your votes and watches are deleted, and nothing that is stored names you."
            " Messages in Discord stay."
        )
        await interaction.edit_original_response(view=views.notice(said))

    return forget_me


def _check(bot: "Bot") -> app_commands.ContextMenu:
    @app_commands.context_menu(name=_CHECK)
    async def check(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await check_message(bot, interaction, message)

    return check
