"""Answers and articles as Discord markdown, in pages that each fit one message.

Small print ("-# ") starts every footer and stands in no answer's body: so a message can be read back.
"""

import dataclasses
import datetime
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence

from bot import markdown, render
from bot.answer import Answer, Citation
from bot.plain import one_line
from index.article import ArticleInfo

# Discord counts 4,000 over all texts of a message; the rest is for what a view adds of its own.
LIMIT = 3_800

_QUESTION = 300
_TITLE = 200
_BYLINE = 100
_QUOTE = 400
_THREAD_NAME = 100
_REFUSAL = f"**{render.REFUSAL}**"
_DIFFER = f"**{render.DIFFER}**"
# Behind a quote that others differ from: who said it when. In an article's own words no "*" stands bare.
_TOLD = re.compile(r" \*\([^\n]*\)\*$")


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """What one message shows: a body, and below it a footer that may be empty; together within the limit."""

    body: str
    footer: str = ""

    @property
    def text(self) -> str:
        """Both as one text, as `read_question` and `read_answer` take it back."""
        return f"{self.body}\n{self.footer}" if self.footer else self.body


def answer(answer: Answer, *, question: str | None, limit: int = LIMIT) -> list[Page]:
    """The answer with its sources, or the refusal with what lies nearest; below `question` where given."""
    asked = [f"> {markdown.escape(markdown.shorten(one_line(question), _QUESTION))}"] if question else []
    said, listed = (
        (_refused(answer), _nearest(answer)) if answer.refused else (_said(answer), _sources(answer))
    )
    notes = (f"-# {markdown.escape(one_line(note))}" for note in answer.notes)
    return _with_footer("\n".join([*asked, said]), "\n".join([*listed, *notes]), limit)


def _refused(answer: Answer) -> str:
    closest = [f"-# {render.CLOSEST}", _differs(answer.closest)] if answer.closest else []
    return "\n".join([_REFUSAL, *closest])


def _said(answer: Answer) -> str:
    if answer.is_disputed:
        return "\n".join([_DIFFER, *map(_disputed, answer.citations)])
    links = dict(render.links(answer))
    return "".join(_segment(segment, links) for segment in render.segments(answer)).strip() or "…"


def _segment(segment: render.Segment, links: Mapping[int, str]) -> str:
    if segment.marker is not None:
        return markdown.link(segment.text, links.get(segment.marker))
    return markdown.bold(segment.text) if segment.focus else escaped(segment.text)


def escaped(piece: str) -> str:
    """A piece of a line, escaped, the white space at its ends kept."""
    words = piece.strip()
    return piece.replace(words, markdown.escape(words), 1) if words else piece


def _sources(answer: Answer) -> list[str]:
    listed = [_source(answer, article) for article in answer.sources]
    return [*(["-# Sources", *listed] if listed else []), *_small(render.as_of(answer)), *_differing(answer)]


def _differing(answer: Answer) -> list[str]:
    if answer.is_disputed:
        return []
    said = map(_differs, answer.differing)
    return [f"-# {render.DIFFER}", *said] if answer.differing else []


def _differs(citation: Citation) -> str:
    quote = markdown.escape(markdown.shorten(one_line(citation.quote), _QUOTE))
    return f"- {quote} ({headline(citation.passage.article)}{render.corrected(citation)})"


def _source(answer: Answer, article: ArticleInfo) -> str:
    numbers = " ".join(f"\\[{number}\\]" for number in render.numbers(answer, article))
    return f"{numbers} {headline(render.attributed(answer, article), render.pages(answer, article))}"


def _nearest(answer: Answer) -> list[str]:
    nearest = [f"- {headline(render.attributed(answer, article))}" for article in answer.nearest]
    return [*(["-# Nearest", *nearest] if nearest else []), *_small(render.covered(answer))]


def _small(line: str) -> list[str]:
    return [f"-# {line}"] if line else []


def _disputed(citation: Citation) -> str:
    quote = "".join(_segment(segment, {}) for segment in render.quoted(citation)).strip()
    marker = markdown.link(f"[{citation.number}]", citation.link)
    return f"- {quote} {marker} *({markdown.escape(markdown.shorten(render.told(citation), _TITLE))})*"


def headline(article: ArticleInfo, pages: str = "", link: str | None = None) -> str:
    """An article's title, linked to `link` or to it, then outlet, date and pages as far as they are known."""
    title = markdown.shorten(one_line(article.title), _TITLE)
    return ", ".join(filter(None, (markdown.link(title, link or article.url), _byline(article, pages))))


def _byline(article: ArticleInfo, pages: str = "") -> str:
    """Outlet, date and pages; of an endless outlet only the beginning."""
    source = markdown.shorten(one_line(article.source or ""), _BYLINE)
    return markdown.escape(render.byline(dataclasses.replace(article, source=source), pages))


def _with_footer(body: str, footer: str, limit: int) -> list[Page]:
    """The body in as many pages as it takes; the footer below the last, or after it where room lacks."""
    *pages, last = (Page(part) for part in markdown.split(body, limit))
    if markdown.length(f"{last.body}\n{footer}") <= limit:
        return [*pages, Page(last.body, footer)]
    return [*pages, last, *(Page(part) for part in markdown.split(footer, limit))]


def paged(blocks: Iterable[str], limit: int) -> list[Page]:
    """Blocks with an empty line between them, as many on a page as fit."""
    texts: list[str] = []
    for part in itertools.chain.from_iterable(markdown.split(block, limit) for block in blocks):
        joined = f"{texts[-1]}\n\n{part}" if texts else part
        if markdown.length(joined) <= limit:
            texts[-1:] = [joined]
        else:
            texts.append(part)
    return [Page(text) for text in texts]


def articles(
    articles: Sequence[ArticleInfo],
    *,
    page: int,
    pages: int,
    total: int,
    copies: int = 0,
    limit: int = LIMIT,
) -> Page:
    """One page of the list of articles; `page` counts from 1. Headlines too long for it lose their links."""
    counted = f"{render.counted(total, 'article')}{render.copied(copies)}"
    footer = f"-# {counted}, page {page} of {pages}" if pages > 1 else f"-# {counted}"
    room = (limit - markdown.length(footer) - 1) // max(1, len(articles)) - len("- \n")
    body = "\n".join(f"- {_entry(article, room)}" for article in articles)
    return Page(body or "There are no articles.", footer)


def _entry(article: ArticleInfo, room: int) -> str:
    whole = headline(article)
    if markdown.length(whole) <= room:
        return whole
    words = ", ".join(filter(None, (one_line(article.title), render.byline(article))))
    return markdown.escape(markdown.shorten(words, room // 3))  # escaped, it is at most three times as long


def about(
    *,
    articles: int,
    oldest: datetime.date | None,
    newest: datetime.date | None,
    embedding: str,
    chat_model: str | None,
    stored: str,
    copies: int = 0,
) -> Page:
    """What the bot knows and how it answers; `stored` says in plain words what it keeps."""
    dates = f", from {render.span(oldest, newest)}" if oldest and newest else ""
    how = (
        f"Written by {chat_model}, each sentence checked against the articles."
        if chat_model
        else "In the articles' own words; no chat model."
    )
    lines = [
        f"**Articles** {articles:,}{render.copied(copies)}{dates}",
        f"**Answers** {markdown.escape(how)}",
        f"**Search** by meaning and words; embedding model {markdown.escape(embedding)}",
        f"**Stored** {markdown.escape(stored)}",
    ]
    return Page("\n".join(lines))


def help(commands: Sequence[tuple[str, str]], *, limit: int = LIMIT) -> list[Page]:
    """The commands, each a mention or a name (taken as it is) and a description in plain words."""
    lines = [f"- **{command}** {markdown.escape(description)}" for command, description in commands]
    return paged(["\n".join(lines)], limit)


def thread_name(question: str) -> str:
    """A thread's name: one plain line of at most 100."""
    return markdown.shorten(one_line(question), _THREAD_NAME) or "citebot"


def read_question(text: str) -> str | None:
    """The question line of a message that `answer` made, as plain text; None where it shows none."""
    first, *_ = text.split("\n", 1)
    return markdown.unescape(first.removeprefix("> ")) if first.startswith("> ") else None


def read_answer(text: str) -> str:
    """The answer of a message that `answer` made, as plain text with markers; "" where it was refused."""
    lines = text.split("\n")
    body = itertools.takewhile(lambda line: not line.startswith("-# "), lines[lines[0].startswith("> ") :])
    said = "\n".join(body).strip()
    if said.startswith(f"{_DIFFER}\n"):
        quotes = said.split("\n- ")[1:]
        said = " ".join(_TOLD.sub("", quote) for quote in quotes)
    return "" if said == _REFUSAL else markdown.unescape(said)
