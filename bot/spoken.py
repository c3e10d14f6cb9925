"""Whose words a question asks for ("what did Vik say of the ferries?"), and whether a sentence gives them."""

import re
from collections.abc import Sequence

from bot.claims.speakers import SAYING
from index.words import terms

_TELLING = SAYING | frozenset(
    "demanded demands asked asks wants wanted offered offers accused accuses criticised criticized praised"
    " apologised apologized thanked called describes described".split()
)
_SAY = (
    r"say|said|tell|told|think|believe|want|demand|promise|ask|call|claim|write|warn|suggest|announce|deny|admit"
    r"|argue|propose|recommend|expect|predict|explain|describe|reply|answer|respond"
)
_ASKED = re.compile(
    rf"\bwhat\s+(?:else\s+)?(?:did|does|do|has|have|had|will|would)\s+(?P<who>[^,?]*?\w)\s+(?:\w+ly\s+)?(?:{_SAY})\b",
    re.IGNORECASE,
)
_SPOKEN = re.compile('\u201c[^\u201c\u201d]*\u201d?|"[^"]*"?')
_ALL_SPOKEN = re.compile('\\s*(?:\u201c[^\u201c\u201d]*\u201d?|"[^"]*"?)\\s*')
_PRONOUNS = frozenset("he she they it".split())
_WORD = re.compile(r"[^\W\d_]+|[,\"]")
# How far from a verb of saying its subject may stand, before it and behind it ("said the minister, Ana Vik").
_BEFORE, _BEHIND = 8, 6
# Sentences that may stand between a name and what "she" goes on to say.
_BACK = 2


def speaker_asked(question: str) -> str:
    """The term that tells whose words are asked for: of "Ana Vik", "vik"; "" where none are."""
    found = _ASKED.search(question)
    return next(reversed(terms(found["who"])), "") if found else ""


def gives_words(speaker: str, quotes: Sequence[str], place: int) -> float:
    """Whether the sentence at `place` says what `speaker` says.

    1 where it names them, less where it says "she" or goes on with a quotation, 0 where it does not.
    """
    if _speaks(speaker, quotes[place]):
        return 1.0
    goes_on = _ALL_SPOKEN.fullmatch(quotes[place]) is not None
    said = _said(quotes[place])
    if not goes_on and (_TELLING.isdisjoint(said) or _PRONOUNS.isdisjoint(said)):
        return 0.0
    before = quotes[max(place - _BACK, 0) : place]
    is_named = any(speaker in terms(quote) for quote in before)
    behind = quotes[place + 1 : place + 2] if goes_on else ()
    return 0.5 if is_named or any(_speaks(speaker, quote) for quote in behind) else 0.0


def _speaks(speaker: str, quote: str) -> bool:
    """Whether a sentence names the speaker beside a verb of saying."""
    said = _said(quote)
    if _TELLING.isdisjoint(said):
        return False
    known = [speaker in terms(word) for word in said]
    for place, word in enumerate(said):
        if word in _TELLING:
            turned = place == 0 or said[place - 1] in (",", '"') or word == "according"
            behind = known[place + 1 : place + 1 + _BEHIND] if turned else []
            if any(known[max(place - _BEFORE, 0) : place]) or any(behind):
                return True
    return False


def _said(quote: str) -> list[str]:
    """The words and marks of what a sentence says itself."""
    return _WORD.findall(_own(quote).lower())


def _own(quote: str) -> str:
    """What a sentence says itself, a mark in the place of what it quotes."""
    return _SPOKEN.sub('"', quote)
