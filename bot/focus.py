"""The words within a quote that answer, as far as the kind of question tells."""

import re
from collections.abc import Iterator

from bot.question_type import question_type
from index.words import STOP_WORDS, terms, words

_NAME = r"[A-Z](?:[\w'\u2019-]*\w)?(?:\.(?=\s+[A-Z]))?"
_NAMES = re.compile(rf"{_NAME}(?:\s+(?:(?:of|the|de|la|van|von|al|bin|and)\s+)*{_NAME})*")
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Mar\.|Apr\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
_TIMES = re.compile(
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?{_MONTH}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,?\s+\d{{4}})?"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:1\d|20)\d\d\b"
)
_AMOUNTS = re.compile(
    r"[$\u20ac\u00a3\u00a5]?\d(?:[\d,.]*\d)?(?:\s?%|(?:st|nd|rd|th)\b)?"
    r"(?:\s+(?:hundred|thousand|million|billion|trillion|percent|per cent)\b)?"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?"
    r"|twice|half)\b",
    re.IGNORECASE,
)
# "port 17", but not "in port 17 times".
_ITS_NUMBER = re.compile(
    rf"(?<=[a-z])\s\d(?:[\d.,]*\d)?(?=[.,;:)]|\s+(?:{'|'.join(sorted(STOP_WORDS))})\b|\s*$)"
)
_WORDS = re.compile(r"\w+")
# The name "B. Holm" goes on behind its full stop; a sentence does not.
_SENTENCE_END = re.compile(r"(?<=\w\w)[.!?]\s")
_SPOKEN = re.compile('\u201c[^\u201c\u201d]+\u201d|"[^"]+"')
_MARKS = (("\u201c", "\u201d"), ('"', '"'))
_OF_KIND = {"who": _NAMES, "where": _NAMES, "time": _TIMES, "amount": _AMOUNTS}
_ASKS_FOR_WORDS = re.compile(
    r"\bwhat\b.*\b(?:say|said|demand\w*|claim\w*|call\w*|ask\w*|warn\w*|describe\w*|tell|told|state\w*|promise\w*)\b",
    re.IGNORECASE,
)


def find_focus(question: str, quote: str) -> tuple[int, int] | None:
    """Offsets within `quote` of the words that are of the kind asked for and new; None where unclear.

    Of several the one nearest to the question's own words is taken.
    """
    pattern = _SPOKEN if _ASKS_FOR_WORDS.search(question) else _OF_KIND.get(question_type(question))
    if pattern is None:
        return None
    asked = set(words(question))
    spans = [span for span in _spans(pattern, quote) if _is_new(quote[slice(*span)], asked, pattern)]
    anchors = [m.start() for m in re.finditer(r"\w+", quote) if set(terms(m.group())) & set(terms(question))]
    if not spans or not anchors:
        return None
    return min(spans, key=lambda span: min(abs(anchor - span[0]) for anchor in anchors))


def widened(question: str, quote: str, focus: tuple[int, int]) -> tuple[int, int]:
    """A focus with what it cuts off: the rest of a word, a name, a date or an amount, a thing's number.

    What the question itself says is not brought in.
    """
    start, end = focus
    asked = set(words(question))
    for pattern in (_WORDS, _TIMES, _AMOUNTS, _NAMES):
        for first, last in _spans(pattern, quote):
            if first < start < last and _belongs(quote, first, start, asked):
                start = first
            if first < end < last and _belongs(quote, end, last, asked):
                end = last
    if (number := _ITS_NUMBER.match(quote, end)) and _belongs(quote, end, number.end(), asked):
        end = number.end()
    return _with_both_marks(quote, start, end)


def _with_both_marks(quote: str, start: int, end: int) -> tuple[int, int]:
    """A focus with a quotation mark at one end alone: with the other, where that stands there, or without."""
    for opening, closing in _MARKS:
        words_alone = quote[start:end].strip(opening + closing)
        opened, closed = quote.startswith(opening, start), quote.endswith(closing, start, end)
        if opened == closed or opening in words_alone or closing in words_alone:
            continue
        if closed:
            whole = start > 0 and quote[start - 1] == opening
            start, end = (start - 1, end) if whole else (start, end - 1)
        else:
            whole = quote.startswith(closing, end)
            start, end = (start, end + 1) if whole else (start + 1, end)
    return start, end


def _belongs(quote: str, start: int, end: int, asked: set[str]) -> bool:
    """Whether `start:end`, the rest of a name or so, says something, and nothing of another sentence."""
    said = set(words(quote[start:end]))
    return not asked & said and not said <= STOP_WORDS and not _SENTENCE_END.search(quote, start, end)


def _is_new(found: str, asked: set[str], pattern: re.Pattern[str]) -> bool:
    """Whether it is no word of the question, nor a capitalised one that names nobody ("The", "Monday")."""
    said = set(words(found))
    is_no_name = pattern is _NAMES and (said <= STOP_WORDS or _TIMES.fullmatch(found) is not None)
    return not asked & said and not is_no_name


def _spans(pattern: re.Pattern[str], quote: str) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(quote):
        yield match.span()
