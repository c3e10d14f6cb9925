"""The log of a process that runs for long: one line a record, without secrets."""

import logging
import re
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path

from bot.plain import one_line

# Interaction tokens stand in the addresses that discord.py names when a request fails.
_TOKENS = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s?'\")]+")
_HIDDEN = "[hidden]"
_FRAMES = 4


class LineFormatter(logging.Formatter):
    """One line a record, its error with the places it came through; `secrets` hidden wherever they stand."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = sorted(filter(None, map(str.strip, secrets)), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, what happened and, in brackets, the error."""
        said = record.getMessage()
        if record.exc_info and record.exc_info[1]:
            said = f"{said} [{_described(record.exc_info[1])}]"
        for secret in self._secrets:
            said = said.replace(secret, _HIDDEN)
        said = _TOKENS.sub(rf"\1{_HIDDEN}", said)
        return f"{self.formatTime(record, '%Y-%m-%d %H:%M:%S')} {record.levelname} {one_line(said)}"


def start(secrets: Iterable[str] = ()) -> None:
    """Sends the log to standard error: ours from INFO on, that of libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(secrets))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("bot").setLevel(logging.INFO)
    logging.captureWarnings(True)


def _described(error: BaseException) -> str:
    """The error and, innermost first, where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{what} ({places})" if places else what
