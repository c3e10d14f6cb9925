"""A claim's cause must be the source's, and on the same side."""

import pytest

from bot.claims.causes import cause_differs, pairs
from bot.claims.text import parse

SAME = [
    (
        "The port was closed because of the storm.",
        "The storm forced the harbour authority to close the port.",
    ),
    ("Because of the storm, the port was closed.", "The port was shut after a violent storm."),
    ("Two sailors died of the fever.", "The fever killed two sailors."),
    (
        "At the request of the tenants, the lift was repaired.",
        "The lift was repaired after tenants complained.",
    ),
    ("The ferry was due to leave at noon.", "The ferry leaves at noon."),
    ("The ferry left at noon.", "The ferry left after the storm."),
    (
        "Two shops shut as a result of the flood, and six men lost their jobs.",
        "The flood led to two shops shutting.",
    ),
    (
        "Because the port lacked cranes, it had to hire three.",
        "It had no cranes, which meant that three were hired.",
    ),
]
OTHER = [
    ("The port was closed because of a strike.", "The port was closed due to a violent storm."),
    ("The storm was caused by the closed port.", "The closed port was caused by the storm."),
    ("The port was closed because dockers were tired.", "The port was closed. Dockers went home."),
    ("The crew struck because wages fell.", "The crew has been on strike since May."),
    ("Poor sales had driven up prices.", "High prices led to poor sales, the firm said."),
    ("At the urging of his wife, Lund resigned.", "Under threat of a lawsuit, Lund resigned."),
]


@pytest.mark.parametrize(("claim", "source"), SAME)
def test_allows_the_same_cause(claim: str, source: str) -> None:
    assert not cause_differs(parse(claim), [parse(source)])


@pytest.mark.parametrize(("claim", "source"), OTHER)
def test_objects_to_another_cause(claim: str, source: str) -> None:
    assert cause_differs(parse(claim), [parse(source)])


def test_a_cause_stands_before_or_after_its_effect() -> None:
    after, before = (
        pairs(parse("The port shut because storms came")),
        pairs(parse("Because storms came, the port shut")),
    )
    assert after == before
    assert pairs(parse("The port shut")) == ()
