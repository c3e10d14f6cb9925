"""The answer without a chat model: the sentences that answer, quoted letter by letter."""

import dataclasses
import re
from collections.abc import Iterator, Sequence

import numpy as np

from bot.candidates import Candidate, foremost, with_similarities
from bot.instructions import is_request, is_to_machine, is_to_reader
from bot.linear import Linear, Weights
from bot.reader.reader import Reader
from bot.reader.sentences import read
from bot.repeats import newest_first, says_same
from bot.vectors import KeptVectors
from index.article import Passage, Sentence
from index.embedding import Embedder, Vectors
from index.search import Found
from index.words import names

# Quoted words an answer has at most, if its first sentence alone is not longer.
MOST_WORDS = 70
# Sentences that are embedded for a question: the vector of each costs as much as the question's own.
SHORTLIST = 12
# How many of the best sentences are tried for the second place, until one fits beside the first.
_TRIED = 6
# A second sentence this far below the first (in score) would only distract from it.
_FAR_BELOW = 4.0
_BEFORE = 2
# Sentences behind a chosen one in which somebody may go on speaking.
_ONWARDS = 3
_QUOTE_MARK = re.compile('["\u201c\u201d]')
_POINTS_BACK = re.compile(
    r"[\"\u201c\u2018']?(?:He|She|It|They|His|Her|Its|Their|This|That|These|Those|Both|Such)\b"
)
_SAID_BY_PRONOUN = re.compile(
    r"\b(?:he|she|they)\s+(?:\w+\s+)?(?:said|says|told|added|wrote|tweeted|explained)\b", re.IGNORECASE
)
_ALL_QUOTED = re.compile(r"\s*[\"\u201c][^\"\u201c\u201d]*[\"\u201d]?\s*$")


@dataclasses.dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its score; higher is better."""

    candidate: Candidate
    score: float


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """Words of a passage to quote: the article's `start:end`, around the sentences `chosen`."""

    passage: Passage
    start: int
    end: int
    chosen: tuple[Candidate, ...]

    @property
    def quote(self) -> str:
        return self.passage.words(self.start, self.end)


@dataclasses.dataclass(frozen=True, slots=True)
class Extract:
    """What passages say to a question: the sentences considered, best first, and what to quote of them."""

    ranked: tuple[Ranked, ...]
    spans: tuple[Span, ...]


class Extractor:
    """Picks the sentences that answer, by words and vectors, and by a reader where there is one.

    Threads may share it.
    """

    def __init__(self, embedder: Embedder, weights: Weights, reader: Reader | None = None) -> None:
        self._vectors = KeptVectors(embedder)
        self._weights = weights
        self._reader = reader

    def extract(self, found: Found) -> Extract:
        """One to three sentences out of the hits; no spans where there are no hits."""
        best = foremost(found, self._weights.shortlist.score, SHORTLIST)
        if not best:
            return Extract((), ())
        ranked = rank(compared(found, best, self._vectors), self._weights.sentences)
        if self._reader:
            ranked = rank(read(self._reader, found.question, scored(ranked)), self._weights.reading)
        return choose(ranked)


def compared(found: Found, best: Sequence[Candidate], vectors: KeptVectors) -> list[Candidate]:
    """The best candidates by their words, with their similarities; at least one is needed."""
    known = {c.quote: row for c in best if (row := _known(found, c)) is not None}
    if others := [c.quote for c in best if c.quote not in known]:
        known.update(zip(others, vectors.of(others), strict=True))
    rows = np.stack([known[c.quote] for c in best])
    return with_similarities(best, (rows @ found.vector).tolist())


def _known(found: Found, candidate: Candidate) -> Vectors | None:
    """The vector of a sentence that the index has."""
    rows = found.sentences.get(candidate.passage.id, ())
    return rows[candidate.position] if len(rows) == len(candidate.passage.sentences) else None


def rank(listed: Sequence[Candidate], weights: Linear) -> list[Ranked]:
    """The candidates, best first."""
    return sorted((Ranked(c, weights.score(c.features)) for c in listed), key=lambda r: -r.score)


def scored(ranked: Sequence[Ranked]) -> list[Candidate]:
    """The candidates with their scores, and how far they are behind the best, among their features."""
    best = max((r.score for r in ranked), default=0.0)
    return [
        dataclasses.replace(
            r.candidate,
            features={**r.candidate.features, "score": r.score, "score_behind": best - r.score},
        )
        for r in ranked
    ]


def choose(ranked: Sequence[Ranked]) -> Extract:
    """What to quote, out of candidates with their scores."""
    ordered = newest_first(sorted(ranked, key=lambda r: -r.score))
    spans = _joined(list(_with_antecedents(_pick(ordered))))
    return Extract(tuple(ordered), tuple(spans))


def _pick(ordered: Sequence[Ranked]) -> list[Candidate]:
    """The best sentence and, where one fits beside it, a second."""
    first = ordered[0]
    room = MOST_WORDS - _length(first.candidate.quote)
    for other in ordered[1:_TRIED]:
        if first.score - other.score > _FAR_BELOW:
            break
        fits = _length(other.candidate.quote) <= room and not is_request(other.candidate.quote)
        if fits and not says_same(first.candidate.quote, other.candidate.quote):
            return [first.candidate, other.candidate]
    return [first.candidate]


def _with_antecedents(chosen: Sequence[Candidate]) -> Iterator[Span]:
    """Each sentence as a span; one that says only "he" starts where the one is named who is meant.

    Where somebody's words are asked for, it ends where these do: '"It is safe," she said. "For now."'
    """
    room = MOST_WORDS - sum(_length(candidate.quote) for candidate in chosen)
    for candidate in chosen:
        sentences, position = candidate.passage.sentences, candidate.position
        first = _first_named(candidate, room)
        start = sentences[first].start
        room -= _lengths(candidate.passage, sentences[first:position])
        last = _last_spoken(candidate, room) if candidate.features.get("spoken") else position
        room -= _lengths(candidate.passage, sentences[position + 1 : last + 1])
        yield Span(candidate.passage, start, sentences[last].end, (candidate,))


def _last_spoken(candidate: Candidate, room: int) -> int:
    """The position of the sentence with which what is quoted in this one ends, if all of it fits."""
    sentences, last = candidate.passage.sentences, candidate.position
    is_open = False
    for position in range(last + 1, min(last + 1 + _ONWARDS, len(sentences))):
        quote = candidate.passage.quote(sentences[position])
        room -= _length(quote)
        if room < 0 or not (is_open or _ALL_QUOTED.match(quote)):
            break
        is_open ^= len(_QUOTE_MARK.findall(quote)) % 2 == 1
        if not is_open:
            last = position
    return last


def span_of(candidate: Candidate) -> Span:
    """A sentence as it is quoted by itself."""
    return next(_with_antecedents([candidate]))


def _first_named(candidate: Candidate, room: int) -> int:
    """The position of the sentence that says who is meant, if it stands near and fits; else the own one."""
    sentences, first = candidate.passage.sentences, candidate.position
    while first > max(candidate.position - _BEFORE, 0) and _needs_antecedent(
        candidate.passage.quote(sentences[first])
    ):
        before = candidate.passage.quote(sentences[first - 1])
        room -= _length(before)
        if room < 0 or _tells_nothing(before):
            return candidate.position
        first -= 1
        if names(before):
            return first
    return candidate.position


def _tells_nothing(quote: str) -> bool:
    """Whether a sentence names nobody, though it has capitals: it is said to someone, not of someone."""
    return is_request(quote) or is_to_machine(quote) or is_to_reader(quote)


def _needs_antecedent(quote: str) -> bool:
    """Whether a sentence leaves open who is meant or who says it."""
    return bool(_POINTS_BACK.match(quote) or _ALL_QUOTED.match(quote) or _SAID_BY_PRONOUN.search(quote))


def _joined(spans: Sequence[Span]) -> list[Span]:
    """The spans best first; neighbours in one passage become one, in the order of the passage."""
    joined: list[Span] = []
    for span in spans:
        near = next((s for s in joined if s.passage.id == span.passage.id and _touch(s, span)), None)
        if near is None:
            joined.append(span)
            continue
        start, end = min(near.start, span.start), max(near.end, span.end)
        joined[joined.index(near)] = Span(near.passage, start, end, (*near.chosen, *span.chosen))
    return joined


def _touch(one: Span, other: Span) -> bool:
    """Whether nothing but white space stands between two spans of a passage."""
    first, second = sorted((one, other), key=lambda span: span.start)
    offset = first.passage.start
    return not first.passage.text[first.end - offset : second.start - offset].strip()


def _lengths(passage: Passage, sentences: Sequence[Sentence]) -> int:
    return sum(_length(passage.quote(sentence)) for sentence in sentences)


def _length(quote: str) -> int:
    return len(quote.split())
