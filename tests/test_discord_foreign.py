"""Another server that speaks Discord's API: it leaves away what may be left away."""

from collections.abc import Iterator

import pytest

from tests.discord_bot import RunningBot, Server, running, server_in
from tests.discord_server import Discord

COST = "what did the harbour bridge cost?"


@pytest.fixture(scope="module")
def discord() -> Iterator[Discord]:
    with Discord(foreign=True) as discord:
        yield discord


@pytest.fixture(scope="module")
def bot(discord: Discord, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    with running(discord, tmp_path_factory.mktemp("foreign")) as bot:
        yield bot


@pytest.fixture
def server(discord: Discord, bot: RunningBot, request: pytest.FixtureRequest) -> Server:
    return server_in(discord, request.node.name)


def test_ask_and_its_buttons_work(server: Server) -> None:
    answer = server.ask(COST)

    assert "41 million" in answer.text
    assert server.ana.click(answer, "Quotes").reply().ephemeral
    assert "Noted" in server.ana.click(answer, "Wrong source").reply().text
    assert "Go on in" in server.ana.click(answer, "Thread").reply().text


def test_a_conversation_is_read_from_it(server: Server) -> None:
    asked = server.ana.say(server.general, f"{server.guild.bot.user.mention} {COST}")
    assert "41 million" in asked.reply().text

    further = server.ana.say(server.general, "and when did it open?", reply_to=asked.reply(), ping=False)

    assert "Saturday" in further.reply().text


def test_managers_are_known_by_their_roles(server: Server) -> None:
    assert "Added: " in server.add("tides.md", "The tide tables of Narvik were printed in 1911.").text
    refused = server.ana.command("articles add", {"file": ("x.md", b"Words.")}, server.general).reply()
    assert "Manage Server" in refused.text


def test_a_rate_limit_without_a_proxys_mark_is_waited_out(server: Server, discord: Discord) -> None:
    discord.fail("PATCH", "/messages/@original", status=429, retry_after=1.0)
    discord.fail("POST", r"/channels/\d+/messages", status=429, retry_after=1.0)

    assert "41 million" in server.ask(COST).text
    asked = server.ana.say(server.general, f"{server.guild.bot.user.mention} {COST}")
    assert "41 million" in asked.reply().text
