"""The words of a sentence by the parts that they play in an order to a machine.

A sentence's shape has a sign for each word, which tells all parts that the word can play, so that a rule of
grammar is a regular expression over it. In such a rule a letter stands for any word that can play this part:
    M machine: "chatbot"      m may be one: "assistant" s a name of one           c who makes them
    S say, recommend          V include, send           F ignore, forget          x says, recommends
    O must, should            Z always, never           J not                     Y you
    y your                    A answer, summary         G rules                   U user, reader
    H human                   W whoever                 z pretend                 k right, official
    j correct                 I if, when                B before                  K asks
    o asked                   q question                n answering               a any, every
    D this                    X text, page              P reading                 r that, which
    T to, for                 i meant for               p by                      N note
    E dear                    l please                  L please, now             R said, law
    t that                    Q as                      b are                     d was
    e the, a                  C and, or                 h it, they                g doing
    w none of these
and punctuation stands for itself, a quotation mark for all that is quoted.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator

from bot import machine_words as known
from bot.plain import plain

_PARTS = {
    "M": known.MACHINE,
    "m": known.PERHAPS_MACHINE + " " + known.NAMED,
    "s": known.NAMED,
    "c": known.PEOPLE,
    "S": known.SAY,
    "V": known.DO,
    "F": known.FORGET,
    "x": known.TELLS,
    "O": known.MUST,
    "Z": known.ALWAYS,
    "J": known.NOT,
    "Y": known.YOU,
    "y": known.YOUR,
    "A": known.ANSWER + " answer reply",
    "G": known.RULES,
    "U": known.ASKER,
    "H": known.HUMAN,
    "W": known.WHOEVER,
    "z": known.PRETEND,
    "r": known.RELATIVE,
    "l": known.COURTESY,
    "o": known.JUST_ASKED,
    "d": known.PAST,
    "k": known.RIGHT,
    "j": known.STRICTLY_RIGHT,
    "I": known.WHEN,
    "B": known.BEFORE,
    "K": known.ASKED,
    "q": known.QUESTION,
    "n": known.ANSWERING,
    "a": known.ANY,
    "D": known.THIS,
    "X": known.TEXT,
    "P": known.PROCESS,
    "T": known.TO,
    "i": known.MEANT,
    "p": known.BY,
    "N": known.NOTICE,
    "E": known.DEAR,
    "L": known.PLEASE,
    "R": known.REPORTED,
    "t": known.THAT,
    "Q": known.AS,
    "b": known.ARE,
    "e": known.ARTICLES,
    "C": known.AND,
    "h": known.THEY,
}
_NONE, _DOING = "w", "g"
_HIDDEN = re.compile("[\u034f\u200c\u200d\ufe00-\ufe0f]")
_REPORTING_WORDS = 3
# One letter at a time: "i g n o r e".
_SPACED = re.compile(r"(?<!\S)\w(?: \w(?!\S)){3,}")
_QUOTED = re.compile(
    '\u201c[^\u201c\u201d]*\u201d|\u201e[^\u201c-\u201e]*[\u201c\u201d]|\u00ab[^\u00ab\u00bb]*\u00bb|"[^"]*"'
)
_TOKEN = re.compile(r"[^\W_]+|_[A-Za-z]_|[][,.:;!?()<>{}\"\u2026\u2013\u2014]|(?<!\w)-|-(?!\w)")
_MARKS = str.maketrans("\u2026\u2013\u2014{}[]<>", ".--()()()")
# A machine in capitals alone: "ai" is Italian, too.
_SHORT = frozenset("AI IA KI LLM ИИ ШІ".split())
_BEFORE_SHORT = frozenset("a an any the every all dear to for no hey hello as each".split())
# What a Cyrillic or Greek letter among Latin ones is to be read as.
_ALIKE = str.maketrans("аеорсухіјѕԁһοανικ", "aeopcyxijsdhoavik")
_LATIN = re.compile("[a-z]", re.IGNORECASE)
# Words that are known though misspelt: two letters swapped, or one left out, doubled or wrong.
_MISSPELT = (
    "ignore disregard instructions previous assistant answer response language artificial intelligence"
    " chatbot chatgpt recommend always official correct questions summary summarise summarize model models"
    " system".split()
)
_SHORTEST_MISSPELT = 5
_LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+")
# So many letters of its first word tell that a phrase may begin.
_FIRST = 4


def readable(sentence: str) -> str:
    """A sentence as people would read it: nothing hidden in it, letters in their usual form and together."""
    text = plain(unicodedata.normalize("NFKC", _SPACED.sub(_joined, _HIDDEN.sub("", sentence))))
    return text if text.isascii() else _WORD.sub(_one_script, text)


def shape(text: str) -> str:
    """The signs of a `readable` text's words."""
    signs: list[str] = []
    before = ""
    for match in _TOKEN.finditer(_phrases(_unquoted(text).replace("\u2019", "'"))):
        token = match[0]
        if not (token[0].isalnum() or token[0] == "_"):
            signs.append(token.translate(_MARKS))
        elif not (len(token) == 1 and match.start() and match.string[match.start() - 1] == "'"):
            signs.append(_sign(token, before))
            before = token.lower()
    return "".join(signs)


def rule(pattern: str) -> re.Pattern[str]:
    """A rule of grammar for shapes: letters stand for parts."""
    return re.compile(re.sub(r"\[\^?[^]]*\]|[A-Za-z]", lambda match: _class(match[0]), pattern))


def _joined(match: re.Match[str]) -> str:
    return match[0].replace(" ", "")


def _one_script(match: re.Match[str]) -> str:
    """A word with Latin letters in it in these alone."""
    word = match[0]
    return word if word.isascii() or not _LATIN.search(word) else word.translate(_ALIKE)


def _unquoted(text: str) -> str:
    """A mark for what is quoted, unless nearly all is."""
    outside = _QUOTED.sub('"', text)
    return outside if len(outside.split()) > _REPORTING_WORDS else text


def _class(pattern: str) -> str:
    """A letter, or letters in brackets, as the signs that they stand for."""
    signs = "".join(_signs_of(mark) if mark.isalpha() else mark for mark in pattern.strip("[]"))
    return f"[{signs}]"


def _signs_of(part: str) -> str:
    return "".join(sign for parts, sign in _SIGNS.items() if part in parts)


def _phrases(text: str) -> str:
    """Each phrase as the letter of its part between lines."""
    if not any(word[:_FIRST] in _FIRSTS for word in _WORD.findall(text.lower())):
        return text
    for part, pattern in _PHRASES.items():
        text = pattern.sub(f" _{part}_ ", text)
    return text


def _sign(token: str, before: str) -> str:
    if token in _SHORT or (token.upper() in _SHORT and before in _BEFORE_SHORT):
        return _SIGNS[frozenset("M")]
    if token[0] == "_":
        return _SIGNS.get(frozenset(token[1]), _SIGNS[frozenset(_NONE)])
    return _sign_of_word(token[:_LONGEST_WORD].lower())


@functools.lru_cache(maxsize=20_000)
def _sign_of_word(word: str) -> str:
    return _SIGNS[_parts(word)]


def _parts(word: str) -> frozenset[str]:
    """The parts that a word can play."""
    found = _WORDS.get(word, frozenset()) | _parts_of_stem(word)
    if not found and len(word) >= _SHORTEST_MISSPELT:
        meant = next((other for other in _MISSPELT if _is_misspelt(word, other)), "")
        found = _WORDS.get(meant, frozenset()) | _parts_of_stem(meant)
    return found or frozenset(_DOING if word.endswith("ing") else _NONE)


def _parts_of_stem(word: str) -> frozenset[str]:
    ends = range(len(word), 2, -1)
    return next((_STEMS[word[:end]] for end in ends if word[:end] in _STEMS), frozenset())


def _is_misspelt(word: str, meant: str) -> bool:
    """Whether one slip makes one of the other; an ending is none."""
    if word[0] != meant[0] or abs(len(word) - len(meant)) > 1 or word == meant:
        return False
    start = next((n for n, (a, b) in enumerate(zip(word, meant, strict=False)) if a != b), len(word))
    if len(word) > len(meant):
        return start < len(meant) and word[start + 1 :] == meant[start:]
    if len(word) < len(meant):
        return word[start:] == meant[start + 1 :] and start < len(word)
    swapped = word[start + 1 : start + 2] + word[start : start + 1] + word[start + 2 :]
    return swapped == meant[start:] or (start < len(word) - 1 and word[start + 1 :] == meant[start + 1 :])


def _entries() -> Iterator[tuple[str, str]]:
    return ((word, part) for part, words in _PARTS.items() for word in words.split())


def _phrase_pattern(part: str) -> re.Pattern[str]:
    phrases = [word for word in _PARTS[part].split() if "_" in word]
    options = "|".join(re.escape(p).replace("_", "[ -]").replace(r"\*", r"\w{0,9}") for p in phrases)
    return re.compile(rf"(?<!\w)(?:{options})(?!\w)", re.IGNORECASE)


def _all_stems() -> dict[str, frozenset[str]]:
    """Each stem, and what it and the stems that it begins with can be."""
    own: dict[str, set[str]] = {}
    for word, part in _entries():
        if word.endswith("*") and "_" not in word:
            own.setdefault(word[:-1], set()).add(part)
    return {
        stem: frozenset().union(*(parts for other, parts in own.items() if stem.startswith(other)))
        for stem in own
    }


def _all_words() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for word, part in _entries():
        if not word.endswith("*") and "_" not in word:
            found.setdefault(word, set()).add(part)
    return {word: frozenset(parts) for word, parts in found.items()}


def _all_signs() -> dict[frozenset[str], str]:
    """A character of the private area for each set of parts that some word can play."""
    alone = [frozenset(part) for part in (*_PARTS, _NONE, _DOING)]
    sets = [*alone, *_STEMS.values(), *(parts | _parts_of_stem(word) for word, parts in _WORDS.items())]
    return {parts: chr(0xE000 + number) for number, parts in enumerate(dict.fromkeys(sets))}


_STEMS = _all_stems()
_WORDS = _all_words()
_SIGNS = _all_signs()
_PHRASES = {part: _phrase_pattern(part) for part in _PARTS if "_" in _PARTS[part]}
_FIRSTS = frozenset(word.partition("_")[0].rstrip("*")[:_FIRST] for word, _ in _entries() if "_" in word)
