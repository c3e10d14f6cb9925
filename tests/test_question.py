"""What counts as a question."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.question import LONGEST, as_sentence, clean
from index.errors import NoQuestion, QuestionError


@pytest.mark.parametrize(
    ("question", "cleaned"),
    [
        ("what did Zelensky demand?", "what did Zelensky demand?"),
        ("  two\n lines\tof it \x1b[31m?", "two lines of it ?"),
        ("nul\x00 and C1\x9b", "nul and C1"),
        ("泽连斯基要求什么", "泽连斯基要求什么"),
        ("a" * LONGEST, "a" * LONGEST),
        ("why?" + " " * 100_000, "why?"),
    ],
)
def test_clean(question: str, cleaned: str) -> None:
    assert clean(question) == cleaned


@pytest.mark.parametrize(
    ("question", "cleaned"),
    [
        ("\uff28\uff4f\uff57\u3000\uff4d\uff55\uff43\uff48\uff1f", "How much?"),
        ("\uff76\uff9e", "\u30ac"),
        ("who wrote \u201c\uff28\uff29\u201d?", "who wrote \u201c\uff28\uff29\u201d?"),
        ("is it 10\u00b2 or \u00bd?", "is it 10\u00b2 or \u00bd?"),
    ],
)
def test_other_shapes_of_letters_become_plain_but_for_what_is_quoted(question: str, cleaned: str) -> None:
    assert clean(question) == cleaned


@pytest.mark.parametrize("question", ["?!", "\U0001f389\U0001f389"])
def test_signs_alone_are_no_words(question: str) -> None:
    with pytest.raises(NoQuestion, match="no words"):
        clean(question)


@pytest.mark.parametrize("question", ["", " \n\t", "\x00", "\u2028"])
def test_without_words_is_empty(question: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        clean(question)


@pytest.mark.parametrize("question", ["a" * (LONGEST + 1), "why " * 25_000])
def test_too_long_says_how_long(question: str) -> None:
    with pytest.raises(QuestionError, match=f"{len(question.strip()):,} characters; 2,000"):
        clean(question)


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(QuestionError, match="UTF-8"):
        clean(b"caf\xe9?".decode("utf-8", "surrogateescape"))


@given(st.text(st.characters(codec=None)))
def test_whatever_comes_in_is_cleaned_or_refused(question: str) -> None:
    cleaned = ""
    with contextlib.suppress(QuestionError):
        cleaned = clean(question)
        assert clean(cleaned) == cleaned
        assert cleaned
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", cleaned)
    assert len(cleaned) <= LONGEST


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("what did the bridge cost", "what did the bridge cost?"),
        ("what did the bridge cost?", "what did the bridge cost?"),
        ("tell me of the bridge.", "tell me of the bridge."),
        ('who said "never"', 'who said "never"?'),
        ('who said "never?"', 'who said "never?"'),
        ("what did Berg say? (the bridge)", "what did Berg say? (the bridge)"),
    ],
)
def test_a_question_is_read_with_its_mark(asked: str, read: str) -> None:
    assert as_sentence(asked) == read
