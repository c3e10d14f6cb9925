"""Whether times agree: dates, days, hours, and what follows from the day of publication."""

import datetime

import pytest

from bot.claims.calendar import times
from bot.claims.text import parse
from bot.claims.times import missing_time

# A Monday.
_PUBLISHED = datetime.date(2024, 6, 3)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("It opened on Saturday, 4 May 2019.", {("weekday", "saturday"), ("day", "4"), ("month", "may"),
                                              ("year", "2019")}),
        ("It left at half past ten in the morning.", {("clock", "10:30a"), ("part", "morning")}),
        ("It left at twenty to eight.", {("clock", "7:40")}),
        ("It left at ten minutes past 9 p.m.", {("clock", "9:10p")}),
        ("It left at 9:10 p.m.", {("clock", "9:10p")}),
        ("It left at nine o'clock.", {("clock", "9:00")}),
        ("Five to ten people left.", set()),
        ("He may march on.", set()),
        ("It closed in 2020 once the storm had come.", {("year", "2020")}),
        ("It sold 2,020 boats.", set()),
        ("It cost $5 a week.", {("rate", "week")}),
        ("In the last month of 1799 it sank.", {("month", "december"), ("year", "1799")}),
        ("In the nineties it sank.", {("decade", "1990")}),
        ("It sold more than in any previous year.", set()),
    ],
)  # fmt: skip
def test_reads_times(text: str, read: set[tuple[str, str]]) -> None:
    assert set(times(parse(text))) == read


TRUE = [
    ("It opened in 2024.", "It opened on Saturday."),
    ("It opened on 1 June.", "It opened on Saturday."),
    ("It opened on Sunday.", "It opened yesterday."),
    ("It opened last year.", "It opened in 2023."),
    ("It opens in 2025.", "It opens next year."),
    ("It opened in May.", "It opened last month."),
    ("It opened in 2014.", "It opened ten years ago."),
    ("It closed in 1987.", "It opened in 1985 and closed two years later."),
    ("It was planned in 1975.", "It opened in 1985, a decade after it was planned."),
    ("It opened in the 1990s.", "It opened in 1994."),
    ("It opened in the summer.", "It opened in July."),
    ("It left on Tuesday morning.", "It left early Tuesday."),
    ("It left in the evening.", "It left at 8 p.m."),
    ("It left at half past five.", "It left at 5:30 p.m."),
    ("It left at twenty to eight.", "It left at 7:40 a.m."),
    ("They meet monthly.", "They meet every month."),
    ("They played on the first night.", "They played at the premiere."),
]


@pytest.mark.parametrize(("claim", "source"), TRUE)
def test_a_time_that_agrees(claim: str, source: str) -> None:
    assert missing_time(parse(claim), [parse(source)], _PUBLISHED) == ""


FALSE = [
    ("It opened on Sunday.", "It opened on Saturday."),
    ("It opened in June.", "It opened in July."),
    ("It opened in 2018.", "It opened in 2019."),
    ("It opened in 2019.", "It opened on Saturday."),
    ("It opened last year.", "It opened in 2022."),
    ("It opened next year.", "It opened last year."),
    ("It opened in 2013.", "It opened ten years ago."),
    ("It closed in 1988.", "It opened in 1985 and closed two years later."),
    ("It opened in the 1980s.", "It opened in 1994."),
    ("It opened in the winter.", "It opened in July."),
    ("It left on Tuesday night.", "It left early Tuesday."),
    ("It left at half past six.", "It left at 5:30 p.m."),
    ("It left at 5:30 a.m.", "It left at 5:30 p.m."),
    ("It left in the morning.", "It left at 8 p.m."),
    ("They meet every week.", "They meet every month."),
    ("It opens tomorrow.", "It opened yesterday."),
    ("It opened on 5 May.", "It opened on 4 May."),
]


@pytest.mark.parametrize(("claim", "source"), FALSE)
def test_a_time_that_differs(claim: str, source: str) -> None:
    assert missing_time(parse(claim), [parse(source)], _PUBLISHED).startswith("the time ")


def test_without_a_day_of_publication_nothing_is_reckoned_from_it() -> None:
    assert missing_time(parse("It opened in 2023."), [parse("It opened last year.")]).startswith(
        "the time 2023"
    )
