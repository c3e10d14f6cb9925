"""The buttons under an answer: Quotes, Thread, votes; pressed by whoever sees them, or forged."""

import json
import time

import pytest

from bot.records import Records
from bot.votes import Vote, VotedAnswer
from tests.discord_bot import RunningBot, Server
from tests.discord_markdown import words
from tests.discord_server import Discord, Message, Permissions

COST = "what did the harbour bridge cost?"
NOT_HERE = "That answer is not from here, or is no longer known."
UP, DOWN, WRONG_SOURCE = "\N{THUMBS UP SIGN}", "\N{THUMBS DOWN SIGN}", "Wrong source"

TIDES = """\
---
title: The tide tables of Narvik
url: https://news.example/tides
---
The tide tables of Narvik were printed by Ingrid Solberg in 1911. She sold 300 copies in a week.
"""


def voted(bot: RunningBot, server: Server) -> list[VotedAnswer]:
    with Records(bot.data / "bot.sqlite3") as records:
        return records.votes(server.guild.id)


def custom_id(message: Message, label: str) -> str:
    (found,) = [button.custom_id for button in message.buttons if label in (button.label, button.emoji)]
    assert found
    return found


def test_quotes_are_shown_within_their_passage_to_the_one_who_pressed(server: Server) -> None:
    answer = server.ask(COST)

    run = server.boss.click(answer, "Quotes")

    quotes = run.reply()
    assert run.deferred_after is not None
    assert quotes.ephemeral
    assert quotes.only_for is server.boss.user
    assert "nine million more than planned" in words(quotes.text)
    assert "The new bridge over Elm Harbour" in words(quotes.text)  # its neighbours, too
    assert "**" in quotes.text
    assert "Harbour Times, 1 June 2024" in quotes.text
    assert "#:~:text=" in quotes.text
    assert (quotes.pings, quotes.previews) == ([], [])
    assert "Quotes" in [button.label for button in answer.buttons]


def test_quotes_of_an_article_that_went_say_so(server: Server) -> None:
    server.add("tides.md", TIDES)
    answer = server.ask("who printed the tide tables of Narvik?")
    assert "Ingrid Solberg" in words(answer.text)
    assert "Ingrid Solberg" in words(server.ana.click(answer, "Quotes").reply().text)
    (article,) = server.boss.autocomplete("articles remove", "article", "tide", server.general)

    removed = server.boss.command(
        "articles remove", {"article": article_id(server, "tide")}, server.general
    ).reply()

    assert article == "The tide tables of Narvik"
    assert "Removed: " in removed.text
    quotes = server.ana.click(answer, "Quotes").reply()
    assert words(quotes.text) == "[1] The article is no longer in the collection."
    assert "Ingrid" not in server.ask("who printed the tide tables of Narvik?").text.split("-# ")[0][40:]


def article_id(server: Server, typed: str) -> str:
    """What Discord sends for the first article that is offered."""
    server.boss.autocomplete("articles remove", "article", typed, server.general)
    choices = server.guild.world.runs[list(server.guild.world.runs)[-1]].choices
    assert choices
    return str(choices[0]["value"])


def test_quotes_of_an_article_that_changed_say_so(server: Server, bot: RunningBot, discord: Discord) -> None:
    server.add("tides.md", TIDES)
    answer = server.ask("who printed the tide tables of Narvik?")
    (file,) = (bot.data / "servers" / str(server.guild.id) / "articles").glob("*.md")
    file.write_text(file.read_text().replace("Ingrid Solberg", "Somebody Unknown"))

    def changed() -> bool:
        time.sleep(1)  # a press a second, as people do
        return "has changed since" in server.ana.click(answer, "Quotes").reply().text

    discord.wait_for(changed, 15)


def test_a_thread_is_opened_once(server: Server) -> None:
    answer = server.ask(COST)

    first = server.ana.click(answer, "Thread").reply()
    second = server.boss.click(answer, "Thread").reply()

    (thread,) = server.general.threads
    assert thread.mention in first.text
    assert thread.mention in second.text
    assert first.ephemeral


def test_a_thread_that_was_opened_meanwhile_is_named(server: Server, discord: Discord) -> None:
    answer = server.ask(COST)
    discord.fail("POST", rf"/messages/{answer.id}/threads", status=400, code=160004)

    said = server.ana.click(answer, "Thread").reply()

    assert f"<#{answer.id}>" in said.text
    assert said.ephemeral


def test_who_presses_without_end_is_told_to_wait(server: Server, discord: Discord) -> None:
    answer = server.ask(COST)

    presses = [server.ana.click(answer, UP) for _ in range(61)]

    said = discord.wait_for(lambda: [run.reply().text for run in presses if run.messages][60:], 30)
    assert any("Try again in" in text for text in said) or "Try again in" in presses[-1].reply().text
    assert "Noted" in server.boss.click(answer, UP).reply().text


def test_a_threads_name_is_short_and_plain(server: Server) -> None:
    answer = server.ask(f"@everyone {server.boss.mention} what did the bridge cost? " * 30)

    server.boss.click(answer, "Thread").reply()

    (thread,) = server.general.threads
    assert len(thread.name) <= 100
    assert all(message.pings == [] for message in thread.messages)


def test_a_thread_that_the_bot_may_not_open_is_told_in_private(server: Server, discord: Discord) -> None:
    answer = server.ask(COST)
    server.general.deny(server.guild.bot_role, Permissions.create_public_threads)

    said = server.ana.click(answer, "Thread").reply()

    assert "a right is missing" in said.text
    assert said.ephemeral
    discord.violations.clear()  # the attempt


def test_a_member_who_may_not_open_threads_has_the_bot_open_none(server: Server) -> None:
    answer = server.ask(COST)
    server.general.deny(server.guild.everyone, Permissions.create_public_threads)
    server.general.allow(server.guild.bot_role, Permissions.create_public_threads)

    said = server.ana.click(answer, "Thread").reply()

    assert "You may not open threads in this channel." in said.text
    assert said.ephemeral
    assert server.general.threads == []


def test_a_vote_counts_once_a_person_and_can_be_changed_and_taken_back(
    server: Server, bot: RunningBot
) -> None:
    answer = server.ask(COST)

    said = server.ana.click(answer, UP).reply()
    server.boss.click(answer, UP).reply()
    assert said.ephemeral
    assert voted(bot, server)[0].counts == {Vote.RIGHT: 2}

    server.ana.click(answer, WRONG_SOURCE).reply()
    assert voted(bot, server)[0].counts == {Vote.RIGHT: 1, Vote.WRONG_SOURCE: 1}

    server.ana.click(answer, DOWN).reply()
    assert voted(bot, server)[0].counts == {Vote.RIGHT: 1, Vote.WRONG: 1}

    assert server.ana.click(answer, DOWN).reply().text == "Taken back."
    server.boss.click(answer, UP).reply()
    assert voted(bot, server) == []


def test_a_refusal_can_be_voted_on(server: Server, bot: RunningBot) -> None:
    answer = server.ask("who won the chess match in Reykjavik?")

    server.ana.click(answer, DOWN).reply()

    (found,) = voted(bot, server)
    assert found.answer.refused
    assert [button.label or button.emoji for button in answer.buttons] == ["Thread", UP, DOWN]


def test_feedback_lists_and_exports_the_votes(server: Server, bot: RunningBot) -> None:
    answer = server.ask(COST)
    server.ana.click(answer, UP).reply()
    folder = bot.folder / "feedback"

    listed = bot.command.here("feedback", "--server", str(server.guild.id), "--json")
    bot.command.here("feedback", "--server", str(server.guild.id), "--export", str(folder))

    (row,) = map(json.loads, listed.stdout.splitlines())
    assert (row["question"], row["votes"]) == (COST, {"right": 1})
    assert "41 million" not in listed.stdout  # ids and offsets only
    (question,) = map(json.loads, (folder / "questions.jsonl").read_text().splitlines())
    assert question["answerable"] is True
    assert "41 million euros" in question["answers"][0]


def test_buttons_of_a_private_answer_work(server: Server) -> None:
    answer = server.ask(COST, private=True)

    assert "41 million euros" in words(server.ana.click(answer, "Quotes").reply().text)
    assert "Noted" in server.ana.click(answer, UP).reply().text


def test_buttons_work_years_later(server: Server, discord: Discord) -> None:
    said = server.ana.say(server.general, f"<@{server.guild.bot.id}> {COST}")
    answer = said.reply()
    server.ana.delete(said)

    assert "41 million euros" in words(server.boss.click(answer, "Quotes").reply().text)
    assert "Noted" in server.boss.click(answer, DOWN).reply().text


@pytest.mark.parametrize(
    "forged",
    [
        "cb:quotes:",
        "cb:quotes:AAAAAAAAAAAAAAAAAAAAAA",
        "cb:good:0123456789012345678901",
        "cb:articles:-1",
        "cb:articles:99999999999999999999",
        "cb:switch:__class__",
        "cb:sudo:1",
        "cb:channels:",
    ],
)
def test_a_forged_button_does_nothing_and_breaks_nothing(
    server: Server, bot: RunningBot, forged: str
) -> None:
    answer = server.ask(COST)
    before = bot.log.count("ERROR")

    server.ana.forge(answer, forged).done()

    assert answer.edits == []
    assert "41 million euros" in words(server.ask(COST).text)
    assert bot.log.count("ERROR") == before
    assert voted(bot, server) == []
    assert server.general.threads == []


def test_a_button_moved_to_another_message_does_nothing(server: Server, bot: RunningBot) -> None:
    answer, other = server.ask(COST), server.ask("when did the harbour bridge open?")

    for label in ("Quotes", "Thread", UP, WRONG_SOURCE):
        moved = server.ana.forge(other, custom_id(answer, label)).reply()
        assert moved.text == NOT_HERE
        assert moved.ephemeral

    assert voted(bot, server) == []
    assert server.general.threads == []


def test_a_button_that_is_not_the_bots_is_left_alone(server: Server, discord: Discord) -> None:
    answer = server.ask(COST)

    strange = ("cb:quotes:' OR 1=1 --", "cb:thread:../../etc/passwd", "somebody-elses-button")
    pressed = [server.ana.forge(answer, id) for id in strange]

    discord.wait_for(lambda: all(run.failed for run in pressed))
    discord.wait_for(lambda: len(discord.violations) == len(pressed))  # a real Discord forges none
    discord.violations.clear()
    assert "41 million euros" in words(server.ask(COST).text)
