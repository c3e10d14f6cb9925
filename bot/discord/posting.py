"""Putting an answer where it was asked: first what there is of it, then all of it, page by page."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Protocol

import discord
from discord import ui

from bot.answer import Answer

# Discord takes five edits in five seconds in a channel; one a second leaves room for others.
_SECONDS_BETWEEN = 1.0


class Post(Protocol):
    """A place for one answer; showing again replaces what was shown."""

    async def show(self, views: Sequence[ui.LayoutView]) -> discord.Message | None:
        """Shows the views, a message each; the last message, where Discord names it."""
        ...


class InteractionPost:
    """The answer to an interaction that was deferred."""

    def __init__(self, interaction: discord.Interaction[Any], *, private: bool) -> None:
        self._interaction = interaction
        self._private = private

    async def show(self, views: Sequence[ui.LayoutView]) -> discord.Message | None:
        last: discord.Message = await self._interaction.edit_original_response(view=views[0])
        for view in views[1:]:
            last = await self._interaction.followup.send(view=view, ephemeral=self._private, wait=True)
        return last


class ReplyPost:
    """The answer to a message: a reply to it, or a plain message where it is gone meanwhile."""

    def __init__(self, message: discord.Message) -> None:
        self._message = message
        self._first: discord.Message | None = None

    async def show(self, views: Sequence[ui.LayoutView]) -> discord.Message | None:
        if self._first is None:
            reference = self._message.to_reference(fail_if_not_exists=False)
            last = self._first = await self._message.channel.send(view=views[0], reference=reference)
        else:
            last = await self._first.edit(view=views[0])
        for view in views[1:]:
            last = await self._message.channel.send(view=view)
        return last


class Live:
    """Shows an answer while it grows, an edit a second at most."""

    def __init__(self, post: Post, view: Callable[[Answer], Sequence[ui.LayoutView]]) -> None:
        self._post, self._view = post, view
        self._loop = asyncio.get_running_loop()
        self._newest: Answer | None = None
        self._news, self._over = asyncio.Event(), asyncio.Event()

    def update(self, answer: Answer) -> None:
        """Called from any thread with what there is so far."""
        self._loop.call_soon_threadsafe(self._put, answer)

    def _put(self, answer: Answer) -> None:
        self._newest = answer
        self._news.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this is open, what `update` is told is shown; at its end Discord takes the next edit."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._over.set()
            self._news.set()
            await task

    async def _run(self) -> None:
        while not self._over.is_set():
            await self._news.wait()
            self._news.clear()
            if self._newest is not None and not self._over.is_set():
                # A first page is enough until all is said.
                await self._show(self._view(self._newest)[:1])
                await asyncio.sleep(_SECONDS_BETWEEN)

    async def _show(self, views: Sequence[ui.LayoutView]) -> None:
        with contextlib.suppress(discord.HTTPException):  # the whole answer is tried all the same
            await self._post.show(views)
