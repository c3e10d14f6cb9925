"""What keeps the index in step with the articles while the bot answers."""

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

from bot.discord.desk import Desk
from index.errors import CitebotError
from index.sync import SyncReport

if TYPE_CHECKING:
    from bot.discord.client import Bot

log = logging.getLogger(__name__)

_EVERY_SECONDS = 2.0
# Of thousands of files a look takes a while: at most a twentieth of the time goes there.
_SHARE = 20


class Upkeep:
    """Runs beside the bot, from its being connected until `stop`."""

    def __init__(self, bot: "Bot") -> None:
        self._bot = bot
        # A thread of its own: however much has come, it keeps no question waiting.
        self._desk = Desk(threads=1)
        self._task: asyncio.Task[Any] | None = None
        self._said = ""

    def start(self) -> None:
        """Begins, or begins anew, in the running loop."""
        self.stop()
        self._task = asyncio.create_task(self._run(), name="upkeep")

    def stop(self) -> None:
        """Begins nothing any more."""
        if self._task:
            self._task.cancel()

    def close(self) -> None:
        """Stops for good."""
        self.stop()
        self._desk.close()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being done."""
        return self._desk.is_idle

    async def _run(self) -> None:
        while True:
            begun = time.monotonic()
            try:
                if report := await self._desk.run(self._bot.app.keep_up):
                    log.info("Brought in: %s", _counted(report))
                self._said = ""
            except CitebotError as error:
                self._say(str(error))
            except Exception:
                log.exception("Bringing in what changed failed; it is tried again")
            await asyncio.sleep(max(_EVERY_SECONDS, _SHARE * (time.monotonic() - begun)))

    def _say(self, line: str) -> None:
        """Once, however often it is so."""
        if line != self._said:
            log.warning("What changed in the articles is not brought in for now: %s", line)
        self._said = line


def _counted(report: SyncReport) -> str:
    return f"{report.added:,} added, {report.changed:,} changed, {report.removed:,} removed"
