"""What is done when articles have changed: answers are corrected, watched questions looked at again."""

import asyncio
import datetime
import logging
import time
from typing import TYPE_CHECKING

import discord

from bot import render_discord, render_news
from bot.corrections import Correction, Corrections
from bot.discord import views
from bot.discord.background import Background
from bot.news import Change, Watcher
from bot.watches import Watch
from index.errors import CitebotError

if TYPE_CHECKING:
    from bot.discord.client import Bot

log = logging.getLogger(__name__)

# However long articles keep coming in, news of them waits for no longer than so many times the quiet.
_MOST_TIMES = 10
# Where a channel is gone, or closed to the bot.
_CLOSED = (discord.Forbidden, discord.NotFound)


class Newsroom(Background):
    """Runs beside the bot, from its being connected until `stop`."""

    def __init__(self, bot: "Bot") -> None:
        self._bot = bot
        self._seen = bot.records.watches.in_discord
        self._watcher = Watcher(bot.app, bot.records.watches, self._seen)
        self._corrections = Corrections(bot.app, bot.records)
        self._known: object = None
        self._coming: object = None
        self._since = 0.0

    def has_told(self) -> bool:
        """Whether what became of all articles is told: else it must stay known what cites them."""
        return self._known == self._bot.app.edition()

    async def run(self) -> None:
        while True:
            try:
                await self._bot.desk.run(self._watcher.begin)
                if await self._is_settled():
                    await self._look()
            except CitebotError as error:
                log.warning("What is watched could not be looked at: %s", error)
            except Exception:
                log.exception("Looking at what is watched failed; it is tried again")
            await asyncio.sleep(self._bot.settings.watch_seconds)

    async def _is_settled(self) -> bool:
        """Whether there may be news, and articles have stopped coming in, or not for too long."""
        edition = await self._bot.desk.run(self._bot.app.edition)
        if edition == self._known:
            return True  # a watch that rested may be due
        if edition == self._coming or time.monotonic() - self._since > self._longest:
            await self._take_in()
            self._known = self._coming = edition
            return True
        if self._coming == self._known:
            self._since = time.monotonic()
        self._coming = edition
        return False

    async def _take_in(self) -> None:
        """Corrects answers whose articles changed or went; from then on what came is no news."""
        # What comes in while answers are corrected is news of the next time.
        digests = await self._bot.desk.run(self._bot.app.digests)
        news = await self._bot.desk.run(lambda: self._watcher.news(digests))
        for correction in await self._bot.desk.run(lambda: self._corrections.due(news)):
            await self._correct(correction)
        await self._bot.desk.run(lambda: self._watcher.notice(digests))
        if news.removed:
            known = await self._bot.desk.run(self._bot.app.digests)
            await self._bot.clerk.run(lambda: self._bot.records.forget_articles(known.keys()))

    async def _correct(self, correction: Correction) -> None:
        """Says below an answer which of its quotes no longer stand."""
        answer = correction.answer
        try:
            message = await self._bot.get_partial_messageable(answer.channel).fetch_message(
                answer.message or 0
            )
            shown = render_discord.read_answer("\n".join(views.texts(message)))
            remark = await self._bot.desk.run(lambda: self._remark(correction, shown))
            await message.edit(view=views.remarked(message, remark))
        except _CLOSED:
            log.debug("An answer that lost a source cannot be edited any more: %s", answer.id)
        except discord.HTTPException as error:
            log.warning("An answer that lost a source could not be edited: %s", error)
        await self._bot.clerk.run(lambda: self._corrections.told(correction))

    def _remark(self, correction: Correction, shown: str) -> str:
        found = [(lost, self._corrections.now_says(correction, lost, shown)) for lost in correction.lost]
        return render_news.corrected(found)

    @property
    def _longest(self) -> float:
        return self._bot.settings.watch_seconds * _MOST_TIMES

    async def _look(self) -> None:
        """Looks at the watches that are due, one at a time: questions are answered in between."""
        for watch in await self._bot.clerk.run(self._bot.records.watches.due):
            if self._rests(watch) or not await self._is_open(watch):
                continue
            change = await self._bot.desk.run(lambda watch=watch: self._watcher.look(watch))  # type: ignore[misc]
            if change:
                await self._tell(change)

    def _rests(self, watch: Watch) -> bool:
        pause = datetime.timedelta(minutes=self._bot.settings.watch_pause)
        return watch.told is not None and datetime.datetime.now(datetime.UTC) - watch.told < pause

    async def _is_open(self, watch: Watch) -> bool:
        """Whether what is watched may be told there, by the settings of the server as they are now."""
        if watch.place is None or watch.place.server is None:
            return self._bot.settings.discord_direct_messages
        server = self._bot.get_guild(watch.place.server)
        channel = server.get_channel_or_thread(watch.place.channel) if server else None
        return server is not None and await self._bot.access.is_open(server, channel)

    async def _tell(self, change: Change) -> None:
        """Posts a change where the question was asked; a channel that is gone is watched no more."""
        place, records = change.watch.place, self._bot.records
        if place is None:
            return
        try:
            await self._bot.get_partial_messageable(place.channel).send(
                view=views.plain_page(render_news.change(change)),
                allowed_mentions=discord.AllowedMentions(users=[discord.Object(place.person)]),
                # Posted again after a crash, before that is noted, Discord takes it for the same.
                nonce=f"{change.watch.id}-{change.watch.checked}",
            )
        except _CLOSED as error:
            log.info("A watched question is dropped: its channel is gone or closed to the bot (%s).", error)
            await self._bot.clerk.run(lambda: records.watches.remove(change.watch.id))
        except discord.HTTPException as error:
            log.warning("What changed for a watched question is told later: %s", error)
        else:
            await self._bot.clerk.run(lambda: self._watcher.tell(change))
