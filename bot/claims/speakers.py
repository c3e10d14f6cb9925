"""Who says it: the names beside the verbs of saying, in a claim and in its sources."""

import functools
import itertools
from collections.abc import Sequence

from bot.claims.aliases import alias, country_of
from bot.claims.proper import capitals
from bot.claims.text import Parsed, Word

SAYING = frozenset(
    "said say says saying told tell tells added adds wrote writes tweeted tweets argued argues claimed"
    " explained explains announced announces warned warns insisted insists noted stated states"
    " testified replied declared declares confirmed confirms denied denies acknowledged acknowledges"
    " suggested"
    " suggests emphasized emphasised stressed predicted predicts complained remarked reported called"
    " recalled admitted admits maintains maintained advises advised thinks believes thought"
    " cautioned cautions estimated joked according calls promised promises vowed vows pledged recounted"
    " recounts repeated repeats reiterated reiterates revealed reveals jokes quipped conceded concedes"
    " observed alleged alleges contended contends assured assures asserted asserts urged urges swore"
    " lamented commented responded answered remembered remembers recalls mused boasted estimates hinted"
    " hints adding saying explaining asserting noting telling warning writing arguing insisting".split()
)
# "Smith's claim that ..."
_SPEECHES = frozenset(
    "vow promise claim warning statement remark remarks comment comments pledge tweet insistence assertion"
    " argument allegation suggestion threat call admission".split()
)
# Forms that are a noun or an adjective as well: one who speaks must stand right before them.
_NOUNS = frozenset(
    "states calls claims reports estimates hints promises vows recalled revealed warning telling".split()
)
_PASSIVE = frozenset("is are was were be been being get got".split())
_DETERMINERS = frozenset("the a an its their his her this these those of such no".split())
_RELATIVE = frozenset("who which that".split())
_PRONOUNS = frozenset("he she they it".split())
_REACH = 14
_COMMON_REACH = 3
_STOPS = frozenset(';:"\u201c\u201d')
_STOPS_OR_COMMA = _STOPS | {","}
_AFTER = 6


def wrong_speaker(claim: Parsed, sources: Sequence[Parsed], near: Sequence[Parsed]) -> str:
    """Why the one whom the claim lets speak does not say this in the sources; empty where it may be so.

    `near` are sentences around the sources, nearest first: they tell who "he" is, and who goes on speaking.
    """
    ours = speakers(claim)
    theirs = frozenset[str]().union(*map(speakers, sources))
    if not ours or ours & theirs or not _seats(ours | theirs).isdisjoint(ours | theirs):
        return ""
    if any(_is_acronym(word, theirs) for word in ours) or any(_is_acronym(word, ours) for word in theirs):
        return ""
    if theirs:
        return f"it is {', '.join(sorted(theirs))} who says it"
    spoken = any(w.quoted or w.lower in SAYING for source in sources for w in source.words)
    if not spoken and ours & frozenset[str]().union(*map(_named, sources)):
        return ""
    if any(_first_named(source) in ours for source in sources):
        return ""
    if any(map(_has_common_speaker, sources)):
        return "somebody without a name says it"
    speaking = next(filter(None, map(speakers, near)), frozenset[str]())
    known = speaking or frozenset[str]().union(*map(_named, (*sources, *near)))
    return "" if ours & known else "somebody else says it"


def other_speaker(claim: Parsed, sources: Sequence[Parsed]) -> str:
    """Who says it in the sentence with most of the claim's words, where that is somebody else; or nothing."""
    named, ours = capitals(claim), speakers(claim)
    said = {word.stem for word in claim.content if named.get(word.index) not in ours}
    nearest = max(sources, key=lambda source: len(said & source.stems))
    return wrong_speaker(claim, [nearest], ()) if speakers(nearest) else ""


def _seats(names: frozenset[str]) -> frozenset[str]:
    """The countries for which capitals among the names may speak."""
    return frozenset(filter(None, map(country_of, names)))


@functools.lru_cache(maxsize=4_096)
def _has_common_speaker(parsed: Parsed) -> bool:
    """Whether "the officer" or "ministers" say something in a sentence: neither a name nor "he"."""
    for word in parsed.words:
        if word.lower in SAYING and word.lower != "according" and not word.quoted:
            beside = [
                parsed.words[place] for places in _beside(parsed, word) for place in places[:_COMMON_REACH]
            ]
            if any(w.lower in ("the", "an", "a") for w in beside) and all(
                w.index not in capitals(parsed) for w in beside if w.is_word
            ):
                return True
    return False


def _is_acronym(word: str, names: frozenset[str]) -> bool:
    """Whether a short name may be the initials of a longer one."""
    return len(word) <= 5 and len(word) > 1 and {name[0] for name in names} >= set(word)


@functools.lru_cache(maxsize=4_096)
def speakers(parsed: Parsed) -> frozenset[str]:
    """The names, in one form, of those who say something in a sentence."""
    named = capitals(parsed)
    found: set[str] = set()
    for word in parsed.words:
        if _is_said(word, parsed) and not _is_common(word, parsed) and not (found and _goes_on(word, parsed)):
            for places in _beside(parsed, word):
                if here := {named[place] for place in places if place in named}:
                    found |= here | _joined(places, parsed)
                    break
    return frozenset(found).union(
        *(_owners(word, parsed) for word in parsed.words if word.lower in _SPEECHES)
    )


def _joined(places: Sequence[int], parsed: Parsed) -> frozenset[str]:
    """The one form of what two words name together: "North Korea"."""
    pairs = ((parsed.words[n], parsed.words[n + 1]) for n in places if n + 1 in places)
    return frozenset(filter(None, (alias(f"{one.lower}_{other.lower}") for one, other in pairs)))


def _owners(speech: Word, parsed: Parsed) -> frozenset[str]:
    """The name before "'s claim"."""
    before = parsed.words[speech.index - 1] if speech.index else speech
    if before.text.lower() == before.lower or before.index not in capitals(parsed):
        return frozenset()
    return frozenset((capitals(parsed)[before.index],))


def _is_said(word: Word, parsed: Parsed) -> bool:
    """Whether a word is a verb of saying with a subject of its own ("she said", not "is said to")."""
    if word.lower not in SAYING or word.quoted:
        return False
    before = [w.lower for w in parsed.words[max(word.index - 2, 0) : word.index]]
    if word.lower == "according":
        return True
    if not _PASSIVE.isdisjoint(before) or not _DETERMINERS.isdisjoint(before[-1:]):
        return False
    return word.lower not in _NOUNS or _is_subject(parsed.words[word.index - 1])


def _goes_on(saying: Word, parsed: Parsed) -> bool:
    """Whether a verb shares the subject of one before it ("he denied it and called ...")."""
    return saying.index > 0 and parsed.words[saying.index - 1].lower == "and"


def _is_subject(word: Word) -> bool:
    return word.text[0].isupper() or word.lower in ("he", "she", "they", "it", "who", ",")


def _is_common(saying: Word, parsed: Parsed) -> bool:
    """Whether those who say it have no name: "his physicians said", "people who say"."""
    if saying.lower == "according" or not saying.index:
        return False
    reach = parsed.words[max(saying.index - _COMMON_REACH, 0) : saying.index][::-1]
    if reach[0].lower in _RELATIVE and len(reach) > 1 and reach[1].is_word:
        reach = reach[1:]
    subject = list(itertools.takewhile(lambda word: word.is_word, reach))
    return bool(subject) and subject[0].is_content and not any(w.index in capitals(parsed) for w in subject)


def _beside(parsed: Parsed, saying: Word) -> list[list[int]]:
    """The places of the words that may be the subject of a verb of saying: those before it, then after."""
    words, after = parsed.words, list(range(saying.index + 1, min(saying.index + _REACH, len(parsed.words))))
    if saying.lower == "according":
        ends = (place for place in after if words[place].text == ",")
        return [after[: next(ends, saying.index + _REACH) - saying.index - 1]]
    before = []
    # Whoever "he" is, or goes on "saying" it, may stand far before.
    far = saying.lower.endswith("ing") or words[saying.index - 1].lower in _PRONOUNS
    for place in range(saying.index - 1, -1 if far else max(saying.index - _REACH, -1), -1):
        if words[place].text in _STOPS:
            break
        before.append(place)
    turned = saying.index and (
        words[saying.index - 1].text in _STOPS_OR_COMMA or words[saying.index - 1].quoted
    )
    if turned and _ends_with_name(parsed, saying):
        return [after[:_AFTER], before]
    return [before, after[:_AFTER]] if turned else [before]


def _ends_with_name(parsed: Parsed, saying: Word) -> bool:
    """Whether nothing but a name follows a verb of saying in its clause: ", said Smith, a lawyer"."""
    named = capitals(parsed)
    name = list(itertools.takewhile(lambda w: w.index in named, parsed.words[saying.index + 1 :]))
    after = parsed.words[saying.index + len(name) + 1 :][:1]
    return bool(name) and not (after and after[0].is_word)


@functools.lru_cache(maxsize=4_096)
def _named(parsed: Parsed) -> frozenset[str]:
    return frozenset(capitals(parsed).values())


def _first_named(parsed: Parsed) -> str:
    """The first name of a sentence: mostly its subject."""
    return next(iter(capitals(parsed).values()), "")
