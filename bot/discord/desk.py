"""Blocking work beside the event loop: a few threads, and a queue that does not grow without end."""

import asyncio
import concurrent.futures
from collections.abc import Callable
from typing import Any, TypeVar

from index.errors import TryLater

T = TypeVar("T")


class Desk:
    """Runs work in `threads` threads; at most `most` pieces are taken on at a time, more are told to wait."""

    def __init__(self, threads: int = 2, most: int = 100) -> None:
        self._pool = concurrent.futures.ThreadPoolExecutor(threads, "desk")
        self._most = most
        # A piece whose asker went away still occupies its thread: what is done and who waits are two things.
        self._pieces: set[concurrent.futures.Future[Any]] = set()
        self._waiting: set[asyncio.Future[Any]] = set()
        self._closed = self._given_up = False

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, or its exception. Raises TryLater where too much is taken on already."""
        if self._closed:
            raise _leaving()
        if len(self._pieces) >= self._most:
            raise TryLater("Too many questions are being answered.", "Ask again in a minute.")
        piece = self._pool.submit(work)
        self._pieces.add(piece)
        piece.add_done_callback(self._pieces.discard)
        waiting = asyncio.wrap_future(piece)
        self._waiting.add(waiting)
        try:
            return await waiting
        except asyncio.CancelledError:
            if self._given_up:
                raise _leaving() from None
            raise
        finally:
            self._waiting.discard(waiting)

    def close(self) -> None:
        """Takes nothing on any more; what it has is done all the same."""
        self._closed = True
        self._pool.shutdown(wait=False)

    def give_up(self) -> None:
        """Whoever still waits is told to ask again; what was not begun is not done."""
        self._given_up = True
        for waiting in list(self._waiting):
            waiting.cancel()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being done."""
        return not self._pieces

    @property
    def length(self) -> int:
        """How many pieces are taken on and not done."""
        return len(self._pieces)


def _leaving() -> TryLater:
    return TryLater("citebot is being restarted.", "Ask again in a minute.")
