"""What a question is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.phrases import Shape


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ("What did Zelensky demand from Moscow?", ["Zelensky", "Moscow"]),
        ("when did the army attack?", ["army"]),
        ("How do you treat measles?", ["measles"]),
        ("Tell me about the history of paper.", ["paper"]),
        ("What was the role of the Ministry of Defence in 2022?", ["Ministry of Defence"]),
        ("How reliable is the U.S. dollar?", ["U.S. dollar"]),
        ("why?", []),
        ("WHO IS PESKOV?", ["peskov"]),
    ],
)
def test_phrases(question: str, phrases: list[str]) -> None:
    assert [phrase.text for phrase in Shape.of(question).phrases] == phrases


def test_a_phrase_knows_its_words_before() -> None:
    bridge, harbour = Shape.of("Who built the bridge at Elm Harbour?").phrases
    assert (bridge.singular, bridge.named, bridge.is_circumstance) == ("the bridge", False, False)
    assert (harbour.before, harbour.named, harbour.is_circumstance) == ("at", True, True)


def test_one_of_a_kind_has_a_plural_and_a_name_has_none() -> None:
    truce, peskov = Shape.of("Is a truce what Peskov found?").phrases
    assert (truce.plural, peskov.plural) == ("truces", "Peskov")


def test_a_name_ranks_before_a_place_and_a_place_before_an_activity() -> None:
    shape = Shape.of("Was smoking in Odessa explained by Peskov?")
    ranked = sorted(shape.phrases, key=lambda phrase: phrase.rank)
    assert [phrase.text for phrase in ranked] == ["Peskov", "Odessa", "smoking"]


@pytest.mark.parametrize(
    ("question", "gist"),
    [
        ("what did Zelensky demand?", "Zelensky demand"),
        ("And what did Peskov say?", "Peskov say"),
        ("so what?", ""),
    ],
)
def test_gist(question: str, gist: str) -> None:
    assert Shape.of(question).gist == gist


@given(st.text())
def test_any_text_has_a_shape(text: str) -> None:
    shape = Shape.of(text)
    assert len(shape.letters) == len(shape.tokens)
    assert all(phrase.text for phrase in shape.phrases)
