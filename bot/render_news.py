"""What the bot says in Discord of its own accord, and of what it could not say, as pages of markdown."""

import dataclasses
from collections.abc import Sequence

from bot import markdown, render
from bot.answer import Citation
from bot.corrections import Lost
from bot.gaps import Gap
from bot.news import Change
from bot.plain import one_line
from bot.render_discord import LIMIT, Page, headline, paged
from bot.watches import Watch

_QUESTION = 300
_GAPS = 25
_WORDINGS = 3
_QUOTE = 900
_LISTED = 120
_NOW = 300


def gaps(found: Sequence[Gap], *, limit: int = LIMIT) -> list[Page]:
    """What was refused: each question with how often and when, and other wordings of it."""
    more = [f"-# and {len(found) - _GAPS:,} more"] if len(found) > _GAPS else []
    blocks = [*map(_gap, found[:_GAPS]), *more]
    return paged(blocks or ["Nothing that was asked here was refused."], limit)


def _gap(gap: Gap) -> str:
    lead, *others = (
        markdown.escape(markdown.shorten(one_line(question), _QUESTION)) for question in gap.questions
    )
    times = "once" if gap.count == 1 else f"{gap.count:,} times"
    shown = [f"-# {other}" for other in others[:_WORDINGS]]
    return "\n".join([f"**{lead}**", f"-# {times}, last on {render.day(gap.last)}", *shown])


def watching(question: str, best: Citation | None) -> Page:
    """That a question is watched, and its best quote as it is now."""
    now = _cited("Now", best) if best else "Now: no article answers this."
    told = "-# I say so here once a new article changes that. /watches lists and stops what you watch."
    return Page(f"Watching: **{_asked(question, _QUESTION)}**\n{now}", told)


def watched(watches: Sequence[Watch], *, everyone: bool) -> Page:
    """What is watched, numbered."""
    lines = []
    for number, watch in enumerate(watches, 1):
        where = f"<#{watch.place.channel}>" if watch.place and watch.place.server else ""
        who = f"by <@{watch.place.person}>" if watch.place and everyone else ""
        about = ", ".join(filter(None, (where, who, f"since {render.day(watch.created.date())}")))
        lines.append(f"**{number}.** {_asked(watch.question, _LISTED)}\n-# {about}")
    return Page("\n".join(lines) or "Nothing is watched here. /watch begins.")


def change(change: Change) -> Page:
    """That the answer to a watched question is another now: the new quote, the old one, their dates."""
    footer = [f"-# {_where(change.now)}"]
    if change.before:
        footer.append(f"-# {_cited('Before', change.before)}")
    elif change.was_refused:
        footer.append("-# Before: no article answered this.")
    else:
        footer.append("-# Before: the article has changed or is gone.")
    if change.watch.place:
        footer.append(f"-# <@{change.watch.place.person}> watches this. /watches stops it.")
    body = f"> {_asked(change.watch.question, _QUESTION)}\n{_quote(change.now)}"
    return Page(body, "\n".join(["-# A new article changes the answer:", *footer]))


def corrected(lost: Sequence[tuple[Lost, Citation | None]]) -> str:
    """Which quotes of an answer no longer stand, in small print, and what a corrected article says now."""
    return "\n".join(_no_longer(each, now) for each, now in lost)


def _no_longer(lost: Lost, now: Citation | None) -> str:
    number = f"-# **Since then:** \\[{lost.quote.number}\\] "
    if lost.article is None:
        return f"{number}The article is no longer in the collection: the source is gone."
    if now is None:
        return f"{number}The article was changed: these words are no longer in it."
    return f"{number}The article was corrected. It says now: {_shortened(now, _NOW)}"


def _asked(question: str, limit: int) -> str:
    return markdown.escape(markdown.shorten(one_line(question), limit))


def _quote(citation: Citation) -> str:
    return _shortened(citation, _QUOTE)


def _shortened(citation: Citation, limit: int) -> str:
    return markdown.escape(markdown.shorten(one_line(citation.quote), limit))


def _cited(when: str, citation: Citation) -> str:
    return f"{when}: {_quote(citation)} ({_where(citation)})"


def _where(citation: Citation) -> str:
    """The article's headline, linked to the quote in it, with outlet and date."""
    article = citation.passage.article
    return headline(dataclasses.replace(article, url=citation.link or article.url))
