"""A question in, a cited Answer out: the one way that every front end asks."""

import dataclasses
import datetime
import re
from collections.abc import Sequence
from typing import Protocol

from bot.answer import Answer, Citation
from bot.differing import differing
from bot.extract import Extract, Extractor, Span
from bot.focus import find_focus, widened
from bot.linear import Weights
from bot.links import text_fragment_link
from bot.reader.reader import Reader
from bot.reader.windows import answering_words
from bot.refusal import evidence, evidence_read
from index.article import Passage
from index.embedding import Embedder
from index.search import Found

# A quote that has "[3]" in it, as encyclopaedias do, must not be taken for one of our markers.
_MARKER = re.compile(r"\[(\d+)\]")
# What is refused from this confidence on is the answer in a third of the cases (five-fold, both development
# sets): worth being shown, as what it is.
_CLOSE = 0.25


class Dates(Protocol):
    """The publication dates that a collection covers, as far as they are known."""

    @property
    def oldest(self) -> datetime.date | None: ...
    @property
    def newest(self) -> datetime.date | None: ...


class Quoted(Protocol):
    """Words of a passage to cite: the article's `start:end`."""

    @property
    def passage(self) -> Passage: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def quote(self) -> str: ...


class Answerer:
    """Answers out of what a search found, or refuses; threads may share it."""

    def __init__(self, embedder: Embedder, weights: Weights, reader: Reader | None = None) -> None:
        self._extractor = Extractor(embedder, weights, reader)
        self._reader = reader
        self._weights = weights
        self._threshold = weights.threshold_read if reader else weights.threshold

    def answer(self, found: Found, covered: Dates, *, refuse: bool = True) -> Answer:
        """The quotes that answer; where they probably do not, a refusal, unless `refuse` is False."""
        extract = self._extractor.extract(found)
        confidence = self._confidence(found, extract)
        doubtful = confidence < self._threshold
        if not extract.spans or (doubtful and refuse):
            refused = refusal(found, covered, confidence)
            if not extract.spans or confidence < _CLOSE:
                return refused
            (closest,) = self._cited(found.question, extract.spans[:1])
            return dataclasses.replace(refused, closest=closest)
        if doubtful:
            citations = self._cited(found.question, extract.spans)
            return dataclasses.replace(answered(found, _text(citations), citations, confidence), forced=True)
        apart = differing(found.question, extract.ranked, extract.spans)
        spans = [version.span for version in apart.versions]
        told = [
            dataclasses.replace(citation, corrected=version.corrected)
            for citation, version in zip(self._cited(found.question, spans), apart.versions, strict=True)
        ]
        # Quotes that contradict each other for sure are no one answer: they are shown as such, and alone.
        citations = told if apart.is_dispute else self._cited(found.question, extract.spans)
        answer = answered(found, _text(citations), citations, confidence)
        return dataclasses.replace(answer, differing=tuple(told), is_disputed=apart.is_dispute)

    def _cited(self, question: str, spans: Sequence[Span]) -> list[Citation]:
        return [
            cite(number, span, question, answering_words(self._reader, question, span.chosen[0]))
            for number, span in enumerate(spans, 1)
        ]

    def _confidence(self, found: Found, extract: Extract) -> float:
        if not extract.ranked:
            return 0.0
        if self._reader:
            return self._weights.refusal_read.probability(evidence_read(found, extract))
        return self._weights.refusal.probability(evidence(found, extract))


def answered(found: Found, text: str, citations: Sequence[Citation], confidence: float) -> Answer:
    """An answer with these citations, its dates those of the cited articles."""
    published = [citation.passage.article.published for citation in citations]
    known = [day for day in published if day is not None]
    return Answer(
        question=found.question,
        text=text,
        citations=tuple(citations),
        hits=found.hits,
        refused=False,
        newest=max(known, default=None),
        oldest=min(known, default=None),
        confidence=confidence,
        stories=found.stories,
    )


def refusal(found: Found, covered: Dates, confidence: float) -> Answer:
    """A refusal, whatever was found."""
    return Answer(
        question=found.question,
        text="",
        citations=(),
        hits=found.hits,
        refused=True,
        newest=covered.newest,
        oldest=covered.oldest,
        confidence=confidence,
        stories=found.stories,
    )


def cite(number: int, words: Quoted, question: str, answer: tuple[int, int] | None = None) -> Citation:
    """The citation under `number` of words that stand in a passage.

    `answer` are the article's characters of those that answer, where a reader found them; else a rule does.
    """
    quote = words.quote
    read = (answer[0] - words.start, answer[1] - words.start) if answer else None
    return Citation(
        number=number,
        quote=quote,
        passage=words.passage,
        start=words.start,
        end=words.end,
        link=text_fragment_link(words.passage.article.url, quote),
        page=words.passage.page_at(words.start),
        focus=widened(question, quote, read) if read else find_focus(question, quote),
    )


def without_markers(quote: str) -> str:
    """A quote on one line, its own "[3]" as "(3)"."""
    return _MARKER.sub(r"(\1)", " ".join(quote.split()))


def _text(citations: Sequence[Citation]) -> str:
    return " ".join(f"{without_markers(c.quote)} [{c.number}]" for c in citations)
