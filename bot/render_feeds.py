"""The feeds of a server, as pages of markdown for its managers."""

from collections.abc import Sequence

from bot import markdown
from bot.plain import one_line
from bot.render_discord import LIMIT, Page, paged
from bot.subscriptions import Subscription

_TITLE = 100
_ADDRESS = 200
_ERROR = 300


def feeds(
    own: Sequence[Subscription], everyones: Sequence[Subscription], *, limit: int = LIMIT
) -> list[Page]:
    """A server's own feeds, each with how it fares; of the operator's, the titles alone."""
    blocks = list(map(_described, own)) or ["This server has no feeds of its own. `/feeds add` adds one."]
    if everyones:
        titles = ", ".join(title(feed) for feed in everyones)
        blocks.append(f"-# Of who runs the bot, for everyone: {titles}")
    return paged(blocks, limit)


def title(feed: Subscription) -> str:
    """A feed's title, escaped."""
    return markdown.escape(markdown.shorten(one_line(feed.title), _TITLE))


def _described(feed: Subscription) -> str:
    succeeded = "not yet" if feed.succeeded is None else _moment(feed.succeeded)
    lines = [
        f"**{title(feed)}**",
        f"-# {markdown.escape(markdown.shorten(feed.shown, _ADDRESS))}",
        f"-# last success {succeeded}, next turn {_moment(feed.next)}",
    ]
    if feed.error:
        why = markdown.escape(markdown.shorten(one_line(feed.error), _ERROR))
        lines.append(f"-# failures in a row: {feed.failures:,}, the last: {why}")
    return "\n".join(lines)


def _moment(seconds: int) -> str:
    """A moment, which Discord shows as so many minutes ago or from now."""
    return f"<t:{seconds}:R>"
