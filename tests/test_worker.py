"""Work that Ctrl-C can give up on."""

import _thread
import threading
import time
from collections.abc import Iterator

import pytest

from bot.worker import Cancelled, Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


def interrupt_once(started: threading.Event) -> None:
    """Ctrl-C as the main thread sees it, once the work runs."""

    def press() -> None:
        started.wait(5)
        _thread.interrupt_main()

    threading.Thread(target=press).start()


def test_results_and_errors_come_back(worker: Worker) -> None:
    assert worker.call(lambda: 6 * 7) == 42
    with pytest.raises(ZeroDivisionError):
        worker.call(lambda: 1 // 0)
    with pytest.raises(TimeoutError):  # the work's own, not the waiting's
        worker.call(lambda: exec("raise TimeoutError"))


def test_given_up_work_stops_at_its_next_check(worker: Worker) -> None:
    started, ended = threading.Event(), threading.Event()

    def endless() -> None:
        started.set()
        try:
            while True:
                worker.check()
                time.sleep(0.01)
        except Cancelled:
            ended.set()
            raise

    interrupt_once(started)
    with pytest.raises(KeyboardInterrupt):
        worker.call(endless)
    assert ended.wait(5)
    worker.call(worker.check)  # the next work is not cancelled with it


def test_the_next_work_waits_for_what_was_given_up(worker: Worker) -> None:
    started, done = threading.Event(), []

    def slow() -> None:
        started.set()
        time.sleep(0.3)
        done.append("slow")

    interrupt_once(started)
    with pytest.raises(KeyboardInterrupt):
        worker.call(slow)
    assert done == []
    worker.call(lambda: done.append("next"))
    assert done == ["slow", "next"]


def test_close_ends_what_still_runs() -> None:
    worker, started = Worker(), threading.Event()

    def endless() -> None:
        started.set()
        while True:
            worker.check()
            time.sleep(0.01)

    worker.begin(endless)
    assert started.wait(5)
    assert worker.close(5)


def test_close_does_not_wait_for_what_cannot_be_stopped() -> None:
    worker, started, go_on = Worker(), threading.Event(), threading.Event()

    def stubborn() -> None:
        started.set()
        go_on.wait(5)

    worker.begin(stubborn)
    assert started.wait(5)
    assert not worker.close(0.01)
    go_on.set()
