"""The one place where an error becomes what a person in Discord sees, and a line in the log."""

import contextlib
import logging
import secrets
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.discord.views import notice
from bot.markdown import escape
from bot.plain import one_line
from index.errors import (
    ArticleError,
    FeedError,
    FetchError,
    NotAllowed,
    QuestionError,
    ShelfError,
    StoreMissing,
    StoreUnreachable,
    TryLater,
)

log = logging.getLogger(__name__)

# What concerns the one who asked, and what they can mend themselves.
_THEIRS = (ArticleError, FeedError, FetchError, NotAllowed, QuestionError, ShelfError, TryLater)
# What Discord says of an interaction that it no longer waits for: unknown, its token unknown or expired.
_EXPIRED = {10062, 10015, 50027}
_ANSWERED_ALREADY = 40060
# A channel and a message that were there a moment ago.
_GONE = {10003, 10008}
_UNDELIVERED = (discord.HTTPException, aiohttp.ClientError, OSError)


async def tell(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tells the one who pressed or asked, and nobody else."""
    said = _explained(error, f"interaction {interaction.id}")
    if said is None:
        return
    try:
        if not interaction.response.is_done():
            await interaction.response.send_message(view=notice(said), ephemeral=True)
            return
        # A follow-up to a public "thinking …" would be public, too: that goes first.
        if interaction.response.type is discord.InteractionResponseType.deferred_channel_message:
            with contextlib.suppress(*_UNDELIVERED):
                await interaction.delete_original_response()
        await interaction.followup.send(view=notice(said), ephemeral=True)
    except _UNDELIVERED as failed:
        log.warning("An apology could not be delivered: %s", failed)


async def tell_author(message: discord.Message, error: BaseException, *, aloud: bool) -> None:
    """Tells the author of a message, by direct message; where they take none, in a reply that goes again.

    Not `aloud`, only the log has it.
    """
    said = _explained(error, f"message {message.id}")
    if said is None or not aloud:
        return
    with contextlib.suppress(*_UNDELIVERED):
        await message.author.send(view=notice(said))
        return
    with contextlib.suppress(*_UNDELIVERED):
        reference = message.to_reference(fail_if_not_exists=False)
        await message.channel.send(view=notice(said), reference=reference, delete_after=15)


def _explained(error: BaseException, where: str) -> str | None:
    """What to tell the person; None where there is nobody to tell any more."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, _THEIRS):
        return escape(one_line(str(error)))
    if isinstance(error, (StoreMissing, StoreUnreachable)):
        log.warning("%s (%s)", error, where)
        return "The articles cannot be looked at for now. Try again in a minute."
    if isinstance(error, app_commands.AppCommandError):
        return "That command is not to be used like this. /help says how."
    if isinstance(error, discord.HTTPException) and error.code in _EXPIRED:
        log.warning("Discord gave up waiting for an answer (%s).", where)
        return None
    if isinstance(error, discord.HTTPException) and error.code == _ANSWERED_ALREADY:
        log.warning("Another process answered (%s): is citebot running twice with one token?", where)
        return None
    if isinstance(error, discord.NotFound) and error.code in _GONE:
        log.warning("A message or channel was deleted meanwhile (%s).", where)
        return "The message, or its channel, is gone."
    if isinstance(error, discord.Forbidden):
        log.warning("Discord does not let the bot do that (%s): %s", where, error)
        return "I may not do that here: a right is missing. An admin can give it; the README lists them."
    id = secrets.token_hex(4)
    log.error("%s: %s failed", id, where, exc_info=error)
    return f"Something went wrong here; it is not your question. The operator finds it in the log as `{id}`."
