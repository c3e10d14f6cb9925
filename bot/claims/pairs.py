"""What belongs to whom: two names or things that change places between a source and a claim."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from bot.claims.amounts import amounts
from bot.claims.doers import are_listed, other_agent, other_object, other_winner, swapped_subjects
from bot.claims.proper import capitals, names, normal
from bot.claims.text import Parsed, Word
from index.words import calendar_words

# Words between an amount and what it belongs to, at most.
_FAR = 6


def swapped_pair(claim: Parsed, sources: Sequence[Parsed]) -> str:
    """Why two things of the claim have each other's amount or part; empty where none have."""
    if reason := (
        swapped_subjects(claim, sources)
        or other_object(claim, sources)
        or other_agent(claim, sources)
        or other_winner(claim, sources)
    ):
        return reason
    if dated := _swapped_years(claim, sources):
        return f"{' and '.join(dated)} have changed places"
    ours = _anchors([claim])
    theirs = _anchors(sources)
    values = [v for v in ours if v in theirs and v.startswith("#")]
    named = set(capitals(claim).values())
    subjects = [s for s in ours if s in theirs and not s.startswith("#")]
    for one, other in itertools.combinations(values, 2):
        for first, second in itertools.combinations(subjects, 2):
            if (first in named) != (second in named) or _are_one_thing(claim, first, second):
                continue
            far = _FAR if first in named else _FAR // 2
            crossed = _is_crossed(ours, first, second, one, other, far)
            if crossed is not None and _is_crossed(theirs, first, second, one, other, _FAR) == (not crossed):
                return f"{first} and {second} have changed places"
    return ""


def _swapped_years(claim: Parsed, sources: Sequence[Parsed]) -> tuple[str, str] | None:
    """Two amounts of which one has the other's year."""
    ours = _amounts_of_years(claim)
    values = {f"{a.value:g}" for a in amounts(claim)}
    for source in sources:
        known = {f"{a.value:g}" for a in amounts(source)}
        for year, value in _amounts_of_years(source).items():
            other = ours.get(year, value)
            if other != value and other in known and value in values:
                return other, value
    return None


def _amounts_of_years(parsed: Parsed) -> dict[str, str]:
    """Each year with the amount that stands before it."""
    found: dict[str, str] = {}
    placed = {amount.words[0].index: amount for amount in amounts(parsed)}
    years = {w.index: w.text for w in parsed.words if w.text.isdecimal() and len(w.text) == len("1999")}
    for place, year in years.items():
        for n in range(place - 1, max(place - _FAR, 0) - 1, -1):
            if not parsed.words[n].is_word or n in years:
                break
            if n in placed:
                found[year] = f"{placed[n].value:g}"
                break
    return found


def _is_crossed(
    places: Mapping[str, int], first: str, second: str, one: str, other: str, most: int
) -> bool | None:
    """Whether the first subject goes with the second amount, by the order of all four; None if unclear."""
    order = sorted((first, second, one, other), key=lambda name: places[name])
    kinds = "".join("#" if name.startswith("#") else "s" for name in order)
    far = max(places[order[1]] - places[order[0]], places[order[3]] - places[order[2]])
    if kinds not in ("s#s#", "#s#s", "ss##", "##ss") or far > most:
        return None
    return (places[first] > places[second]) != (places[one] > places[other])


def _anchors(texts: Sequence[Parsed]) -> dict[str, int]:
    """Each name, word and amount with its place; those that stand twice are left out."""
    places: dict[str, int] = {}
    twice: set[str] = set()
    offset = 0
    for text in texts:
        for key, word in _keyed(text):
            if key in places and places[key] != word.index + offset:
                twice.add(key)
            places[key] = word.index + offset
        offset += len(text.words)
    return {key: place for key, place in places.items() if key not in twice}


def _keyed(text: Parsed) -> Iterator[tuple[str, Word]]:
    inside: set[int] = set()
    for amount in amounts(text):
        inside.update(word.index for word in amount.words)
        yield f"#{amount.value:g}", amount.words[0]
    named = {w.index for name in names(text) for w in name.words}
    for word in text.words:
        subject = word.text[0].isalpha() and not calendar_words(word.text)
        if subject and word.index not in inside and (word.index in named or word.is_content):
            yield normal(word) if word.index in named else word.stem, word


def _are_one_thing(claim: Parsed, one: str, other: str) -> bool:
    """Whether two names are parts of one ("Jane Smith") or stand in a list: their order says nothing."""
    places = {name: place for place, name in capitals(claim).items()}
    together = one in places and other in places and abs(places[one] - places[other]) == 1
    return together or are_listed(claim, one, other)
