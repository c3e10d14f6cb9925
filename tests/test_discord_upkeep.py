"""What changes beside a running bot is answered from within seconds, and other questions all the while."""

import time
from collections.abc import Iterator

import pytest

from tests.discord_bot import RunningBot, Server

TUNNEL = """\
---
title: Tunnel under Elm Harbour is flooded
url: https://news.example/tunnel
---
The tunnel under Elm Harbour was flooded on Monday, and will stay closed until the autumn.
Repairs will cost 7 million euros, said the engineer Boris Tamm.
"""
REPAIRS = "what will repairs of the tunnel cost?"
COST = "what did the bridge cost?"
_WITHIN_SECONDS = 5.0


@pytest.fixture
def added(bot: RunningBot) -> Iterator[str]:
    """What `citebot add` said to the article of the tunnel; removed at the end."""
    file = bot.folder / "tunnel.md"
    file.write_text(TUNNEL)
    done = bot.command.here("add", str(file))
    yield done.stdout + done.stderr
    bot.command.here("remove", "https://news.example/tunnel")


def seconds_until(server: Server, question: str, *, says: str) -> float:
    """How long it takes until the answer has these words; the bot answers another question all the while."""
    begun = time.monotonic()
    while says not in server.ask(question).text:
        assert time.monotonic() - begun < 60
        assert "41 million euros" in server.ask(COST).text
        time.sleep(0.2)
    return time.monotonic() - begun


def test_an_article_added_beside_the_bot_is_answered_from_within_seconds(
    server: Server, bot: RunningBot, added: str
) -> None:
    assert "The bot that runs brings it in within seconds." in added
    assert seconds_until(server, REPAIRS, says="7 million euros") < _WITHIN_SECONDS
    bot.command.here("remove", "tunnel")
    assert seconds_until(server, REPAIRS, says="do not answer") < _WITHIN_SECONDS


def test_many_articles_come_in_unasked(server: Server, bot: RunningBot) -> None:
    for number in range(30):
        (bot.articles / f"ferry-{number}.txt").write_text(f"Ferry number {number} sails to port {number}.")
    seconds_until(server, "where does ferry number 17 sail?", says="Ferry number 17 sails")
    for number in range(30):
        (bot.articles / f"ferry-{number}.txt").unlink()
    assert "Brought in: 30 added, 0 changed, 0 removed" in bot.log
