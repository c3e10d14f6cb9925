"""Whether names agree: other forms of a name, names from around, and names put in another's place."""

import pytest

from bot.claims.names import missing_name
from bot.claims.proper import names
from bot.claims.text import parse


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Ana Lindqvist said so.", ["Ana Lindqvist"]),
        ("Later the Bank of Elmau agreed.", ["Bank of Elmau"]),
        ("Police said Berg was there.", ["Berg"]),
        ("Plenty of them came on Monday.", []),
        ("Optimism has returned.", []),
        ("The U.S. team lost.", ["U.S."]),
        ("They told us of it.", []),
    ],
)
def test_reads_names(text: str, read: list[str]) -> None:
    assert [name.text for name in names(parse(text))] == read


TRUE = [
    ("Berlin wants a deal.", "The German government wants a deal."),
    ("Pyongyang fired a rocket.", "North Korea fired a rocket."),
    ("A pact between Seoul and Washington failed.", "A pact of South Korea and the United States failed."),
    ("The Emirati envoy left.", "The ambassador of the UAE left."),
    ("French farmers protested.", "Farmers protested across France."),
    ("He ruled the Norwegians.", "He ruled Norway."),
    ("Growers in Bavaria protested.", "Bavarian growers protested."),
    ("Bill Hagen sang.", "William Hagen sang."),
    ("The Harbour Theatre burnt.", "The Harbor Theater burnt."),
    ("The Elm Harbour Authority paid.", "The EHA paid."),
    ("The EHA paid.", "The Elm Harbour Authority paid."),
    ("The Department of Justice sued.", "The DOJ sued."),
    ("She sat in Congress.", "She was a congresswoman."),
    ("Ministers met in Oslo.", "Ministers met in Oslo, Norway."),
    ("The Tories lost.", "The Conservatives lost."),
    ("The White House promised more.", "The Biden administration promised more."),
    ("The White House promised more.", "The U.S. administration promised more."),
]


@pytest.mark.parametrize(("claim", "source"), TRUE)
def test_a_name_that_agrees(claim: str, source: str) -> None:
    assert missing_name(parse(claim), [parse(source)], []) == ""


FALSE = [
    ("Eva Lindqvist sang.", "Ana Lindqvist sang."),
    ("Ministers met in Paris.", "Ministers met in France."),
    ("Madrid wants a deal.", "The German government wants a deal."),
    ("Seoul fired a rocket.", "North Korea fired a rocket."),
    ("Danish farmers protested.", "Farmers protested across France."),
    ("Bob Hagen sang.", "William Hagen sang."),
    ("The EHB paid.", "The Elm Harbour Authority paid."),
    (
        "The White House cut 300 jobs, a union said.",
        "The hospital administration cut 300 jobs, the nurses' union said.",
    ),
    (
        "The White House has raised the fees for every pupil.",
        "The school's administration has raised the fees for every pupil.",
    ),
    ("The Trump Administration cut 300 jobs.", "The Biden administration cut 300 jobs."),
    ("Oak Harbour opened.", "Elm Harbour opened."),
]


@pytest.mark.parametrize(("claim", "source"), FALSE)
def test_a_name_that_differs(claim: str, source: str) -> None:
    assert missing_name(parse(claim), [parse(source)], []).startswith("the name ")


def test_a_pronoun_stands_for_a_name_around() -> None:
    around = [parse("Tom Berg is a pilot.")]
    assert (
        missing_name(parse("Tom Berg missed the ferries."), [parse("He missed the ferries.")], around) == ""
    )


def test_a_name_around_does_not_stand_where_nobody_is_meant() -> None:
    around = [parse("Tom Berg is a pilot.")]
    source = parse("Ferries kept crossing the harbour all summer.")
    found = missing_name(parse("Ferries of Tom Berg kept crossing the harbour."), [source], around)
    assert found == "the name Tom Berg is only around the sources"


@pytest.mark.parametrize(
    ("claim", "sources"),
    [
        (
            "Veltra is telling drivers to park outdoors.",
            ["Kordo is telling the drivers to park them outdoors.", "Veltra called back 800 cars."],
        ),
        (
            "Ana Lindqvist finished second and Tom Berg third.",
            ["Singer Tom Berg, a loud performer, finished second.", "Ana Lindqvist came in third."],
        ),
        (
            "The toll and the ticket office were opened for Ana Lindqvist.",
            ["Ana Lindqvist wept.", "Tom Berg opened the toll and the ticket office."],
        ),
    ],
)
def test_a_name_in_anothers_place(claim: str, sources: list[str]) -> None:
    assert missing_name(parse(claim), list(map(parse, sources)), []).endswith("is not the one in the sources")


@pytest.mark.parametrize(
    ("claim", "sources"),
    [
        (
            "Tom Berg finished second and Ana Lindqvist third.",
            ["Singer Tom Berg, a loud performer, finished second.", "Ana Lindqvist came in third."],
        ),
        (
            "Veltra told drivers to park outdoors.",
            ["Veltra called back 800 cars.", "It told drivers to park outdoors."],
        ),
    ],
)
def test_names_in_their_own_place(claim: str, sources: list[str]) -> None:
    assert missing_name(parse(claim), list(map(parse, sources)), []) == ""
