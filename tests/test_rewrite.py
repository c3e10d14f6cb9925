"""Which rewritings of a follow-up are searched for."""

import pytest

from bot.answer import Answer
from bot.rewrite import is_sensible, is_translated

HISTORY = [
    Answer(
        "who opened the harbour bridge?",
        "Mayor Ana Lindqvist opened the harbour bridge on Saturday. [1]",
        (),
        (),
        refused=False,
        newest=None,
        oldest=None,
        understood="who opened the harbour bridge?",
    )
]


@pytest.mark.parametrize(
    "rewritten",
    [
        "How much did the harbour bridge cost?",
        "how much did it cost?",
        "How much did the harbour bridge that Ana Lindqvist opened cost?",
    ],
)
def test_the_conversation_s_own_words_are_searched_for(rewritten: str) -> None:
    assert is_sensible(rewritten, "how much did it cost?", HISTORY)


@pytest.mark.parametrize(
    "rewritten",
    [
        "",
        "?",
        "How much did the Golden Gate Bridge cost?",
        "How much did the harbour bridge cost in 1937?",
        "The harbour bridge cost 41 million euros.",
        "How much did it cost?\nIt cost 41 million.",
        "I am a language model and cannot help with rewriting questions",
        "how much did the harbour bridge cost " * 20,
    ],
)
def test_anything_else_is_not(rewritten: str) -> None:
    assert not is_sensible(rewritten, "how much did it cost?", HISTORY)


def test_what_the_question_names_must_stay() -> None:
    assert not is_sensible("who opened the harbour bridge?", "and what did Peskov say?", HISTORY)
    assert is_sensible("What did Peskov say about the harbour bridge?", "and what did Peskov say?", HISTORY)


ASKED = "Wie viele der 10.000 Raketen trafen Kiew 2024?"


def test_a_translation_may_spell_names_otherwise() -> None:
    assert is_translated("How many of the 10,000 missiles hit Kyiv in 2024?", ASKED, "en")


@pytest.mark.parametrize(
    "said",
    [
        "",
        "?",
        ASKED,
        "How many of the 10,000 missiles hit Kyiv?",
        "How many of the 10,000 missiles hit Kyiv in 2023?",
        "The 10,000 missiles hit Kyiv in 2024.",
        "How many of the 10,000 missiles hit Kyiv? And why in 2024?",
        "How many of the 10,000 missiles\nhit Kyiv in 2024?",
        "How many of the 10,000 missiles hit Kyiv in 2024? It was three.",
        "Combien des 10.000 missiles ont atteint Kiev en 2024 ?",
        "how many of 10,000 in 2024 " * 40 + "?",
    ],
)
def test_what_is_no_translation_is_not_searched_for(said: str) -> None:
    assert not is_translated(said, ASKED, "en")
