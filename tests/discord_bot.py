"""The real `citebot discord` in a subprocess, for tests that talk to it through `tests.discord_server`.

    with running(discord, tmp_path, DISCORD_DIRECT_MESSAGES="false") as bot:
        ...
        assert bot.stop() == 0
    assert "Ready as" in bot.log

A second `running` in the same folder is the bot started again: same articles, same data.
"""

import contextlib
import dataclasses
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.command import Command, environment, with_model
from tests.discord_server import Channel, Discord, Guild, Member, Message, Permissions

# An article with a date, an outlet and a link.
BRIDGE = """\
---
title: Harbour bridge opens after nine years
url: https://news.example/bridge
source: Harbour Times
published: 2024-06-01
---
The new bridge over Elm Harbour opened to traffic on Saturday, nine years after the first plans.
Mayor Ana Lindqvist said the bridge had cost 41 million euros, nine million more than planned.
Ferries will keep crossing the harbour until the end of the summer, the port authority announced.
"""

_START_SECONDS = 120.0
_STOP_SECONDS = 20.0


@dataclasses.dataclass(frozen=True, slots=True)
class RunningBot:
    """The process, its folder with `articles` and `data`, and what it logged in all its lives."""

    process: subprocess.Popen[bytes]
    folder: Path
    settings: dict[str, str]

    @property
    def articles(self) -> Path:
        return self.folder / "articles"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        """Standard output and error."""
        return _log(self.folder).read_text(encoding="utf-8")

    @property
    def command(self) -> Command:
        """`citebot` over the same articles and data, for what the operator does beside the bot."""
        return Command(self.folder, self.settings)

    def stop(self, timeout: float = _STOP_SECONDS) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.process.wait(timeout)


@dataclasses.dataclass(frozen=True, slots=True)
class Server:
    """A server with a channel, a member and one who manages it; they may ask as often as a test needs."""

    guild: Guild
    general: Channel
    ana: Member
    boss: Member

    def ask(self, question: str, **options: object) -> Message:
        """The answer to Ana's /ask."""
        return self.ana.command("ask", {"question": question, **options}, self.general).reply()

    def add(self, name: str, text: str) -> Message:
        """What the bot says when the manager adds an article."""
        return self.boss.command("articles add", {"file": (name, text.encode())}, self.general).reply()


def server_in(discord: Discord, name: str) -> Server:
    """A new server, its rates raised by /settings."""
    guild = discord.guild(name)
    boss = guild.member(f"boss of {name}", permissions=Permissions.manage_guild)
    server = Server(guild, guild.channel("general"), guild.member(f"ana of {name}"), boss)
    rates = {"member_per_minute": 1000, "server_per_minute": 1000}
    boss.command("settings", rates, server.general).reply()
    return server


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(discord: Discord, folder: Path, *, connect: bool = True, **settings: str) -> Iterator[RunningBot]:
    """`citebot discord` until the block ends; connected, unless `connect` is False.

    Its articles are the files in `folder`/articles; without that, the article of the bridge.
    """
    if not (articles := folder / "articles").exists():
        articles.mkdir()
        (articles / "bridge.md").write_text(BRIDGE)
    bot = _started(discord, folder, settings)
    try:
        if connect:
            discord.wait_for(lambda: _is_connected(discord, bot), _START_SECONDS, "the bot to connect")
        yield bot
    finally:
        if bot.process.poll() is None:
            bot.process.kill()
        bot.process.wait()


def _started(discord: Discord, folder: Path, settings: dict[str, str]) -> RunningBot:
    own = {
        "CITEBOT_ARTICLES": str(folder / "articles"),
        "CITEBOT_DATA": str(with_model(folder / "data")),
        "DISCORD_API_BASE": discord.base,
        "DISCORD_TOKEN": discord.token,
        "HEALTH_PORT": str(free_port()),
        **settings,
    }
    with _log(folder).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "discord"],
            cwd=folder,
            env=environment(**own),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    return RunningBot(process, folder, own)


def _is_connected(discord: Discord, bot: RunningBot) -> bool:
    assert bot.process.poll() is None, bot.log
    return discord.connected


def _log(folder: Path) -> Path:
    return folder / "log"
