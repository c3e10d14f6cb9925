"""How sure a sentence is of what it says: "will" is more than "may", "did" more than "is said to have"."""

import functools
import itertools
from collections.abc import Sequence

from bot.claims.proper import capitals
from bot.claims.text import Parsed, Word, stem
from bot.claims.verbs import is_past

# What makes a clause less than certain.
_HEDGES = """
may might could likely unlikely possibly perhaps maybe probably possible potential potentially expected plan
propose proposal consider intend intention hope want seek aim attempt try threaten alleged allegedly accuse
suspect suspected reportedly believed rumored rumoured if unless forecast project projected apparently appear
seem suggest pending subject odds debate yet would
"""
# What keeps a claim from being surer than its source, in other words.
_CAREFUL = """
can should ought thought think believe view see predict estimate prospect chance risk say claim hint sign
due set schedule prepare ready await ask request call apply offer mean want wish dream bid effort seem look
up most potentially doubt uncertain unclear unsure question wonder whether supposed presumed said hoped
charge warn fear caution promise pledge vow accused stands unless provided once eligible possibility
conditional assume
"""
# "Reporters" do not hedge.
_STRICT = frozenset(w if w == "reportedly" else stem(w) or w for w in _HEDGES.split())
_WIDE = _STRICT | frozenset(stem(w) or w for w in _CAREFUL.split())
# What says that something is known for certain, and what sources say of what is.
_CERTAIN = frozenset(
    map(stem, "confirm verify verified certain prove proven definite definitely conclusive".split())
)
_SETTLED = _CERTAIN | frozenset(
    map(stem, "acknowledge admit identify identified establish determine conclude".split())
)
_NOT_CERTAIN = frozenset("not no nobody never none n't can't cannot without asked".split())
# Who says something hedges nothing where the sources let somebody say it, too.
_TELLS = frozenset(stem(w) or w for w in "say said says tell told".split())
_CONDITIONS = frozenset("if unless provided".split())
_DETERMINERS = frozenset("the a an this that his her its their our".split())
_THINGS = frozenset(
    map(stem, "plan proposal project offer call charge threat promise pledge warning".split())
)
_LIKELY = frozenset(map(stem, "likely probably expect".split()))
_POSSIBLE = frozenset("may might could possible possibly perhaps maybe potential potentially".split())
_DONE = frozenset(map(stem, "force manage help compel cause prompt lead".split()))
_BE = frozenset("is are was were".split())
_FUTURE = frozenset("will would to ll".split())
_OPEN = frozenset("will would to be is are could can may might must should".split())
_BEFORE = 4
_REACH = 3
# So many shared words tell that a claim is about what is hedged.
_TELLING = 2
_SAME_CLAUSE = 0.5
_ON_CONDITION = 0.35


def too_sure(claim: Parsed, sources: Sequence[Parsed]) -> str:
    """Why the claim is surer than its sources; empty where it is not."""
    if _is_certain(claim) and not any(map(_is_settled, sources)):
        return "the sources are less sure"
    told = any(_key(w) in _TELLS for source in sources for w in source.words)
    careful = _WIDE - _TELLS if told else _WIDE
    if any(_is_surer(claim, source) for source in sources):
        return "the sources are less sure"
    hedging = (w for w in claim.words if w.is_word and not _is_thing(w, claim))
    if any(_key(w) in careful or w.lower in careful for w in hedging) or _is_to(claim):
        return ""
    own = _unnamed(claim, claim.words)
    for source in sources:
        for clause in _hedged(source):
            stems = frozenset(w.stem for w in clause if w.is_content and _key(w) not in _STRICT)
            if stems and len(stems & claim.stems) / len(stems) >= _SAME_CLAUSE:
                return "the sources are less sure"
            shared = len(own & _unnamed(source, clause))
            least = _SAME_CLAUSE if _CONDITIONS.isdisjoint(source.lowers) else _ON_CONDITION
            if shared >= _TELLING and shared / len(own) >= least:
                return "the sources are less sure"
    return "the sources tell it of times to come" if any(_is_to_come(claim, s) for s in sources) else ""


def _is_thing(word: Word, parsed: Parsed) -> bool:
    """Whether a word names a thing: "the plan", but not "the plan to close it"."""
    before = parsed.words[word.index - 1].lower if word.index else ""
    after = parsed.words[word.index + 1].lower if word.index + 1 < len(parsed.words) else ""
    return before in _DETERMINERS and word.stem in _THINGS and after not in ("to", "for", "that")


def _is_surer(claim: Parsed, source: Parsed) -> bool:
    """Whether a claim holds likely what a sentence only holds possible."""
    likely = any(w.stem in _LIKELY for w in claim.words) and _POSSIBLE.isdisjoint(claim.lowers)
    only_possible = not _POSSIBLE.isdisjoint(source.lowers) and not any(
        w.stem in _LIKELY for w in source.words
    )
    return likely and only_possible and "will" not in source.lowers


def _unnamed(parsed: Parsed, words: Sequence[Word]) -> frozenset[str]:
    """What words of a sentence say, names and numbers aside."""
    named = capitals(parsed)
    told = (w for w in words if w.is_content and w.index not in named and not w.text[0].isdigit())
    return frozenset(w.stem for w in told if _key(w) not in _STRICT)


def _is_to(claim: Parsed) -> bool:
    """Whether something "is to" be done."""
    return any(one.lower in _BE and other.lower == "to" for one, other in itertools.pairwise(claim.words))


def _is_to_come(claim: Parsed, source: Parsed) -> bool:
    """Whether a claim tells as done what a sentence says will be."""
    future = {
        w.stem
        for w in source.content
        if any(
            v.lower in _FUTURE and not _was_done(v, source)
            for v in source.words[max(w.index - _REACH, 0) : w.index]
        )
    }
    done = [
        w
        for w in claim.content
        if w.stem in future
        and is_past(w.lower)
        and not any(v.lower in _OPEN for v in claim.words[max(w.index - _REACH, 0) : w.index])
    ]
    past = {w.stem for w in source.content if is_past(w.lower)}
    return any(w.stem not in past for w in done)


def _was_done(to: Word, source: Parsed) -> bool:
    """Whether what "to" opens was done: "forced it to close", "managed to escape"."""
    past = [w for w in source.words[max(to.index - _BEFORE, 0) : to.index] if is_past(w.lower)]
    return to.lower == "to" and bool(past) and past[-1].stem in _DONE


def _is_certain(claim: Parsed) -> bool:
    """Whether a claim says outright that something is known for certain."""
    if any(_key(w) in _STRICT or w.lower in _STRICT for w in claim.words):
        return False
    return any(
        w.stem in _CERTAIN
        and _NOT_CERTAIN.isdisjoint(v.lower for v in claim.words[max(w.index - _BEFORE, 0) : w.index + 1])
        for w in claim.words
    )


def _is_settled(source: Parsed) -> bool:
    return any(w.stem in _SETTLED for w in source.words)


@functools.lru_cache(maxsize=4_096)
def _hedged(parsed: Parsed) -> tuple[tuple[Word, ...], ...]:
    if not _CONDITIONS.isdisjoint(parsed.lowers):  # whatever depends on it
        return (parsed.words,)
    return tuple(clause for clause in parsed.clauses if any(_hedges(word, parsed) for word in clause))


def _hedges(word: Word, parsed: Parsed) -> bool:
    """Whether a word makes its clause less than certain; "more than planned" does not."""
    before = parsed.words[word.index - 1].lower if word.index else ""
    return (
        before != "than" and not _is_thing(word, parsed) and (_key(word) in _STRICT or word.lower in _STRICT)
    )


def _key(word: Word) -> str:
    return word.stem or word.lower
