"""The application, as a command holds it."""

import contextlib
from collections.abc import Iterator

from bot.app import App
from bot.console import Waiting
from bot.settings import Settings


@contextlib.contextmanager
def opened(waiting: Waiting) -> Iterator[App]:
    """Settings read, the application made, and closed again. Raises CitebotError."""
    app = App(Settings.load(), progress=waiting.progress, notice=waiting.notice)
    with contextlib.closing(app):
        yield app
