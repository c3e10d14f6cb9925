"""Words that exclude each other: whether a claim has one where its sources have the other."""

from collections.abc import Callable, Iterator, Sequence

from bot.claims.calendar import MONTHS, SHORT_MONTHS
from bot.claims.proper import capitals
from bot.claims.text import Parsed, Word, stem

# Each line: words that exclude those on the other side.
_OPPOSITES = """
rise rose increase grow climb jump soar gain up higher | fall fell drop decrease decline shrink lower down
accept approve agree | reject refuse decline turn_down
win won beat victory triumph | lose lost loss
before | after
earlier | later
more | less fewer
most highest largest biggest maximum | least lowest smallest minimum
support back favor favour endorse | oppose against
open reopen | close shut
continue proceed resume | cease stop halt end abandon scrap quit discontinue
mandatory compulsory oblige obliged obligatory require | optional voluntary
allow permit let | ban prohibit forbid bar block
confirm admit acknowledge confess concede | deny
arrive enter join | leave left depart quit exit
buy purchase acquire | sell
include | exclude omit
succeed | fail
guilty convict | innocent acquit
praise hail applaud | criticize criticise condemn blast slam
legal lawful | illegal unlawful
safe | dangerous unsafe
cheap cheaper | expensive dearer
strong strengthen stronger | weak weaken weaker
good better improve | bad worse worsen
male man men | female woman women
husband | wife
son | daughter
brother | sister
father | mother
north northern | south southern
east eastern | west western
remove lift | impose
friend ally | enemy rival
import | export
lend | borrow
rich wealthy | poor
uphold affirm | overturn reverse quash annul
hire employ recruit | fire dismiss sack
justified | baseless unfounded groundless unjustified
peaceful | violent
stay remain | leave depart resign quit
trust | distrust mistrust
love | hate
hopeful optimistic | pessimistic
majority | minority
faster quicker | slower
successful | unsuccessful
raise hike | lower cut reduce slash
expand widen | shrink narrow
gain | slip lose
welcome | criticize criticise condemn deplore
survive | die
release free | arrest jail imprison detain
public publicly | secret secretly
attend | boycott skip
"""
_AROUND = 4
_TIMES = frozenset(("before", "after"))
_WAYS = frozenset(("up", "down"))
# "Prices are up", but not "the build up" or "up to".
_MOVED = frozenset(
    "is are was were be been go goes went gone drive drives drove driven moved by from".split()
)
_PASSIVE = frozenset("is are was were be been being get got gets".split())


def _sides() -> dict[str, list[tuple[frozenset[str], frozenset[str]]]]:
    table: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
    for line in _OPPOSITES.strip().splitlines():
        one, other = (frozenset(stem(w) or w for w in side.split()) for side in line.split("|"))
        for here, there in ((one, other), (other, one)):
            for word in here:
                table.setdefault(word, []).append((here, there))
    return table


_TABLE = _sides()
# What is compulsory can hardly be voluntary, whatever is said of it; who denies admits nothing.
_STARK = frozenset(
    map(
        stem,
        "mandatory compulsory oblige obliged obligatory optional voluntary admit confess concede".split(),
    )
)
_LOST = stem("lose")
_TRADED = frozenset(map(stem, "buy purchase acquire sell".split()))
_MONTHS = frozenset((*MONTHS, *SHORT_MONTHS))
_DEALT = frozenset("handed handing hands dealt dealing inflicted inflicting inflicts".split())
_BEATEN = frozenset(("beaten", "defeated"))


def opposite(
    claim: Parsed, source: Parsed, is_denied: Callable[[Word, Parsed], bool], *, stark: bool = False
) -> str:
    """The word of the claim whose opposite the source says of the same; empty where there is none.

    `is_denied` tells whether a word of a sentence is denied: "did not fall" is no opposite of "rose". With
    `stark` only those count that hardly go together, whatever they are said of.
    """
    own, said = dict(_keyed(claim)), dict(_keyed(source))
    for key, word in own.items():
        if stark and key not in _STARK:
            continue
        for here, there in _TABLE.get(key, ()):
            if not here.isdisjoint(said) or not there.isdisjoint(own):
                continue
            opposed = [said[other] for other in there if other in said]
            if any(
                (word.stem in _STARK or _concern_the_same(word, claim, other, source))
                and is_denied(word, claim) == is_denied(other, source)
                and not _is_turned(word, claim, other, source)
                for other in opposed
            ):
                return word.lower
    return ""


def _keyed(parsed: Parsed) -> Iterator[tuple[str, Word]]:
    for word in parsed.words:
        if word.is_word:
            yield _key(word, parsed), word


def _key(word: Word, parsed: Parsed) -> str:
    before = parsed.words[word.index - 1].lower if word.index else ""
    after = parsed.words[word.index + 1].lower if word.index + 1 < len(parsed.words) else ""
    if word.lower in _BEATEN:
        return _LOST if before in _PASSIVE or after == "by" else stem("beat")
    if word.lower in ("defeat", "defeats"):  # "a defeat" is a loss, "to defeat" is none
        return stem("beat") if before == "to" or _is_dealt(word, parsed) else _LOST
    if word.lower in _WAYS and not (before in _MOVED or after[:1].isdecimal() or after in _MOVED):
        return ""
    return word.stem or word.lower


def _is_dealt(defeat: Word, parsed: Parsed) -> bool:
    """Whether somebody has another suffer it: "handed them a rare defeat", not "were handed" it."""
    return any(
        word.lower in _DEALT
        and word.clause == defeat.clause
        and not (word.index and parsed.words[word.index - 1].lower in _PASSIVE)
        for word in parsed.words[: defeat.index]
    )


def _concern_the_same(word: Word, claim: Parsed, other: Word, source: Parsed) -> bool:
    if word.lower not in _TIMES:
        return not _beside(word, claim).isdisjoint(_beside(other, source))
    # What comes first and what comes then must both be the same.
    ours, theirs = _around(word, claim.content), _around(other, source.content)
    return all(not one.isdisjoint(two) for one, two in zip(ours, theirs, strict=True))


def _is_turned(word: Word, claim: Parsed, other: Word, source: Parsed) -> bool:
    """Whether one sentence begins with whom the other has at its end: "A beat B" and "B lost to A"."""
    if {word.stem, other.stem} <= _TRADED:
        return _are_two_ends(word, claim, other, source)
    if _LOST not in (_key(word, claim), _key(other, source)):
        return False
    here, before = _named_before(word, claim), _named_before(other, source)
    after = {name for place, name in capitals(source).items() if place > other.index}
    return not after.isdisjoint(here) and before.isdisjoint(here)


def _are_two_ends(word: Word, claim: Parsed, other: Word, source: Parsed) -> bool:
    """Whether what one buys another sells: both are named, or neither has to be ("tickets are sold here")."""
    by = _after_by(word, claim), _after_by(other, source)
    passive = _is_passive(word, claim), _is_passive(other, source)
    opens = _opens(word, claim), _opens(other, source)
    if any(passive) and by == (None, None) and all(map(any, zip(passive, opens, strict=True))):
        return True
    here, there = (
        (names or frozenset()) if is_passive else _named_before(each, parsed)
        for names, is_passive, each, parsed in zip(by, passive, (word, other), (claim, source), strict=True)
    )
    if not here - _MONTHS or not there - _MONTHS or not here.isdisjoint(there):
        return False
    # "Berg said the city sold it" and "Lund said the city bought it": the names are of others.
    ours, theirs = _around(word, claim.content)[0], _around(other, source.content)[0]
    return any(passive) or ours.isdisjoint(theirs)


def _is_passive(word: Word, parsed: Parsed) -> bool:
    before = {w.lower for w in parsed.words[max(word.index - 2, 0) : word.index]}
    return not word.lower.endswith("ing") and not before.isdisjoint(_PASSIVE)


def _opens(word: Word, parsed: Parsed) -> bool:
    """Whether a clause begins with a word that says of nobody that they do it: "buying a ticket"."""
    before = [w for w in parsed.content if w.clause == word.clause and w.index < word.index]
    return word.lower.endswith("ing") and not before


def _after_by(word: Word, parsed: Parsed) -> frozenset[str] | None:
    """The names in the clause behind the "by" that follows a word; None where none follows."""
    after = [w for w in parsed.words if w.index > word.index and w.clause == word.clause]
    place = next((w.index for w in after if w.lower == "by"), None)
    if place is None:
        return None
    named = capitals(parsed)
    return frozenset(named[w.index] for w in after if w.index > place and w.index in named)


def _named_before(word: Word, parsed: Parsed) -> frozenset[str]:
    return frozenset(name for place, name in capitals(parsed).items() if place < word.index)


def _beside(word: Word, parsed: Parsed) -> frozenset[str]:
    """What a word is said of: the words of its clause that stand nearest, or of the one that it opens."""
    before, after = _around(word, [w for w in parsed.content if w.clause == word.clause])
    if not after:  # "admitted that ..."
        _, after = _around(word, [w for w in parsed.content if w.clause == word.clause + 1])
    if not before:  # "the director, Smith, rejected that"
        before, _ = _around(word, [w for w in parsed.content if w.clause == word.clause - 1])
    return before | after


def _around(word: Word, words: Sequence[Word]) -> tuple[frozenset[str], frozenset[str]]:
    before = [w.stem for w in words if w.index < word.index]
    after = [w.stem for w in words if w.index > word.index]
    return frozenset(before[-_AROUND:]), frozenset(after[:_AROUND])
