"""The language of a text, as far as its script and its commonest words tell."""

import functools
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import resources

# Too little to tell by: a word that asks is enough, of other words it takes two.
_LEAST = 2
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
# Letters in a word of the language itself; a name brings its own along.
_OWN_LETTERS = {
    "de": "äöüß",
    "fr": "àâçèêëîïôùûœ",
    "es": "ñ",
    "it": "ìòù",
    "pt": "ãõç",
    "pl": "ąćęłńśźż",
    "sv": "åäö",
    "tr": "ğış",
    "cs": "ěřůčšž",
    "ro": "ășțâî",
}
# What joins the words of a name: "Ursula von der Leyen".
_PARTICLES = re.compile(
    r"\b([A-Z]\w+ )(?:(?:von|van|zu|de|der|den|du|des|da|di|do|dos|del|della|la|le|el|los|las) )+(?=[A-Z])"
)
# What asks in one language alone. "Was" and "comment" are English, too: what follows tells.
_ASKS = {
    "de": re.compile(
        r"\b(?:was|wie|wen) (?:ist|sind|hat|haben|macht|machte|tut|tat|wird|wurde|kann|soll|darf|geht|ging"
        r"|steht|denkt|meint|plant|[a-zäöü]+(?:[rgkhlmfb]te|nnte|[td]ete)n?)\b"
        r"|\bwie (?:viel|lange|alt|hoch|groß)\b"
        r"|(?-i:\b[Ww]as will (?=[A-ZÄÖÜ]))",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\bcomment (?:a|ont|est|sont|va|vont|se|le|les|peut)\b|\bqu['\u2019](?=\w)|\best-ce\b"
        r"|\b\w+-t-(?:il|elle|on|ils)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(r"[¿¡]"),
    "it": re.compile(
        r"\b(?:cos|dov|com|quand|qual)['\u2019]è|\b(?:che )?cosa (?:ha|hanno|è)\b", re.IGNORECASE
    ),
    "pt": re.compile(r"\b(?:o|por) que\b|\bquem (?:é|foi)\b", re.IGNORECASE),
}


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
    return _by_words(text, sorted(_common().keys() - _CYRILLIC)) if script == "latin" else script


def other_language(question: str, texts: Iterable[str]) -> str | None:
    """The language of most of these texts, where the question is for certain in that of none."""
    languages = Counter(told for text in texts if (told := language_of(text)))
    asked = language_of(question)
    if not languages or asked is None or asked in languages:
        return None
    return languages.most_common(1)[0][0]


def _by_letters(text: str) -> str | None:
    return next((language for language, letters in _LETTERS_OF if letters.search(text)), None)


def _by_words(text: str, languages: Iterable[str]) -> str | None:
    text = _PARTICLES.sub(r"\1", text)
    spelt = re.findall(r"(?<![.@\w])[^\W\d_]+", text)  # "example.com" is not Portuguese
    counts = Counter({name: _points(name, text, spelt) for name in languages})
    (best, most), (_, next_most) = counts.most_common(2)
    return best if most >= _LEAST and most > next_most else None


def _points(language: str, text: str, spelt: Sequence[str]) -> int:
    """What speaks for a language: its common words, its letters, and double what it asks with."""
    common, asking = _common()[language], _asking().get(language, frozenset())
    if language == "en":
        return sum(word.lower() in common for word in spelt)
    # A capital makes a name, which may be of another language ("Los Angeles"), but for the first word's.
    lower = [word for word in spelt if word.islower()]
    words = [*lower, *(word.lower() for word in spelt[:1] if word.istitle())]
    letters, asks = _OWN_LETTERS.get(language, ""), _ASKS.get(language)
    return (
        sum(word in common or word in asking for word in words)
        + sum(word in asking for word in words)
        + sum(any(letter in word for letter in letters) for word in lower)
        + (2 * len(asks.findall(text)) if asks else 0)
    )


@functools.cache
def _common() -> dict[str, frozenset[str]]:
    """The commonest words of each language that is written in Latin or Cyrillic letters."""
    return _lists("languages.json")


@functools.cache
def _asking() -> dict[str, frozenset[str]]:
    """What questions of a language are asked with, and no English word nor common name is."""
    return _lists("asking_words.json")


def _lists(name: str) -> dict[str, frozenset[str]]:
    content = resources.files("bot").joinpath(name).read_text(encoding="utf-8")
    return {language: frozenset(words.split()) for language, words in json.loads(content).items()}
