"""What every front end says about an Answer, in words; how it looks is each one's own."""

import dataclasses
import datetime
import re
from collections.abc import Iterator

from bot.answer import Answer, Citation
from bot.plain import one_line
from index.article import ArticleInfo

REFUSAL = "The articles do not answer this."
DIFFER = "Sources differ"
CLOSEST = "What comes closest, though it may be about something else:"
FORCED = "Shown because of --no-refuse: the articles probably do not answer this."

# So many outlets of one story are named.
_OUTLETS = 5
_MARKER = re.compile(r"(\[[0-9]{1,4}\])")


@dataclasses.dataclass(frozen=True, slots=True)
class Segment:
    """A piece of an answer's text, fit to show: words, words that answer, or the marker of a citation."""

    text: str
    focus: bool = False
    marker: int | None = None


def day(date: datetime.date) -> str:
    """A date as people write it, in any locale: 21 April 2025."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def span(oldest: datetime.date, newest: datetime.date) -> str:
    """Two days, or the one that they both are."""
    return day(newest) if oldest == newest else f"{day(oldest)} to {day(newest)}"


def as_of(answer: Answer) -> str:
    """How old the cited sources are; "" where no date is known."""
    if answer.oldest is None or answer.newest is None:
        return ""
    dates = span(answer.oldest, answer.newest)
    return f"As of {dates}" if answer.oldest == answer.newest else f"Sources from {dates}"


def covered(answer: Answer) -> str:
    """The dates that all articles cover, for a refusal; "" where none is known."""
    if answer.oldest is None or answer.newest is None:
        return ""
    dates = span(answer.oldest, answer.newest)
    return (
        f"The articles are from {dates}."
        if answer.oldest == answer.newest
        else f"The articles cover {dates}."
    )


def byline(article: ArticleInfo, pages: str = "") -> str:
    """Outlet, date and pages, as far as they are known: "BBC, 21 April 2025"."""
    date = day(article.published) if article.published else ""
    return ", ".join(filter(None, (one_line(article.source or ""), date, pages)))


def told(citation: Citation) -> str:
    """Who said it when, of quotes that differ: "BBC, 21 April 2025, since corrected"."""
    about = byline(citation.passage.article) or one_line(citation.passage.article.title)
    return f"{about}{corrected(citation)}"


def corrected(citation: Citation) -> str:
    """What is added to who said it, of a quote that a newer one expressly sets aside."""
    return ", since corrected" if citation.corrected else ""


def attributed(answer: Answer, article: ArticleInfo) -> ArticleInfo:
    """An article as a source; where others are copies of it, its outlet is all of theirs.

    "AP, in 3 outlets (Harbour Times, Metro, The Post)"
    """
    story = answer.stories.get(article.id)
    if story is None or len(story.outlets) < 2:
        return article
    names = list(map(one_line, story.outlets[:_OUTLETS]))
    more = len(story.outlets) - len(names)
    named = ", ".join([*names, *([f"{more} more"] if more else [])])
    counted = f"in {len(story.outlets)} outlets ({named})"
    return dataclasses.replace(article, source=f"{story.agency}, {counted}" if story.agency else counted)


def counted(number: int, noun: str) -> str:
    """ "1 article", "2,000 articles"."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def copied(copies: int) -> str:
    """What is added to a count of articles: how many of them tell the story of another."""
    return f", {copies:,} of them {'a copy' if copies == 1 else 'copies'} of another" if copies else ""


def numbers(answer: Answer, article: ArticleInfo) -> list[int]:
    """The markers that cite `article` or a copy of it."""
    return sorted({c.number for c in answer.citations if answer.is_same_source(c.passage.article, article)})


def pages(answer: Answer, article: ArticleInfo) -> str:
    """The cited pages of `article`: "p. 3", "pp. 3, 5", or "" where it has none."""
    found = sorted({c.page for c in answer.citations if c.passage.article == article and c.page is not None})
    return f"{'p.' if len(found) == 1 else 'pp.'} {', '.join(map(str, found))}" if found else ""


def segments(answer: Answer) -> Iterator[Segment]:
    """The answer's text in order. Only between quotes is `[1]` a marker and not an article's own words."""
    numbers, at = {c.number for c in answer.citations}, 0
    for citation in answer.citations:
        if found := _quoted(citation).search(answer.text, at):
            yield from _between(answer.text[at : found.start()], numbers)
            yield from _emphasized(*found.groups())
            at = found.end()
    yield from _between(answer.text[at:], numbers)


def quoted(citation: Citation) -> Iterator[Segment]:
    """The quote of a citation, with the words that answer set off."""
    return _emphasized(*_parts(citation))


def _quoted(citation: Citation) -> re.Pattern[str]:
    """Finds a quote in an answer's text, in three groups: before its focus, the focus, after it."""
    parts = (r"\s+".join(map(_word, part.split())) for part in _parts(citation))
    return re.compile(r"({}\s*)({})(\s*{})".format(*parts))


def _word(word: str) -> str:
    """A word of a quote; the answer's text may have "(3)" for an article's own "[3]"."""
    return re.sub(r"\\\[(\d+)\\\]", r"[\[(]\1[\])]", re.escape(word))


def _parts(citation: Citation) -> tuple[str, str, str]:
    start, end = citation.focus or (0, 0)
    return citation.quote[:start], citation.quote[start:end], citation.quote[end:]


def _emphasized(before: str, focus: str, after: str) -> Iterator[Segment]:
    parts = Segment(inline(before)), Segment(inline(focus), focus=True), Segment(inline(after))
    return filter(lambda segment: segment.text, parts)


def _between(part: str, numbers: set[int]) -> Iterator[Segment]:
    for piece in filter(None, _MARKER.split(part)):
        number = int(piece[1:-1]) if _MARKER.fullmatch(piece) else None
        if number in numbers:
            yield Segment(piece, marker=number)
        else:
            yield Segment("\n".join(map(inline, piece.split("\n"))))


def inline(part: str) -> str:
    """`one_line`, keeping a space at either end, so that parts can be joined again."""
    line = one_line(part)
    return f"{' ' * part[:1].isspace()}{line}{' ' * part[-1:].isspace()}" if line else " " * bool(part)


def links(answer: Answer) -> Iterator[tuple[int, str]]:
    """Each marker with the address that opens at its quote, where there is one."""
    return ((c.number, c.link) for c in answer.citations if c.link)


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
