"""Names, things and amounts that change places."""

import pytest

from bot.claims.pairs import swapped_pair
from bot.claims.text import parse

KEPT = [
    ("Lund won 41 medals and Malmo 12.", "Lund took 41 medals, Malmo 12."),
    ("The inquiry in Malmo heard Berg testify.", "Berg gave his testimony in Malmo."),
    ("There were 240 fires in 2021 and 420 in 2022.", "In 2022 there were 420 fires, against 240 in 2021."),
    ("Berg was asked by Lindqvist to leave the harbour.", "Lindqvist asked Berg to leave the harbour."),
    (
        "Eight of 13 clubs came, among them Lund and Malmo.",
        "Malmo and Lund were among eight of the 13 clubs.",
    ),
    ("Tom Berg sent two of the seven home.", "Berg, Tom, sent the seven home for two."),
    ("Story joined Boston.", "The Sox have agreed terms with Story, who joins Boston."),
]
SWAPPED = [
    ("Lund won 12 medals and Malmo 41.", "Lund won 41 medals and Malmo 12."),
    ("Lindqvist shot over the bar after Berg had scored.", "Lindqvist scored before Berg shot over the bar."),
    ("Berg wanted to make Lindqvist testify.", "Lindqvist has been seeking Berg's testimony."),
    ("By May it had seen 240 fires, after 420 in all of 2021.", "It saw 420 fires, beyond the 240 in 2021."),
]


@pytest.mark.parametrize(("claim", "source"), KEPT)
def test_allows_what_stays_in_its_place(claim: str, source: str) -> None:
    assert swapped_pair(parse(claim), [parse(source)]) == ""


@pytest.mark.parametrize(("claim", "source"), SWAPPED)
def test_objects_to_a_change_of_places(claim: str, source: str) -> None:
    assert "changed places" in swapped_pair(parse(claim), [parse(source)])
