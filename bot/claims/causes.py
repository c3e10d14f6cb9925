"""Cause and effect: whether a claim names a cause where its sources do, and the same one."""

import functools
import re
from collections.abc import Sequence

from bot.claims.proper import capitals
from bot.claims.text import Parsed, parse

_Stems = frozenset[str]
_Pair = tuple[_Stems, _Stems]

# Between an effect and, after it, its cause; "is due to speak" and "since May" are about times.
_BECAUSE = re.compile(
    r"\b(?:because(?: of)?|(?<!is )(?<!was )(?<!are )(?<!were )due to|owing to|thanks to|on account of"
    r"|as a (?:result|consequence) of|caused by|triggered by|prompted by|sparked by|blamed on|attributed to"
    r"|stem(?:s|med|ming)? from"
    r"|result(?:s|ed|ing)? from|in order to|for fear (?:of|that)|citing|driven by|fuell?ed by|in response to"
    r"|in (?:retaliation|protest|anger) (?:for|at|over)|so that|owed to|after|following|amid"
    r"|blam(?:e|es|ed|ing)(?! for\b)"
    r"|since(?! (?:\d|last|then|early|late|the (?:\w+ )?(?:spring|summer|autumn|fall|winter|start|beginning"
    r"|end|outbreak|war|year|week|month)|(?-i:[A-Z])))|reason|why|d(?:ied|ying|ies) (?:of|from)"
    r"|(?:at|on) the (?:urging|request|insistence|orders?|demand) of|ruling that"
    r"|on (?:the )?grounds? (?:of|that)"
    r"|under (?:threat|pressure) (?:of|from))\b",
    re.IGNORECASE,
)
# Between a cause and, after it, its effect.
_THEREFORE = re.compile(
    r"\b(?:caus(?:e|es|ed|ing)|led to|lead(?:s|ing)? to|result(?:s|ed|ing)? in|trigger(?:s|ed|ing)?"
    r"|prompt(?:s|ed|ing)?|spark(?:s|ed|ing)?|forc(?:e|es|ed|ing)|therefore|thus"
    r"|as a (?:result|consequence)(?! of)|which is why|blamed for|so"
    r"|which mean[st]|meaning that|indicat(?:es|ed|ing) that"
    r"|hence|leav(?:e|es|ing)|left|made|mak(?:e|es|ing)|driv(?:e|es|en|ing)|push(?:es|ed|ing)?|help(?:s|ed|ing)?"
    r"|let(?:s|ting)?|allow(?:s|ed|ing)?|enabl(?:e|es|ed|ing)|plung(?:e|es|ed|ing)|kill(?:s|ed|ing)?"
    r"|convinc(?:e|es|ed|ing)|persuad(?:e|es|ed|ing))\b(?! by\b)",
    re.IGNORECASE,
)
# What says outright that one thing is the other's cause.
_STRONG = re.compile(
    r"\b(?:because|(?<!is )(?<!was )(?<!are )(?<!were )due to|owing to|caused? by|for fear (?:of|that)"
    r"|as a result|blamed on|resulted (?:in|from)|caused|on account of|thanks to|died (?:of|from)"
    r"|(?:at|on) the (?:urging|request|insistence|orders?|demand) of"
    r"|under (?:threat|pressure) (?:of|from))\b",
    re.IGNORECASE,
)
# What goes on after a cause is another matter.
_GOES_ON = re.compile(r";|, (?:and|but|which|who|while)\b")
# So much of a claim's cause must stand in the source's.
_SAME_CAUSE = 0.25
_SAME_EFFECT = 0.4
_TURNED = 0.6
_AKIN_LETTERS = 4


def cause_differs(claim: Parsed, sources: Sequence[Parsed]) -> bool:
    """Whether the claim names a cause that its sources do not name, or takes it for the effect."""
    ours = pairs(claim)
    theirs = [pair for source in sources for pair in pairs(source)]
    if any(_is_turned(own, other) for own in ours for other in theirs):
        return True
    if not ours or not _STRONG.search(claim.text):
        return False
    # Where the sources tell the cause of the same effect, it is that one that must agree.
    nearest = max((_share(ours[0][1], effect) for _, effect in theirs), default=0.0)
    if nearest >= _SAME_EFFECT:
        theirs = [pair for pair in theirs if _share(ours[0][1], pair[1]) >= _SAME_EFFECT]
    return not any(_is_same(ours[0], other) for other in theirs)


def is_same_cause(claim: Parsed, source: Parsed) -> bool:
    """Whether both name the same cause of the same effect."""
    return any(
        min(_common(cause, other), _common(effect, other_effect)) >= _TURNED
        for cause, effect in pairs(claim)
        for other, other_effect in pairs(source)
    )


def _is_turned(ours: _Pair, theirs: _Pair) -> bool:
    """Whether one's cause is clearly the other's effect, and the other way round."""
    (cause, effect), (other_cause, other_effect) = ours, theirs
    crossed = min(_common(cause, other_effect), _common(effect, other_cause))
    return crossed >= _TURNED and crossed > max(_common(cause, other_cause), _common(effect, other_effect))


def _common(ours: _Stems, theirs: _Stems) -> float:
    return len(ours & theirs) / min(len(ours), len(theirs)) if ours and theirs else 0.0


def _is_same(ours: _Pair, theirs: _Pair) -> bool:
    """Whether the causes are alike, and more so than one's cause and the other's effect."""
    (cause, effect), (other_cause, other_effect) = ours, theirs
    straight = _share(cause, other_cause) + _share(effect, other_effect)
    crossed = _share(cause, other_effect) + _share(effect, other_cause)
    return _share(cause, other_cause) >= _SAME_CAUSE and straight >= crossed


@functools.lru_cache(maxsize=4_096)
def pairs(parsed: Parsed) -> tuple[_Pair, ...]:
    """The words of each cause and of its effect, but for names; empty where a sentence names no cause."""
    found = []
    for match in _BECAUSE.finditer(parsed.text):
        before, after = _telling(parsed.text[: match.start()]), parsed.text[match.end() :]
        if before:
            found.append((_telling(_GOES_ON.split(after)[0]), before))
        else:  # "Because of the storm, the port was closed"
            cause, _, effect = after.partition(",")
            found.append((_telling(cause), _telling(effect)))
    for match in _THEREFORE.finditer(parsed.text):
        found.append((_telling(parsed.text[: match.start()]), _telling(parsed.text[match.end() :])))
    return tuple(found)


def _telling(text: str) -> _Stems:
    parsed = parse(text)
    named = capitals(parsed)
    told = (w for w in parsed.content if w.index not in named and w.lower != "called")
    return frozenset(w.stem[:_AKIN_LETTERS] for w in told)


def _share(ours: _Stems, theirs: _Stems) -> float:
    return len(ours & theirs) / len(ours) if ours else 1.0
