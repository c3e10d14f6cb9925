"""Who says it: names at verbs of saying, passives and nouns that only look like them."""

import pytest

from bot.claims.speakers import other_speaker, speakers, wrong_speaker
from bot.claims.text import parse

SPEAKERS = [
    ("Lindqvist said the bridge was safe.", {"lindqvist"}),
    ('"It is safe," said Lindqvist.', {"lindqvist"}),
    ("According to Lindqvist, it is safe.", {"lindqvist"}),
    ("Lindqvist promised that nobody would pay.", {"lindqvist"}),
    ("Lindqvist's claim that it is safe was printed.", {"lindqvist"}),
    ("Lindqvist praised Berg and called it an honour.", {"lindqvist", "berg"}),
    ("The town no longer trusts Malmo, said Ana Lindqvist, its mayor.", {"ana", "lindqvist"}),
    ("North Korea called for talks.", {"north", "north_korea", "korea"}),
    ("Lindqvist has been called a fool.", set()),
    ("Drivers should leave the recalled Saabs outside.", set()),
    ("In Lund and Malmo, forecasters warned of snow.", set()),
    ("It came first in the largest number of states.", set()),
]


@pytest.mark.parametrize(("sentence", "expected"), SPEAKERS)
def test_finds_who_speaks(sentence: str, expected: set[str]) -> None:
    assert speakers(parse(sentence)) == expected


RIGHT = [
    ("Lindqvist said it was safe.", "It is safe, Lindqvist insisted.", "Nothing else."),
    ("Lindqvist said it was safe.", "He said it was safe.", "Lindqvist opened the bridge."),
    ("Lindqvist conceded that it leaks.", 'Lindqvist refused to go, and "did not mend" it.', "Berg said no."),
]
WRONG = [
    ("Berg said it was safe.", "It is safe, Lindqvist insisted.", "Berg was there."),
    ("Berg recounted that it was safe.", "According to Lindqvist, it was safe.", "Berg was there."),
    ("Berg said it was safe.", "The officer said it was safe.", "Berg was there."),
    ("Berg said it was safe.", "He said it was safe.", "Lindqvist said it cost millions."),
]


@pytest.mark.parametrize(("claim", "source", "near"), RIGHT)
def test_allows_the_one_who_says_it(claim: str, source: str, near: str) -> None:
    assert wrong_speaker(parse(claim), [parse(source)], [parse(near)]) == ""


@pytest.mark.parametrize(("claim", "source", "near"), WRONG)
def test_objects_to_another(claim: str, source: str, near: str) -> None:
    assert wrong_speaker(parse(claim), [parse(source)], [parse(near)]) != ""


def test_who_speaks_in_the_sentence_that_says_most_of_it() -> None:
    sources = [parse("Lindqvist rejected the offer."), parse("Berg predicted late ferries to Malmo.")]
    assert (
        other_speaker(parse("Lindqvist predicted late ferries to Malmo."), sources)
        == "it is berg who says it"
    )
    assert other_speaker(parse("Berg predicted late ferries to Malmo."), sources) == ""
