"""Work in another process: its result, its errors, and that it ends."""

import concurrent.futures
import os
import re
import signal
import threading
import time

import pytest

from index import apart as module
from index.apart import TooLong, apart
from index.errors import FeedError
from index.feeds import read_feed_apart
from index.fetch import UNKNOWN, Fetched


def doubled(number: int) -> int:
    return 2 * number


def process(_: object) -> int:
    return os.getpid()


def fails(message: str) -> None:
    raise FeedError(message, "Do something.")


def loops_in_c(_: object) -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")


def kills_itself(_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_work_is_done_in_a_process_that_is_kept() -> None:
    assert apart(doubled, 21, 30) == 42
    first, second = apart(process, None, 30), apart(process, None, 30)
    assert first == second != os.getpid()


def test_an_error_comes_back_with_what_to_do() -> None:
    with pytest.raises(FeedError) as raised:
        apart(fails, "It is no feed.", 30)
    assert str(raised.value) == "It is no feed. Do something."
    assert apart(doubled, 1, 30) == 2


def test_what_takes_too_long_is_killed_and_keeps_nobody_waiting() -> None:
    """A regular expression that never ends: within a process it would stop every thread."""
    stuck = apart(process, None, 30)
    pace: list[float] = []
    over = threading.Event()

    def tick() -> None:
        while not over.wait(0.02):
            pace.append(time.monotonic())

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        pool.submit(tick)
        slow = pool.submit(apart, loops_in_c, None, 0.5)
        while module._idle:  # until it has that process
            time.sleep(0.01)
        assert apart(doubled, 4, 30) == 8  # meanwhile, in another
        with pytest.raises(TooLong):
            slow.result(60)
        over.set()
    assert len(pace) > 10
    with pytest.raises(ProcessLookupError):
        os.kill(stuck, 0)


def test_a_process_that_dies_costs_one_piece_of_work() -> None:
    with pytest.raises(TooLong):
        apart(kills_itself, None, 30)
    idle = apart(process, None, 30)
    os.kill(idle, signal.SIGKILL)
    (reader,) = module._idle
    reader._process.join()
    assert apart(doubled, 4, 30) == 8


def test_a_feed_that_takes_too_long_to_read_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.apart._SECONDS", 0.5)
    apart(doubled, 1, 30)  # a process is there
    url = "https://news.example/rss?key=s3cret"
    data = b"<rss version='2.0'><channel><title>" + b"&#65;" * 1_000_000 + b"</title></channel></rss>"
    with pytest.raises(FeedError) as raised:
        read_feed_apart(Fetched(url, url, "text/xml", None, data, UNKNOWN))
    assert str(raised.value) == (
        "https://news.example/rss?key=… takes longer than 0.5 seconds to read. Tell those who publish it."
    )
