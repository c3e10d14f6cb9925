"""What fails at Discord and here while the bot runs: a line in the log, and the next question is answered."""

import contextlib
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.discord_bot import RunningBot, running
from tests.discord_server import Channel, Discord, Guild, Member, Permissions, Run

COST = "what did the bridge cost?"
BEAT = 2.0
LATE, EXPIRED = 10062, 50027


class Town:
    """A server of a test's own, and what the log says since the test began."""

    def __init__(self, discord: Discord, bot: RunningBot, guild: Guild) -> None:
        self.discord = discord
        self.bot = bot
        self.guild = guild
        self.general: Channel = guild.channel("general")
        self.ana: Member = guild.member("ana")
        self._before = len(bot.log)

    @property
    def log(self) -> list[str]:
        """The lines since the test began."""
        return self.bot.log[self._before :].splitlines()

    def says(self, *words: str) -> None:
        """The log gets one line with these words, and no other of that kind."""

        def found() -> list[str]:
            return [line for line in self.log if all(word in line for word in words)]

        self.discord.wait_for(found, 20, f"{words} in the log")
        assert len(found()) == 1, self.log

    def ask(self) -> Run:
        return self.ana.command("ask", {"question": COST}, self.general)

    def is_well(self) -> None:
        """The next question is answered, and nobody saw a traceback."""
        assert "41 million" in self.ask().reply().text
        assert self.bot.process.poll() is None
        assert "Traceback" not in self.bot.log
        assert self.discord.token not in self.bot.log
        assert all(run.token not in self.bot.log for run in self.discord.runs)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Discord, RunningBot]]:
    with Discord(heartbeat=BEAT) as discord:
        first = discord.guild("First")
        with running(discord, tmp_path_factory.mktemp("faults")) as bot:
            discord.wait_for(lambda: "Ready as" in bot.log, 30, "the bot to be ready")
            assert first.present
            yield discord, bot


@pytest.fixture
def town(stage: tuple[Discord, RunningBot], request: pytest.FixtureRequest) -> Iterator[Town]:
    discord, bot = stage
    town = Town(discord, bot, discord.guild(request.node.name))
    yield town
    discord.violations.clear()


# Discord's answers.


def test_a_rate_limit_is_waited_out(town: Town) -> None:
    town.discord.fail("PATCH", "/messages/@original", status=429, retry_after=1.5)
    began = time.monotonic()
    assert "41 million" in town.ask().reply().text
    assert time.monotonic() - began > 1.4
    town.says("WARNING", "rate limited. Retrying in 1.50 seconds")
    town.is_well()
    assert town.discord.violations == []


def test_a_rate_limit_for_everything_is_waited_out(town: Town) -> None:
    town.discord.fail("POST", "/typing", status=429, retry_after=0.5, everywhere=True)
    said = town.ana.say(town.general, f"{town.discord.bot.mention} {COST}")
    assert "41 million" in said.reply().text
    town.says("WARNING", "Global rate limit has been hit. Retrying in 0.50 seconds")
    town.is_well()


def test_a_server_error_is_tried_again(town: Town) -> None:
    town.discord.fail("PATCH", "/messages/@original", status=502, times=2)
    assert "41 million" in town.ask().reply().text
    town.is_well()


def test_an_error_that_stays_is_told_with_the_id_in_the_log(town: Town) -> None:
    town.discord.fail("PATCH", "/messages/@original", status=400, code=50035)
    run = town.ask()
    told = apology(town, run)
    town.says("ERROR", told, f"interaction {run.id}", "50035")
    town.is_well()


def apology(town: Town, run: Run) -> str:
    """The id in what the one who asked is told, in private."""
    said = town.discord.wait_for(
        lambda: next((m for m in run.messages if "Something went wrong" in m.text), None), 20, "an apology"
    )
    assert said.only_for is town.ana.user
    found = re.search(r"`([0-9a-f]{8})`", said.text)
    assert found
    return found[1]


@pytest.mark.parametrize(("status", "code"), [(404, LATE), (404, 10015), (401, EXPIRED)])
def test_an_interaction_that_expired_is_a_line(town: Town, status: int, code: int) -> None:
    path = "/callback" if code == LATE else "/messages/@original"
    town.discord.fail("POST" if code == LATE else "PATCH", path, status=status, code=code)
    run = town.ask()
    town.says("WARNING", "Discord gave up waiting for an answer", f"interaction {run.id}")
    assert run.messages == []
    town.is_well()


def test_typing_that_fails_does_not_keep_the_answer_back(town: Town) -> None:
    town.discord.fail("POST", "/typing", status=403, code=50013)
    said = town.ana.say(town.general, f"{town.discord.bot.mention} {COST}")
    assert "41 million" in said.reply().text
    town.is_well()


def test_without_the_right_to_send_the_author_is_told(town: Town) -> None:
    town.general.deny(town.guild.bot_role, Permissions.send_messages)
    said = town.ana.say(town.general, f"{town.discord.bot.mention} {COST}")
    told = town.discord.wait_for(
        lambda: [m for m in town.discord.messages if m.channel.recipient is town.ana.user], 20, "a message"
    )
    assert "I may not do that here: a right is missing." in told[0].text
    town.says("WARNING", "Discord does not let the bot do that", f"message {said.id}", "50013")
    town.is_well()


def test_without_the_right_to_open_threads_the_one_who_pressed_is_told(town: Town) -> None:
    answer = town.ask().reply()
    town.general.deny(town.guild.bot_role, Permissions.create_public_threads)
    said = town.ana.click(answer, "Thread").reply()
    assert "a right is missing" in said.text
    assert said.ephemeral
    town.says("WARNING", "Discord does not let the bot do that", "50013")
    town.is_well()


def test_the_question_was_deleted_meanwhile(town: Town) -> None:
    town.discord.fail("POST", "/typing", status=None, delay=1)
    said = town.ana.say(town.general, f"{town.discord.bot.mention} {COST}")
    town.general.delete(said)

    def answers() -> list[str]:
        return [m.text for m in town.general.messages if m.author is town.discord.bot]

    assert "41 million" in town.discord.wait_for(answers, 20, "the answer")[0]
    town.is_well()
    assert town.discord.violations == []


def test_the_answer_was_deleted_meanwhile(town: Town) -> None:
    answer = town.ask().reply()
    town.general.delete(answer)
    town.is_well()


def test_the_channel_was_deleted_meanwhile(town: Town) -> None:
    elsewhere = town.guild.channel("elsewhere")
    town.discord.fail("POST", "/typing", status=None, delay=1)
    town.ana.say(elsewhere, f"{town.discord.bot.mention} {COST}")
    elsewhere.remove()
    town.says("WARNING", "A message or channel was deleted meanwhile")
    town.is_well()


@contextlib.contextmanager
def broken(town: Town) -> Iterator[None]:
    """A damaged index, whole again at the end."""
    stamp = town.bot.data / "index" / "stamp.json"
    whole = stamp.read_bytes()
    stamp.write_text("{ broken")
    try:
        yield
    finally:
        stamp.write_bytes(whole)


# The gateway.


@pytest.mark.parametrize(
    "fault",
    [
        Discord.drop_gateway,
        lambda discord: discord.drop_gateway(4000),
        Discord.reconnect,
        lambda discord: discord.invalidate(resumable=True),
    ],
    ids=["cut", "closed", "reconnect", "invalid but resumable"],
)
def test_a_session_is_resumed(town: Town, fault: Callable[[Discord], None]) -> None:
    discord = town.discord
    resumed, identified = discord.resumed, discord.identified
    fault(discord)
    discord.wait_for(lambda: discord.resumed > resumed and discord.connected, 30, "the session to go on")
    assert discord.identified == identified
    town.is_well()


@pytest.mark.parametrize(
    "fault",
    [Discord.invalidate, lambda discord: discord.drop_gateway(4009)],
    ids=["invalid", "timed out"],
)
def test_a_new_session_is_begun_at_the_same_gateway(town: Town, fault: Callable[[Discord], None]) -> None:
    discord = town.discord
    identified = discord.identified
    fault(discord)
    discord.wait_for(lambda: discord.identified > identified and discord.connected, 40, "a new session")
    town.is_well()
    assert town.bot.log.count("Invite it with") == 1


def test_discord_is_away_for_some_seconds(town: Town) -> None:
    discord = town.discord
    discord.take_offline()
    discord.wait_for(lambda: "Attempting a reconnect" in "".join(town.log), 10, "a line about it")
    discord.bring_back()
    discord.wait_for(lambda: discord.connected, 60, "the bot to be back")
    town.is_well()


def fail_connection(town: Town) -> None:
    """An event that discord.py cannot read ends its client, for good."""
    town.discord.world.publish("CHANNEL_CREATE", {"of": "another kind"}, guild=town.guild)
    town.says("ERROR", "The connection to Discord failed; another is made", "KeyError")


def is_back(town: Town, identified: int) -> None:
    discord = town.discord
    discord.wait_for(lambda: discord.identified > identified and discord.connected, 60, "the bot to be back")
    town.is_well()


def test_an_event_that_discord_py_cannot_read_does_not_end_it(town: Town) -> None:
    identified = town.discord.identified
    fail_connection(town)
    is_back(town, identified)


def test_another_connection_is_made_when_discord_is_back(town: Town) -> None:
    identified = town.discord.identified
    fail_connection(town)
    town.discord.take_offline()
    town.says("WARNING", "There is no answer from", "Another connection is made")
    town.discord.bring_back()
    is_back(town, identified)


def test_a_broken_index_keeps_no_other_connection_away(town: Town) -> None:
    identified = town.discord.identified
    with broken(town):
        fail_connection(town)
        town.discord.wait_for(lambda: town.discord.identified > identified, 60, "another connection")
        apology(town, town.ask())
    is_back(town, identified)


def test_the_heart_beats_on(town: Town) -> None:
    beaten = town.discord.longest_beat_gap
    time.sleep(1.5 * BEAT)
    assert town.discord.connected
    assert town.discord.longest_beat_gap <= max(beaten, 1.25 * BEAT)  # no clock is exact
    assert town.discord.violations == []


# Here.


def test_an_index_that_breaks_while_it_runs_is_told_with_an_id(town: Town) -> None:
    with broken(town):
        told = apology(town, town.ask())
        town.says("ERROR", told, "StoreDamaged", "Run `citebot index --rebuild`.")
    town.is_well()


def test_records_that_are_held_up_hold_up_nobody_elses_deferral(town: Town) -> None:
    assert "41 million" in town.ask().reply().text
    with contextlib.closing(sqlite3.connect(town.bot.data / "bot.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        first = town.ask().done()
        time.sleep(2)  # it is answered, and waits to be kept
        second = town.ask().done()
        other.execute("ROLLBACK")

    assert second.deferred_after is not None
    assert second.deferred_after < 1
    assert "41 million" in first.reply().text
    assert "41 million" in second.reply().text


def test_a_token_that_is_withdrawn_ends_it(tmp_path: Path) -> None:
    with Discord() as discord, running(discord, tmp_path) as bot:
        discord.drop_gateway(4004)
        assert bot.process.wait(20) == 1
        assert bot.log.splitlines()[-1].startswith("citebot: Discord refuses DISCORD_TOKEN. Copy it anew")
        assert "Traceback" not in bot.log


def test_told_to_leave_while_discord_is_away_it_leaves(stage: tuple[Discord, RunningBot]) -> None:
    discord, bot = stage
    discord.take_offline()
    time.sleep(1)
    began = time.monotonic()
    assert bot.stop() == 0
    assert time.monotonic() - began < 6
    assert "Traceback" not in bot.log
    discord.bring_back()
