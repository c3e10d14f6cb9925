"""The language of a text, as far as its script and its commonest words tell."""

import functools
import json
import re
from collections import Counter
from collections.abc import Iterable
from importlib import resources

# Too few words to tell by.
_FEWEST = 2
# A script tells one language, but for Cyrillic, Han and Latin.
_SCRIPTS = {
    "ja": "\u3040-\u30ff",
    "ko": "\uac00-\ud7af\u1100-\u11ff",
    "zh": "\u3400-\u9fff",
    "th": "\u0e00-\u0e7f",
    "he": "\u0590-\u05ff",
    "ar": "\u0600-\u06ff",
    "el": "\u0370-\u03ff",
    "hi": "\u0900-\u097f",
    "cyrillic": "\u0400-\u04ff",
    "latin": "A-Za-z\u00c0-\u024f",
}
_CYRILLIC = frozenset({"uk", "ru"})
# What Ukrainian has and Russian has not, and the other way round.
_LETTERS_OF = (
    ("uk", re.compile("[\u0456\u0457\u0454\u0491]")),
    ("ru", re.compile("[\u044b\u044d\u044a\u0451]")),
)


def language_of(text: str) -> str | None:
    """Its two-letter code; None where that cannot be told."""
    counts = {name: len(re.findall(f"[{letters}]", text)) for name, letters in _SCRIPTS.items()}
    script = max(counts, key=lambda name: counts[name])
    if not counts[script]:
        return None
    if counts["ja"] and script in ("ja", "zh"):
        return "ja"
    if script == "cyrillic":
        return _by_letters(text.lower()) or _by_words(text, sorted(_CYRILLIC))
    return _by_words(text, _common().keys() - _CYRILLIC) if script == "latin" else script


def _by_letters(text: str) -> str | None:
    return next((language for language, letters in _LETTERS_OF if letters.search(text)), None)


def _by_words(text: str, languages: Iterable[str]) -> str | None:
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = Counter({name: sum(word in _common()[name] for word in words) for name in languages})
    (best, most), (_, next_most) = counts.most_common(2)
    return best if most >= _FEWEST and most > next_most else None


@functools.cache
def _common() -> dict[str, frozenset[str]]:
    """The commonest words of each language that is written in Latin or Cyrillic letters."""
    content = resources.files("bot").joinpath("languages.json").read_text(encoding="utf-8")
    return {language: frozenset(words.split()) for language, words in json.loads(content).items()}
