"""The names in a sentence: capitalised words that stand together."""

import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping

from bot.claims.aliases import alias
from bot.claims.calendar import DAYS, MONTHS, SHORT_MONTHS
from bot.claims.text import Parsed, Word
from index.words import STOP_WORDS

_TITLES = frozenset(
    "president vice prime minister chancellor king queen prince princess pope senator sen representative rep"
    " congressman congresswoman governor gov mayor judge justice secretary general gen colonel col captain"
    " capt lieutenant sergeant officer chief director chairman chairwoman chair ceo professor prof dr mr mrs"
    " ms miss sir lady lord dame sheriff attorney ambassador speaker coach sheriff reverend rev detective"
    " commissioner spokesman spokeswoman spokesperson monday tuesday wednesday thursday friday saturday"
    " sunday god internet web covid".split()
)
LINKS = frozenset("of the and for de la van von der den del da di al bin ibn & - . ' le du".split())
_NO_PARTS = LINKS | _TITLES | frozenset("one two three first second third".split())
_CALENDAR = frozenset((*DAYS, *MONTHS, *SHORT_MONTHS))
STARTERS = frozenset(
    "police officials people others another one two three four five six seven eight nine ten eleven twelve"
    " both several many most some few all each every nobody nothing everyone someone anyone none"
    " footage traffic demand interest research evidence congress parliament government management staff"
    " inflation crime music food water power oil gas gold snow rain smoke fire work travel voters speaking"
    " although though because since while when where after before during under over about according asked"
    " based given despite instead rather once only even still just yet never always often sometimes usually"
    " recently today yesterday tonight tomorrow now then later earlier soon meanwhile however moreover also"
    " thus hence here there where what who whose which why how if unless until whether as at by for from in"
    " into of off on onto out per through to toward towards up upon with within without between among across"
    " along around behind below beneath beside besides beyond inside near outside past throughout amid"
    " against"
    " above like unlike following ahead apart aside together half part anyone fans money life love war peace"
    " tight such more less fewer further no not nor neither either any a an the this that these those my your"
    " his her its our their he she it we they i you thanks plus minus next last first second third new"
    " old big"
    " small young asking taking making being having back far long short high low hard late early good"
    " bad best"
    " worst better worse gone left right come made born known seen found set put let get see so but and or"
    " picking had has have was were is are did does do will would could should may might must can"
    " cannot".split()
)
_NO_NAME = STOP_WORDS | _NO_PARTS | STARTERS
# A single capitalised word before these is a name, mostly.
_SUBJECT_OF = frozenset(
    "said says told has had is was will would wrote added and beat won lost plans hopes went made took"
    " became got gave joined left signed agreed called asked came played led".split()
)
_FIRST_IS_COMMON = re.compile(
    r".*(?:ing|ed|ly|s|ment|tion|ness|ity|ance|ence|ship|less|ful|ous|ive|al|ism|hood|ers?)$"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Name:
    """Capitalised words that stand together."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def parts(self) -> frozenset[str]:
        """The words by which the name is recognised, in one form."""
        whole = "_".join(w.lower for w in self.words)
        if one := alias(whole):
            return frozenset((one,))
        return frozenset(normal(w) for w in self.words if w.lower not in _NO_PARTS)


def normal(word: Word) -> str:
    """One form of a name's word: "Russian" is "russia", "U.S." is "america"."""
    lower = word.lower.rstrip(".")
    if lower == "us" and word.text != "US":
        return lower
    return alias(lower) or lower.replace(".", "")


@functools.lru_cache(maxsize=4_096)
def capitals(parsed: Parsed) -> Mapping[int, str]:
    """The capitalised words that may be names, in one form, by their place."""
    return {w.index: normal(w) for w in parsed.words if w.text[0].isupper() and w.lower not in _NO_NAME}


def names(parsed: Parsed, common: frozenset[str] = frozenset()) -> tuple[Name, ...]:
    """The names of a sentence; `common` are words seen in lower case, which are no names at its start."""
    return tuple(_names(parsed, common))


def _names(parsed: Parsed, common: frozenset[str]) -> Iterator[Name]:
    run: list[Word] = []
    starts = True
    for word in (*parsed.words, None):
        if (word is not None and _is_name(word, starts, common)) or (
            word is not None and run and word.lower in ("of", "the", "-", "&", ".")
        ):
            run.append(word)
        elif run:
            name = _trimmed(run)
            if name.parts and not _may_be_common(name, word, common):
                yield name
            run = []
        if word is not None:
            starts = word.text in "\"\u201c\u2018:'." if not word.is_word else False
            starts = starts or word.text in ("\u201c", '"')


def _may_be_common(name: Name, after: Word | None, common: frozenset[str]) -> bool:
    """Whether a word at the start of a sentence may be capitalised for that alone ("Plenty of them")."""
    first = name.words[0]
    if first.index or len(name.words) > 1 or alias(first.lower) or first.text[1:2].isupper():
        return False
    possessive = len(first.text) > len(first.lower)
    return not possessive and after is not None and after.text != "," and after.lower not in _SUBJECT_OF


def _trimmed(run: list[Word]) -> Name:
    while run and run[-1].lower in LINKS:
        run = run[:-1]
    return Name(tuple(run))


def _is_name(word: Word, starts: bool, common: frozenset[str]) -> bool:
    if not word.text[0].isupper() or word.lower in ("i", "i'm", "i've", "i'd", "i'll"):
        return False
    if word.lower.rstrip(".") in _CALENDAR:
        return False
    if len(word.text) > 1 and word.text.isupper():
        return True
    if not starts:
        return word.lower not in STOP_WORDS or (word.lower == "us" and word.text == "US")
    if alias(word.lower):
        return True
    return not (
        word.lower in STARTERS
        or word.lower in STOP_WORDS
        or word.lower in common
        or (word.stem and word.stem in common)
        or _FIRST_IS_COMMON.match(word.lower)
    )
