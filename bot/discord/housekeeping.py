"""What is done without being asked: forgetting the servers that the bot left thirty days ago."""

import asyncio
import datetime
import logging
from typing import TYPE_CHECKING

from bot.discord.background import Background
from index.errors import CitebotError

if TYPE_CHECKING:
    from bot.discord.client import Bot

log = logging.getLogger(__name__)

_EVERY_SECONDS = 6 * 3600.0


class Housekeeping(Background):
    """Runs beside the bot, from its being connected until `stop`; the servers that it is in must be known."""

    def __init__(self, bot: "Bot") -> None:
        self._bot = bot

    async def left(self, server: int) -> None:
        """The bot left a server: the thirty days begin."""
        await self._bot.clerk.run(lambda: self._bot.records.left(server, _now()))

    async def run(self) -> None:
        while True:
            try:
                # First, lest a server be forgotten that it came back to while it was away.
                await self._compare()
                await self._forget()
            except CitebotError as error:
                log.warning("What belongs to servers that were left stays for now: %s", error)
            except Exception:
                log.exception("Forgetting the servers that were left failed; it is tried again")
            await asyncio.sleep(_EVERY_SECONDS)

    async def _compare(self) -> None:
        """Notes the servers that it left, or came back to, while it was away."""
        present = {server.id for server in self._bot.guilds}
        for server in await self._bot.clerk.run(self._known):
            if server in present:
                await self._bot.clerk.run(lambda id=server: self._bot.records.returned(id))  # type: ignore[misc]
            else:
                await self.left(server)

    def _known(self) -> set[int]:
        """The servers of which there are records, articles or feeds."""
        scopes = [*self._bot.app.scopes(), *filter(None, self._bot.subscriptions.scopes())]
        return self._bot.records.servers() | set(map(int, scopes))

    async def _forget(self) -> None:
        for server in await self._bot.clerk.run(lambda: self._bot.records.due(_now())):
            # First, lest one bring in another article.
            await self._bot.clerk.run(lambda id=server: self._bot.subscriptions.forget(str(id)))  # type: ignore[misc]
            await self._bot.desk.run(lambda id=server: self._bot.app.forget_scope(str(id)))  # type: ignore[misc]
            await self._bot.clerk.run(lambda id=server: self._bot.records.forget_server(id))  # type: ignore[misc]
            log.info("Server %s was left thirty days ago: what belonged to it is deleted.", server)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
