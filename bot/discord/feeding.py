"""The feeds' turns, taken beside the bot."""

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.discord.background import Backroom
from bot.feed_turns import take_turn
from bot.subscriptions import Subscription, Subscriptions
from index.errors import CitebotError

if TYPE_CHECKING:
    from bot.discord.client import Bot

log = logging.getLogger(__name__)

_EVERY_SECONDS = 3.0
# They mostly wait for the net; however many are slow, others have their turns.
_AT_ONCE = 8


class Feeding(Backroom):
    """Runs beside the bot, from its being connected until `stop`. What comes in is the upkeep's to index."""

    def __init__(self, bot: "Bot") -> None:
        super().__init__(threads=_AT_ONCE)
        self._bot = bot
        self._turns: dict[str, asyncio.Task[None]] = {}
        self._subscriptions: Subscriptions | None = None

    async def run(self) -> None:
        said = ""
        while True:
            try:
                for feed in await self._bot.clerk.run(self._due):
                    if feed.key not in self._turns and len(self._turns) < _AT_ONCE:
                        turn = asyncio.create_task(self._take(feed), name=f"feed {feed.shown}")
                        self._turns[feed.key] = turn
                        turn.add_done_callback(lambda _, key=feed.key: self._turns.pop(key))  # type: ignore[misc]
                said = ""
            except CitebotError as error:
                if said != str(error):
                    log.warning("No feed is fetched for now: %s", error)
                said = str(error)
            except Exception:
                log.exception("Looking for feeds to fetch failed; it is tried again")
            await asyncio.sleep(_EVERY_SECONDS)

    def _due(self) -> list[Subscription]:
        """The feeds whose turn it is; without feeds, no database is made for them."""
        path = self._bot.settings.feeds
        if self._subscriptions is None and path.exists():
            self._subscriptions = Subscriptions(path)
        return self._subscriptions.due() if self._subscriptions else []

    async def _take(self, feed: Subscription) -> None:
        """One feed's turn, with a line in the log where there is something to say."""
        subscriptions = self._subscriptions
        assert subscriptions
        try:
            turn = await self.desk.run(lambda: take_turn(self._bot.app, subscriptions, feed))
        except CitebotError as error:
            self._failed(feed, str(error))
        except Exception:
            self._bot.metrics.feed_error()
            log.exception("Feed %s failed", feed.shown)
        else:
            if turn and turn.error:
                self._failed(feed, turn.error)
            elif turn and turn.articles:
                log.info("Feed %s: %s new or changed", feed.shown, f"{turn.articles:,}")

    def _failed(self, feed: Subscription, why: str) -> None:
        self._bot.metrics.feed_error()
        log.warning("Feed %s: %s", feed.shown, why)
