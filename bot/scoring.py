"""How good answers are, held against questions whose answers are known: a Score each, and their figures."""

import dataclasses
import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from bot.answer import Answer, Citation

# What a reader takes in: the first two quotes, so many words of them.
_QUOTES, _WORDS = 2, 70
# A longer passage does not count: whoever retrieves whole articles always has the answer somewhere.
_LONGEST_PASSAGE = 220
MOST_PASSAGES = 10
RANKS = (1, 4, 10)
_MARKER = re.compile(r"\[(\d+)\]")


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """A question of a set. `answers`: strings of which one has to be in what is quoted."""

    question: str
    answers: tuple[str, ...]
    answerable: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Score:
    """How a question was answered. `rank`: of the first passage with an answer in it, from 1, or None.

    `right` and `first`: an answer stands in the first quotes, in the first one. Of `quotes` so many are
    `verbatim` in their article, and `offsets` give so many back. `model` and `instead` are the Answer's, ""
    in evaluations of earlier versions.
    """

    question: str
    answerable: bool
    refused: bool
    rank: int | None
    right: bool
    first: bool
    quotes: int
    verbatim: int
    offsets: int
    tied: bool
    words: int
    confidence: float
    model: str = ""
    instead: str = ""

    @property
    def outcome(self) -> str:
        """What became of it, in a word."""
        return "refused" if self.refused else "right" if self.right else "wrong"


def score(question: Question, answer: Answer, articles: Mapping[str, str]) -> Score:
    """The score of an answer; `articles` are the texts as the set has them."""
    cited = () if answer.refused else answer.citations
    return Score(
        question=question.question,
        answerable=question.answerable,
        refused=answer.refused,
        rank=_rank(question, answer, articles) if question.answerable else None,
        right=question.answerable and holds(taken_in([c.quote for c in cited]), question.answers),
        first=question.answerable and holds(taken_in([c.quote for c in cited[:1]]), question.answers),
        quotes=len(cited),
        verbatim=sum(_stands(c.quote, articles.get(c.passage.article.id, "")) for c in cited),
        offsets=sum(_gives_back(c, articles.get(c.passage.article.id, "")) for c in cited),
        tied=not answer.refused and _is_tied(answer),
        words=sum(len(c.quote.split()) for c in cited),
        confidence=round(answer.confidence, 4),
        model=answer.model,
        instead=answer.instead,
    )


def figures(scores: Sequence[Score]) -> dict[str, float | None]:
    """The figures of a set by their names; None where there is nothing to divide by."""
    yes = [s for s in scores if s.answerable]
    given = [s for s in scores if not s.refused]
    quotes = sum(s.quotes for s in scores)
    right = sum(s.right for s in yes)
    return {
        **{f"hit@{k}": _share(sum(_within(s, k) for s in yes), len(yes)) for k in RANKS},
        "mrr@10": _share(sum(1 / s.rank for s in yes if s.rank), len(yes)),
        "answered": _share(sum(not s.refused for s in yes), len(yes)),
        "right": _share(right, len(yes)),
        "first": _share(sum(s.first for s in yes), len(yes)),
        "refused": _share(sum(s.refused for s in scores if not s.answerable), len(scores) - len(yes)),
        "trust": _share(right - sum(s.outcome == "wrong" for s in scores), len(yes)),
        "verbatim": _share(sum(s.verbatim for s in scores), quotes),
        "offsets": _share(sum(s.offsets for s in scores), quotes),
        "tied": _share(sum(s.tied for s in given), len(given)),
        "words": _share(sum(s.words for s in given), len(given)),
    }


def hits(scores: Sequence[Score], most: int = MOST_PASSAGES) -> list[float]:
    """hit@1 to hit@`most`, of questions that can be answered."""
    yes = [s for s in scores if s.answerable]
    return [sum(_within(s, k) for s in yes) / max(len(yes), 1) for k in range(1, most + 1)]


def taken_in(quotes: Sequence[str]) -> str:
    """What counts of an answer's quotes."""
    return " ".join(" | ".join(quotes[:_QUOTES]).split()[:_WORDS])


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether a text has one of the answers in it, as whole words, whatever the punctuation."""
    words = _words(text)
    return any(_words(answer) in words for answer in answers if has_words(answer))


def has_words(answer: str) -> bool:
    """Whether anything is left to be looked for without the punctuation."""
    return bool(_words(answer).strip())


def squash(text: str) -> str:
    """A text on one line, in Unicode's composed form."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@functools.lru_cache(maxsize=1_000)
def _flat(article: str) -> str:
    return squash(article)


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _within(score: Score, k: int) -> bool:
    return score.rank is not None and score.rank <= k


def _rank(question: Question, answer: Answer, articles: Mapping[str, str]) -> int | None:
    sound = [
        hit.passage.text
        for hit in answer.hits[:MOST_PASSAGES]
        if len(hit.passage.text.split()) <= _LONGEST_PASSAGE
        and squash(hit.passage.text) in _flat(articles.get(hit.passage.article.id, ""))
    ]
    return next((n for n, text in enumerate(sound, 1) if holds(text, question.answers)), None)


def _stands(quote: str, article: str) -> bool:
    """Whether a quote is in an article as whole words."""
    wanted = squash(quote)
    if not wanted:
        return False
    whole = rf"(?<!\w){re.escape(wanted)}(?!\w)"
    pattern = whole if wanted[0].isalnum() and wanted[-1].isalnum() else re.escape(wanted)
    return re.search(pattern, _flat(article)) is not None


def _gives_back(citation: Citation, article: str) -> bool:
    return squash(article[citation.start : citation.end]) == squash(citation.quote)


def _is_tied(answer: Answer) -> bool:
    """Whether markers and citations are the same; in the articles' own words, also whether each is quoted."""
    markers = {int(number) for number in _MARKER.findall(answer.text)}
    if not markers or markers != {citation.number for citation in answer.citations}:
        return False
    if answer.model != "extractive":
        return True
    quoted = " ".join(citation.quote for citation in answer.citations)
    return set(_words(_MARKER.sub(" ", answer.text)).split()) <= set(_words(quoted).split())


def _words(text: str) -> str:
    """The words of a text in small letters, a space around each."""
    plain = re.sub(r"[^\w\s]", " ", squash(text).lower())
    return f" {' '.join(plain.split())} "
