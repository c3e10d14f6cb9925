"""Quotes within their passages, and passages, as pages of Discord markdown."""

import dataclasses
from collections.abc import Sequence
from typing import Literal

from bot import markdown, render
from bot.plain import one_line
from bot.render_discord import LIMIT, Page, escaped, headline, paged
from index.article import Hit, Passage

_CONTEXT = 300
_EXCERPT = 350
_MARKS = {"supported": "✓", "quoted": "≈", "unsupported": "✗"}
_LEGEND = "-# ✓ an article says so, ≈ unsure: this comes nearest, ✗ no article says so"


@dataclasses.dataclass(frozen=True, slots=True)
class Quoted:
    """A quote to show within its passage; `start` and `end` count characters of the article."""

    number: int
    passage: Passage
    start: int
    end: int
    link: str | None

    @property
    def parts(self) -> tuple[str, str, str]:
        """The passage's text before the quote, the quote, and after it."""
        text, start, end = self.passage.text, self.start - self.passage.start, self.end - self.passage.start
        return text[:start], text[start:end], text[end:]


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """A sentence of a message and what the articles say to it.

    "quoted": unsure, the quotes come nearest; "unsupported": there may be none.
    """

    sentence: str
    verdict: Literal["supported", "quoted", "unsupported"]
    quotes: tuple[Quoted, ...] = ()


def quotes(items: Sequence[Quoted | str], *, limit: int = LIMIT) -> list[Page]:
    """Each quote in bold within its passage; a string, why one cannot be shown, stands as it is."""
    blocks = [markdown.escape(item) if isinstance(item, str) else _in_passage(item) for item in items]
    return paged(blocks or ["There are no quotes."], limit)


def _in_passage(quoted: Quoted) -> str:
    """A headline and the passage below it as a block quote; only what surrounds the quote is ever cut."""
    before, quote, after = map(render.inline, quoted.parts)
    around = escaped(_end(before)), markdown.bold(quote), escaped(markdown.shorten(after, _CONTEXT))
    return f"\\[{quoted.number}\\] {_attributed(quoted)}\n> {''.join(around).strip()}"


def _end(text: str) -> str:
    """The last words of what stands before a quote."""
    if len(text) <= _CONTEXT:
        return text
    tail = text[-_CONTEXT:]
    return f"…{tail.partition(' ')[2] or tail}"


def _attributed(quoted: Quoted) -> str:
    page = quoted.passage.page_at(quoted.start)
    return headline(quoted.passage.article, f"p. {page}" if page else "", quoted.link)


def hits(hits: Sequence[Hit], *, limit: int = LIMIT) -> list[Page]:
    """Passages, best first, each with its article."""
    blocks = [_hit(number, hit.passage) for number, hit in enumerate(hits, 1)]
    return paged(blocks or ["No passage found."], limit)


def _hit(number: int, passage: Passage) -> str:
    title = headline(passage.article, f"p. {passage.page}" if passage.page else "")
    excerpt = markdown.escape(markdown.shorten(one_line(passage.text), _EXCERPT))
    return f"**{number}.** {title}\n> {excerpt}"


def checked(items: Sequence[Checked], *, limit: int = LIMIT) -> list[Page]:
    """Each sentence of a message with ✓, ≈ or ✗, and the quotes that support it, or come nearest."""
    supported = sum(item.verdict == "supported" for item in items)
    sentences = "1 sentence" if len(items) == 1 else f"{len(items)} sentences"
    said = f"**The articles support {supported} of {sentences}.**\n{_LEGEND}"
    return paged([said, *map(_verdict, items)], limit)


def _verdict(item: Checked) -> str:
    sentence = f"{_MARKS[item.verdict]} {markdown.escape(one_line(item.sentence))}"
    return "\n".join([sentence, *map(_evidence, item.quotes)])


def _evidence(quoted: Quoted) -> str:
    return f"> {markdown.escape(one_line(quoted.parts[1]))}\n-# {_attributed(quoted)}"
