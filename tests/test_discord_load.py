"""Fifty people at once: everyone is answered or told to wait, the heart beats on, the memory stays."""

import dataclasses
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.discord_bot import RunningBot, Server, running, server_in
from tests.discord_server import Discord, Member, Run

BEAT = 1.0
PEOPLE = 50
QUESTIONS = ("what did the bridge cost?", "when did the bridge open?", "who is the mayor?")
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclasses.dataclass(frozen=True, slots=True)
class Crowd:
    """Fifty members of a server that lets them ask."""

    discord: Discord
    bot: RunningBot
    server: Server
    people: tuple[Member, ...]

    def ask(self) -> list[Run]:
        """A question of everyone's, all at once."""
        return [
            person.command("ask", {"question": QUESTIONS[n % len(QUESTIONS)]}, self.server.general)
            for n, person in enumerate(self.people)
        ]

    @property
    def memory(self) -> float:
        """What the process holds, in MB."""
        resident = Path(f"/proc/{self.bot.process.pid}/statm").read_text().split()[1]
        return int(resident) * PAGE / 1e6


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    with Discord(heartbeat=BEAT) as discord, running(discord, tmp_path_factory.mktemp("load")) as bot:
        server = server_in(discord, "Readers")
        people = tuple(server.guild.member(f"reader {n}") for n in range(PEOPLE))
        server.ask(QUESTIONS[0])
        yield Crowd(discord, bot, server, people)


def answered(runs: list[Run]) -> list[str]:
    return [run.reply(timeout=60).text for run in runs]


def test_fifty_at_once_are_answered_and_the_heart_beats_on(crowd: Crowd) -> None:
    runs = crowd.ask()
    texts = answered(runs)
    deferred = [run.deferred_after for run in runs]
    assert all(after is not None for after in deferred)
    slowest = max(after for after in deferred if after is not None)
    assert slowest < 1
    assert all("Harbour Times" in text for text in texts), texts
    # Another process may have the processor for a moment; a loop that is blocked misses many.
    assert crowd.discord.longest_beat_gap < 3 * BEAT
    assert crowd.discord.violations == []


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="the memory of a process is told by /proc")
def test_the_memory_stays(crowd: Crowd) -> None:
    sizes = []
    for _ in range(3):
        answered(crowd.ask())
        sizes.append(crowd.memory)
    first, *_, last = sizes
    assert last - first < 30
    assert crowd.discord.violations == []


def test_more_than_it_can_take_on_are_told_to_wait(crowd: Crowd) -> None:
    runs = [run for _ in range(4) for run in crowd.ask()]
    texts = answered(runs)
    told = [text for text in texts if "Too many questions" in text]
    assert told
    assert len(told) < len(texts)
    assert all("Ask again in a minute." in text for text in told)
    assert all(run.deferred_after is not None for run in runs)
    assert crowd.discord.longest_beat_gap < 3 * BEAT
    assert crowd.discord.violations == []


def test_told_to_leave_it_leaves_nobody_waiting(crowd: Crowd) -> None:
    runs = crowd.ask() + crowd.ask()  # more than it can answer in the time that it takes
    crowd.discord.wait_for(lambda: all(run.answer for run in runs), 10, "all to be under way")
    crowd.bot.process.send_signal(signal.SIGTERM)
    assert crowd.bot.process.wait(16) == 0
    texts = [run.messages[0].text for run in runs]
    assert all("Harbour Times" in text or "citebot is being restarted" in text for text in texts), texts
    assert "Traceback" not in crowd.bot.log
    assert crowd.discord.violations == []
