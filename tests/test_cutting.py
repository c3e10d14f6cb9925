"""A stream becomes the same sentences wherever its pieces end."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cutting import Drafted, Sentences

TEXT = (
    "Mayor Lindqvist opened the bridge at 5 p.m. Monday. [1][2] It cost 41 million euros [3].\n\n"
    "- **Nobody** was hurt, the director said. [2, 4]\n- “Ferries stay,” she added.”[1-3]"
    " Who pays is open 【5】."
)
SENTENCES = [
    Drafted("Mayor Lindqvist opened the bridge at 5 p.m. Monday.", (1, 2)),
    Drafted("It cost 41 million euros.", (3,)),
    Drafted("Nobody was hurt, the director said.", (2, 4)),
    Drafted("“Ferries stay,” she added.”", (1, 2, 3)),
    Drafted("Who pays is open.", (5,)),
]


def cut(pieces: list[str]) -> list[Drafted]:
    sentences = Sentences()
    return [drafted for piece in pieces for drafted in sentences.add(piece)] + sentences.end()


@given(st.lists(st.integers(0, len(TEXT)), max_size=30))
def test_where_the_pieces_end_makes_no_difference(ends: list[int]) -> None:
    places = [0, *sorted(ends), len(TEXT)]
    assert cut([TEXT[a:b] for a, b in itertools.pairwise(places)]) == SENTENCES


def test_letter_by_letter() -> None:
    assert cut(list(TEXT)) == SENTENCES


def test_a_sentence_comes_as_soon_as_the_next_has_begun() -> None:
    sentences = Sentences()
    assert sentences.add("It cost 41 million euros. [3") == []
    assert sentences.add("] The mayor") == []
    assert sentences.add(" said so yesterday") == [Drafted("It cost 41 million euros.", (3,))]
    assert sentences.end() == [Drafted("The mayor said so yesterday", ())]
    assert sentences.end() == []


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("So it is [1].", (1,)),
        ("So it is [1][1, 3].", (1, 3)),
        ("So it is [2-900].", (2,)),
        ("So it is.", ()),
    ],
)
def test_markers(text: str, cited: tuple[int, ...]) -> None:
    (drafted,) = cut([text])
    assert drafted.cited[: len(cited)] == cited
    assert len(drafted.cited) <= 21
    assert drafted.text == "So it is."


@pytest.mark.parametrize("text", ["", " \n", "[1]", "**", "- \n- ", "..."])
def test_what_says_nothing_is_no_sentence(text: str) -> None:
    assert cut([text]) == []


@given(st.lists(st.text(alphabet="ab. [1]\n*?!【】,-“”。A", max_size=12), max_size=12))
def test_any_text_can_be_cut(pieces: list[str]) -> None:
    for drafted in cut(pieces):
        assert "[1]" not in drafted.text
        assert "\n" not in drafted.text
