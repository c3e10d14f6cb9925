"""Words that mean the same name: a country, its people and its capital; the short form of a first name."""

import functools
import json
from collections.abc import Iterator, Mapping
from importlib import resources

# Capitals that are as often something else: a state, a surname, another town.
_AMBIGUOUS = frozenset(
    "washington georgetown kingston wellington lima santiago london paris rome athens san_jose".split()
)


def alias(word: str) -> str:
    """The one form of a country's, a people's or a party's name in lower case; empty for other words.

    Words of a name are joined by "_": "new_zealander".
    """
    return _aliases().get(word, "")


def country_of(capital: str) -> str:
    """The one form of the country that a capital, in lower case, may speak for; empty for other words."""
    return _capitals().get(capital, "")


def office_of(holders: str) -> str:
    """The office that speaks for those who hold it, in lower case: "white_house"; empty for other words.

    It is no alias: two that held the same office are not the same.
    """
    return _offices().get(holders, "")


def are_one_first_name(one: str, other: str) -> bool:
    """Whether one first name is the other's short form, or both are short for the same."""
    return bool(_first_names().get(one, frozenset()) & _first_names().get(other, frozenset()))


@functools.cache
def _aliases() -> Mapping[str, str]:
    seats = {word: country for word, country in _capitals().items() if word not in _AMBIGUOUS}
    groups = (*_groups("countries"), *_groups("others"))
    return seats | {word: group[0] for group in groups for word in group if not word.startswith(">")}


@functools.cache
def _capitals() -> Mapping[str, str]:
    return {word[1:]: group[0] for group in _groups("countries") for word in group if word.startswith(">")}


@functools.cache
def _offices() -> Mapping[str, str]:
    return {word: group[0] for group in _groups("offices") for word in group[1:]}


@functools.cache
def _first_names() -> Mapping[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for number, group in enumerate(_groups("first_names")):
        for word in group:
            found[word] = found.get(word, frozenset()) | {number}
    return found


def _groups(kind: str) -> Iterator[list[str]]:
    """The groups of a kind; a capital is marked with ">"."""
    content = resources.files("bot").joinpath("names.json").read_text(encoding="utf-8")
    return (group.split("|") for group in json.loads(content)[kind])
