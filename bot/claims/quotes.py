"""Quotations in a sentence: whether their words stand in the sources, letter by letter."""

import re
from collections.abc import Iterator, Sequence

from bot.claims.text import plain

_QUOTED = re.compile(r'"([^"]+)"')
_SINGLE = re.compile(r"(?<![\w'])'((?:[^']|(?<=\w)'(?=\w))+)'(?!\w)")
_ELLIPSIS = re.compile(r"\s*(?:\u2026|\.\s?\.\s?\.|\[[^\]]*\])\s*")


def made_up_quotation(claim: str, texts: Sequence[str]) -> str:
    """Why words in quotation marks stand in none of the texts; empty where all do."""
    flat = [_flat(text) for text in texts]
    for quoted in quotations(claim):
        parts = [_flat(part).strip(" ,.;:!?") for part in _ELLIPSIS.split(quoted)]
        if not any(all(_stands(part, text) for part in parts if part) for text in flat):
            return f"the words \u201c{quoted}\u201d are not in the sources"
    return ""


def quotations(text: str) -> Iterator[str]:
    """The words between quotation marks."""
    flat = plain(text)
    yield from _QUOTED.findall(flat)
    yield from _SINGLE.findall(_QUOTED.sub(" ", flat))


def _stands(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def _flat(text: str) -> str:
    return " ".join(plain(text).replace('"', "").lower().split())
