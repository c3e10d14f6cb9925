"""`citebot discord`: from the settings to a bot that runs until it is told to leave."""

import asyncio
import contextlib
import logging
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator

import aiohttp
import discord

from bot import logs
from bot.app import App
from bot.discord import base
from bot.discord.client import Bot
from bot.health import Health, serving
from bot.metrics import Metrics
from bot.presence import present
from bot.records import Records
from bot.settings import Settings
from bot.subscriptions import Subscriptions
from index.errors import (
    CitebotError,
    DiscordAway,
    DiscordError,
    SettingsError,
    StoreBusy,
    StoreMissing,
    StoreUnreachable,
    StoreUnwritable,
)

log = logging.getLogger(__name__)

_PORTAL = "https://discord.com/developers/applications"
_FINISH_SECONDS = 10.0
# For the way out, where a connection does not close or a thread does not end.
_LEAVE_SECONDS = 5.0
# Before another connection: the first time, and after many in vain.
_AGAIN_SECONDS, _AGAIN_AT_MOST = 5.0, 300.0
_WRONG_TOKEN = 4004
_INTENTS_HINT = f"Check them at {_PORTAL}, page Bot."
_COPY_IT = f"Copy it anew from {_PORTAL}, page Bot."
# No header of a request can carry these; any other text is Discord's to judge.
_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f]")


def run() -> None:
    """Runs the bot until SIGTERM or Ctrl-C. Raises CitebotError."""
    settings = Settings.load()
    token = settings.discord_token.get_secret_value().strip() if settings.discord_token else ""
    if not token:
        raise SettingsError(
            "DISCORD_TOKEN is not set.",
            f"Copy the token from {_PORTAL}, page Bot, into `.env` or the environment.",
        )
    if _UNSENDABLE.search(token):
        raise SettingsError("DISCORD_TOKEN holds a line break or the like.", _COPY_IT)
    logs.start(settings.secrets())
    # It says nothing and hears nothing: no reason to warn that it could not.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    with (
        present(settings.data),
        App(settings, notice=log.info) as app,
        Records(settings.records) as records,
        Subscriptions(settings.feeds) as subscriptions,
    ):
        is_idle = asyncio.run(_serve(app, records, subscriptions, token))
    if not is_idle:
        _leave_at_once()


async def _serve(app: App, records: Records, subscriptions: Subscriptions, token: str) -> bool:
    """Runs until told to stop; whether all work had ended by then. Raises CitebotError."""
    stop, metrics, settings = _stop(), Metrics(), app.settings
    bot: Bot | None = None

    def made(content: bool) -> Bot:
        nonlocal bot
        is_prepared = bool(bot and bot.is_prepared)
        bot = Bot(app, records, subscriptions, metrics, message_content=content)
        bot.is_prepared = is_prepared
        return bot

    def health() -> Health:
        return bot.health if bot else Health(index=False, discord=False)

    if not settings.health_port:
        return await _stay(made, token, stop)

    async with serving(settings.health_host, settings.health_port, health, metrics):
        log.info("Health and metrics on port %d of %s", settings.health_port, settings.health_host)
        return await _stay(made, token, stop)


async def _stay(bots: Callable[[bool], Bot], token: str, stop: asyncio.Event) -> bool:
    """Runs a bot, and after a failure of the connection another, until told to stop.

    Only before it has ever been connected does a failure end it.
    """
    content, pause = True, 0.0  # which is more once a bot has been connected
    while not stop.is_set():
        bot = bots(content)
        try:
            return await _run(bot, token, stop)
        except DiscordAway as error:
            if not (pause or bot.was_ready):
                raise
            log.warning("%s Another connection is made", error.message)
        except CitebotError:
            raise
        except discord.PrivilegedIntentsRequired:
            if not content:
                raise DiscordError("Discord grants none of the intents.", _INTENTS_HINT) from None
            log.warning(
                "The message-content intent is off: slash commands, mentions and direct messages work, "
                "replies without a mention and threads do not. Switch it on at %s, page Bot.",
                _PORTAL,
            )
            content = False
        except Exception:
            if not (pause or bot.was_ready):
                raise
            # discord.py gives up on what it did not expect, such as a gateway that falls silent at once.
            log.exception("The connection to Discord failed; another is made")
        pause = _AGAIN_SECONDS if bot.was_ready else min(2 * pause, _AGAIN_AT_MOST)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
    return True


def _stop() -> asyncio.Event:
    """Set by SIGTERM and Ctrl-C; from then on the process has a bounded time to live."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    last = threading.Timer(_FINISH_SECONDS + _LEAVE_SECONDS, _leave_at_once)
    last.daemon = True

    def leave() -> None:
        if not stop.is_set():
            stop.set()
            last.start()

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, leave)
    return stop


def _leave_at_once() -> None:
    """A thread that still works would keep the process; the index and the records are whole at any moment."""
    logging.shutdown()
    os._exit(0)


async def _run(bot: Bot, token: str, stop: asyncio.Event) -> bool:
    async with bot:
        running = asyncio.create_task(_connected(bot, token))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            stopping.cancel()
            running.result()
        else:
            log.info("Leaving")
            await bot.finish(_FINISH_SECONDS)
            await bot.close()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    return bot.is_idle


async def _connected(bot: Bot, token: str) -> None:
    """Logs in, brings the index up to date, and stays."""
    with _explained():
        if bot.settings.has_own_discord:
            await base.use(bot.settings.discord_api_base)
            bot.http.http_trace = base.trace()
        await bot.login(token)
        if bot.settings.has_own_discord:
            await _one_shard_at_least(bot)
    # What is wrong with the index since a bot before this one was ready is told to those who ask.
    if not bot.is_prepared:
        await bot.desk.run(lambda: _prepare(bot.app))
        bot.is_prepared = True
    with _explained():
        await bot.connect()


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """What Discord says against the bot becomes one line."""
    try:
        yield
    except discord.LoginFailure:
        raise _refused() from None
    except discord.PrivilegedIntentsRequired:
        raise
    except discord.ConnectionClosed as error:
        if error.code == _WRONG_TOKEN:
            raise _refused() from None
        raise DiscordError(
            f"Discord closed the connection ({error.code}).", "Start it again later."
        ) from None
    except (discord.HTTPException, discord.GatewayNotFound) as error:
        passes = isinstance(error, discord.GatewayNotFound) or error.status >= 500
        kind = DiscordAway if passes else DiscordError
        raise kind(f"Discord fails: {error}.", "Start it again later.") from None
    except (aiohttp.ClientError, OSError):
        raise DiscordAway("Discord cannot be reached.", "Check the network, then start it again.") from None


def _refused() -> DiscordError:
    return DiscordError("Discord refuses DISCORD_TOKEN.", _COPY_IT)


async def _one_shard_at_least(bot: Bot) -> None:
    """Asks another server how many shards it wants: with a number set, discord.py uses its gateway."""
    with contextlib.suppress(discord.GatewayNotFound, KeyError, TypeError):
        bot.shard_count, _, _ = await bot.http.get_bot_gateway()
    bot.shard_count = bot.shard_count or 1


def _prepare(app: App) -> None:
    log.info("Bringing the index up to date")
    try:
        if report := app.catch_up():
            app.report(report)
    except (StoreBusy, StoreUnwritable) as error:
        log.warning("%s Until then it answers from the articles as they were.", error)
    except (StoreMissing, StoreUnreachable) as error:
        log.warning("%s Until then no question can be answered.", error)
    with contextlib.suppress(StoreMissing, StoreUnreachable):
        app.warm()
        log.info("The index is up to date")
