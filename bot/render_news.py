"""What the bot says in Discord of its own accord, and of what it could not say, as pages of markdown."""

from collections.abc import Sequence

from bot import markdown, render
from bot.gaps import Gap
from bot.plain import one_line
from bot.render_discord import LIMIT, Page, paged

_QUESTION = 300
_GAPS = 25
_WORDINGS = 3


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
