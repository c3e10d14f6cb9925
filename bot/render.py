"""What every front end says about an Answer, in words; how it looks is each one's own."""

import datetime
from collections.abc import Iterator

from bot.answer import Answer
from bot.plain import one_line
from index.article import ArticleInfo

REFUSAL = "The articles do not answer this."
FORCED = "Shown because of --no-refuse: the articles probably do not answer this."


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


def numbers(answer: Answer, article: ArticleInfo) -> list[int]:
    """The markers that cite `article`."""
    return sorted({c.number for c in answer.citations if c.passage.article == article})


def pages(answer: Answer, article: ArticleInfo) -> str:
    """The cited pages of `article`: "p. 3", "pp. 3, 5", or "" where it has none."""
    found = sorted({c.page for c in answer.citations if c.passage.article == article and c.page is not None})
    return f"{'p.' if len(found) == 1 else 'pp.'} {', '.join(map(str, found))}" if found else ""


def links(answer: Answer) -> Iterator[tuple[int, str]]:
    """Each marker with the address that opens at its quote, where there is one."""
    return ((c.number, c.link) for c in answer.citations if c.link)


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
