"""Names of a claim that stand in the sources, but for somebody of whom something else is said."""

from collections.abc import Callable, Sequence

from bot.claims.aliases import alias
from bot.claims.amounts import amounts
from bot.claims.proper import Name, names
from bot.claims.text import Parsed, Word

# Whether a sentence names a name.
Has = Callable[[Parsed, Name], bool]
_PERSONS = frozenset("he she his her him hers they their them theirs i me my we us our it its".split())
_SUBJECTS = frozenset("he she they i we it".split())
# Words of a claim's clause that a sentence must share to be what the clause is about.
_ABOUT = 2
# Words that a second sentence must bring to be part of what is said.
_ADDED = 2
_PRONOUNS = frozenset("he she his her him they their i we my our".split())
# How far a sentence's subject may stand from its start, in words.
_FRONT = 4


def borrowed_name(claim: Parsed, sources: Sequence[Parsed], named: Sequence[Name], has: Has) -> str:
    """Why the sources say of somebody else what the claim says of a name; empty where they do not.

    `named` are the names of the claim; `has` tells whether a sentence names one, in whatever form.
    """
    found = (rule(claim, sources, named, has) for rule in (_other_subject, _other_amount, _elsewhere))
    other = next(filter(None, found), None)
    return f"the name {other.text} is not the one in the sources" if other else ""


def _other_subject(claim: Parsed, sources: Sequence[Parsed], named: Sequence[Name], has: Has) -> Name | None:
    """The name that a clause begins with, where the sentence nearest to the clause begins with another."""
    for clause in claim.clauses:
        subject = _subject(clause, named)
        if subject is None or _is_country(subject):
            continue
        said = {w.stem for w in clause if w.is_content and w not in subject.words}
        nearest = max(sources, key=lambda source: len(said & source.stems))
        shared = len(said & nearest.stems)
        if shared < _ABOUT or any(has(s, subject) and len(said & s.stems) >= shared for s in sources):
            continue
        if _has_other_subject(nearest, subject, claim, has):
            return subject
    return None


def _subject(clause: Sequence[Word], named: Sequence[Name]) -> Name | None:
    """The name at the start of a clause."""
    opening = [word for word in clause if word.is_word][:_FRONT]
    return next((name for name in named if name.words[0] in opening), None)


def _has_other_subject(source: Parsed, subject: Name, claim: Parsed, has: Has) -> bool:
    """Whether a sentence is about a name that the claim leaves out, and not about the subject."""
    found = names(source)
    first = next((name for name in found if name.words[0].index <= _FRONT), None)
    if first is None or has(source, subject) or _is_country(first) or has(claim, first):
        return False
    before = source.words[: first.words[0].index]
    return _SUBJECTS.isdisjoint(word.lower for word in before)


def _other_amount(claim: Parsed, sources: Sequence[Parsed], named: Sequence[Name], has: Has) -> Name | None:
    """The name beside an amount, where the sentence with the amount has another of the claim's names."""
    for amount in amounts(claim):
        owner = _owner(amount.words[0], named)
        if owner is None or _is_country(owner):
            continue
        holding = [s for s in sources if any(a.value == amount.value for a in amounts(s))]
        others = [name for name in named if name.parts.isdisjoint(owner.parts) and not _is_country(name)]
        if holding and all(_is_of_another(source, owner, others, has) for source in holding):
            return owner
    return None


def _owner(word: Word, named: Sequence[Name]) -> Name | None:
    """The last name before a word in its clause."""
    before = [n for n in named if n.words[0].clause == word.clause and n.words[-1].index < word.index]
    return before[-1] if before else None


def _is_of_another(source: Parsed, owner: Name, others: Sequence[Name], has: Has) -> bool:
    if has(source, owner) or not _PERSONS.isdisjoint(source.lowers):
        return False
    return any(has(source, other) for other in others)


def _elsewhere(claim: Parsed, sources: Sequence[Parsed], named: Sequence[Name], has: Has) -> Name | None:
    """A name that the nearest sentence lacks, where it has another in its place and no other adds to it."""
    inside = {w.index for name in named for w in name.words}
    said = {w.stem for w in claim.words if w.is_content and w.index not in inside}
    nearest = max(sources, key=lambda source: len(said & source.stems))
    rivals = [n for n in names(nearest) if not _is_country(n) and not has(claim, n)]
    if len(said & nearest.stems) < _ABOUT or not rivals or not _PRONOUNS.isdisjoint(nearest.lowers):
        return None
    for name in named:
        where = [source for source in sources if has(source, name)]
        adds = any(len((said & source.stems) - nearest.stems) >= _ADDED for source in where)
        if nearest not in where and not adds and not _is_country(name):
            return name
    return None


def _is_country(name: Name) -> bool:
    return bool(alias("_".join(word.lower for word in name.words)))
