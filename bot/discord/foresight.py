"""What makes answers come sooner, while nobody asks."""

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from bot.discord.background import Backroom
from index.errors import CitebotError

if TYPE_CHECKING:
    from bot.discord.client import Bot

log = logging.getLogger(__name__)

_QUIET_SECONDS = 10.0
_AT_ONCE_SECONDS = 0.5
# Of an idle processor a quarter: it may be others' or paid by the second.
_REST = 3
_ALL_DONE_SECONDS = 30.0


class Foresight(Backroom):
    """Embeds sentences beside the bot, from its being connected until `stop`."""

    def __init__(self, bot: "Bot") -> None:
        super().__init__(threads=1)
        self._bot = bot

    async def run(self) -> None:
        while True:
            is_quiet = self._bot.quiet_seconds > _QUIET_SECONDS
            await asyncio.sleep(await self._work() if is_quiet else _QUIET_SECONDS)

    async def _work(self) -> float:
        """Does a part; for how long to rest after it."""
        begun = time.monotonic()
        try:
            if await self.desk.run(lambda: self._bot.app.embed_ahead(_AT_ONCE_SECONDS)):
                return _ALL_DONE_SECONDS
        except CitebotError as error:
            # What is wrong with the index, its upkeep says.
            log.debug("No sentences are embedded ahead: %s", error)
            return _ALL_DONE_SECONDS
        except Exception:
            log.exception("Embedding sentences ahead failed; it is tried again")
            return _ALL_DONE_SECONDS
        return _REST * (time.monotonic() - begun)
