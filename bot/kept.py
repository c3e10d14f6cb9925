"""Quotes that were kept as offsets, in the articles as they are now."""

from collections.abc import Iterator, Sequence

from bot.answer import Citation
from bot.collection import Collection
from bot.links import text_fragment_link
from bot.votes import KeptQuote
from index.article import Passage


def standing(collection: Collection, quote: KeptQuote, scopes: Sequence[str]) -> Citation | None:
    """A kept quote with its words, where they stand now; None where its article is gone, or lost them."""
    passage = collection.passage(quote.article, quote.start, quote.end, scopes=scopes)
    if passage is not None and quote.matches(passage.words(quote.start, quote.end)):
        return _cited(quote, passage, quote.start, quote.end)
    moved = (
        _cited(quote, passage, start, end)
        for passage in collection.passages(quote.article, scopes=scopes)
        for start, end in _runs(passage)
        if quote.matches(passage.words(start, end))
    )
    return next(moved, None)


def _runs(passage: Passage) -> Iterator[tuple[int, int]]:
    """Where one or more sentences that follow one another start and end, as a quote may."""
    for n, first in enumerate(passage.sentences):
        for last in passage.sentences[n:]:
            yield first.start, last.end


def _cited(quote: KeptQuote, passage: Passage, start: int, end: int) -> Citation:
    words = passage.words(start, end)
    link = text_fragment_link(passage.article.url, words)
    return Citation(quote.number, words, passage, start, end, link, passage.page_at(start))
