"""Sentences of articles that a claim may rest on, alone and together."""

import dataclasses
from collections.abc import Iterator, Sequence

from bot.claims.names import missing_name
from bot.claims.numbers import missing_amount
from bot.claims.quotes import made_up_quotation, quotations
from bot.claims.text import Parsed, parse
from bot.claims.times import missing_time
from bot.claims.wording import NEARLY_VERBATIM, nearness
from bot.reader.windows import heading
from index.article import Passage

_TRIED = 4
# Sentences this far below the nearest (in score) are not about the same.
_NEAR_BEST = 0.15
_RIVALS = 0.2
_BEFORE = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Support:
    """Whole sentences of a passage, by the article's offsets."""

    passage: Passage
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The article's own words."""
        return self.passage.words(self.start, self.end)


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a passage, compared with the claim."""

    passage: Passage
    position: int
    parsed: Parsed
    overlap: float
    similarity: float = 0.0

    @property
    def score(self) -> float:
        return self.overlap + self.similarity

    @property
    def support(self) -> Support:
        sentence = self.passage.sentences[self.position]
        return Support(self.passage, sentence.start, sentence.end)

    @property
    def near(self) -> list[Parsed]:
        """The sentences before, nearest first, the one after, and the title: they tell who "he" is."""
        sentences = self.passage.sentences
        before = sentences[max(self.position - _BEFORE, 0) : self.position][::-1]
        around = (*before, *sentences[self.position + 1 : self.position + 2])
        return [*(parse(self.passage.quote(s)) for s in around), parse(self.passage.article.title)]


Window = tuple[Line, ...]


def foremost(claim: Parsed, lines: list[Line]) -> list[Line]:
    """The lines with one first that the claim nearly repeats: what it says must be held against that."""
    return sorted(lines, key=lambda line: not _is_repeated(claim, line))


def rivals(claim: Parsed, lines: Sequence[Line]) -> list[Parsed]:
    """The sentences nearest to a claim, and the one with what the nearest lacks: none may deny it."""
    best = lines[0]
    missing = claim.stems - best.parsed.stems
    near = [line for line in lines[:_TRIED] if best.score - line.score <= _RIVALS]
    near += sorted(lines, key=lambda line: -len(missing & line.parsed.stems))[:1]
    return [line.parsed for line in near if line.passage.article.id == best.passage.article.id]


def _is_repeated(claim: Parsed, line: Line) -> bool:
    """Whether a claim says a sentence again: nearly in its words, or with the same quotation."""
    said = list(quotations(claim.text))
    quotes = said and not made_up_quotation(claim.text, [line.parsed.text])
    return bool(quotes) or nearness(claim, line.parsed) >= NEARLY_VERBATIM


def windows(claim: Parsed, lines: Sequence[Line]) -> Iterator[Window]:
    """One to three sentences of an article that may support the claim together.

    The nearest must be among them, or what they say less well could hide what it denies.
    """
    seen: set[frozenset[tuple[str, int]]] = set()
    first = lines[0]
    repeated = _is_repeated(claim, first)
    tried = [line for line in lines[:_TRIED] if first.score - line.score <= _NEAR_BEST]
    for line in tried[:1] if repeated else tried:
        same = [o for o in lines if o.passage.article.id == line.passage.article.id and o is not line]
        missing = claim.stems - line.parsed.stems
        more = sorted(same, key=lambda o: -len(missing & o.parsed.stems))[:1]
        if plain_reason(claim, (line,)):
            more += [o for o in same if not plain_reason(claim, (line, o))][:2]
        near = [o for o in same if o.passage == line.passage and abs(o.position - line.position) == 1]
        pairs = [(line, other) for other in dict.fromkeys((*more, *near))]
        threes = [(line, *near)] if len(near) == 2 else []
        for window in ((line,), *pairs, *threes):
            key = frozenset((ln.passage.id, ln.position) for ln in window)
            if key not in seen:
                seen.add(key)
                yield window


def read_together(window: Window) -> str:
    """What the verifier reads of a window: title, the sentence before, and its sentences in order."""
    ordered = sorted(window, key=lambda line: (line.passage != window[0].passage, line.position))
    passage, first = ordered[0].passage, ordered[0].position
    before = [passage.quote(sentence) for sentence in passage.sentences[max(first - 1, 0) : first]]
    return heading(passage.article.title) + " ".join([*before, *(line.parsed.text for line in ordered)])


def plain_reason(claim: Parsed, window: Sequence[Line]) -> str:
    """What names and numbers alone tell."""
    sources, published = [line.parsed for line in window], window[0].passage.article.published
    return (
        missing_amount(claim, sources, published)
        or missing_time(claim, sources, published)
        or missing_name(claim, sources, [n for line in window for n in line.near])
    )
