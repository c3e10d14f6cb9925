"""Check against the articles: what supports a message, sentence by sentence, or that nothing does."""

from typing import TYPE_CHECKING, Any, Final, Literal

import discord

from bot import render_discord, render_quotes
from bot.app import Filter
from bot.cite import Verdict
from bot.claims.text import without_markers
from bot.claims.windows import Support
from bot.discord import conversation, views
from bot.discord.posting import InteractionPost
from bot.links import text_fragment_link
from bot.render_quotes import Checked, Quoted
from bot.verifying import MOST_SENTENCES, Verified
from index.errors import QuestionError

if TYPE_CHECKING:
    from bot.discord.client import Bot

_VERDICTS: Final[dict[Verdict, Literal["supported", "quoted", "unsupported"]]] = {
    Verdict.TIED: "supported",
    Verdict.QUOTED: "quoted",
    Verdict.DROPPED: "unsupported",
}


async def check_message(bot: "Bot", interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Shows the one who asked what the articles say to a message."""
    await bot.access.admit(interaction, private=True)
    text = _said(message)
    scopes = conversation.scopes_of(interaction.guild)
    found = await bot.desk.run(lambda: bot.app.verify(text, filter=Filter(scopes=scopes)))
    if not found:
        raise QuestionError("There are no words in that message.", "Choose one that says something.")
    shown = views.pages(render_quotes.checked([_shown(verified) for verified in found]))
    if len(found) == MOST_SENTENCES:
        shown.append(views.notice(f"-# Of a message at most {MOST_SENTENCES} sentences are checked."))
    await InteractionPost(interaction, private=True).show(shown)


def _said(message: discord.Message) -> str:
    """What a message says; of an answer of the bot's its words, without question, sources and markers."""
    text = "\n".join(views.texts(message))
    return without_markers(render_discord.read_answer(text)) if views.answer_id(message) else text


def _shown(verified: Verified) -> Checked:
    quotes = enumerate(verified.checked.supports, 1)
    return Checked(
        verified.sentence, _VERDICTS[verified.checked.verdict], tuple(_quoted(n, s) for n, s in quotes)
    )


def _quoted(number: int, support: Support) -> Quoted:
    link = text_fragment_link(support.passage.article.url, support.quote)
    return Quoted(number, support.passage, support.start, support.end, link)
