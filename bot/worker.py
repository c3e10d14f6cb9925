"""Work in one thread beside the main one, so that Ctrl-C can give up on it at once."""

import concurrent.futures
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class Cancelled(Exception):
    """Raised inside work that was given up, where it calls `Worker.check`."""


class Worker:
    """Runs one piece of work at a time.

    An interrupt raised inside a half-imported library would leave it broken for the next question, so
    work that is given up runs on unseen until it ends or calls `check`; the next work waits for that.
    """

    def __init__(self) -> None:
        self._pool = concurrent.futures.ThreadPoolExecutor(1, "citebot")
        self._given_up = threading.Event()  # of the work that runs
        self._closed = threading.Event()
        self._idle = threading.Event()
        # Starts the thread: an interrupt while it starts would make the pool lose count of it.
        self.call(bool)

    def call(self, work: Callable[[], Result]) -> Result:
        """The result of `work`, or its exception. KeyboardInterrupt gives it up."""
        given_up = threading.Event()
        try:
            future = self._pool.submit(self._run, work, given_up)
            _until_done(future)
            return future.result()
        except KeyboardInterrupt:
            given_up.set()
            raise

    def begin(self, work: Callable[[], object]) -> None:
        """Start `work` unseen, whatever becomes of it."""
        self._pool.submit(self._run, work, threading.Event())

    def check(self) -> None:
        """Called by the work at points where it can stop. Raises Cancelled once it was given up."""
        if self._given_up.is_set() or self._closed.is_set():
            raise Cancelled

    def close(self, seconds: float = 1.0) -> bool:
        """Give up what still runs; whether it ended in time."""
        self._closed.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        return self._idle.wait(seconds)

    def _run(self, work: Callable[[], Result], given_up: threading.Event) -> Result:
        self._given_up = given_up
        self._idle.clear()
        try:
            self.check()
            return work()
        finally:
            self._idle.set()


def _until_done(future: concurrent.futures.Future[Result]) -> None:
    """Wait in slices: on Windows Ctrl-C does not break into a longer wait."""
    while not future.done():
        concurrent.futures.wait([future], timeout=0.1)
