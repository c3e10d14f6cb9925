"""The words that questions and passages are compared by."""

# ruff: noqa: RUF001 - other scripts are what is tested

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words import STOP_WORDS, calendar_words, is_number, names, names_within, terms, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. and the U.K.", ["the", "us", "and", "the", "uk"]),
        ("US troops", ["us", "troops"]),
        ("1,300.5 of 2,000", ["1300.5", "of", "2000"]),
        ("It rose 3.5%, to $1.2bn.", ["it", "rose", "3.5", "to", "1.2", "bn"]),
        ("Zelensky's demand", ["zelensky", "s", "demand"]),
        ("Beyoncé, Müller, Łódź", ["beyonce", "muller", "łodz"]),
        ("Ｆｕｌｌ ｗｉｄｔｈ ﬁne", ["full", "width", "fine"]),
        ("covid-19 F-16s", ["covid", "19", "f", "16", "s"]),
        ("北京大学 opened", ["北京", "京大", "大学", "opened"]),
        ("東", ["東"]),
        ("iPhone15东京", ["iphone15", "东京"]),
        ("القاهرة مُحَمَّد", ["القاهرة", "محمد"]),
        ("שָׁלוֹם", ["שלום"]),
        ("वे दिल्ली गए।", ["वे", "दिल्ली", "गए"]),
        ("ที่ดี", ["ที", "ี่", "่ด", "ดี"]),
        ("", []),
        ("… — !?", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_terms_are_stems_without_stop_words() -> None:
    assert terms("What did the presidents demand of them?") == ["presid", "demand", "them"]
    assert terms("demanded demands demanding") == ["demand"] * 3
    assert terms("who was it about?") == []


def test_a_decomposed_accent_is_the_composed_one() -> None:
    assert terms("Beyonce\u0301") == terms("Beyoncé") == terms("beyonce")


def test_names_are_the_capitalised_words() -> None:
    text = "What did Zelensky tell O'Brien in the U.S. about Al-Qaeda and NATO?"
    assert names(text) == ["What", "Zelensky", "O'Brien", "U.S.", "Al-Qaeda", "NATO"]
    assert names("nobody i know") == []


@pytest.mark.parametrize("word", ["7", "1,300", "f-16", "seven", "million", "half"])
def test_numbers(word: str) -> None:
    assert is_number(word)


@pytest.mark.parametrize("word", ["", "some", "tenth", "bridge"])
def test_other_words_are_no_numbers(word: str) -> None:
    assert not is_number(word)


def test_calendar_words() -> None:
    text = "On Monday, May 3, 2022 he may recall 1989, not 20222 or Mondays."
    assert calendar_words(text) == ["Monday", "May", "2022", "1989"]


@given(st.text())
def test_any_text_has_words_and_terms(text: str) -> None:
    found = words(text)
    assert all(found)
    assert not any(character.isspace() for word in found for character in word)
    assert len(terms(text)) <= len(found)
    assert names(text) == [name for name in names(text) if name in text]


@given(st.text(st.characters(codec="ascii")))
def test_case_tells_nothing(text: str) -> None:
    assert words(text.upper()) == words(text.lower()) == words(text)
    assert terms(text.upper()) == terms(text)


@given(st.lists(st.sampled_from(["bridge", "harbour", "7", "the", "Łódź", "北京"]), max_size=8))
def test_words_are_found_in_their_order(chosen: list[str]) -> None:
    expected = [word.lower().replace("ó", "o").replace("ź", "z") for word in chosen]
    assert words(" ".join(chosen)) == expected
    assert [word for word in expected if word not in STOP_WORDS] == [word for word in expected if terms(word)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What did Ana say?", ["Ana"]),
        ("A man met Ana.", ["Ana"]),
        ("what did Ana say?", ["Ana"]),
        ("Ana spoke.", []),
        ("", []),
    ],
)
def test_a_first_word_is_no_name_for_its_capital(text: str, found: list[str]) -> None:
    assert names_within(text) == found
