"""What is searched for of a long question."""

import pytest

from index.asking import LONG, what_asks

PREAMBLE = "I read the local news each morning with my coffee, and I have a dog. " * 6
COST = "How much did the harbour bridge cost?"


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        (COST, COST),
        (f"The bridge is open. {COST}", f"The bridge is open. {COST}"),
        (f"{PREAMBLE}{COST}", COST),
        (f"{PREAMBLE}{COST.lower()}", COST.lower()),
        (f"Who are you? {PREAMBLE}{COST} Thank you very much.", COST),
        (f"{PREAMBLE}They opened a bridge. How much?", "They opened a bridge. How much?"),
        (f"{PREAMBLE}Tell me what the harbour bridge cost.", "Tell me what the harbour bridge cost."),
        ("word " * LONG, ("word " * LONG).strip()),
    ],
)
def test_what_asks_is_the_last_sentence_that_does(question: str, asks: str) -> None:
    assert what_asks(question) == asks
