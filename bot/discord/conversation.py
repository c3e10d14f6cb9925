"""The conversation that a question belongs to, read from Discord: replies, threads, direct messages."""

import contextlib
import datetime
import re
from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING

import discord

from bot import render_discord
from bot.answer import Answer, Citation
from bot.discord import views
from bot.kept import standing
from bot.servers import scopes_in
from bot.votes import KeptQuote

if TYPE_CHECKING:
    from bot.discord.client import Bot

# Follow-ups refer to what was just said; reading further back only costs requests.
_TURNS = 5
_READ = 20
_DIRECT_HOURS = datetime.timedelta(hours=1)


async def history(bot: "Bot", message: discord.Message) -> tuple[Answer, ...]:
    """The answers that `message` may refer to, oldest first."""
    if message.reference and message.type is discord.MessageType.reply:
        found = await _newest(_replied_to(bot, message))
    elif isinstance(message.channel, discord.Thread):
        found = await _newest(_in_thread(bot, message.channel, message))
    elif message.guild is None:
        found = await _newest(_before(bot, message, since=message.created_at - _DIRECT_HOURS))
    else:
        found = []
    return tuple(reversed(found))


async def _newest(answers: AsyncGenerator[Answer]) -> list[Answer]:
    """The first few; those further back are not even read, however long a conversation was made."""
    found: list[Answer] = []
    async with contextlib.aclosing(answers):
        async for answer in answers:
            found.append(answer)
            if len(found) == _TURNS:
                break
    return found


async def referenced(message: discord.Message) -> discord.Message | None:
    """The message that `message` replies to, where it can still be read."""
    reference = message.reference
    if reference is None or reference.message_id is None:
        return None
    if reference.type is discord.MessageReferenceType.forward:
        return None
    if isinstance(reference.resolved, discord.Message):
        return reference.resolved
    if isinstance(reference.resolved, discord.DeletedReferencedMessage):
        return None
    return await _fetched(message.channel, reference.message_id)


def question_in(bot: "Bot", message: discord.Message) -> str:
    """What a person's message asks: its words without the mention of the bot."""
    marks = [rf"<@!?{bot.me}>"]
    role = message.guild.self_role if message.guild else None
    if role:
        marks.append(f"<@&{role.id}>")
    return " ".join(re.sub("|".join(marks), " ", message.content).split())


async def _replied_to(bot: "Bot", message: discord.Message) -> AsyncGenerator[Answer]:
    """The chain of replies from `message` upwards: answers, and the questions that they reply to."""
    at = await referenced(message)
    for _ in range(_READ):
        if at is None:
            return
        asked = await referenced(at)
        if (answer := await _read(bot, at, asked)) is not None:
            yield answer
        at = asked if at.author.id == bot.me and asked is not None else None
        at = await referenced(at) if at is not None else None


async def _in_thread(bot: "Bot", thread: discord.Thread, message: discord.Message) -> AsyncGenerator[Answer]:
    """The answers in a thread before `message`, newest first, and the one that it was opened on."""
    async for answer in _before(bot, message):
        yield answer
    if thread.parent is not None and isinstance(thread.parent, discord.TextChannel):
        # A thread that was opened on a message has that message's id.
        starter = thread.starter_message or await _fetched(thread.parent, thread.id)
        if starter and (first := await _read(bot, starter, await referenced(starter))):
            yield first


async def _before(
    bot: "Bot", message: discord.Message, since: datetime.datetime | None = None
) -> AsyncGenerator[Answer]:
    try:
        async for earlier in message.channel.history(
            limit=_READ, before=message, after=since, oldest_first=False
        ):
            if earlier.author.id == bot.me and (
                answer := await _read(bot, earlier, await referenced(earlier))
            ):
                yield answer
    except discord.HTTPException:  # no right to read on: what was read will do
        return


async def _read(bot: "Bot", shown: discord.Message, asked: discord.Message | None) -> Answer | None:
    """The answer that a message of the bot shows; None where it shows none."""
    if shown.author.id != bot.me or not views.is_page(shown):
        return None
    text, id = "\n".join(views.texts(shown)), views.answer_id(shown)
    kept = await bot.clerk.run(lambda: bot.records.find(id)) if id else None
    question = question_in(bot, asked) if asked else render_discord.read_question(text)
    # Of a mention alone, a message that is gone, an answer's later page Discord shows no question.
    if not (question := question or (kept.question if kept else None)):
        return None
    quotes, scopes = kept.quotes if kept else (), scopes_of(shown.guild)
    citations = await bot.desk.run(lambda: _citations(bot, quotes, scopes))
    return Answer(
        question=question,
        text=render_discord.read_answer(text),
        citations=citations,
        hits=(),
        refused=not citations,
        newest=None,
        oldest=None,
    )


def _citations(bot: "Bot", quotes: Sequence[KeptQuote], scopes: Sequence[str]) -> tuple[Citation, ...]:
    """The quotes of an answer, as far as the articles still have them."""
    return tuple(filter(None, (standing(bot.app, quote, scopes) for quote in quotes)))


def scopes_of(server: discord.Guild | None) -> tuple[str, ...]:
    """Which articles count in a server: everyone's and its own."""
    return scopes_in(server.id if server else None)


async def _fetched(channel: discord.abc.Messageable, id: int) -> discord.Message | None:
    try:
        return await channel.fetch_message(id)
    except discord.HTTPException:  # deleted, or not ours to read
        return None
