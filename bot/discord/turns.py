"""Turns at what takes long: so many at a time, and of each server one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from index.errors import TryLater


class Turns:
    """`at_once` turns at a time. Each server has one at most, so that none keeps the others from theirs.

    `busy` says that a server has one.
    """

    def __init__(self, busy: str, at_once: int = 1) -> None:
        self._busy = busy
        self._lock = asyncio.Semaphore(at_once)
        self._servers: set[str] = set()

    @contextlib.asynccontextmanager
    async def take(self, scope: str) -> AsyncIterator[None]:
        """Waits until it is this server's turn. Raises TryLater."""
        if scope in self._servers:
            raise TryLater(self._busy, "Try again after that.")
        self._servers.add(scope)
        try:
            async with self._lock:
                yield
        finally:
            self._servers.discard(scope)
