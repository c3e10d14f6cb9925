"""A question in, a cited Answer out: the one way that every front end asks."""

import datetime
import re
from collections.abc import Sequence
from typing import Protocol

from bot.answer import Answer, Citation
from bot.extract import Extract, Extractor, Span
from bot.focus import find_focus
from bot.linear import Weights
from bot.links import text_fragment_link
from bot.refusal import evidence
from index.search import Found

# A quote that has "[3]" in it, as encyclopaedias do, must not be taken for one of our markers.
_MARKER = re.compile(r"\[(\d+)\]")


class Dates(Protocol):
    """The publication dates that a collection covers, as far as they are known."""

    @property
    def oldest(self) -> datetime.date | None: ...
    @property
    def newest(self) -> datetime.date | None: ...


class Answerer:
    """Answers out of what a search found, or refuses; threads may share it."""

    def __init__(self, extractor: Extractor, weights: Weights) -> None:
        self._extractor = extractor
        self._weights = weights

    def answer(self, found: Found, covered: Dates, *, refuse: bool = True) -> Answer:
        """The quotes that answer; where they probably do not, a refusal, unless `refuse` is False."""
        extract = self._extractor.extract(found)
        confidence = self._confidence(found, extract)
        doubtful = confidence < self._weights.threshold
        if not extract.spans or (doubtful and refuse):
            return _refusal(found, covered, confidence)
        citations = tuple(_citation(n, s, found.question) for n, s in enumerate(extract.spans, 1))
        published = [c.passage.article.published for c in citations]
        known = [day for day in published if day is not None]
        return Answer(
            question=found.question,
            text=_text(citations),
            citations=citations,
            hits=found.hits,
            refused=False,
            newest=max(known, default=None),
            oldest=min(known, default=None),
            confidence=confidence,
            forced=doubtful,
        )

    def refuse(self, found: Found, covered: Dates) -> Answer:
        """A refusal, whatever was found."""
        return _refusal(found, covered, 0.0)

    def _confidence(self, found: Found, extract: Extract) -> float:
        if not extract.ranked:
            return 0.0
        return self._weights.refusal.probability(evidence(found, extract))


def _refusal(found: Found, covered: Dates, confidence: float) -> Answer:
    return Answer(
        question=found.question,
        text="",
        citations=(),
        hits=found.hits,
        refused=True,
        newest=covered.newest,
        oldest=covered.oldest,
        confidence=confidence,
    )


def _citation(number: int, span: Span, question: str) -> Citation:
    return Citation(
        number=number,
        quote=span.quote,
        passage=span.passage,
        start=span.start,
        end=span.end,
        link=text_fragment_link(span.passage.article.url, span.quote),
        page=span.passage.page_at(span.start),
        focus=find_focus(question, span.quote),
    )


def _text(citations: Sequence[Citation]) -> str:
    quotes = (_MARKER.sub(r"(\1)", " ".join(citation.quote.split())) for citation in citations)
    return " ".join(f"{quote} [{number}]" for number, quote in enumerate(quotes, 1))
