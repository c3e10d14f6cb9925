"""Days as people write them."""

import contextlib
import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.days import parse_day
from index.errors import QuestionError

TODAY = datetime.date.today()


@pytest.mark.parametrize("text", ["2025-04-21", " 2025-04-21 ", "21 April 2025", "April 21, 2025"])
def test_a_day_in_many_ways(text: str) -> None:
    assert parse_day(text) == datetime.date(2025, 4, 21)


def test_days_counted_from_today() -> None:
    assert parse_day("yesterday") == TODAY - datetime.timedelta(days=1)
    assert parse_day("last week") == TODAY - datetime.timedelta(days=7)
    assert parse_day("3 days ago") == TODAY - datetime.timedelta(days=3)


def test_of_several_days_the_past_one_is_meant() -> None:
    tomorrow = TODAY + datetime.timedelta(days=1)
    assert parse_day(f"{tomorrow:%d %B}") < TODAY


def test_a_month_and_a_year_begin_with_their_first_day() -> None:
    assert parse_day("March 2025") == datetime.date(2025, 3, 1)
    assert parse_day("2025") == datetime.date(2025, 1, 1)


@pytest.mark.parametrize("text", ["", "soon", "the day after the flood", "2025-13-45", "%s%n" * 9])
def test_what_is_no_day_is_said_so(text: str) -> None:
    with pytest.raises(QuestionError, match="is not a day") as raised:
        parse_day(text)
    assert "2025-04-21" in raised.value.hint


def test_the_message_is_one_short_line() -> None:
    with pytest.raises(QuestionError) as raised:
        parse_day("so\nmany\nwords " * 500)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 200


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="0123456789-/. apruy\x00\ud7ff٣é", max_size=12))
def test_any_text_is_a_day_or_a_question_that_cannot_be_asked(text: str) -> None:
    with contextlib.suppress(QuestionError):
        assert isinstance(parse_day(text), datetime.date)
