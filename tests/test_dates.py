"""Publication dates: read where they are certain, refused where they are not."""

import datetime
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import date_fault, parse_date

JUNE_7 = datetime.date(2018, 6, 7)


@pytest.mark.parametrize(
    "value",
    [
        "2018/06/07",
        "2018-06-07",
        " 2018.6.7 ",
        "20180607",
        "2018-06-07T23:59:59Z",
        "2018-06-07T23:59:59.123456+02:00",
        "2018-06-07T00:30:00-0800",
        "2018-06-07 10:00",
        "20180607T101500Z",
        "2018-06-07 10:00 AM EST",
        "Thu, 07 Jun 2018 23:30:00 -0500",
        "Thu, 07 Jun 2018 10:00:00 GMT",
        "June 7, 2018",
        "Jun. 7, 2018",
        "June 7th, 2018",
        "7 June 2018",
        "7 juin 2018",
        "7. Juni 2018",
        "7 de junio de 2018",
        "2018年6月7日",
        "2018년 6월 7일",
        datetime.date(2018, 6, 7),
        datetime.datetime(2018, 6, 7, 23, 59, tzinfo=datetime.UTC),
    ],
)
def test_reads_what_is_certain(value: object) -> None:
    assert parse_date(value) == JUNE_7


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("13/04/2025", datetime.date(2025, 4, 13)),
        ("04/13/2025", datetime.date(2025, 4, 13)),
        ("04.04.2025", datetime.date(2025, 4, 4)),
        ("31 December 1600", datetime.date(1600, 12, 31)),
    ],
)
def test_reads_numbers_that_cannot_change_places(value: str, expected: datetime.date) -> None:
    assert parse_date(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "03/04/2025",
        "3-4-2025",
        "3 5 2025",
        "April 3, 25",
        "03/04/25",
        "5 listopada 2020",
        "2024-W10-3",
    ],
)
def test_refuses_what_can_be_read_in_two_ways(value: str) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    "value", ["2018", "June 2018", "2018-06", "June 7", "7 June", "May 2018 21:30", "Q3 2018"]
)
def test_refuses_what_lacks_a_part(value: str) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    "value", ["yesterday", "today", "2 days ago", "last Monday", "now", "in 2018, 3 days ago"]
)
def test_refuses_words_relative_to_today(value: str) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "2023-02-30",
        "2023-13-01",
        "February 30, 2023",
        "0001-01-01T00:00:00Z",
        "1599-12-31",
        "2568-04-21",
        "1528329600",
        "",
        "n/a",
        "2018-06-07 to 2018-06-09",
        "7 June 2018 " + "x" * 100,
        None,
        True,
        20180607,
        1528329600.0,
        ["2018-06-07"],
    ],
)
def test_refuses_what_is_no_date(value: object) -> None:
    assert parse_date(value) is None


def test_refuses_the_far_future_but_not_tomorrow() -> None:
    today = datetime.datetime.now(datetime.UTC).date()
    assert parse_date((today + datetime.timedelta(days=1)).isoformat()) == today + datetime.timedelta(days=1)
    assert parse_date((today + datetime.timedelta(days=4)).isoformat()) is None


@settings(deadline=None)  # the first text that is no date loads every language
@given(st.text() | st.text(alphabet="0123456789/-. :TZ", max_size=20))
def test_any_text_gives_a_plausible_day_or_none(text: str) -> None:
    day = parse_date(text)
    assert day is None or day.year >= 1600


@given(st.dates(min_value=datetime.date(1600, 1, 1), max_value=datetime.date(2024, 12, 31)))
def test_reads_every_day_in_iso_form(day: datetime.date) -> None:
    assert parse_date(day.isoformat()) == parse_date(f"{day.year}/{day.month:02}/{day.day:02}") == day


def test_iso_dates_do_not_import_dateparser() -> None:
    code = "import sys, index.dates as d; d.parse_date('2018/06/07'); print('dateparser' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


def test_says_why_a_value_is_no_date() -> None:
    assert date_fault("2025-04-22") == date_fault(None) == date_fault("") == ""
    assert date_fault("32 Foobar 2026") == date_fault("03/04/2025") == date_fault(7) == "names no certain day"
    assert date_fault("2999-01-01") == "is yet to come"
    assert date_fault("1066-10-14") == "is before 1600"
