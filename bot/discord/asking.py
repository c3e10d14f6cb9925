"""A question in Discord -> a cited answer there."""

import contextlib
import dataclasses
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot import render, render_discord
from bot.answer import Answer
from bot.app import Filter
from bot.days import parse_day
from bot.discord import conversation, views
from bot.discord.posting import InteractionPost, Live, Post, ReplyPost
from index.errors import NotAllowed, QuestionError

if TYPE_CHECKING:
    from bot.discord.client import Bot

log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A question, who asked it where, and what was said before.

    `shown` is the question where nobody else would see it, as with a slash command.
    """

    question: str
    filter: Filter
    asker: int
    server: discord.Guild | None
    channel: int
    history: tuple[Answer, ...] = ()
    shown: str | None = None
    threads: bool = False

    @property
    def account(self) -> str:
        """Whose tokens a chat model spends: the server's, or in direct messages the person's."""
        return str(self.server.id) if self.server else f"direct:{self.asker}"


async def ask_command(
    bot: "Bot", interaction: discord.Interaction[Any], question: str, since: str | None, *, private: bool
) -> None:
    """The answer to /ask, deferred at once."""
    await bot.access.admit(interaction, private=private)
    day = await bot.desk.run(lambda: parse_day(since)) if since else None
    asked = Asked(
        question=question,
        filter=Filter(since=day, scopes=conversation.scopes_of(interaction.guild)),
        asker=interaction.user.id,
        server=interaction.guild,
        channel=interaction.channel_id or 0,
        shown=question,
        threads=not private and isinstance(interaction.channel, discord.TextChannel),
    )
    await _answer(bot, asked, InteractionPost(interaction, private=private))


async def ask_message(bot: "Bot", message: discord.Message) -> None:
    """The answer to a message, as a reply to it."""
    question = await _question(bot, message)
    await bot.access.check(message.author, message.guild, message.channel)
    if await bot.access.is_private(message.guild):
        raise NotAllowed("Answers are private in this server.", "Ask with /ask.")
    async with contextlib.AsyncExitStack() as stack:
        with contextlib.suppress(discord.HTTPException):  # an answer without a sign of it is one, too
            await stack.enter_async_context(message.channel.typing())
        asked = Asked(
            question=question,
            filter=Filter(scopes=conversation.scopes_of(message.guild)),
            asker=message.author.id,
            server=message.guild,
            channel=message.channel.id,
            history=await conversation.history(bot, message),
            threads=isinstance(message.channel, discord.TextChannel),
        )
        await _answer(bot, asked, ReplyPost(message))


async def _question(bot: "Bot", message: discord.Message) -> str:
    """What is asked; a mention alone, in reply to a message, asks what that message says."""
    if question := conversation.question_in(bot, message):
        return question
    above = await conversation.referenced(message)
    if above and above.author.id != bot.me and (question := conversation.question_in(bot, above)):
        return question
    raise QuestionError("There is no question.", "Write it behind the mention, or use /ask.")


async def _answer(bot: "Bot", asked: Asked, post: Post) -> None:
    live = Live(post, lambda partial: views.pages(render_discord.answer(partial, question=asked.shown)))
    async with live.running():
        with bot.metrics.question() as answered:
            answer = await bot.desk.run(lambda: _asked(bot, asked, live.update))
            answered(answer)
        answer = _explained(answer, asked.filter)
    id = await bot.clerk.run(
        lambda: bot.records.keep(
            answer, server=asked.server.id if asked.server else None, channel=asked.channel, asker=asked.asker
        )
    )
    message = await post.show(_shown(answer, id, asked))
    if message:
        await bot.clerk.run(lambda: bot.records.place(id, message.id))


def _asked(bot: "Bot", asked: Asked, partial: Callable[[Answer], None]) -> Answer:
    return bot.app.ask(
        asked.question, filter=asked.filter, history=asked.history, account=asked.account, partial=partial
    )


def _explained(answer: Answer, filter: Filter) -> Answer:
    """With a note where no article is as new as was asked for."""
    if answer.hits or answer.citations or filter.since is None:
        return answer
    return dataclasses.replace(
        answer, notes=(*answer.notes, f"No article is of {render.day(filter.since)} or later.")
    )


def _shown(answer: Answer, id: str, asked: Asked) -> Sequence[ui.LayoutView]:
    row = views.answer_row(id, quotes=bool(answer.citations), thread=asked.threads)
    return views.pages(render_discord.answer(answer, question=asked.shown), row)
