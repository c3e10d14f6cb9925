"""A claim must not be surer than its sources."""

import pytest

from bot.claims.certainty import too_sure
from bot.claims.text import parse

ALLOWED = [
    ("The council could raise the toll.", "The council may raise the toll."),
    ("The council wants a higher toll.", "The council plans to raise the toll."),
    ("Tests have confirmed that the water is clean.", "Laboratory tests prove the water is clean."),
    ("It could prove the warmest May so far.", "It might be the warmest May so far."),
    ("Nobody knew for certain who owned the boat.", "It was unclear who owned the boat."),
    ("The council raised the toll.", "The council raised the toll on Monday."),
]
TOO_SURE = [
    ("The council raised the toll for lorries.", "The council may raise the toll for lorries."),
    ("Ostrom stole the painting.", "Ostrom allegedly stole the painting."),
    ("Doctors have confirmed that the water made them ill.", "Doctors said the water smelled odd."),
    ("Officials are certain that the rule does not apply.", "Officials debated the rule for hours."),
]


@pytest.mark.parametrize(("claim", "source"), ALLOWED)
def test_allows_the_same_or_less(claim: str, source: str) -> None:
    assert too_sure(parse(claim), [parse(source)]) == ""


@pytest.mark.parametrize(("claim", "source"), TOO_SURE)
def test_objects_to_more(claim: str, source: str) -> None:
    assert too_sure(parse(claim), [parse(source)]) == "the sources are less sure"
