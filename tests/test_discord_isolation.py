"""Two servers with articles of their own: no way leads from one to the words of the other."""

import json
from pathlib import Path

import pytest

from tests.discord_bot import RunningBot, Server, server_in
from tests.discord_markdown import words
from tests.discord_server import Discord, Member, Message

CASTLE = """\
---
title: Zanzibar castle is sold
url: https://news.example/castle
source: Quixotic Courier
published: 2025-02-03
---
The castle of Zanzibar was sold to Baroness Xylophone for 777 ducats. The castle has a secret stairway.
"""
WINDMILL = """\
---
title: Windmill of Kinderdijk
---
The windmill of Kinderdijk was painted purple by Pieter Vermillion. The windmill stands by the river.
"""
QUESTION = "who bought the castle of Zanzibar, and for how many ducats?"
TELLING = ("Zanzibar", "castle", "Xylophone", "ducats", "Quixotic", "stairway")
NOT_HERE = "That answer is not from here, or is no longer known."


@pytest.fixture(scope="module")
def theirs(discord: Discord, bot: RunningBot) -> Server:
    """A server whose article is its own."""
    server = server_in(discord, "theirs")
    assert "Added" in server.add("castle.md", CASTLE).text
    return server


@pytest.fixture(scope="module")
def mallory(theirs: Server, discord: Discord) -> Server:
    """Another server, all of whose people are hostile; its manager is Mallory."""
    server = server_in(discord, "hostile")
    assert "Added" in server.add("windmill.md", WINDMILL).text
    return server


@pytest.fixture(scope="module")
def secret(theirs: Server) -> Message:
    """An answer from the server's own article, with a vote on it."""
    answer = theirs.ask(QUESTION)
    assert "777 ducats" in words(answer.text)
    theirs.ana.click(answer, "\N{THUMBS UP SIGN}").reply()
    return answer


def assert_tells_nothing(*messages: Message) -> None:
    for message in messages:
        below_question = "\n".join(line for line in message.text.split("\n") if not line.startswith("> "))
        for word in TELLING:
            assert word.casefold() not in below_question.casefold(), message.text


def custom_ids(message: Message) -> dict[str, str]:
    return {b.label or b.emoji or "": b.custom_id or "" for b in message.buttons}


def test_questions_and_searches_find_the_servers_own_only(
    theirs: Server, mallory: Server, secret: Message
) -> None:
    asked = mallory.ask(QUESTION)
    said = mallory.boss.say(mallory.general, f"<@{mallory.guild.bot.id}> {QUESTION}").reply()
    since = mallory.ask(QUESTION, since="2025-01-01")
    checked = mallory.boss.context(
        "Check against the articles", mallory.boss.say(mallory.general, "Baroness Xylophone bought a house.")
    ).reply()
    direct = mallory.boss.dm(QUESTION).reply()
    own_direct = theirs.ana.dm(QUESTION).reply()  # which know only what is everyone's
    found = mallory.boss.command("search", {"words": QUESTION}, mallory.general).reply()

    assert "777 ducats" not in words(own_direct.text)
    assert_tells_nothing(asked, said, since, direct, own_direct)
    assert_tells_nothing(mallory.boss.command("about", {}, mallory.general).reply())
    assert "Windmill" in found.text
    for word in ("ducats", "Quixotic", "777"):
        assert word not in found.text
        assert word not in checked.text
    assert "0 of 1 sentence" in words(checked.text)


def test_lists_and_counts_are_the_servers_own(theirs: Server, mallory: Server) -> None:
    listed = mallory.boss.command("articles list", {}, mallory.general).reply()
    direct = mallory.boss.command("articles list", {}).reply()
    about = mallory.boss.command("about", {}, mallory.general).reply()

    assert_tells_nothing(listed, direct, about)
    assert "2 articles" in listed.text
    assert_tells_nothing(mallory.boss.forge(listed, "cb:articles:2").reply())
    assert "1 article" in direct.text
    assert "Articles 2, from 1 June 2024" in words(about.text)
    assert "Windmill" not in theirs.ana.command("articles list", {}, theirs.general).reply().text


def test_autocomplete_offers_the_servers_own_only(mallory: Server, secret: Message) -> None:
    for typed in ("", "castle", "Zanzibar", "%", "servers/"):
        offered = mallory.boss.autocomplete("articles remove", "article", typed, mallory.general)
        assert set(offered) <= {"Windmill of Kinderdijk"}


def test_another_servers_article_cannot_be_removed(
    theirs: Server, mallory: Server, secret: Message, bot: RunningBot
) -> None:
    folder = bot.data / "servers" / str(theirs.guild.id) / "articles"
    (file,) = folder.glob("*.md")
    ids = [
        f"servers/{theirs.guild.id}/articles/{file.name}",
        f"../{theirs.guild.id}/articles/{file.name}",
        str(file),
        file.name,
    ]

    answers = [
        mallory.boss.command("articles remove", {"article": id}, mallory.general).reply() for id in ids
    ]

    assert {answer.text for answer in answers} == {
        "This server has no such article. Choose one of those that are offered."
    }
    assert file.exists()


def test_another_servers_buttons_are_nothing_here(
    theirs: Server, mallory: Server, secret: Message, bot: RunningBot
) -> None:
    own = mallory.ask("who painted the windmill of Kinderdijk?")
    for place in (own, mallory.general, mallory.boss.direct):
        for label, custom_id in custom_ids(secret).items():
            pressed = mallory.boss.forge(place, custom_id).reply()
            assert pressed.text == NOT_HERE, label
            assert pressed.ephemeral

    assert votes(bot, theirs) == [{"right": 1}]
    assert votes(bot, mallory) == []


def votes(bot: RunningBot, server: Server) -> list[dict[str, int]]:
    listed = bot.command.here("feedback", "--server", str(server.guild.id), "--json").stdout
    return [json.loads(line)["votes"] for line in listed.splitlines()]


def test_a_member_who_is_in_both_servers_gets_nothing_across(
    theirs: Server, mallory: Server, secret: Message
) -> None:
    both: Member = theirs.guild.member(mallory.boss)

    assert "777 ducats" in words(both.command("ask", {"question": QUESTION}, theirs.general).reply().text)
    assert both.forge(mallory.general, custom_ids(secret)["Quotes"]).reply().text == NOT_HERE
    assert_tells_nothing(both.dm(QUESTION).reply())


def test_a_follow_up_finds_nothing_across(mallory: Server, secret: Message) -> None:
    said = mallory.boss.say(
        mallory.general, f"<@{mallory.guild.bot.id}> and who sold it?", reply_to=mallory.ask(QUESTION)
    )

    assert_tells_nothing(said.reply())


def test_settings_of_one_server_are_none_of_another(theirs: Server, mallory: Server) -> None:
    shown = mallory.boss.command("settings", {}, mallory.general).reply()
    mallory.boss.click(shown, "Answers: private").reply()

    try:
        assert not theirs.ask(QUESTION).ephemeral
        foreign = theirs.guild.channel("theirs alone")
        mallory.boss.choose(
            mallory.boss.command("settings", {}, mallory.general).reply(), "cb-channels", [mallory.general]
        ).reply()
        assert "777 ducats" in words(theirs.ask(QUESTION).text)
        assert foreign.messages == []
    finally:
        mallory.boss.choose(
            mallory.boss.command("settings", {}, mallory.general).reply(), "cb-channels", []
        ).reply()
        mallory.boss.command("settings", {"private": False}, mallory.general).reply()


def test_feedback_of_one_server_holds_nothing_of_another(
    mallory: Server, secret: Message, bot: RunningBot, tmp_path: Path
) -> None:
    mallory.boss.click(mallory.ask("who painted the windmill of Kinderdijk?"), "\N{THUMBS UP SIGN}").reply()

    listed = bot.command.here("feedback", "--server", str(mallory.guild.id))
    bot.command.here("feedback", "--server", str(mallory.guild.id), "--export", str(tmp_path / "out"))

    exported = "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert "Vermillion" in exported
    for word in ("Xylophone", "ducats", "Zanzibar"):
        assert word not in exported
        assert word not in listed.stdout
    mallory.boss.click(mallory.ask("who painted the windmill of Kinderdijk?"), "\N{THUMBS DOWN SIGN}").reply()


def test_what_is_stored_holds_no_word_of_an_article(
    theirs: Server, mallory: Server, secret: Message, bot: RunningBot
) -> None:
    kept = [
        path
        for path in bot.data.rglob("*")
        if path.is_file() and path.relative_to(bot.data).parts[0] not in ("articles", "servers", "index")
    ]
    stored = b"".join(path.read_bytes() for path in kept) + bot.log.encode()

    assert bot.data / "bot.sqlite3" in kept
    assert str(theirs.guild.id).encode() in stored or b"castle of Zanzibar" in stored  # it is the right place
    for word in ("Xylophone", "stairway", "Quixotic", "Vermillion", "Lindqvist", "Harbour Times"):
        assert word.encode() not in stored
        assert word.encode("utf-16-le") not in stored


def test_nothing_of_it_was_a_violation(mallory: Server, discord: Discord) -> None:
    assert discord.violations == []
