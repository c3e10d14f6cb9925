"""Blocking work beside the event loop."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from bot.discord.desk import Desk
from index.errors import QuestionError, TryLater


class Gate:
    """Work that waits until it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.done = 0
        self._open = threading.Event()

    def __call__(self) -> str:
        self.begun.release()
        assert self._open.wait(20)
        self.done += 1
        return "done"

    def open(self) -> None:
        self._open.set()


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open()


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


async def begun(gate: Gate, pieces: int) -> None:
    for _ in range(pieces):
        assert await asyncio.to_thread(gate.begun.acquire, timeout=20)


def test_results_and_exceptions_come_back() -> None:
    def wrong() -> None:
        raise QuestionError("There is no question.")

    async def test() -> None:
        desk = Desk()
        assert await desk.run(lambda: 1 + 1) == 2
        with pytest.raises(QuestionError):
            await desk.run(wrong)
        assert desk.is_idle

    run(test)


def test_the_loop_runs_on_meanwhile() -> None:
    async def test() -> None:
        desk = Desk(threads=1)
        work = asyncio.create_task(desk.run(lambda: time.sleep(0.3)))
        turns = 0
        while not work.done():
            await asyncio.sleep(0.01)
            turns += 1
        assert turns > 5

    run(test)


def test_a_full_desk_says_so_at_once_and_is_open_again_later(gate: Gate) -> None:
    async def test() -> None:
        desk = Desk(threads=1, most=3)
        taken = [asyncio.create_task(desk.run(gate)) for _ in range(3)]
        await begun(gate, 1)
        with pytest.raises(TryLater, match="Too many questions"):
            await desk.run(gate)
        gate.open()
        assert await asyncio.gather(*taken) == ["done"] * 3
        assert await desk.run(gate) == "done"

    run(test)


def test_work_whose_asker_went_away_still_counts(gate: Gate) -> None:
    async def test() -> None:
        desk = Desk(threads=1, most=1)
        asker = asyncio.create_task(desk.run(gate))
        await begun(gate, 1)
        asker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asker
        assert not desk.is_idle
        with pytest.raises(TryLater):
            await desk.run(gate)

    run(test)


def test_a_closed_desk_takes_nothing_and_finishes_what_it_has(gate: Gate) -> None:
    async def test() -> None:
        desk = Desk(threads=1)
        taken = [asyncio.create_task(desk.run(gate)) for _ in range(3)]
        await begun(gate, 1)
        desk.close()
        with pytest.raises(TryLater, match="restarted"):
            await desk.run(gate)
        gate.open()
        assert await asyncio.gather(*taken) == ["done"] * 3
        assert desk.is_idle

    run(test)


def test_who_still_waits_when_it_gives_up_is_told(gate: Gate) -> None:
    async def test() -> None:
        desk = Desk(threads=1)
        taken = [asyncio.create_task(desk.run(gate)) for _ in range(3)]
        await begun(gate, 1)
        desk.close()
        desk.give_up()
        told = await asyncio.gather(*taken, return_exceptions=True)
        assert [type(one) for one in told] == [TryLater] * 3
        gate.open()
        await asyncio.sleep(0.5)
        assert desk.is_idle
        assert gate.done == 1  # what was begun cannot be stopped; what was not is not done

    run(test)
