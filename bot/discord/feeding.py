"""The feeds' turns, taken beside the bot."""

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.discord.background import Backroom
from bot.feed_turns import AT_ONCE, has_room, take_turn
from bot.saying import Once
from bot.subscriptions import Subscription
from index.errors import CitebotError

if TYPE_CHECKING:
    from bot.discord.client import Bot

log = logging.getLogger(__name__)

_EVERY_SECONDS = 3.0


class Feeding(Backroom):
    """Runs beside the bot, from its being connected until `stop`. What comes in is the upkeep's to index."""

    def __init__(self, bot: "Bot") -> None:
        super().__init__(threads=AT_ONCE)
        self._bot = bot
        self._turns: dict[Subscription, asyncio.Task[None]] = {}
        self._trouble = Once(log, "No feed is fetched for now")

    async def run(self) -> None:
        while True:
            try:
                for feed in await self._bot.clerk.run(self._bot.subscriptions.due):
                    if self._is_wanted(feed) and has_room(feed.scope, [other.scope for other in self._turns]):
                        self._begin(feed)
                self._trouble.over()
            except CitebotError as error:
                self._trouble.say(str(error))
            except Exception:
                log.exception("Looking for feeds to fetch failed; it is tried again")
            await asyncio.sleep(_EVERY_SECONDS)

    def _is_wanted(self, feed: Subscription) -> bool:
        """Whether it has no turn just now, and is not one of a server that the bot has left."""
        is_there = not feed.scope or self._bot.get_guild(int(feed.scope)) is not None
        return is_there and all(feed.number != other.number for other in self._turns)

    def _begin(self, feed: Subscription) -> None:
        turn = self._turns[feed] = asyncio.create_task(self._take(feed), name=f"feed {feed.shown}")
        turn.add_done_callback(lambda _: self._turns.pop(feed))

    async def _take(self, feed: Subscription) -> None:
        """One feed's turn, with a line in the log where there is something to say."""
        try:
            turn = await self.desk.run(lambda: take_turn(self._bot.app, self._bot.subscriptions, feed))
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
