"""What keeps the index in step with the articles while the bot answers."""

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from bot.discord.background import Backroom
from bot.forgetting import forget_removed
from bot.saying import Once
from index.errors import CitebotError, StoreBusy, StoreUnwritable
from index.sync import SyncReport

if TYPE_CHECKING:
    from bot.discord.client import Bot

log = logging.getLogger(__name__)

_EVERY_SECONDS = 2.0
# Of thousands of files a look takes a while: at most a twentieth of the time goes there.
_SHARE = 20
# More of the index than this may not be of removed articles, when nobody has asked for a while.
_MOST_DEAD = 0.2
_QUIET_SECONDS = 30.0
_COMPACT_EVERY_SECONDS = 600.0


class Upkeep(Backroom):
    """Runs beside the bot, from its being connected until `stop`."""

    def __init__(self, bot: "Bot") -> None:
        super().__init__(threads=1)
        self._bot = bot
        self._trouble = Once(log, "The index stays as it is for now")
        self._compact_from = 0.0
        self.is_well = True

    async def run(self) -> None:
        while True:
            begun = time.monotonic()
            try:
                is_kept_up = await self._keep_up()
                await self.desk.run(self._bot.app.check)
                self.is_well = True
                if is_kept_up:
                    self._trouble.over()
            except CitebotError as error:
                self.is_well = False
                self._trouble.say(str(error))
            except Exception:
                self.is_well = False
                log.exception("Bringing in what changed failed; it is tried again")
            await asyncio.sleep(max(_EVERY_SECONDS, _SHARE * (time.monotonic() - begun)))

    async def _keep_up(self) -> bool:
        """Whether nothing new is left out: where the index may not be written now, the old one is asked."""
        begun = time.monotonic()
        try:
            if report := await self.desk.run(self._bot.app.keep_up):
                log.info("Brought in: %s", _counted(report))
            elif begun > self._compact_from and self._bot.quiet_seconds > _QUIET_SECONDS:
                await self.desk.run(self._compact)
        except (StoreBusy, StoreUnwritable) as error:
            self._trouble.say(str(error))
            return False
        return True

    def _compact(self) -> None:
        """Rids the index of what was removed, where that is much of it."""
        if self._bot.app.dead_share <= _MOST_DEAD or not self._bot.newsroom.has_told():
            return
        self._compact_from = time.monotonic() + _COMPACT_EVERY_SECONDS
        dead = forget_removed(self._bot.app, self._bot.records, self._bot.subscriptions)
        log.info("Compacted the index: %.0f %% was of removed articles", 100 * dead)


def _counted(report: SyncReport) -> str:
    return f"{report.added:,} added, {report.changed:,} changed, {report.removed:,} removed"
