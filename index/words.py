"""Text -> terms: the words that questions and passages are compared by."""

import functools
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

# Words that say nothing of what a text is about.
STOP_WORDS = frozenset(
    "a an the of in on at to for from by with and or but as is are was were be been being it its this that"
    " these those which who whom whose what when where why how did do does done has have had having will"
    " would can could may might shall should into than then there their his her he she they we you i about"
    " after before during over under up out not no s t happen happens happened"
    " say says said tell tells told much many".split()
)
# The vowel signs of Hindi and its kin, Thai, Lao, Burmese and Khmer belong to a word; \w leaves them out.
_SIGNS = "\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e\u0eb1-\u0ecd\u102b-\u103e\u17b4-\u17d3"
# "U.S." is one word, "1,300.5" one number; what is left of a possessive ("s") is a stop word.
_WORD = re.compile(rf"(?:[A-Za-z]\.){{2,}}|\d[\d.,]*\d|[\w{_SIGNS}]+")
# Scripts without spaces, where any two neighbours are a word: Chinese, Japanese, Thai, Lao, Khmer, Burmese.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
# Accents, and the vowel points that Hebrew and Arabic mostly leave out.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670]+")
_NAME = re.compile(r"\b[A-Z][\w'\u2019-]*\w\b|\b(?:[A-Z]\.){2,}")
_NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve dozen hundred thousand million billion"
    " trillion half third quarter twice first second".split()
)
_CALENDAR = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b|\b1\d{3}\b|\b20\d\d\b"
)


def terms(text: str) -> list[str]:
    """The words of a text as they are compared: folded, stemmed, stop words left out, in order."""
    return terms_of(words(text))


def terms_of(said: Sequence[str]) -> list[str]:
    """The same of a text's `words`."""
    return [term for word in said if (term := _term(word)) and word not in STOP_WORDS]


def words(text: str) -> list[str]:
    """The words of a text in lower case without accents, in order."""
    found = _WORD.findall(_fold(text))
    if not text.isascii() and _UNSPACED_RUN.search(text):
        found = [part for word in found for part in _unspaced(word)]
    return [word if word.isalnum() else _joined(word) for word in found]


def names(text: str) -> list[str]:
    """Capitalised words, those at the start of the text too."""
    return [match.group() for match in _NAME.finditer(text)]


def names_within(text: str) -> list[str]:
    """Capitalised words, but for one that may be so only because the text starts with it."""
    found = names(text)
    return found[1:] if found and text.startswith(found[0]) else found


def is_number(word: str) -> bool:
    """Whether a word is a number, in figures or spelt out."""
    return word in _NUMBER_WORDS or (not word.isalpha() and any(map(str.isdigit, word)))


def calendar_words(text: str) -> list[str]:
    """Months, week days and years."""
    return _CALENDAR.findall(text)


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).lower()
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed))


def _joined(word: str) -> str:
    """An abbreviation without its points, a number without the commas between its thousands."""
    return word.replace("." if word[0].isalpha() else ",", "")


def _unspaced(word: str) -> list[str]:
    """Neighbouring pairs of characters of an unspaced script, and the words between."""
    found = [rest for rest in _UNSPACED_RUN.split(word) if rest]
    for run in _UNSPACED_RUN.findall(word):
        found.extend(run[i : i + 2] for i in range(max(len(run) - 1, 1)))
    return found


@functools.lru_cache(maxsize=200_000)
def _term(word: str) -> str:
    return str(_stemmer().stemWord(word))


@functools.lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    # What it has stemmed is kept above.
    return Stemmer.Stemmer("english", 0)
