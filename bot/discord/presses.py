"""What the buttons under an answer do."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord

from bot import render_discord, render_quotes
from bot.discord import articles, conversation, settings_panel, views, watching
from bot.discord.posting import InteractionPost
from bot.links import text_fragment_link
from bot.render_quotes import Quoted
from bot.votes import KeptAnswer, KeptQuote, Vote
from index.errors import NotAllowed, QuestionError

if TYPE_CHECKING:
    from bot.discord.client import Bot

Interaction = discord.Interaction[Any]

_NOT_HERE = "That answer is not from here, or is no longer known."
_GONE = "The article is no longer in the collection."
_OPENED_ALREADY = 160004
_CHANGED = "The article has changed since: these words are no longer in it."


class Presses:
    """The buttons, by the action in their custom ids."""

    def __init__(self, bot: "Bot") -> None:
        self._bot = bot
        self._actions: dict[str, Callable[[Interaction, str], Awaitable[None]]] = {
            "quotes": self._quotes,
            "thread": self._thread,
            "good": self._voted(Vote.RIGHT),
            "bad": self._voted(Vote.WRONG),
            "source": self._voted(Vote.WRONG_SOURCE),
            "articles": lambda interaction, page: articles.turn(bot, interaction, page),
            "unwatch": lambda interaction, id: watching.stop(bot, interaction, id),
            "switch": lambda interaction, what: settings_panel.switch(bot, interaction, what),
        }

    async def press(self, interaction: Interaction, action: str, state: str) -> None:
        """What a button does; errors are told to the one who pressed it."""
        async with self._bot.telling(interaction):
            if action not in self._actions:
                raise QuestionError("That button does nothing any more.")
            self._bot.access.press(interaction.user)
            await self._actions[action](interaction, state)

    async def _kept(self, interaction: Interaction, id: str) -> KeptAnswer:
        """The answer that a button belongs to; a custom id can be forged, so everything is compared."""
        kept = await self._bot.clerk.run(lambda: self._bot.records.find(id))
        here = (interaction.guild_id, interaction.message.id if interaction.message else None)
        if kept is None or (kept.server, kept.message) != here:
            raise NotAllowed(_NOT_HERE)
        return kept

    async def _quotes(self, interaction: Interaction, id: str) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        kept = await self._kept(interaction, id)
        scopes = conversation.scopes_of(interaction.guild)
        quoted = await self._bot.desk.run(lambda: [self._quoted(quote, scopes) for quote in kept.quotes])
        await InteractionPost(interaction, private=True).show(views.pages(render_quotes.quotes(quoted)))

    def _quoted(self, quote: KeptQuote, scopes: tuple[str, ...]) -> Quoted | str:
        """A quote in its passage as the article has it now, or why not."""
        passage = self._bot.app.passage(quote.article, quote.start, quote.end, scopes=scopes)
        if passage is None:
            return f"[{quote.number}] {_GONE}"
        words = passage.words(quote.start, quote.end)
        if not quote.matches(words):
            return f"[{quote.number}] {_CHANGED}"
        link = text_fragment_link(passage.article.url, words)
        return Quoted(quote.number, passage, quote.start, quote.end, link)

    async def _thread(self, interaction: Interaction, id: str) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        kept = await self._kept(interaction, id)
        message = interaction.message
        if message is None or not isinstance(interaction.channel, discord.TextChannel):
            raise NotAllowed("A thread cannot be opened here.")
        thread = message.thread or interaction.channel.get_thread(message.id)
        if thread is None:
            # Not every server of Discord's API says what a member may do.
            rights = getattr(interaction.user, "resolved_permissions", None)
            if rights is not None and not rights.create_public_threads:
                raise NotAllowed("You may not open threads in this channel.")
            await self._bot.access.check_place(
                interaction.user, interaction.channel.guild, interaction.channel
            )
            await _open_thread(interaction.channel, message.id, kept.question or "citebot")
        # A thread that was opened on a message has that message's id.
        await interaction.followup.send(
            view=views.notice(f"Go on in <#{message.id}>; no mention is needed there."), ephemeral=True
        )

    def _voted(self, vote: Vote) -> Callable[[Interaction, str], Awaitable[None]]:
        async def press(interaction: Interaction, id: str) -> None:
            await interaction.response.defer(thinking=True, ephemeral=True)
            await self._kept(interaction, id)
            stands = await self._bot.clerk.run(lambda: self._bot.records.vote(id, interaction.user.id, vote))
            said = (
                f"Noted: {_NAMES[stands]}. Press it again to take it back, or another to change it."
                if stands
                else "Taken back."
            )
            await interaction.followup.send(view=views.notice(said), ephemeral=True)

        return press


async def _open_thread(channel: discord.TextChannel, message: int, question: str) -> None:
    """Opens a thread on a message, unless there is one: another press came first, or it was archived."""
    try:
        await channel.get_partial_message(message).create_thread(name=render_discord.thread_name(question))
    except discord.HTTPException as error:
        if error.code != _OPENED_ALREADY:
            raise


_NAMES = {
    Vote.RIGHT: "\N{THUMBS UP SIGN}",
    Vote.WRONG: "\N{THUMBS DOWN SIGN}",
    Vote.WRONG_SOURCE: "wrong source",
}
