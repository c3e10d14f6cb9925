"""Whether amounts agree: figures, words, units, hedges, and what readers reckon for themselves."""

import datetime

import pytest

from bot.claims.amounts import amounts
from bot.claims.numbers import missing_amount, missing_figure
from bot.claims.text import parse

_PUBLISHED = datetime.date(2024, 6, 3)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("It cost $4.5 million.", [(4_500_000, "$")]),
        ("Twenty-five thousand fans came.", [(25_000, "")]),
        ("The parcel weighed six and a half tonnes.", [(6.5, "tonne")]),
        ("A 6-and-a-half-ounce bar is new.", [(6.5, "oz")]),
        ("It stood for a quarter of a century.", [(0.25, "century")]),
        ("He paid five dollars and 99 cents.", [(5.99, "$")]),
        ("One in ten boats sank.", [(0.1, "fraction")]),
        ("They took $6 out of every $10.", [(0.6, "fraction")]),
        ("Out of every 100 boats 33 sank.", [(0.33, "fraction")]),
        ("Fares fell by a third in May.", [(1 / 3, "fraction")]),
        ("A third boat followed.", [(3, "ordinal")]),
        ("It passed the seven-billion mark.", [(7e9, "")]),
        ("A three-million-dollar boat sank.", [(3e6, "$")]),
        ("It will take three to five days.", [(3, "day"), (5, "day")]),
        ("The ferry left at half past ten in the morning.", []),
        ("The ferry left at twenty to eight.", []),
        ("It opened on 4 May 2019.", []),
    ],
)
def test_reads_amounts(text: str, read: list[tuple[float, str]]) -> None:
    found = amounts(parse(text))
    assert [amount.unit for amount in found] == [unit for _, unit in read]
    assert [amount.value for amount in found] == pytest.approx([value for value, _ in read])


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("About 40 boats sank.", "about"),
        ("Nearly 40 boats sank.", "nearly"),
        ("More than 40 boats sank.", "more"),
        ("Waits climbed past 40 days.", "more"),
        ("They sailed past 40 boats.", ""),
        ("No more than 40 boats sank.", "most"),
        ("Nobody waited more than 40 minutes.", "most"),
        ("It did not cost less than 40 euros.", "least"),
        ("At least 40 boats sank.", "least"),
        ("40 or more boats sank.", "least"),
        ("Boats of 40 feet or less sank.", "most"),
        ("Dozens of boats sank.", "vague"),
        ("No rain fell on Monday, and more than 40 boats sank.", "more"),
    ],
)
def test_reads_hedges(text: str, hedge: str) -> None:
    (amount,) = amounts(parse(text))
    assert amount.hedge == hedge


TRUE = [
    ("About four ferries in five, 79.9%, were on time.", "79.9% of ferries were on time."),
    ("It came two days later.", "It came on Dec. 21 and not on Dec. 19."),
    ("It lasted two days.", "It lasted from Dec. 19 to Dec. 21, and another was set for Dec. 30."),
    ("In total, 80 boats sank.", "A storm sank 30 boats, and a fire sank 50 boats."),
    ("150 clubs, among them all 30 of the league, came.", "All 30 clubs of the league and 120 others came."),
    ("Lund got some of the $54 million and more.", "Lund got some of more than $54 million."),
    ("Half of the boats sank.", "50 percent of the boats sank."),
    ("A third of the boats sank.", "33% of the boats sank."),
    ("One in four boats sank.", "25 percent of the fleet went down."),
    ("Fewer than one in ten boats had another owner.", "More than 90% of the boats were Hagen's."),
    ("The rest, 40 percent, stayed.", "Some 60 percent of the boats left."),
    ("They waited a fortnight.", "They waited 14 days."),
    ("They waited sixty minutes.", "They waited one hour."),
    ("Nobody waits over 8 minutes.", "The wait is no more than 8 minutes."),
    ("He was mayor for 14 years.", "He was mayor from 1995 to 2009."),
    ("The letter came two months later.", "Robbed in late April, she got a letter in late June."),
    ("Rates rose by two points.", "Rates rose from 3 percent to 5 percent."),
    ("Four towns joined.", "Elmau, Birkau, Tannau and Buchau joined."),
    ("There are three sizes, of 2, 4 and 6 ounces.", "There are bars of 2, 4 and 6 ounces."),
    ("Sales fell for half a year.", "It was the sixth straight month of falling sales."),
    ("The team lost four of 15 games.", "The team went 11-4."),
    ("Some 3.8 million people came.", "In all, 3,812,000 people came."),
    ("A dozen boats sank.", "Twelve boats sank."),
    ("Both boats sank.", "The Elm and the Oak sank."),
    ("More than 40 boats sank.", "In all, 43 boats sank."),
    ("Over 40 boats sank.", "More than 40 boats sank."),
    ("More than 40 boats sank.", "Over 40 boats sank."),
    ("It opened 12 years ago.", "It opened in 2012."),
    ("Dozens of boats sank.", "In all, 43 boats sank."),
    ("Several dozen boats sank.", "In all, 65 boats sank."),
    ("Thousands of people came.", "Some 3,812 people came."),
]


@pytest.mark.parametrize(("claim", "source"), TRUE)
def test_an_amount_that_agrees(claim: str, source: str) -> None:
    assert missing_amount(parse(claim), [parse(source)], _PUBLISHED) == ""


FALSE = [
    ("It cost 14 million euros.", "It cost 41 million euros."),
    ("It cost 41 billion euros.", "It cost 41 million euros."),
    ("It cost 41 million dollars.", "It cost 41 million euros."),
    ("It is 60 miles long.", "It is 60 kilometres long."),
    ("Rates rose by 5 percentage points.", "Rates rose by 5 percent."),
    ("Less than 40 boats sank.", "More than 40 boats sank."),
    ("More than 40 boats sank.", "Nearly 40 boats sank."),
    ("More than 40 minutes were lost.", "No more than 40 minutes were lost."),
    ("Two thirds of the boats sank.", "A third of the boats sank."),
    ("One in five boats sank.", "One in four boats sank."),
    ("Some 40 percent of the boats left.", "Some 60 percent of the boats left."),
    ("He was mayor for 15 years.", "He was mayor from 1995 to 2009."),
    ("Five towns joined.", "Elmau, Birkau, Tannau and Buchau joined."),
    ("Five sisters sang: Ada, Bea, Cleo, Dora and Eve.", "Four sisters sang: Ada, Bea, Cleo and Dora."),
    ("Rates rose by three points.", "Rates rose from 3 percent to 5 percent."),
    ("The team lost five of 15 games.", "The team went 11-4."),
    ("Over 3.9 million people came.", "In all, 3,812,000 people came."),
    ("Over 23 boats sank.", "More than 20 boats sank."),
    ("Over 23 boats sank.", "A 29-year-old sank."),
    ("Roughly 15,200 boats sank.", "Around 15,000 boats sank."),
    ("Thousands of boats sank.", "Hundreds of boats sank."),
    ("Thousands of boats sank.", "In all, 812 boats sank."),
    ("Dozens of boats sank.", "In all, 12 boats sank."),
    ("Dozens of boats sank.", "It was the 43rd boat to sink."),
    ("Hundreds of boats sank.", "Fewer than 200 boats sank."),
    ("Hundreds of boats sank.", "Up to 200 boats sank."),
    ("A few dozen boats sank.", "In all, 119 boats sank."),
    ("Dozens of boats sank.", "Some 25 percent of the boats sank."),
    ("Hundreds of people sank.", "It cost them $300."),
    ("The fifth boat sank.", "The fourth boat sank."),
    ("Sales doubled.", "Sales tripled."),
    ("They waited two hours.", "They waited two days."),
    (
        "The storm hit nine days after the arrest.",
        "He was arrested on March 3, a trial was set for March 10, and the storm hit on March 5,"
        " but schools closed on March 12.",
    ),
    ("Sales rose from 30 cars to 80 cars.", "Sales rose from 30 cars to 50 cars."),
    ("Overall, sales rose to 80 cars.", "Sales rose from 30 cars to 50 cars."),
    ("Sales rose to 80 cars from 30 cars.", "It sold 50 cars this year, after 30 cars last year."),
]


@pytest.mark.parametrize(("claim", "source"), FALSE)
def test_an_amount_that_differs(claim: str, source: str) -> None:
    assert missing_amount(parse(claim), [parse(source)], _PUBLISHED).startswith("the number ")


def test_amounts_may_stand_in_different_sentences() -> None:
    sources = [parse("It cost 41 million euros."), parse("It took nine years.")]
    assert missing_amount(parse("It took nine years and 41 million euros."), sources) == ""


def test_figures_are_compared_whatever_the_language() -> None:
    source = [parse("It cost 1,300.50 euros in 2019.")]
    assert missing_figure(parse("Sie kostete 2019 genau 1.300,50 Euro."), source) == ""
    assert missing_figure(parse("Sie kostete 1.400,50 Euro."), source).startswith("the number 1.400,50")
