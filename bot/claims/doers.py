"""Who does what to whom: one who does in a claim what another does in its sources."""

import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from bot.claims.aliases import alias
from bot.claims.proper import capitals
from bot.claims.text import Parsed, Word
from bot.claims.verbs import is_past
from index.words import calendar_words

# Words between a verb and the name that it is done to, at most.
_FAR = 6
# Between a name and what it does or is, and before a name, where a preposition may be.
_NEAR = 9
_BEFORE = 6
# Letters by which two forms of a word are known: "testify", "testimony".
_AKIN_LETTERS = 5
_PRONOUNS = frozenset("he she they i we you".split())
_PASSIVE = frozenset("is are was were be been being".split())
# Words after "by" that name who does it, at most.
_AGENT_WORDS = 4
_WINNING = frozenset(("won", "win", "wins", "beat", "beats", "defea"))
_LISTING = frozenset(", and or &".split())
_BREAKS = frozenset(", ; : and but while whereas".split())
_PREPOSITIONS = frozenset(
    "in at from of for near on to with by against over between than under into like as about unlike".split()
)
_COUNTS = frozenset("one two three four five six seven eight nine ten first second third million".split())
_PERSON = re.compile(r"(?:[eo]r|man|men|ist)$")
# "By its owner Smith".
_AGENTS = frozenset("its his her their a an former then chief".split())
_LIKE_ADJECTIVE = re.compile(r"(?:ile|ous|ive|ful|ish|ent|ant|er|al|ic)$")


def swapped_subjects(claim: Parsed, sources: Sequence[Parsed]) -> str:
    """Why one does in the claim what another does in the sources; empty where nothing shows it."""
    ours, here = _subjects(claim), set(capitals(claim).values())
    for source in sources:
        there, theirs = set(capitals(source).values()), _subjects(source)
        swapped = [
            (name, other)
            for word, name in ours.items()
            if (other := theirs.get(word, name)) != name
            and other in here
            and name in there
            and not (are_listed(claim, name, other) or are_listed(source, name, other))
        ]
        # A country or party stands beside many words that are not its own: one alone tells nothing.
        if len(swapped) > 1 or any(not (alias(name) or alias(other)) for name, other in swapped):
            return f"{swapped[0][0]} and {swapped[0][1]} have changed places"
    return ""


def other_object(claim: Parsed, sources: Sequence[Parsed]) -> str:
    """Why something is done in the claim to one, and in the sources to another; empty where not."""
    here = set(capitals(claim).values())
    for verb, name in _objects(claim).items():
        others = [(source, _objects(source)[verb]) for source in sources if verb in _objects(source)]
        if any(name in capitals(source).values() or other in here for source, other in others):
            continue
        if others:
            return f"{others[0][1]} stands in the place of {name}"
    return ""


def other_agent(claim: Parsed, sources: Sequence[Parsed]) -> str:
    """Why the claim has done by one, in the passive voice, what another does in a source; empty where not."""
    for done, patients, agents in _passives(claim):
        for source in sources:
            if any(word.lower == "by" for word in source.words):
                continue
            named = capitals(source)
            for verb in source.content:
                if verb.index in named or not is_past(verb.lower) or done in source.stems - {verb.stem}:
                    continue
                before = {name for place, name in named.items() if place < verb.index}
                after = {name for place, name in named.items() if place > verb.index}
                if before & patients and after & agents and not (before & agents or after & patients):
                    return f"{min(patients)} and {min(agents)} have changed places"
    return ""


def _passives(parsed: Parsed) -> Iterator[tuple[str, set[str], set[str]]]:
    """Each verb in the passive voice, with the names before it and those after the "by" that follows.

    Strict, for it speaks against a claim; what speaks for one (in `wording`) takes any word before "by".
    """
    named = capitals(parsed)
    for by in parsed.words:
        verb = parsed.words[by.index - 1] if by.index else by
        before = {w.lower for w in parsed.words[max(verb.index - 2, 0) : verb.index]}
        if by.lower == "by" and is_past(verb.lower) and not before.isdisjoint(_PASSIVE):
            agents = {n for place, n in named.items() if by.index < place <= by.index + _AGENT_WORDS}
            yield verb.stem, {n for place, n in named.items() if place < verb.index}, agents


def other_winner(claim: Parsed, sources: Sequence[Parsed]) -> str:
    """Why another wins in the claim than in a source; empty where not."""
    ours = [name for word, name in _subjects(claim).items() if word in _WINNING]
    for source in sources:
        theirs = [name for word, name in _subjects(source).items() if word in _WINNING]
        known = set(capitals(source).values())
        if len(ours) != 1 or len(theirs) != 1 or ours == theirs or ours[0] not in known:
            continue
        if theirs[0] not in capitals(claim).values():
            return f"{theirs[0]} wins in the place of {ours[0]}"
    return ""


@functools.lru_cache(maxsize=4_096)
def _objects(parsed: Parsed) -> Mapping[str, str]:
    """The past forms in a sentence that a name follows in the same clause, each with that name."""
    found: dict[str, str] = {}
    named = capitals(parsed)
    for verb in parsed.words:
        if not (verb.is_content and is_past(verb.lower) and verb.index not in named):
            continue
        for word in parsed.words[verb.index + 1 : verb.index + _FAR]:
            if word.lower in _PREPOSITIONS or (word.lower in _BREAKS and word.text != ","):
                break
            if word.index in named and not calendar_words(word.text):
                found.setdefault(verb.stem, named[word.index])
                break
    return found


def are_listed(parsed: Parsed, one: str, other: str) -> bool:
    """Whether two names stand in a list ("France and Germany"), whose order says nothing."""
    named = capitals(parsed)
    places = sorted((place, name) for place, name in named.items() if name in (one, other))
    return any(
        first != second and all(w.lower in _LISTING for w in parsed.words[start + 1 : end])
        for (start, first), (end, second) in itertools.pairwise(places)
    )


@functools.lru_cache(maxsize=4_096)
def _subjects(parsed: Parsed) -> Mapping[str, str]:
    """The words of a sentence that stand near after a name in its clause, each with that name."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    passive: set[str] = set()
    subject: Word | None = None
    named = capitals(parsed)
    for word in parsed.words:
        if word.index in named:
            if subject and _is_agent(word, parsed):  # "was asked by Smith"
                done = any(w.lower in _PASSIVE for w in parsed.words[subject.index : word.index])
                for key, name in found.items():
                    if name == named[subject.index] and (key in passive or not done):
                        found[key] = named[word.index]
            subject = word if _may_be_subject(word, parsed) else None
        elif word.lower in _PRONOUNS or (
            word.lower in _BREAKS and subject and not _is_relative(word, parsed)
        ):
            subject = None
        elif subject and word.index - subject.index <= _NEAR and _is_telling(word, parsed):
            key = word.lower if _PERSON.search(word.lower) else word.lower[:_AKIN_LETTERS]
            twice.update({key} & found.keys())
            found[key] = named[subject.index]
            if parsed.words[word.index - 1].lower in _PASSIVE:
                passive.add(key)
    return {word: name for word, name in found.items() if word not in twice}


def _is_agent(name: Word, parsed: Parsed) -> bool:
    """Whether a name is the one by whom something was done: "by the Basel Institute"."""
    before = itertools.takewhile(
        lambda w: w.lower == "the" or w.lower in _AGENTS or w.text[0].isupper(),
        parsed.words[: name.index][::-1],
    )
    place = name.index - len(list(before)) - 1
    return place >= 0 and parsed.words[place].lower == "by"


def _may_be_subject(name: Word, parsed: Parsed) -> bool:
    """Whether a name is neither a place or time ("in Rome") nor a part of another word's ("a Ford car")."""
    if calendar_words(name.text):
        return False
    before = parsed.words[max(name.index - _BEFORE, 0) : name.index][::-1]
    if before and before[0].lower in ("a", "an", "-"):
        return False
    after = [w.lower for w in parsed.words[name.index + 1 : name.index + 3]]
    if after == [",", "who"]:
        return True
    for word in before:
        if word.lower in _PREPOSITIONS:
            return False
        if not (word.text[0].isupper() or word.lower in ("the", ".") or _LIKE_ADJECTIVE.search(word.lower)):
            break
    return True


def _is_relative(word: Word, parsed: Parsed) -> bool:
    """Whether a comma only introduces what is said of a name: "Smith, who ..."."""
    after = parsed.words[word.index + 1 : word.index + 2]
    return bool(after) and after[0].lower == "who"


def _is_telling(word: Word, parsed: Parsed) -> bool:
    if word.text.isdecimal():
        return len(word.text) == len("1999")
    after = parsed.words[word.index + 1 : word.index + 2]
    if word.lower in _COUNTS:
        return False
    return word.is_content and word.text.islower() and not (after and after[0].lower == "of")
