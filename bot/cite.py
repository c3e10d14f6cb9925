"""Ties each sentence of a draft to the words of an article, or takes it out.

Hard rules first: numbers, times, names, quotations and negation must agree. Then a small model, the verifier,
says how sure it is that the article's sentences bear the claim out; how sure it must be depends on whether
its words are theirs, and on whether a rule doubts it (who says it, who did what, causes, certainty). Where
that is not enough, the article's own sentence stands in.
"""

import dataclasses
import enum
from collections.abc import Sequence

import numpy as np

from bot.claims.causes import cause_differs
from bot.claims.certainty import too_sure
from bot.claims.converses import tell_from_the_other_end
from bot.claims.cover import Vectors, cover
from bot.claims.names import missing_name
from bot.claims.numbers import missing_figure
from bot.claims.pairs import swapped_pair
from bot.claims.polarity import contradiction, denied_by, denies_alone
from bot.claims.quotes import made_up_quotation
from bot.claims.speakers import other_speaker, wrong_speaker
from bot.claims.text import Parsed, parse, without_markers
from bot.claims.windows import Line, Support, Window, foremost, plain_reason, read_together, rivals, windows
from bot.claims.wording import changed_words, names_for_pronouns, nearness
from bot.verifier.verifier import Verifier
from index.article import Passage
from index.embedding import Embedder
from index.kept import Kept

_CACHED = 20_000
_SHORTLIST = 14
# A sentence of a passage that is not cited must share so many of a claim's words to be looked at, or be
# among the first few.
_LIKELY = 0.2
_AT_LEAST = 2
_COMPARED = 4
_CITED = 0.15
_COVERED_FROM = 0.5
# A sentence that names no passage must be covered better than one that does.
_UNCITED = 0.8
# So must one that denies what its sources do not deny in so many words.
_DENYING = 0.7
# How sure the verifier must be of a claim that says the sources' words again, of one whose words are covered,
# of one whose words are others, and so far from theirs that it may be about something else, and of one that a
# rule doubts.
_REPEATED, _COVERED, _OTHERS, _UNRELATED, _DOUBTED = 0.02, 0.12, 0.5, 0.9, 0.9
_RELATED = 0.5
# German writes nouns with capitals: where so many words have them, they do not tell names.
_ALL_NOUNS = 0.25
_QUOTED_FROM = 0.45


class Verdict(enum.Enum):
    """What became of a sentence."""

    TIED = "tied"
    QUOTED = "quoted"
    DROPPED = "dropped"


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
class _Judged:
    """Sentences that may support a claim: how sure the verifier is and must be, and why not, if that."""

    window: Window
    sure: float
    needed: float
    reason: str


class Checker:
    """Checks the sentences of drafts; keeps the vectors of what it has seen. Threads may share it."""

    def __init__(self, embedder: Embedder, verifier: Verifier) -> None:
        self._embedder = embedder
        self._verifier = verifier
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
        possible = list(windows(claim, foremost(claim, lines)))
        if translated:
            return _translated(claim, possible, cited)
        denial = denied_by(claim, rivals(claim, lines))
        refusals = [denial or _refuted(claim, window) for window in possible]
        allowed = [window for window, refusal in zip(possible, refusals, strict=True) if not refusal]
        judged = [self._judged(claim, window, bool(cited)) for window in allowed[:_COMPARED]]
        if borne_out := [one for one in judged if one.sure >= one.needed]:
            best = min(borne_out, key=lambda one: (one.needed, len(one.window), -one.sure))
            return _checked(Verdict.TIED, claim.text, best.window, "", cited)
        reason = min(judged, key=lambda one: one.needed).reason if judged else refusals[0]
        nearest = max(lines, key=lambda line: line.similarity)
        if nearest.similarity >= _QUOTED_FROM:
            return _checked(Verdict.QUOTED, nearest.support.quote, (nearest,), reason, cited)
        return Checked(Verdict.DROPPED, "", (), reason, False)

    def _judged(self, claim: Parsed, window: Window, is_cited: bool) -> _Judged:
        """What the verifier says, and how much that must be: rules and words may err, it may, too."""
        sources = [line.parsed for line in window]
        together, alone = read_together(window), " ".join(source.text for source in sources)
        if doubt := _doubted(claim, window):
            return _Judged(window, self._sure(claim, together, alone), _DOUBTED, doubt)
        covered = cover(claim, sources, self._embed)
        enough = _COVERED_FROM if is_cited else _UNCITED
        if denies_alone(claim, sources):
            enough = max(enough, _DENYING)
        if covered.confidence >= enough:
            needed = _REPEATED if covered.repeats else _COVERED
            # Whom "he" means only what stands around tells.
            if any(names_for_pronouns(claim, source) for source in sources):
                needed = _OTHERS
            return _Judged(window, self._sure(claim, together), needed, "the sources do not say all of it")
        needed = _OTHERS if covered.similarity >= _RELATED else _UNRELATED
        return _Judged(window, self._sure(claim, together, alone), needed, "the sources do not cover it")

    def _sure(self, claim: Parsed, *texts: str) -> float:
        """How sure the verifier is by each of the texts.

        What leads up to the sentences explains them; where their words are not the claim's, it must not bear
        that out in their place.
        """
        return min(self._verifier.support(claim.text, texts))

    def _lines(self, claim: Parsed, cited: Sequence[Passage], others: Sequence[Passage]) -> list[Line]:
        """The sentences that the claim may rest on, best first."""
        listed = []
        for passage in dict.fromkeys((*cited, *others)):
            bonus = _CITED if passage in cited else 0.0
            for position, sentence in enumerate(passage.sentences):
                parsed = parse(passage.quote(sentence))
                listed.append(Line(passage, position, parsed, nearness(claim, parsed) + bonus))
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


def _translated(claim: Parsed, possible: Sequence[Window], cited: Sequence[Passage]) -> Checked:
    """What becomes of a claim in another language than the articles'."""
    reasons = [_translated_reason(claim, window) for window in possible]
    for window, reason in zip(possible, reasons, strict=True):
        if not reason:
            return _checked(Verdict.TIED, claim.text, window, "", cited)
    return Checked(Verdict.DROPPED, "", (), reasons[0], False)


def _refuted(claim: Parsed, window: Window) -> str:
    """Why these sentences cannot support the claim, whatever else they say; empty where they may."""
    return (
        made_up_quotation(claim.text, [line.passage.text for line in window])
        or plain_reason(claim, window)
        or contradiction(claim, [window[0].parsed], [line.parsed for line in window])
    )


def _doubted(claim: Parsed, window: Window) -> str:
    """Why these sentences may not support the claim, by rules that may err; empty where none objects."""
    sources, first = [line.parsed for line in window], window[0]
    return (
        wrong_speaker(claim, [first.parsed], first.near)
        or other_speaker(claim, sources)
        or ("" if tell_from_the_other_end(claim, sources) else _swapped(claim, window))
        or too_sure(claim, sources)
        or ("the sources name another cause" if cause_differs(claim, sources) else "")
        or next(filter(None, (changed_words(claim, source) for source in sources)), "")
    )


def _swapped(claim: Parsed, window: Sequence[Line]) -> str:
    """What changed places beside the first sentence, or beside all of them together."""
    sources = [line.parsed for line in window]
    return swapped_pair(claim, sources[:1]) or swapped_pair(claim, sources)


def _translated_reason(claim: Parsed, window: Sequence[Line]) -> str:
    """What is left to compare across languages: figures, and names where not every noun is capitalised."""
    sources = [line.parsed for line in window]
    near = [n for line in window for n in line.near]
    spoken = [word for word in claim.words if word.is_word]
    nouns = sum(word.text[0].isupper() for word in spoken) > _ALL_NOUNS * len(spoken)
    return missing_figure(claim, sources) or ("" if nouns else missing_name(claim, sources, near))


def _checked(
    verdict: Verdict, text: str, window: Sequence[Line], reason: str, cited: Sequence[Passage]
) -> Checked:
    supports = tuple(line.support for line in window)
    return Checked(verdict, text, supports, reason, all(line.passage in cited for line in window))
