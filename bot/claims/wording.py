"""A sentence that is nearly the article's own: whether the few words that differ change what it says."""

import dataclasses
import difflib
import functools
from collections.abc import Callable, Iterable, Sequence, Set

from bot.claims.aliases import alias, country_of
from bot.claims.converses import converse
from bot.claims.numbers import same_amounts
from bot.claims.polarity import is_negator
from bot.claims.proper import STARTERS, Name, capitals, names, normal
from bot.claims.text import Parsed, Word, stem
from index.words import STOP_WORDS, calendar_words

# From this share of a claim's words on the source has them all in its own order, or its own words are shown.
NEARLY_VERBATIM = 0.7
# Of all its words so many in the order of the source, or else nearly all that carry meaning.
_IN_ORDER = 0.5
_SAME_WORDS = 0.8
_TELLING = frozenset(
    stem(w) or w
    for w in "may might could can will would should must shall likely unlikely possibly perhaps maybe"
    " probably"
    " expected plan intend hope aim try attempt propose consider suggest appear seem allegedly allege"
    " claim accuse suspect believe if unless only almost nearly about up by from to than before after until"
    " since more less over under against because due despite without former ex never sometimes some"
    " temporarily under to threaten decide ask call want".split()
) | frozenset(("reportedly", "reported", "partly", "part"))  # not with their stems: "reports" tells nothing
# Each line: words of a source, and those that may stand for them in a claim: no stronger ones. That the claim
# says the same of the same, other rules see to.
_GROUPS = """
not no never cannot nobody none neither without | not no never nobody none neither without
fail refuse decline unable cannot lack ban prohibit forbid illegal | not no never
unable cannot | unable cannot
ban prohibit forbid illegal | ban prohibit forbid illegal
expect likely probably | expect likely probably
set due slated poised | set slated poised expect likely probably
may might could possibly perhaps maybe possible potentially | may might could possibly perhaps maybe possible
plan intend aim | plan intend aim
buy purchase acquire | buy purchase acquire
hire employ recruit | hire employ recruit
succeed replace | succeed replace
build construct | build construct
"""
# Verbs for one another in the passive voice.
_VERBS = {
    stem(w): frozenset(map(stem, line.split()))
    for line in (
        "buy purchase acquire",
        "hire employ recruit",
        "succeed replace",
        "build construct",
        "beat defeat",
    )
    for w in line.split()
}


def _forms(words: str) -> frozenset[str]:
    return frozenset(words.split()) | frozenset(filter(None, map(stem, words.split())))


_LINES = [tuple(map(_forms, line.split("|"))) for line in _GROUPS.strip().splitlines()]
# What goes with telling it from the other end.
_ENDS = frozenset("from to by".split())
# What begins a phrase that may be left out as a whole.
_LEAD = frozenset("from by".split())
# What may stand elsewhere and mean the same.
_MOVABLE = frozenset(("sometimes",))
_PRONOUNS = frozenset("he she it they his her him them their its i we my our me us who".split())
_MODALS = frozenset("may can could would will shall should must".split())
_FREE_TO_COME = frozenset("to than up over about".split())
_SHORT = 2
# Words of a name after "by", at most.
_AGENT = 3
_SAME = {"might": "may", "could": "may", "nobody": "no", "none": "no", "almost": "nearly"}
_FREE_TO_GO = frozenset("to than up over about can some would will only more after before since".split())


def names_for_pronouns(claim: Parsed, source: Parsed) -> str:
    """Whom a nearly verbatim claim names where its source has "he" or "it"; empty where nobody."""
    if nearness(claim, source) < NEARLY_VERBATIM:
        return ""
    changes = _Compared.of(claim, source).changes
    return next((" ".join(w.text for w in come) for gone, come in changes if _stands_for(gone, come)), "")


def changed_words(claim: Parsed, source: Parsed) -> str:
    """What a nearly verbatim claim has changed in its source; empty where nothing, or it is no such claim.

    Names that it has for pronouns are no change: see `names_for_pronouns`.
    """
    if nearness(claim, source) < NEARLY_VERBATIM:
        return ""
    both = _Compared.of(claim, source)
    for gone, come in both.changes:
        if _stands_for(gone, come):
            continue
        if changed := both.put_in(gone, come) or both.left_out(gone, come):
            return f"it changes the article's words: {' '.join(w.text for w in changed)}"
    moved = sum(any(w.is_content and _key(w) in both.gone for w in come) for _, come in both.changes)
    turned = not (both.passive or both.ends or is_turned_otherwise(claim, source)) and (
        moved > 1 or _are_turned(claim, source)
    )
    return "it puts the article's words in another order" if turned else ""


@dataclasses.dataclass(frozen=True, slots=True)
class _Compared:
    """A claim laid beside its source: each change with what is `gone` there and has `come` for it.

    `gone` and `come` are the keys of all of these; `same` the places of amounts that both state, each in its
    way; `ends` the two words by which one tells it from the other end.
    """

    claim: Parsed
    source: Parsed
    changes: tuple[tuple[list[Word], list[Word]], ...]
    gone: frozenset[str]
    come: frozenset[str]
    same: tuple[frozenset[int], frozenset[int]]
    ends: frozenset[str]
    passive: bool

    @classmethod
    @functools.lru_cache(maxsize=4_096)
    def of(cls, claim: Parsed, source: Parsed) -> "_Compared":
        ours, theirs = _spoken(claim), _spoken(source)
        keys = [_key(w) for w in theirs], [_key(w) for w in ours]
        codes = difflib.SequenceMatcher(None, *keys, autojunk=False).get_opcodes()
        changes = [(theirs[a:b], ours[c:d]) for code, a, b, c, d in codes if code != "equal"]
        return cls(
            claim,
            source,
            tuple(changes),
            frozenset(_key(w) for gone, _ in changes for w in gone),
            frozenset(_key(w) for _, come in changes for w in come),
            same_amounts(claim, source),
            converse(claim, source),
            is_turned_passive(claim, source),
        )

    def put_in(self, gone: Sequence[Word], come: Sequence[Word]) -> list[Word]:
        """The words of a change that say what the source does not."""
        words = [w for w in come if _is_new(w, self.gone)]
        if not words and any(w.is_content and _key(w) in self.gone for w in gone):
            words = [w for w in come if not w.is_content and w.lower not in STOP_WORDS]
        if self.passive:
            words = [w for w in words if w.lower != "by" and _tells(w)]
        return [w for w in words if not self._is_told(w, self.claim, self.same[0], self.source)]

    def left_out(self, gone: Sequence[Word], come: Sequence[Word]) -> list[Word]:
        """The words of a change without which the source says something else."""
        # A longer part that is left out takes its own "may" and "not" with it.
        if sum(w.is_content for w in gone) > _SHORT:
            return []
        if gone and not come and gone[0].lower in _LEAD and gone[-1].is_content:
            return []
        if " ".join(w.lower for w in gone) == "as part of":
            return []
        words = [w for w in gone if _tells(w) and w.lower not in _FREE_TO_GO]
        words = [w for w in words if not (w.lower in _MOVABLE and _key(w) in self.come)]
        if self.passive:
            words = [w for w in words if w.lower != "by" and not (w.is_content and _key(w) in self.come)]
        return [w for w in words if not self._is_told(w, self.source, self.same[1], self.claim)]

    def _is_told(self, word: Word, own: Parsed, same: Set[int], other: Parsed) -> bool:
        """Whether the other side tells a word in its way."""
        if word.index in same or (self.ends and (_key(word) in self.ends or word.lower in _ENDS)):
            return True
        is_claimed = other is self.source
        if _is_another_form(word, own, other):
            return True
        changed = {w for gone, come in self.changes for w in (gone if is_claimed else come)}
        return _is_exchanged(word, own, changed, is_claimed=is_claimed)


def _stands_for(gone: Sequence[Word], come: Sequence[Word]) -> bool:
    """Whether a name has come for a pronoun, and nothing else."""
    is_named = bool(come) and all(w.text[0].isupper() and _is_no_starter(w) for w in come)
    said = [w for w in gone if w.is_content or _tells(w) or w.lower in _PRONOUNS]
    return is_named and bool(said) and all(w.lower in _PRONOUNS and not _is_acronym(w) for w in said)


def _is_acronym(word: Word) -> bool:
    return len(word.text) > 1 and word.text.isupper()


def _is_no_starter(word: Word) -> bool:
    return word.is_content and word.lower not in STARTERS


def _is_another_form(word: Word, own: Parsed, other: Parsed) -> bool:
    """Whether a word is of a name that the other side has in another form: "U.S." and "United States".

    A capital is no form of its country.
    """
    if not word.text[0].isupper():
        return False
    known = frozenset(part for name in names(other) if not _has_capital(name) for part in name.parts)
    return any(
        word in name.words
        and name.parts <= known
        and not _has_capital(name)
        and other.lowers.isdisjoint(w.lower for w in name.words)
        for name in names(own)
    )


def _has_capital(name: Name) -> bool:
    return any(country_of(word.lower) for word in name.words)


def _is_exchanged(word: Word, own: Parsed, others: Set[Word], *, is_claimed: bool) -> bool:
    """Whether a word stands for one of the other side's: "did not" for "failed to"."""
    asked = [word]
    if word.lower in _MODALS:  # "may not" for "is banned", "will probably" for "is expected"
        asked = [*own.words[max(word.index - 1, 0) : word.index + 2]]
    ours, theirs = (_told(asked), _told(others)) if is_claimed else (_told(others), _told(asked))
    return any(not (said.isdisjoint(theirs) or may_be.isdisjoint(ours)) for said, may_be in _LINES)


def _told(words: Iterable[Word]) -> frozenset[str]:
    """The forms by which words are known, "n't" among them."""
    forms = (form for w in words for form in (w.lower, w.stem, "not" if w.lower.endswith("n't") else ""))
    return frozenset(filter(None, forms))


def is_turned_passive(one: Parsed, other: Parsed) -> bool:
    """Whether one of two sentences says in the passive voice what somebody does in the other."""
    return _is_passive_of(one, other, _is_same) or _is_passive_of(other, one, _is_same)


def is_turned_otherwise(one: Parsed, other: Parsed) -> bool:
    """The same with another verb: "was acquired by Google" of "Google bought"."""
    return _is_passive_of(one, other, _are_akin) or _is_passive_of(other, one, _are_akin)


def _is_same(verb: Word, other: Word) -> bool:
    return verb.stem == other.stem


def _are_akin(verb: Word, other: Word) -> bool:
    return verb.stem != other.stem and other.stem in _VERBS.get(verb.stem, ())


def _is_passive_of(one: Parsed, other: Parsed, match: Callable[[Word, Word], bool]) -> bool:
    """Whether one says "was blamed by Smith" of the other's "Smith blamed".

    Lenient, for it speaks for a claim: "was followed into the house by Smith" is one, too.
    """
    for word in one.words[1:]:
        verb = one.words[word.index - 1]
        agents = [w.stem for w in one.words[word.index + 1 :] if w.is_content][:_AGENT]
        if word.lower != "by" or not verb.is_content or not agents:
            continue
        for there in other.content:
            after = other.words[there.index + 1 : there.index + 2]
            before = {w.stem for w in other.content if w.index < there.index}
            if match(verb, there) and not (after and after[0].lower == "by"):
                return not before.isdisjoint(agents)
    return False


def _is_new(word: Word, known: Set[str]) -> bool:
    if word.is_content and _key(word) in known:
        return False
    if _tells(word):
        return word.lower not in _FREE_TO_COME
    return word.is_content


def _are_turned(claim: Parsed, source: Parsed) -> bool:
    """Whether names stand in another order than in the source: who did it to whom."""
    ours, theirs = (
        [name for place, name in capitals(p).items() if not calendar_words(p.words[place].text)]
        for p in (claim, source)
    )
    shared = [name for name in dict.fromkeys(ours) if name in theirs]
    return shared != sorted(shared, key=theirs.index)


@functools.lru_cache(maxsize=4_096)
def nearness(claim: Parsed, source: Parsed) -> float:
    """The share of the claim's words that carry meaning that its source has too."""
    words = claim.content
    share = sum(w.stem in source.stems for w in words) / len(words) if words else 0.0
    if share < NEARLY_VERBATIM:
        return share
    ours, theirs = [_key(w) for w in _spoken(claim)], [_key(w) for w in _spoken(source)]
    matcher = difflib.SequenceMatcher(None, theirs, ours, autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks()) / len(ours)
    return share if kept >= _IN_ORDER or share >= _SAME_WORDS else min(share, NEARLY_VERBATIM - 0.01)


def _spoken(parsed: Parsed) -> list[Word]:
    return [w for w in parsed.words if w.is_word or w.text in "%$\u20ac\u00a3"]


def _key(word: Word) -> str:
    # A capital speaks for its country, but is not it.
    is_alias = word.text[0].isupper() and alias(word.lower) and not country_of(word.lower)
    named = normal(word) if is_alias else ""
    return _SAME.get(word.lower) or named or word.stem or word.lower


def _tells(word: Word) -> bool:
    return is_negator(word) or (word.stem or word.lower) in _TELLING or word.lower in _TELLING
