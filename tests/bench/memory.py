"""The memory of `citebot discord`, idle after 100 questions."""

import re
import tempfile
import time
from pathlib import Path

from tests.discord_bot import running, server_in
from tests.discord_server import Discord

_QUESTIONS = (
    "What did the bridge cost?",
    "Who is the mayor?",
    "When did the bridge open?",
    "Who won the cup?",
)
_IDLE_SECONDS = 5.0


def run(reader: str) -> None:
    """Prints it in MB, as the system counts it; `reader` as in READER_MODEL."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Discord() as discord,
        running(discord, Path(folder), READER_MODEL=reader) as bot,
    ):
        server = server_in(discord, "bench")
        for number in range(100):
            server.ask(_QUESTIONS[number % len(_QUESTIONS)])
        time.sleep(_IDLE_SECONDS)
        status = Path(f"/proc/{bot.process.pid}/status").read_text()
        for name, what in (("VmRSS", "now"), ("VmHWM", "at most")):
            found = re.search(rf"{name}:\s+(\d+) kB", status)
            assert found
            print(f"citebot discord, idle after 100 questions: {int(found[1]) / 1024:.0f} MB {what}")
