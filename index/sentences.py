"""Text -> Sentences: sentencex for the boundaries, mended where news and pasted text break it."""

import itertools
import re
from collections.abc import Iterator

from index.article import Sentence

# A line break inside a sentence: what follows cannot begin one ("H\n2O\n2), are dangerous").
_PARAGRAPH = re.compile(r"[^\n\f](?:[^\n\f]|\n(?=[a-z,;)\]]|\d+[A-Za-z),;]))*")
_DAYS = "Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
# What sentencex ends a sentence at and news does not: "5 p.m. Monday", "9 a.m. ET", "No. 10", "J.D. Vance".
_CLOCK = re.compile(r"\b[ap]\. ?m\.$", re.IGNORECASE)
_AFTER_CLOCK = re.compile(
    rf"\s*(?:(?:{_DAYS})(?:day)?\b|(?:{_MONTHS})[a-z]*\b|[A-Z]{{1,3}}T\b|GMT\b|UTC\b|[a-z(])"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'\u2018\u201c])(?:Nos?|Sgt|Lt|Col|Gen|Gov|Sen|Rep|Rev|St|Mt|Ft|Pvt|Cpl|Capt|Cmdr|vs|approx|ca"
    r"|J\.D|MM?|Mme)\.$"
)
# Enough to see an abbreviation by; whole sentences, looked at again at every boundary, would cost hours.
_LAST_WORDS = 50
# Narrower lines are a list or a poem, wider ones are paragraphs.
_WRAPPED_AT = range(40, 101)


def split_sentences(text: str, language: str | None = None) -> list[list[Sentence]]:
    """Paragraphs of sentences, in order; between them stands nothing but white space."""
    wrapped = _is_wrapped(text)
    blocks = re.finditer(r"\S(?:.|\n(?!\s*\n))*", text) if wrapped else _PARAGRAPH.finditer(text)
    paragraphs = (list(_sentences(text, block.start(), block.end(), language)) for block in blocks)
    return [paragraph for paragraph in paragraphs if paragraph]


def _is_wrapped(text: str) -> bool:
    """Whether lines were broken at a width, as in e-mail and old text files, rather than at paragraphs."""
    lines = text.split("\n", 400)[:400]
    inner = [len(a) for a, b in itertools.pairwise(lines) if a.strip() and b.strip()]
    if len(inner) < 3 or max(inner) not in _WRAPPED_AT:
        return False
    return sum(length > 0.7 * max(inner) for length in inner) > 0.8 * len(inner)


def _sentences(text: str, start: int, end: int, language: str | None) -> Iterator[Sentence]:
    from sentencex import get_sentence_boundaries

    block = text[start:end]
    begin = 0
    for boundary in get_sentence_boundaries(_code(language), block):
        stop = boundary["end_index"]
        if stop < len(block) and _runs_on(block, begin, stop):
            continue
        if block[begin:stop].strip():
            yield trimmed(text, start + begin, start + stop)
            begin = stop
    if block[begin:].strip():
        yield trimmed(text, start + begin, end)


def _runs_on(block: str, begin: int, stop: int) -> bool:
    """Whether the sentence that began at `begin` goes on after `stop`."""
    last_words = block[max(begin, stop - _LAST_WORDS) : stop].rstrip()
    if _CLOCK.search(last_words):
        return _AFTER_CLOCK.match(block, stop) is not None
    return _ABBREVIATION.search(last_words) is not None


def trimmed(text: str, start: int, end: int) -> Sentence:
    """`text[start:end]` without the white space around it."""
    piece = text[start:end]
    return Sentence(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))


def _code(language: str | None) -> str:
    """sentencex wants a bare code ("pt-BR" is "pt"); it falls back by itself for those it does not know."""
    return re.split(r"[-_]", language or "en")[0].lower() or "en"
