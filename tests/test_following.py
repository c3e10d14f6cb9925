"""`citebot index --follow` in a process of its own, beside readers and over a server that goes away."""

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.settings import Settings
from tests.chroma_server import ChromaServer, chroma_server
from tests.command import Command, with_model
from tests.discord_bot import BRIDGE, free_port
from tests.making import STORM
from tests.test_health import fetch

TUNNEL = """\
---
title: Tunnel under Elm Harbour is flooded
---
The tunnel under Elm Harbour was flooded on Monday, and will stay closed until the autumn.
Repairs will cost 7 million euros, said the engineer Boris Tamm.
"""
REPAIRS = "what will repairs of the tunnel cost?"
_SECONDS = 60.0


def wait_for(true: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + _SECONDS
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.2)


class Indexer:
    """The process, and what it logged."""

    def __init__(self, folder: Path, url: str) -> None:
        self.articles, self._folder = folder / "news", folder
        self.port = free_port()
        settings = {
            "CITEBOT_ARTICLES": str(self.articles),
            "CITEBOT_DATA": str(with_model(folder / "data")),
            "CHROMA_URL": url,
            "HEALTH_PORT": str(self.port),
        }
        self.command = Command(folder, settings)
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [*self.command.arguments, "index", "--follow"],
                cwd=folder,
                env=self.command.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text(encoding="utf-8")

    @property
    def health(self) -> int:
        """The status of /healthz; 0 before it listens."""
        with contextlib.suppress(OSError):
            return fetch(self.port, "healthz")[0]
        return 0


@pytest.fixture
def chroma(tmp_path: Path) -> Iterator[ChromaServer]:
    with chroma_server(tmp_path / "chroma") as server:
        yield server


@pytest.fixture
def indexer(tmp_path: Path, chroma: ChromaServer) -> Iterator[Indexer]:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "bridge.md").write_text(BRIDGE)
    made = Indexer(tmp_path, chroma.url)
    yield made
    made.process.kill()
    made.process.wait()


def test_an_indexer_brings_in_what_changes_and_outlives_its_server(
    indexer: Indexer, chroma: ChromaServer, tmp_path: Path
) -> None:
    wait_for(lambda: indexer.health == 200, "the indexer to be well")
    settings = Settings(data=with_model(tmp_path / "elsewhere"), chroma_url=chroma.url, reader_model="none")
    with App(settings) as reader:
        assert "41 million" in reader.ask("what did the bridge cost?").text
        (indexer.articles / "tunnel.md").write_text(TUNNEL)
        wait_for(lambda: "7 million" in reader.ask(REPAIRS).text, "the reader to see the article")
        assert "Brought in: 1 added, 0 changed, 0 removed" in indexer.log

        busy = indexer.command.here("index")
        assert busy.exit_code == 1
        assert f"process {indexer.process.pid} has been indexing since" in busy.stderr
        (tmp_path / "storm.txt").write_text(STORM)
        added = indexer.command.here("add", str(tmp_path / "storm.txt"))
        assert "The indexer that runs brings it in within seconds." in added.stderr

        chroma.kill()
        wait_for(lambda: "nothing answers there. It is tried again." in indexer.log, "a line in the log")
        assert indexer.health == 503
        chroma.start()
        (indexer.articles / "tunnel.md").write_text(TUNNEL.replace("7 million", "8 million"))
        wait_for(lambda: "8 million" in reader.ask(REPAIRS).text, "the reader to see the change")
        wait_for(lambda: indexer.health == 200, "the indexer to be well again")
    indexer.process.terminate()
    assert indexer.process.wait(30) == 0
    assert "Traceback" not in indexer.log
    assert indexer.command.here("index").exit_code == 0
