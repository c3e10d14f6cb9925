"""A bot that is started again over the same folder, and what /forget-me takes out of it."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.records import Records
from tests.discord_bot import RunningBot, Server, running, server_in
from tests.discord_markdown import words
from tests.discord_server import Discord, Member, Message

COST = "what did the harbour bridge cost?"
MILL = "who built the mill of Lund?"
UP = "\N{THUMBS UP SIGN}"
SWITCHED_OFF = "Direct messages are switched off. Ask in a server, with /ask."


def told(member: Member) -> list[str]:
    return [message.text for message in member.direct.messages if message.author.is_bot]


def asked(member: Member) -> str:
    return words(member.command("ask", {"question": COST}).reply().text)


@dataclasses.dataclass(frozen=True)
class Life:
    """A bot in its second life, and what was there in the first."""

    discord: Discord
    bot: RunningBot
    server: Server
    closed: Server
    answer: Message
    own: Message
    panel: Message
    listed: Message


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """The second time it is started without direct messages."""
    folder = tmp_path_factory.mktemp("again")
    with Discord() as discord:
        with running(discord, folder) as first:
            _direct_messages(discord)
            server, closed = server_in(discord, "readers"), server_in(discord, "closed")
            before = _before(server, closed)
            assert first.stop() == 0, first.log
        discord.wait_for(lambda: not discord.connected)
        with running(discord, folder, DISCORD_DIRECT_MESSAGES="false") as second:
            yield Life(discord, second, server, closed, *before)
        assert discord.violations == []


def _before(server: Server, closed: Server) -> tuple[Message, Message, Message, Message]:
    for n in range(11):
        server.add(f"mill {n}.txt", f"The mill of Lund {n}\n\nThe mill of Lund was built by Sten Brun.\n")
    answer, own = server.ask(COST), server.ask(MILL)
    panel = server.boss.command("settings", {"server_per_minute": 999}, server.general).reply()
    listed = server.ana.command("articles list", {}, server.general).reply()
    server.ana.click(answer, "Thread").reply()
    server.ana.click(answer, UP).reply()
    other = closed.boss.command("settings", {"private": True}, closed.general).reply()
    closed.boss.choose(other, "cb-channels", [closed.guild.channel("questions")]).reply()
    return answer, own, panel, listed


def _direct_messages(discord: Discord) -> None:
    """Per server: for members of one that allows them; in force at once."""
    closed, opened = server_in(discord, "without messages"), server_in(discord, "with messages")
    both = opened.guild.member(closed.boss)
    closed.boss.command("settings", {"direct_messages": False}, closed.general).reply()

    closed.ana.dm(COST)
    discord.wait_for(lambda: told(closed.ana))
    assert told(closed.ana) == [SWITCHED_OFF]
    assert asked(closed.ana) == SWITCHED_OFF
    assert "41 million" in words(opened.ana.dm(COST).reply().text)
    assert "41 million" in words(both.dm(COST).reply().text)

    panel = opened.boss.command("settings", {}, opened.general).reply()
    assert "Direct messages: **off**" in opened.boss.click(panel, "Direct messages: off").reply().text
    assert asked(opened.ana) == SWITCHED_OFF
    opened.boss.click(panel, "Direct messages: on").reply()
    assert "41 million" in asked(opened.ana)


def test_buttons_work_after_a_restart(life: Life) -> None:
    quotes = life.server.boss.click(life.answer, "Quotes").reply()
    own = life.server.ana.click(life.own, "Quotes").reply()

    assert "nine million more than planned" in words(quotes.text)
    assert "Sten Brun" in words(own.text)
    assert life.server.ana.click(life.answer, UP).reply().text == "Taken back."
    assert life.server.general.threads[0].mention in life.server.ana.click(life.answer, "Thread").reply().text
    assert "page 2 of 2" in life.server.ana.click(life.listed, "Older").reply().text


def test_a_conversation_goes_on_after_a_restart(life: Life) -> None:
    (thread,) = life.server.general.threads

    in_thread = life.server.ana.say(thread, "when did it open?")
    in_reply = life.server.ana.say(life.server.general, "when did it open?", reply_to=life.answer)

    assert "opened to traffic on Saturday" in words(in_thread.reply().text)
    assert "opened to traffic on Saturday" in words(in_reply.reply().text)


def test_settings_are_in_force_after_a_restart(life: Life) -> None:
    closed = life.closed
    shown = closed.boss.command("settings", {}, closed.general).reply()
    rates = life.server.boss.click(life.panel, "Answers: private").reply()

    assert "the one who asks only" in shown.text
    assert "**1000** for a member, **999** for the server" in rates.text
    refused = closed.ana.command("ask", {"question": COST}, closed.general).reply()
    assert refused.text.startswith("citebot is not for this channel.")
    run = closed.ana.command("ask", {"question": COST}, closed.guild.channel("questions"))
    assert run.reply().ephemeral
    life.server.boss.click(rates, "Answers: public").reply()


def test_articles_of_a_server_stay_its_own_after_a_restart(life: Life) -> None:
    place = life.closed.guild.channel("questions")

    assert "Sten Brun" in words(life.server.ask(MILL).text)
    elsewhere = life.closed.ana.command("ask", {"question": MILL}, place).reply()
    assert "Sten Brun" not in elsewhere.text


def test_the_operator_switches_direct_messages_off(life: Life) -> None:
    assert asked(life.server.ana) == SWITCHED_OFF
    before = len(told(life.server.boss))
    life.server.boss.dm(COST)
    life.discord.wait_for(lambda: len(told(life.server.boss)) > before)
    assert told(life.server.boss)[-1] == SWITCHED_OFF


def test_commands_are_not_written_again_when_nothing_changed(life: Life) -> None:
    assert life.discord.command_puts == 1


def test_forget_me_takes_votes_and_questions_at_once(life: Life) -> None:
    server, ben = life.server, life.server.guild.member("ben")
    telling = "did Ben Ofarim, of 12 Quince Street, pay for the harbour bridge?"
    answer = ben.command("ask", {"question": telling}, server.general).reply()
    ben.click(answer, UP).reply()
    server.ana.click(answer, "\N{THUMBS DOWN SIGN}").reply()
    assert stored(life.bot, "Quince Street")

    said = ben.command("forget-me", {}, server.general).reply()

    assert said.ephemeral
    assert said.text.startswith("Done: your votes and watches are deleted")
    assert not stored(life.bot, "Quince Street")
    with Records(life.bot.data / "bot.sqlite3") as records:
        (voted,) = [v for v in records.votes(server.guild.id) if v.answer.message == answer.id]
    assert sum(voted.counts.values()) == 1
    assert (voted.answer.asker, voted.answer.question) == (None, None)
    assert "Noted" in ben.click(answer, UP).reply().text  # the buttons stay


def stored(bot: RunningBot, text: str) -> list[Path]:
    """The files of the data folder, and the log, that hold this text."""
    files = [path for path in bot.folder.rglob("*") if path.is_file()]
    return [path for path in files if text.encode() in path.read_bytes()]
