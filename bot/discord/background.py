"""What runs beside the bot."""

import asyncio
from typing import Any

from bot.discord.desk import Desk


class Background:
    """Runs `run` from `start` until `stop`."""

    _task: asyncio.Task[Any] | None = None

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        raise NotImplementedError

    def start(self) -> None:
        """Begins, or begins anew, in the running loop."""
        self.stop()
        self._task = asyncio.create_task(self.run(), name=type(self).__name__.lower())

    def stop(self) -> None:
        """Begins nothing any more."""
        if self._task:
            self._task.cancel()


class Backroom(Background):
    """Likewise, in threads of its own: its `desk` keeps no question waiting, however much it does."""

    def __init__(self, threads: int) -> None:
        self.desk = Desk(threads=threads)

    def close(self) -> None:
        """Stops for good."""
        self.stop()
        self.desk.close()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being done."""
        return self.desk.is_idle
