"""Fixtures that several test modules share."""

import shutil
import signal
from collections.abc import Iterator

import pytest

from index.embedding import Embedder
from tests.command import CHECKOUT, Command, exported, with_model
from tests.discord_bot import BRIDGE, RunningBot, Server, running, server_in
from tests.discord_server import Discord
from tests.web import Web


def pytest_configure() -> None:
    """Ctrl-C works, which tests press: in a shell's background job it is ignored, by the children too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The real model, loaded once for all tests that embed; as users run it, exported."""
    return Embedder(exports=exported())


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """`citebot` over the seeds, an article with a date and a broken file, indexed once for all tests."""
    folder = tmp_path_factory.mktemp("indexed")
    articles = folder / "articles"
    shutil.copytree(CHECKOUT / "seeds", articles)
    (articles / "bridge.md").write_text(BRIDGE)
    (articles / "broken.pdf").write_bytes(b"%PDF-1.7\ntruncated")
    data = with_model(folder / "data")
    command = Command(folder, {"CITEBOT_ARTICLES": str(articles), "CITEBOT_DATA": str(data)})
    done = command("index")
    assert done.returncode == 1, done.stderr  # for broken.pdf; the others are indexed
    assert done.stdout.startswith("2 added, 0 changed, 0 removed, 0 unchanged; ")
    assert "broken.pdf" in done.stderr
    return command


@pytest.fixture(scope="session")
def discord() -> Iterator[Discord]:
    """A Discord on 127.0.0.1, the one that `bot` is in."""
    with Discord() as discord:
        yield discord


@pytest.fixture(scope="session")
def news() -> Iterator[Web]:
    """A web server on 127.0.0.1 that `bot` may fetch from."""
    with Web() as web:
        yield web


@pytest.fixture(scope="session")
def bot(discord: Discord, news: Web, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    """`citebot discord` in `discord`, started once for all tests that leave it as it was."""
    with running(discord, tmp_path_factory.mktemp("bot"), connect=True, **news.settings()) as bot:
        yield bot


@pytest.fixture
def server(discord: Discord, bot: RunningBot, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of this test's own, where `bot` is; at the end Discord has nothing to complain of."""
    yield server_in(discord, request.node.name)
    # All tests together may ask more in a second than one bot's share; it waits, as it is told to.
    violations = [violation for violation in discord.violations if "'global': True" not in str(violation)]
    discord.violations.clear()
    assert violations == []
