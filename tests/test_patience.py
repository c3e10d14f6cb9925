"""A wait that ends in time, or when nobody waits any more."""

import time

import pytest

from bot.patience import Patience


def test_it_runs_out() -> None:
    patience = Patience(0.05)
    assert 0 < patience.left <= 0.05
    patience.wait(10)
    assert patience.left == 0


def test_it_waits_no_longer_than_it_is_told() -> None:
    patience = Patience(60)
    before = time.monotonic()
    patience.wait(0.05)
    assert 0.05 <= time.monotonic() - before < 5
    assert patience.left > 50


def test_a_wait_can_be_given_up() -> None:
    seen = []

    def check() -> None:
        seen.append(True)
        if len(seen) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        Patience(60, check).wait(30)
