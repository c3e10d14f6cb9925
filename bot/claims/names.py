"""Whether the names of a claim stand in its sources."""

import functools
import itertools
import re
from collections.abc import Sequence

from bot.claims.aliases import alias, are_one_first_name, country_of, office_of
from bot.claims.proper import LINKS, Name, capitals, names, normal
from bot.claims.swaps import borrowed_name
from bot.claims.text import Parsed, Word, stem

_PRONOUNS = frozenset("he she his her him they their them i me my we us our it its himself herself".split())
# "Bavaria" is known from "Bavarian", "Congress" from "congressman"; short words have too many kin.
_DERIVED = ("ian", "an", "ish", "ese", "man", "woman", "men", "women", "ional")
_SHORT = 4
_INITIALS = 3
_PLACED = frozenset("in at near outside around across to toward towards inside reached left".split())
# What a government does, and no town.
_ACTING = frozenset(
    "said says accused accuses denied denies warned warns agreed wants plans hopes sent recalled imposed"
    " rejected rejects announced urged condemned condemns insists insisted refused vowed threatened offered"
    " pledged demanded demands".split()
)
_PLURAL = re.compile(r"(?<=[A-Z])['\u2019]?s$")
_SUFFIXES = re.compile(r"\s*\b(?:Jr|Sr)\.?$")
_SPELLINGS = (
    (re.compile(r"(?<=[bt])re$"), "er"),
    (re.compile(r"our$"), "or"),
    (re.compile(r"is(?=ation$|ed$|ing$|e$)"), "iz"),
    (re.compile(r"ence$"), "ense"),
)


def missing_name(claim: Parsed, sources: Sequence[Parsed], around: Sequence[Parsed]) -> str:
    """Why a name of the claim is not that of the sources; empty where all are.

    A name in what is `around` will do where the sources speak of "him" or "them".
    """
    texts = (*sources, *around)
    named = names(claim, common=_common(texts))
    known = _known(tuple(sources)) | _known(tuple(around))
    anaphoric = _points_back(sources[0], claim)
    for name in named:
        if _is_missing(name, claim, texts, known):
            return f"the name {name.text} is not in the sources"
        if not (anaphoric or _is_country(name) or any(_is_in(source, name) for source in sources)):
            return f"the name {name.text} is only around the sources"
    return borrowed_name(claim, sources, named, _is_in)


def _points_back(source: Parsed, claim: Parsed) -> bool:
    """Whether a sentence has a pronoun that may mean somebody else than its own first name.

    It means that name, mostly, where the claim leaves it out.
    """
    named = capitals(source)
    first = min(named, default=len(source.words))
    if any(w.lower in _PRONOUNS for w in source.words[:first]):
        return True
    others = set(named.values()) & set(capitals(claim).values())
    return bool(others) and not _PRONOUNS.isdisjoint(source.lowers)


def _is_missing(name: Name, claim: Parsed, texts: Sequence[Parsed], known: frozenset[str]) -> bool:
    paired = {w.lower for pair in itertools.pairwise(name.words) if _joint(pair) in known for w in pair}
    missing = [part for part in name.parts - paired if not _is_known(part, known)]
    if _is_place(name, claim):
        return not any(name.words[0].lower in text.lowers for text in texts)
    missing = [part for part in missing if not _is_short_form(part, name, texts)]
    return bool(missing) and not (_is_acronym(name, texts) or _is_otherwise_known(name, missing, known))


def _is_in(text: Parsed, name: Name) -> bool:
    """Whether a sentence names a name by one of its words, its initials or another form."""
    known = _known((text,))
    return (
        any(_is_known(part, known) for part in name.parts)
        or _is_acronym(name, (text,))
        or _is_otherwise_known(name, (), known)
        or any(_is_short_form(part, name, (text,)) for part in name.parts)
    )


def _is_country(name: Name) -> bool:
    whole = "_".join(word.lower for word in name.words)
    return bool(alias(whole) or country_of(whole))


def _is_place(name: Name, claim: Parsed) -> bool:
    """Whether a capital is told as a place ("in Paris"), not for its government."""
    first = name.words[0]
    before = claim.words[first.index - 1].lower if first.index else ""
    return len(name.words) == 1 and bool(country_of(first.lower)) and before in _PLACED


def _is_otherwise_known(name: Name, missing: Sequence[str], known: frozenset[str]) -> bool:
    """Whether what is missing is a capital for its country, an office for its holder, or a short form."""
    whole = "_".join(w.lower for w in name.words)
    if whole in known:
        return True
    if country_of(whole):
        return country_of(whole) in known
    return (
        len(name.words) > 1
        and bool(missing)
        and all(any(are_one_first_name(part, other) for other in known) for part in missing)
    )


@functools.lru_cache(maxsize=512)
def _common(texts: tuple[Parsed, ...]) -> frozenset[str]:
    lower = [w for p in texts for w in p.words if w.text[0].islower()]
    return frozenset(x for w in lower for x in (w.lower, w.stem) if x)


@functools.lru_cache(maxsize=512)
def _known(texts: tuple[Parsed, ...]) -> frozenset[str]:
    single = {normal(w) for p in texts for w in p.words if w.is_word}
    pairs = [f"{a.lower}_{b.lower}" for p in texts for a, b in itertools.pairwise(p.words)]
    seats = (country_of(w.lower) for p in texts for w in p.words if _acts(w, p))
    return frozenset(single.union(filter(None, (*map(alias, pairs), *map(office_of, pairs), *seats))))


def _joint(pair: tuple[Word, Word]) -> str:
    """The one form of what two words name together, "United Nations"; empty, as no word is, for others."""
    return alias("_".join(word.lower for word in pair))


def _acts(word: Word, parsed: Parsed) -> bool:
    """Whether a word that may be a capital does something, so that it speaks for its country."""
    beside = parsed.words[max(word.index - 1, 0) : word.index + 2]
    before, after = beside[0] if word.index else None, beside[-1]
    alone = before is None or not (before.text[0].isupper() or before.lower in _PLACED)
    return alone and word.text[0].isupper() and after.lower in _ACTING


def _is_known(part: str, known: frozenset[str]) -> bool:
    if not known.isdisjoint((part, part.rstrip("s"), f"{part}s", _respelt(part))):
        return True
    if len(part) > _SHORT and any(f"{part[:-1]}{end}" in known or part + end in known for end in _DERIVED):
        return True
    found = stem(part)
    return bool(found) and any(stem(word) == found for word in known if word[:2] == part[:2])


def _respelt(word: str) -> str:
    """A British spelling in American, an American one in British: "centre" and "center"."""
    for british, american in _SPELLINGS:
        if british.search(word):
            return british.sub(american, word)
    return re.sub(r"(?<=[bt])er$", "re", word) if word.endswith("er") else re.sub(r"or$", "our", word)


def _is_acronym(name: Name, texts: Sequence[Parsed]) -> bool:
    """Whether the name is the initials of words of the texts, or the other way round."""
    letters = _SUFFIXES.sub("", name.text).replace(".", "").replace(" ", "")
    letters = _PLURAL.sub("", letters)
    if letters.isupper() and 2 <= len(letters) <= 6:
        return any(_has_initials(p, letters) for p in texts)
    whole = "".join(w.text[0].upper() for w in name.words if w.is_word)
    short = "".join(w.text[0] for w in name.words if w.text[0].isupper())
    written = {w.text.replace(".", "") for p in texts for w in p.words if w.is_word}
    return len(short) >= 2 and not written.isdisjoint((whole, short))


def _is_short_form(part: str, name: Name, texts: Sequence[Parsed]) -> bool:
    """Whether a part of a name is the initials of words in lower case: "SUVs" of sport utility vehicles."""
    written = next((word.text.removesuffix("s") for word in name.words if word.lower == part), "")
    if not (written.isupper() and len(written) >= _INITIALS and part.endswith("s")):
        return False
    return any(
        written in "".join(w.text[0].upper() if w.is_content else " " for w in text.words) for text in texts
    )


def _has_initials(parsed: Parsed, letters: str) -> bool:
    capitals = [w for w in parsed.words if w.is_word and w.lower not in LINKS]
    initials = "".join(w.text[0] if w.text[0].isupper() else " " for w in capitals)
    return letters in initials
