"""Whether a claim denies what its sources say, or says what they deny."""

import functools
import itertools
import re
from collections.abc import Sequence

from bot.claims.opposites import opposite
from bot.claims.scopes import NEGATIVE_PREFIX, denial_dropped, denials, denied_anew
from bot.claims.text import Parsed, Word, stem

_Clause = tuple[Word, ...]

_NEGATORS = frozenset(
    "not no never nobody none nothing neither nor nowhere cannot without unable n't".split()
)
_NOT_DENYING = frozenset("only just fewer less more later sooner doubt matter but wonder".split())
# Words that deny by what they mean: beside a "not" they make a claim positive again.
_DENYING = """
deny refuse fail reject decline unlikely lack avoid prevent refute dismiss unwilling impossible cease
absent ban prohibit forbid block bar skip miss lose cancel abandon quit halt exclude doubt
dispute contest oppose disagree omit unclear unknown withdraw scrap discontinue
"""
# And words that a denial may stand for: "no change" is "remain", "no longer" is "used to".
_AKIN = """
only remain continue yet until unless except besides instead rather hardly scarcely barely
rarely seldom little few less unchanged steady same maximum sweep free empty optional voluntary
however although though despite former formerly beyond alone out away wrong naked dark darkness
different separate unrelated independent opposite contrary reverse none zero against illegal unlawful
shortage scarce scarcity short earliest withhold conceal hide ignore
"""
# But not right beside words that both sides have: "sold out", "the remaining games".
_NO_DENIAL_HERE = frozenset(
    "remaining out away same sweep doubt doubts although though despite however".split()
)
# "Never before" is "the first", "nobody is taller" is "the tallest".
_UNIQUE = frozenset("only first last most least maximum record unique unprecedented unrivaled".split())
_COMPARES = frozenset("no nobody none nothing never neither nor".split())
_PERFECT = frozenset("has have had".split())
# "The last years" are no last ones.
_SPANS = ("year", "month", "week", "day", "night", "season", "decade")
_SUPERLATIVE = re.compile(r"\w{2,}est$")
_NOT_SUPERLATIVE = frozenset(
    "west east rest test request protest interest arrest forest guest harvest honest invest"
    " suggest contest conquest quest chest nest southwest northwest southeast northeast midwest"
    " latest".split()
)
_PREFIXED = re.compile(
    r"un(?!it|ion|ive|der|til|less|ique|iform|veil|fold|cover|leash)[a-z]{5,}$|[a-z]{3,}less(?:ly)?$"
    r"|in(?:definite|accurate|active|adequate|complete|correct|eligible|effective|formal|visible|valid"
    r"|dependent|sufficient|capable|frequent|credible)\w*$"
)
_SAME_CLAUSE = 0.5
# So much of a claim must be what another sentence than its source denies.
_SHARE_OF_CLAIM = 0.34
# So many shared words tell that a clause is about what is denied.
_TELLING = 2
# Letters by which two forms of a word are known: "testify", "testimony".
_AKIN_LETTERS = 4


def contradiction(claim: Parsed, sources: Sequence[Parsed], further: Sequence[Parsed] = ()) -> str:
    """Why the claim says the opposite of its sources; empty where nothing shows it.

    A denial of the claim may also stand in `further` sentences.
    """
    texts = tuple(dict.fromkeys((*sources, *further)))
    word = next(filter(None, (opposite(claim, source, is_denied) for source in texts)), "")
    if word:
        return f"the sources say the opposite of {word}"
    # "Never repaid it before June": what exactly is denied cannot be told, which denied_anew must know.
    limited = {denial.word for denial in denials(claim) if denial.limited}
    if any(
        (_is_over(clause) or not limited.isdisjoint(clause)) and not _is_denied_too(clause, claim, texts)
        for clause in denied(claim)
    ):
        return "the sources do not deny it"
    if word := denied_anew(claim, texts, _may_deny, _is_lone_unique):
        return f"the sources do not deny it: {word}"
    word = next(filter(None, (_left_out(source, claim) for source in texts)), "")
    word = word or denial_dropped(claim, texts, _may_deny)
    return f"the sources deny it: {word}" if word else ""


def denies_alone(claim: Parsed, sources: Sequence[Parsed]) -> bool:
    """Whether a claim denies something where its sources deny nothing in so many words.

    They may say the same without a denial ("stay" for "not leave"): it makes the claim no more than doubtful.
    """
    return any(not _is_denied_too(clause, claim, sources) for clause in denied(claim))


def _is_over(clause: _Clause) -> bool:
    """Whether a clause says that something is "no longer" so."""
    return any(one.lower == "no" and other.lower == "longer" for one, other in itertools.pairwise(clause))


def _may_deny(word: Word, both: frozenset[str]) -> bool:
    """Whether a word may stand for a denial, and is not one of those that both sides have."""
    if word.stem in both or word.lower in _NO_DENIAL_HERE:
        return False
    return is_negator(word) or _is_akin(word) or bool(_PREFIXED.match(word.lower)) or _is_lone_unique(word)


def denied_by(claim: Parsed, rivals: Sequence[Parsed]) -> str:
    """Why sentences that are nearest to a claim deny it; empty where they do not."""
    word = denial_dropped(claim, rivals, _may_deny, least=_SHARE_OF_CLAIM)
    if word:
        return f"the sources deny it: {word}"
    word = next(filter(None, (opposite(claim, r, is_denied, stark=True) for r in rivals)), "")
    return f"the sources say the opposite of {word}" if word else ""


def is_denied(word: Word, parsed: Parsed) -> bool:
    """Whether a word stands in a clause that is denied."""
    return any(word in clause for clause in denied(parsed))


@functools.lru_cache(maxsize=4_096)
def denied(parsed: Parsed) -> tuple[_Clause, ...]:
    """The clauses that a "not" or its like denies, but for those that deny a denial."""
    return tuple(
        clause
        for clause in parsed.clauses
        if any(_is_strict(w, parsed) for w in clause)
        and sum(_is_strict(w, parsed) or w.stem in _DENYING_STEMS for w in clause) % 2
    )


def is_negator(word: Word) -> bool:
    """Whether a word denies, by itself or by what it means."""
    return word.lower in _NEGATORS or word.lower.endswith("n't") or word.stem in _DENYING_STEMS


def _is_denied_too(clause: _Clause, claim: Parsed, sources: Sequence[Parsed]) -> bool:
    """Whether the sentence that is most about what the claim denies, denies something as well."""
    said = _stems(clause)
    compares = any(map(_compares, itertools.pairwise((*clause, clause[-1]))))
    denying, plain = [(-1, 0)], [(0, 0)]
    for source in sources:
        openly = bool(denials(source)) or any(
            _denies(w, source, claim) or (compares and _is_unique(w, source)) for w in source.words
        )
        akin = openly or _denies_akin(said, source) or opposite(claim, source, _ignored)
        stems = _stems(source.words)
        (denying if akin else plain).append((_shared(said, stems), _shared(claim.stems, stems)))
    best = max(plain)
    is_clear = best[0] and best[1] >= _TELLING
    return max(denying) >= (best if is_clear else (0, 0))


def _ignored(word: Word, parsed: Parsed) -> bool:
    return False


def _denies_akin(said: frozenset[str], source: Parsed) -> bool:
    """Whether the clause nearest to what is said has a word that a denial may stand for."""
    near = [(_shared(said, _stems(part)), part) for part in source.clauses]
    most = max((shared for shared, _ in near), default=0)
    return any(_is_akin(w) for shared, part in near if shared == most for w in part)


def _compares(pair: tuple[Word, Word]) -> bool:
    """Whether a denial may stand for "the first" or "the tallest"."""
    word, after = pair
    if word.lower in _COMPARES:
        return after.lower not in ("longer", "about")
    return (word.lower in _PERFECT and after.lower == "not") or (
        word.lower == "not" and after.lower in ("since", "seen")
    )


def _left_out(source: Parsed, claim: Parsed) -> str:
    """The "not" of a clause that the claim repeats without any denial; empty where there is none."""
    for clause in denied(source):
        stems = _stems(clause)
        if not stems or len(stems & claim.stems) / len(stems) < _SAME_CLAUSE:
            continue
        if not any(_denies(w, claim, source) or _is_unique(w, claim) or _is_akin(w) for w in claim.words):
            return next(w.text for w in clause if _is_strict(w, source))
    return ""


def _stems(clause: _Clause) -> frozenset[str]:
    return frozenset(w.stem for w in clause if w.is_content and not is_negator(w))


def _shared(said: frozenset[str], other: frozenset[str]) -> int:
    short = {word[:_AKIN_LETTERS] for word in other}
    return sum(word[:_AKIN_LETTERS] in short for word in said)


def _is_strict(word: Word, parsed: Parsed) -> bool:
    if word.lower not in _NEGATORS and not word.lower.endswith("n't"):
        return False
    after = parsed.words[word.index + 1] if word.index + 1 < len(parsed.words) else None
    if word.lower == "nowhere" and word.index and parsed.words[word.index - 1].lower == "of":
        return False
    return not (after and (after.lower in _NOT_DENYING or (after.text == "." and word.text == "No")))


def _denies(word: Word, parsed: Parsed, other: Parsed) -> bool:
    """Whether a word of a sentence says that something is not so, as the other sentence may put it."""
    return _is_strict(word, parsed) or _is_prefixed(word, other)


def _is_akin(word: Word) -> bool:
    return (word.stem or word.lower) in _AKIN_STEMS or word.stem in _DENYING_STEMS


def _is_unique(word: Word, parsed: Parsed) -> bool:
    after = parsed.words[word.index + 1].lower if word.index + 1 < len(parsed.words) else ""
    if word.lower in _UNIQUE:
        return not after.startswith(_SPANS)
    return word.lower not in _NOT_SUPERLATIVE and bool(_SUPERLATIVE.match(word.lower))


def _is_lone_unique(word: Word) -> bool:
    """Whether a word says "the first" or "the tallest", whatever follows."""
    if word.lower in _UNIQUE:
        return word.lower not in ("last", "most")
    return word.lower not in _NOT_SUPERLATIVE and bool(_SUPERLATIVE.match(word.lower))


def _is_prefixed(word: Word, other: Parsed) -> bool:
    if _PREFIXED.match(word.lower):
        return True
    found = NEGATIVE_PREFIX.match(word.lower)
    return found is not None and stem(found["rest"]) in other.stems


_DENYING_STEMS = frozenset(stem(word) for word in _DENYING.split())
_AKIN_STEMS = frozenset(stem(word) or word for word in _AKIN.split())
