"""/articles: what there is to answer from, and adding and removing what is a server's own."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui

from bot import render_discord
from bot.discord import conversation, views
from bot.discord.access import managed_scope
from bot.discord.turns import Turns
from bot.markdown import shorten
from bot.plain import one_line
from index.article import ArticleInfo
from index.clean import LONGEST_ADDRESS
from index.errors import ArticleError, NotAllowed, ShelfError

if TYPE_CHECKING:
    from bot.discord.client import Bot

_PER_PAGE = 10
_MOST_BYTES = 10_000_000
_FETCHES = 2
_CHOICES = 25
_CHOICE_LENGTH = 100
_BUSY = "Another article of this server is being added or removed."


def group(bot: "Bot") -> app_commands.Group:
    """The commands of /articles."""
    articles = app_commands.Group(name="articles", description="The articles that answers rest on")
    turns, fetches = Turns(_BUSY), Turns(_BUSY, at_once=_FETCHES)

    @articles.command(name="list", description="What there is to answer from, newest first")
    async def list_(interaction: discord.Interaction[Any]) -> None:
        await bot.access.admit(interaction, private=True)
        await interaction.edit_original_response(view=await _page(bot, interaction.guild, 1))

    @articles.command(name="add", description="Add an article for this server (needs Manage Server)")
    @app_commands.describe(
        file="A .txt, .md, .html, .pdf or .docx file, at most 10 MB", url="The address of a web page instead"
    )
    async def add(
        interaction: discord.Interaction[Any],
        file: discord.Attachment | None = None,
        url: app_commands.Range[str, 1, LONGEST_ADDRESS] | None = None,
    ) -> None:
        if (file is None) == (url is None):
            raise ArticleError("An article is a file or the address of a page.", "Give one of the two.")
        if file:
            await _add(bot, turns, interaction, file)
        elif url:
            await _add_page(bot, turns, fetches, interaction, url)

    @articles.command(name="remove", description="Remove an article of this server (needs Manage Server)")
    @app_commands.describe(article="One of this server's own articles")
    async def remove(interaction: discord.Interaction[Any], article: str) -> None:
        await _take_away(bot, turns, interaction, article)

    @remove.autocomplete("article")
    async def own(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return await _own(bot, interaction, typed)

    return articles


async def _add(
    bot: "Bot", turns: Turns, interaction: discord.Interaction[Any], file: discord.Attachment
) -> None:
    scope = _managed(interaction)
    if file.size > _MOST_BYTES:
        raise ArticleError(f"{file.filename} is larger than 10 MB.", "Add a smaller file.")
    await interaction.response.defer(thinking=True, ephemeral=True)
    async with turns.take(scope):
        data = await file.read()
        with _shelving():
            added = await bot.desk.run(lambda: bot.app.add(data, file.filename, scope=scope))
    await interaction.edit_original_response(view=views.notice(f"Added: {render_discord.headline(added)}"))


async def _add_page(
    bot: "Bot", turns: Turns, fetches: Turns, interaction: discord.Interaction[Any], url: str
) -> None:
    scope = _managed(interaction)
    await interaction.response.defer(thinking=True, ephemeral=True)
    async with fetches.take(scope):
        page = await bot.courier.run(lambda: bot.app.fetch(url))
    async with turns.take(scope):
        with _shelving():
            added = await bot.desk.run(lambda: bot.app.put(page, scope=scope))
    await interaction.edit_original_response(view=views.notice(f"Added: {render_discord.headline(added)}"))


async def _take_away(bot: "Bot", turns: Turns, interaction: discord.Interaction[Any], article: str) -> None:
    scope = _managed(interaction)
    await interaction.response.defer(thinking=True, ephemeral=True)
    async with turns.take(scope):
        with _shelving():
            removed = await bot.desk.run(lambda: _remove(bot, article, scope))
    if removed is None:
        raise ArticleError("This server has no such article.", "Choose one of those that are offered.")
    await interaction.edit_original_response(
        view=views.notice(f"Removed: {render_discord.headline(removed)}")
    )


async def _own(
    bot: "Bot", interaction: discord.Interaction[Any], typed: str
) -> list[app_commands.Choice[str]]:
    """The server's own articles with `typed` in their titles, for those who may remove them."""
    try:
        scope = _managed(interaction)
    except NotAllowed:
        return []
    listed = await asyncio.to_thread(lambda: bot.app.articles((scope,)))
    found = [article for article in listed if typed.casefold() in article.title.casefold()]
    return [app_commands.Choice(name=_label(a), value=_file(a)) for a in found[:_CHOICES]]


async def turn(bot: "Bot", interaction: discord.Interaction[Any], page: str) -> None:
    """Another page of the list, in place of the one whose button was pressed."""
    if interaction.message is None or not interaction.message.flags.ephemeral:
        # A list is shown in private: this is some other message, and not to be replaced.
        raise NotAllowed("That is not a list of articles.")
    number = int(page) if page.isdecimal() and len(page) < 7 else 1
    await interaction.response.defer()
    await interaction.edit_original_response(view=await _page(bot, interaction.guild, number))


async def _page(bot: "Bot", server: discord.Guild | None, number: int) -> ui.LayoutView:
    scopes = conversation.scopes_of(server)
    listed = await bot.desk.run(lambda: bot.app.articles(scopes))
    copies = (await bot.desk.run(lambda: bot.app.coverage(scopes))).copies
    pages = max(1, -(-len(listed) // _PER_PAGE))
    number = min(max(number, 1), pages)
    shown = listed[(number - 1) * _PER_PAGE : number * _PER_PAGE]
    page = render_discord.articles(shown, page=number, pages=pages, total=len(listed), copies=copies)
    if pages == 1:
        return views.plain_page(page)
    # Two buttons of a message may not have the same custom id, so a disabled one gets its own.
    back = views.Press("articles", str(number - 1), "Newer", disabled=number == 1)
    on = views.Press("articles", str(number + 1), "Older", disabled=number == pages)
    return views.plain_page(page, ui.ActionRow(back, on))


def _managed(interaction: discord.Interaction[Any]) -> str:
    """The scope of the server that the one who asks manages. Raises NotAllowed."""
    if interaction.guild_id is None:
        raise NotAllowed("Articles are added and removed in a server.")
    return managed_scope(interaction)


@contextlib.contextmanager
def _shelving() -> Iterator[None]:
    """Tells a manager what they can mend; a disk that fails is for the operator."""
    try:
        yield
    except ShelfError as error:
        if error.__cause__ is not None:
            raise
        raise ArticleError(error.message, error.hint) from None


def _remove(bot: "Bot", article: str, scope: str) -> ArticleInfo | None:
    """Removes one of the server's articles, by what was offered for it or by its id."""
    own = (known.id for known in bot.app.articles((scope,)) if _file(known) == article)
    return bot.app.remove(next(own, article), scope=scope)


def _file(article: ArticleInfo) -> str:
    """The name of an article's file, which tells it from the others of its server; ids may be too long."""
    return article.id.rpartition("/")[2]


def _label(article: ArticleInfo) -> str:
    """A choice's label; Discord shows it as it is, so nothing needs to be escaped."""
    day = f" ({article.published.isoformat()})" if article.published else ""
    return shorten(one_line(article.title), _CHOICE_LENGTH - len(day)) + day
