"""Ties each sentence of a draft to the words of an article, or takes it out.

Hard rules first: numbers, times, names, quotations, negation and who says it must agree. What is left is
whether the sentence as a whole is covered by its sources; where that is unsure, the article's own sentence
stands in.
"""

import dataclasses
import enum
from collections.abc import Iterator, Sequence

import numpy as np

from bot.claims.causes import cause_differs
from bot.claims.certainty import too_sure
from bot.claims.converses import tell_from_the_other_end
from bot.claims.cover import Vectors, cover
from bot.claims.names import missing_name
from bot.claims.numbers import missing_amount, missing_figure
from bot.claims.pairs import swapped_pair
from bot.claims.polarity import contradiction, denied_by, denies_alone
from bot.claims.quotes import made_up_quotation, quotations
from bot.claims.speakers import other_speaker, wrong_speaker
from bot.claims.text import Parsed, parse, without_markers
from bot.claims.times import missing_time
from bot.claims.wording import NEARLY_VERBATIM, changed_words, nearness
from index.article import Passage
from index.embedding import Embedder
from index.kept import Kept

_CACHED = 20_000
_SHORTLIST = 14
# A sentence of a passage that is not cited must share so many of a claim's words to be looked at, or be
# among the first few.
_LIKELY = 0.2
_AT_LEAST = 2
_TRIED = 4
_COMPARED = 3
# Sentences this far below the nearest (in score) are not about the same.
_NEAR_BEST = 0.15
_RIVALS = 0.2
_BEFORE = 3
_CITED = 0.15
_TIED_FROM = 0.5
# A sentence that names no passage must be covered better than one that does.
_UNCITED = 0.8
# So must one that denies what its sources do not deny in so many words.
_DENYING = 0.7
# German writes nouns with capitals: where so many words have them, they do not tell names.
_ALL_NOUNS = 0.25
_QUOTED_FROM = 0.45


class Verdict(enum.Enum):
    """What became of a sentence."""

    TIED = "tied"
    QUOTED = "quoted"
    DROPPED = "dropped"


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
class Checked:
    """A sentence as it may be shown: the model's (TIED), the article's (QUOTED), or none (DROPPED).

    `supports` say why it may stand, one to three; `reason` says why not, for logs.
    `cited_right` tells whether the draft named the passages that support it.
    """

    verdict: Verdict
    text: str
    supports: tuple[Support, ...]
    reason: str
    cited_right: bool


@dataclasses.dataclass(frozen=True, slots=True)
class _Line:
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


_Window = tuple[_Line, ...]


class Checker:
    """Checks the sentences of drafts; keeps the vectors of what it has seen. Threads may share it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors = Kept[Vectors](_CACHED)

    def check(
        self,
        sentence: str,
        cited: Sequence[Passage],
        others: Sequence[Passage] = (),
        *,
        translated: bool = False,
    ) -> Checked:
        """Whether the sentence may stand, by the passages its markers name or the others retrieved.

        `translated` says that the draft is in another language than the articles: names and numbers
        alone can be compared then.
        """
        claim = parse(without_markers(sentence))
        if not claim.content:
            return Checked(Verdict.DROPPED, "", (), "it says nothing", False)
        lines = self._lines(claim, cited, others)
        if not lines:
            return Checked(Verdict.DROPPED, "", (), "no passage was found", False)
        rules = _translated_reason if translated else _reason
        denial = "" if translated else denied_by(claim, _rivals(claim, lines))
        reasons = [
            (window, denial or rules(claim, window)) for window in _windows(claim, _foremost(claim, lines))
        ]
        allowed = [window for window, reason in reasons if not reason]
        if translated and allowed:
            return _checked(Verdict.TIED, claim.text, allowed[0], "", cited)
        confidence, window = self._surest(claim, allowed[:_COMPARED])
        if confidence >= (_TIED_FROM if cited else _UNCITED):
            return _checked(Verdict.TIED, claim.text, window, "", cited)
        reason = "the sources do not cover it" if allowed else reasons[0][1]
        nearest = max(lines, key=lambda line: line.similarity)
        if nearest.similarity >= _QUOTED_FROM and not translated:
            return _checked(Verdict.QUOTED, nearest.support.quote, (nearest,), reason, cited)
        return Checked(Verdict.DROPPED, "", (), reason, False)

    def _surest(self, claim: Parsed, windows: Sequence[_Window]) -> tuple[float, _Window]:
        """The sentences that cover the claim best, and how well they do."""
        found = [(self._confidence(claim, [line.parsed for line in w]), w) for w in windows]
        return max(found, key=lambda pair: pair[0], default=(0.0, ()))

    def _confidence(self, claim: Parsed, sources: Sequence[Parsed]) -> float:
        """How well sentences cover a claim; a denial of its own must be covered better than the rest."""
        confidence = cover(claim, sources, self._embed).confidence
        return confidence if confidence >= _DENYING or not denies_alone(claim, sources) else 0.0

    def _lines(self, claim: Parsed, cited: Sequence[Passage], others: Sequence[Passage]) -> list[_Line]:
        """The sentences that the claim may rest on, best first."""
        listed = []
        for passage in dict.fromkeys((*cited, *others)):
            bonus = _CITED if passage in cited else 0.0
            for position, sentence in enumerate(passage.sentences):
                parsed = parse(passage.quote(sentence))
                listed.append(_Line(passage, position, parsed, nearness(claim, parsed) + bonus))
        wanted = set(cited)
        listed.sort(key=lambda line: -line.overlap)
        shortlist = [line for line in listed if line.passage in wanted][:_SHORTLIST]
        further = [line for line in listed if line.passage not in wanted][: _SHORTLIST // 2]
        shortlist += [line for n, line in enumerate(further) if n < _AT_LEAST or line.overlap >= _LIKELY]
        vectors = self._embed([claim.text, *(line.parsed.text for line in shortlist)])
        known = zip(shortlist, (vectors[1:] @ vectors[0]).tolist(), strict=True)
        found = (dataclasses.replace(line, similarity=similarity) for line, similarity in known)
        return sorted(found, key=lambda line: -line.score)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        found = self._vectors.of(texts, lambda new: dict(zip(new, self._embedder.embed(new), strict=True)))
        return np.stack([found[text] for text in texts])


def _foremost(claim: Parsed, lines: list[_Line]) -> list[_Line]:
    """The lines with one first that the claim nearly repeats: what it says must be held against that."""
    return sorted(lines, key=lambda line: not _is_repeated(claim, line))


def _rivals(claim: Parsed, lines: Sequence[_Line]) -> list[Parsed]:
    """The sentences nearest to a claim, and the one with what the nearest lacks: none may deny it."""
    best = lines[0]
    missing = claim.stems - best.parsed.stems
    near = [line for line in lines[:_TRIED] if best.score - line.score <= _RIVALS]
    near += sorted(lines, key=lambda line: -len(missing & line.parsed.stems))[:1]
    return [line.parsed for line in near if line.passage.article.id == best.passage.article.id]


def _is_repeated(claim: Parsed, line: _Line) -> bool:
    """Whether a claim says a sentence again: nearly in its words, or with the same quotation."""
    said = list(quotations(claim.text))
    quotes = said and not made_up_quotation(claim.text, [line.parsed.text])
    return bool(quotes) or nearness(claim, line.parsed) >= NEARLY_VERBATIM


def _windows(claim: Parsed, lines: Sequence[_Line]) -> Iterator[_Window]:
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
        if _plain_reason(claim, (line,)):
            more += [o for o in same if not _plain_reason(claim, (line, o))][:2]
        near = [o for o in same if o.passage == line.passage and abs(o.position - line.position) == 1]
        pairs = [(line, other) for other in dict.fromkeys((*more, *near))]
        threes = [(line, *near)] if len(near) == 2 else []
        for window in ((line,), *pairs, *threes):
            key = frozenset((ln.passage.id, ln.position) for ln in window)
            if key not in seen:
                seen.add(key)
                yield window


def _reason(claim: Parsed, window: Sequence[_Line]) -> str:
    """Why these sentences do not support the claim; empty where no rule objects."""
    sources = [line.parsed for line in window]
    first, changed = window[0], [changed_words(claim, source) for source in sources]
    return (
        made_up_quotation(claim.text, [line.passage.text for line in window])
        or _plain_reason(claim, window)
        or wrong_speaker(claim, [first.parsed], first.near)
        or other_speaker(claim, sources)
        or ("" if tell_from_the_other_end(claim, sources) else _swapped(claim, window))
        or contradiction(claim, [first.parsed], sources)
        or too_sure(claim, sources)
        or ("the sources name another cause" if cause_differs(claim, sources) else "")
        or next(filter(None, changed), "")
    )


def _swapped(claim: Parsed, window: Sequence[_Line]) -> str:
    """What changed places beside the first sentence, or beside all of them together."""
    sources = [line.parsed for line in window]
    return swapped_pair(claim, sources[:1]) or swapped_pair(claim, sources)


def _translated_reason(claim: Parsed, window: Sequence[_Line]) -> str:
    """What is left to compare across languages: figures, and names where not every noun is capitalised."""
    sources = [line.parsed for line in window]
    near = [n for line in window for n in line.near]
    spoken = [word for word in claim.words if word.is_word]
    nouns = sum(word.text[0].isupper() for word in spoken) > _ALL_NOUNS * len(spoken)
    return missing_figure(claim, sources) or ("" if nouns else missing_name(claim, sources, near))


def _plain_reason(claim: Parsed, window: Sequence[_Line]) -> str:
    """What names and numbers alone tell."""
    sources, published = [line.parsed for line in window], window[0].passage.article.published
    return (
        missing_amount(claim, sources, published)
        or missing_time(claim, sources, published)
        or missing_name(claim, sources, [n for line in window for n in line.near])
    )


def _checked(
    verdict: Verdict, text: str, window: Sequence[_Line], reason: str, cited: Sequence[Passage]
) -> Checked:
    supports = tuple(line.support for line in window)
    return Checked(verdict, text, supports, reason, all(line.passage in cited for line in window))
