"""/feeds: the feeds of a server, for those who manage it. What they bring in is that server's alone."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot import render_feeds
from bot.discord import views
from bot.discord.access import managed_scope
from bot.discord.posting import InteractionPost
from bot.discord.turns import Turns
from bot.markdown import shorten
from bot.plain import one_line
from bot.subscriptions import Subscription
from index.clean import LONGEST_ADDRESS
from index.errors import FeedError, NotAllowed
from index.feeds import find_feed
from index.opml import Outline, read_opml, write_opml

if TYPE_CHECKING:
    from bot.discord.client import Bot

_FETCHES = 2
_LARGEST_LIST = 1_000_000
_CHOICES = 25
_CHOICE_LENGTH = 100
_BUSY = "Another feed of this server is being added."
_HOW_SOON = "What is new comes in within minutes, for this server alone."


def group(bot: "Bot") -> app_commands.Group:
    """The commands of /feeds."""
    feeds = app_commands.Group(
        name="feeds",
        description="Feeds that bring articles in for this server (needs Manage Server)",
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    )
    _add_changing(bot, feeds)
    _add_looking(bot, feeds)
    return feeds


def _add_changing(bot: "Bot", feeds: app_commands.Group) -> None:
    fetches = Turns(_BUSY, at_once=_FETCHES)

    @feeds.command(name="add", description="Subscribe to a feed, or to the one that a page names")
    @app_commands.describe(url="The address of a feed in RSS or Atom, or of a page that names one")
    async def add(
        interaction: discord.Interaction[Any], url: app_commands.Range[str, 1, LONGEST_ADDRESS]
    ) -> None:
        await _add(bot, fetches, interaction, url)

    @feeds.command(name="remove", description="End a subscription; the articles stay")
    @app_commands.describe(feed="One of this server's own feeds")
    async def remove(interaction: discord.Interaction[Any], feed: str) -> None:
        await _remove(bot, interaction, feed)

    @remove.autocomplete("feed")
    async def own(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return await _offered(bot, interaction, typed)

    @feeds.command(name="import", description="Subscribe to the feeds that another feed reader exported")
    @app_commands.describe(file="An OPML file, at most 1 MB")
    async def import_(interaction: discord.Interaction[Any], file: discord.Attachment) -> None:
        await _take_in(bot, interaction, file)


def _add_looking(bot: "Bot", feeds: app_commands.Group) -> None:
    @feeds.command(name="list", description="The feeds: last success, next turn, last error")
    async def list_(interaction: discord.Interaction[Any]) -> None:
        scope = await _begun(bot, interaction)
        own = await bot.clerk.run(lambda: bot.subscriptions.all(scope))
        everyones = await bot.clerk.run(lambda: bot.subscriptions.all(""))
        pages = views.pages(render_feeds.feeds(own, everyones))
        await InteractionPost(interaction, private=True).show(pages)

    @feeds.command(name="sync", description="Fetch this server's feeds now, not only when it is their turn")
    async def sync(interaction: discord.Interaction[Any]) -> None:
        scope = await _begun(bot, interaction)
        await bot.clerk.run(lambda: bot.subscriptions.hasten(scope))
        await _say(interaction, "This server's feeds are fetched now. `/feeds list` says how they fare.")

    @feeds.command(name="export", description="The list of this server's feeds, for other feed readers")
    async def export(interaction: discord.Interaction[Any]) -> None:
        scope = await _begun(bot, interaction)
        own = await bot.clerk.run(lambda: bot.subscriptions.all(scope))
        listed = write_opml(Outline(feed.url, feed.title) for feed in own)
        file = discord.File(io.BytesIO(listed.encode()), "feeds.opml")
        await interaction.edit_original_response(attachments=[file])


async def _add(bot: "Bot", fetches: Turns, interaction: discord.Interaction[Any], url: str) -> None:
    scope = await _begun(bot, interaction)
    most = bot.settings.feeds_per_server
    async with fetches.take(scope):
        address, feed = await bot.courier.run(lambda: find_feed(bot.app.fetcher, url))
        is_new = await bot.clerk.run(lambda: bot.subscriptions.add(address, feed.title, scope, most))
        added = await bot.clerk.run(lambda: bot.subscriptions.find(address, scope))
    said = f"Added: {render_feeds.title(added)}. {_HOW_SOON}"
    await _say(interaction, said if is_new else f"Already there: {render_feeds.title(added)}.")


async def _remove(bot: "Bot", interaction: discord.Interaction[Any], chosen: str) -> None:
    scope = await _begun(bot, interaction)
    own = await bot.clerk.run(lambda: bot.subscriptions.all(scope))
    named = (feed for feed in own if chosen in (str(feed.number), _label(feed), feed.title, feed.url))
    feed = next(named, None)
    if feed is None:
        raise FeedError("This server has no such feed.", "Choose one of those that are offered.")
    await bot.clerk.run(lambda: bot.subscriptions.remove(feed))
    await _say(interaction, f"Removed: {render_feeds.title(feed)}. Its articles stay.")


async def _offered(
    bot: "Bot", interaction: discord.Interaction[Any], typed: str
) -> list[app_commands.Choice[str]]:
    """The server's own feeds with `typed` in their titles, for those who may remove them."""
    try:
        scope = managed_scope(interaction)
    except NotAllowed:
        return []
    own = await bot.clerk.run(lambda: bot.subscriptions.all(scope))
    found = [feed for feed in own if typed.casefold() in _label(feed).casefold()]
    return [app_commands.Choice(name=_label(feed), value=str(feed.number)) for feed in found[:_CHOICES]]


async def _take_in(bot: "Bot", interaction: discord.Interaction[Any], file: discord.Attachment) -> None:
    scope = await _begun(bot, interaction)
    if file.size > _LARGEST_LIST:
        raise FeedError("The file is larger than 1 MB.", "Export fewer feeds.")
    data = await file.read()
    outlines = (await bot.desk.run(lambda: read_opml(data))).feeds
    count, rest = await bot.clerk.run(lambda: _subscribed(bot, outlines, scope))
    await _say(interaction, f"Added {count:,} of {len(outlines):,} feeds. {rest}")


def _subscribed(bot: "Bot", outlines: Sequence[Outline], scope: str) -> tuple[int, str]:
    """How many of these feeds are new, and what is to be said of the others."""
    count, most = 0, bot.settings.feeds_per_server
    for feed in outlines:
        try:
            count += bot.subscriptions.add(feed.url, feed.title, scope, most)
        except FeedError as error:
            return count, str(error)
    return count, _HOW_SOON if count else "They are there already."


async def _begun(bot: "Bot", interaction: discord.Interaction[Any]) -> str:
    """The scope of the server that the asker manages, once they are told to wait. Raises NotAllowed."""
    scope = managed_scope(interaction)
    bot.access.press(interaction.user)
    await interaction.response.defer(thinking=True, ephemeral=True)
    return scope


async def _say(interaction: discord.Interaction[Any], said: str) -> None:
    await interaction.edit_original_response(view=views.notice(said))


def _label(feed: Subscription) -> str:
    """A choice's label; Discord shows it as it is, so nothing needs to be escaped."""
    return shorten(f"{one_line(feed.title)} ({feed.shown})", _CHOICE_LENGTH)
