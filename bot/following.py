"""`citebot index --follow`: the index is kept equal to the articles until the process is told to stop."""

import asyncio
import contextlib
import logging
import os
import signal
import threading

from bot import logs
from bot.app import App
from bot.health import IndexerHealth, serving
from bot.saying import Once
from bot.settings import Settings
from index.errors import CitebotError

log = logging.getLogger(__name__)

_EVERY_SECONDS = 2.0
_AGAIN_SECONDS = 5.0
_FINISH_SECONDS = 10.0
# Once in so many rounds the server is asked whether it is there, and writing it still ours.
_LOOK_EVERY = 5


def run() -> None:
    """Runs until SIGTERM or Ctrl-C. Raises CitebotError where the settings are wrong."""
    settings = Settings.load()
    logs.start(settings.secrets())
    with App(settings, notice=log.info) as app:
        asyncio.run(_run(Follower(app), settings))


async def _run(follower: "Follower", settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, follower.stop)
    if not settings.health_port:
        await asyncio.to_thread(follower.run)
        return
    async with serving(settings.health_host, settings.health_port, lambda: follower.health):
        log.info("Health on port %d of %s", settings.health_port, settings.health_host)
        await asyncio.to_thread(follower.run)


class Follower:
    """Holds the right to write the index, and brings in whatever changes; waits where another holds it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._end = threading.Event()
        self._trouble = Once(log, "The index stays as it is for now")
        self._is_well = False

    @property
    def health(self) -> IndexerHealth:
        """Whether the index was equal to the articles when it was looked at last, and can be written now."""
        return IndexerHealth(index=self._is_well and not self._app.is_server_away)

    def stop(self) -> None:
        """Ends it after what is being done, or where that takes long, in the midst of it: nothing is lost."""
        if not self._end.is_set():
            last = threading.Timer(_FINISH_SECONDS, os._exit, (0,))
            last.daemon = True
            last.start()
        self._end.set()

    def run(self) -> None:
        """Goes on until `stop`."""
        while not self._end.is_set():
            try:
                with self._app.indexing():
                    self._follow()
            except CitebotError as error:
                self._is_well = False
                self._trouble.say(str(error))
            except Exception:
                self._is_well = False
                log.exception("Indexing failed; it is tried again")
            self._end.wait(_AGAIN_SECONDS)

    def _follow(self) -> None:
        log.info("Bringing the index up to date")
        self._app.report(self._app.sync())
        log.info("The index is up to date")
        self._well()
        rounds = 0
        while not self._end.wait(_EVERY_SECONDS):
            if report := self._app.bring_in():
                log.info(
                    "Brought in: %s added, %s changed, %s removed",
                    report.added,
                    report.changed,
                    report.removed,
                )
            rounds += 1
            if rounds % _LOOK_EVERY == 0:
                self._app.check_indexing()
            self._well()

    def _well(self) -> None:
        self._is_well = True
        self._trouble.over()
