"""A sentence taken apart for the check: its words with offsets, its clauses, its quotations."""

import dataclasses
import functools
import re
from collections.abc import Iterator

from bot.claims.verbs import BASES
from index.words import STOP_WORDS, terms

_MARKERS = re.compile(r"\s*\[\d+(?:\s*[,;\u2013-]\s*\d+)*\]")
_TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}|[$\u20ac\u00a3\u00a5]|\d[\d.,]*\d|\d|%|[^\W\d_]+(?:['\u2019][^\W\d_]+)*|[^\w\s]"
)
_TYPOGRAPHY = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00ab": '"', "\u00bb": '"',
        "\u2013": "-", "\u2014": "-", "\u2010": "-", "\u2011": "-", "\u00a0": " ", "\u202f": " ",
    }
)  # fmt: skip
_POSSESSIVE = re.compile(r"(?<=\w)'s?$")
_OPENS_CLAUSE = frozenset(
    "and but while who whom whose which that because since although though whereas after before when where"
    " if unless until as so yet or".split()
)
_ENDS_CLAUSE = frozenset(",;:()-")
_EMPTY = frozenset(
    "also just still even only very so such other another new own more most less least make made making take"
    " took taken get got gotten go went gone come came give gave given put let include including included"
    " according news article report year people person thing way one several many much some any all both each"
    " every either neither few lot around near across along within through between among against upon toward"
    " towards while because since although though whereas until unless if when where however meanwhile too"
    " again already ever yet there here now then back away off onto together itself himself herself"
    " themselves him us me our your my mr mrs ms dr cannot being having doing am been must need about above"
    " per via amid despite like whether rather quite nearly almost roughly approximately add explain note"
    " state announce declare".split()
)


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """A word or mark of a sentence: `text` as it stands, `lower` with plain typography and no possessive."""

    text: str
    lower: str
    start: int
    end: int
    index: int
    clause: int
    stem: str
    quoted: bool

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()

    @property
    def is_content(self) -> bool:
        """Whether the word carries meaning of its own."""
        return bool(self.stem)


@dataclasses.dataclass(frozen=True, slots=True)
class Parsed:
    """A sentence's text and words. The text alone tells two apart: it is a key of many caches."""

    text: str
    words: tuple[Word, ...] = dataclasses.field(compare=False)

    @property
    def content(self) -> tuple[Word, ...]:
        return tuple(word for word in self.words if word.is_content)

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(word.stem for word in self.words if word.is_content)

    @property
    def lowers(self) -> frozenset[str]:
        return frozenset(word.lower for word in self.words)

    @property
    def clauses(self) -> tuple[tuple[Word, ...], ...]:
        last = self.words[-1].clause if self.words else -1
        return tuple(tuple(w for w in self.words if w.clause == n) for n in range(last + 1))


def without_markers(text: str) -> str:
    """A draft's sentence without its citation markers, white space made single."""
    return " ".join(_MARKERS.sub("", text).split())


def plain(text: str) -> str:
    """One form of quotation marks, dashes and spaces; every character keeps its place."""
    return text.translate(_TYPOGRAPHY)


@functools.lru_cache(maxsize=4_096)
def parse(text: str) -> Parsed:
    """The words of a sentence."""
    return Parsed(text, tuple(_words(text)))


@functools.lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a word in lower case; empty for words that say nothing."""
    if word in _EMPTY or word in STOP_WORDS:
        return ""
    return "".join(terms(BASES.get(word, word)))


def _words(text: str) -> Iterator[Word]:
    clause, content_in_clause, quoted = 0, 0, False
    for index, match in enumerate(_TOKEN.finditer(text)):
        token = plain(match.group())
        lower = _POSSESSIVE.sub("", token.lower())
        ends = token in _ENDS_CLAUSE or lower in _OPENS_CLAUSE
        if ends and content_in_clause >= 2:
            clause, content_in_clause = clause + 1, 0
        found = stem(lower) if lower[:1].isalnum() else ""
        content_in_clause += bool(found)
        if token == '"':
            quoted = not quoted
        yield Word(match.group(), lower, match.start(), match.end(), index, clause, found, quoted)
