"""/watch in Discord: told once, where it was asked, when a new article changes the answer."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.records import Records
from tests.discord_bot import RunningBot, Server, running, server_in
from tests.discord_markdown import words
from tests.discord_server import Discord, Message

MILL = "who built the mill of Lund?"
MILLER = "---\ntitle: The mill of Lund\npublished: 2024-05-02\n---\nThe mill of Lund was built by {} Brun.\n"
# On a machine that does much else, indexing and a look take a while.
_PATIENCE = 120.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("watching")


@pytest.fixture(scope="module")
def quick() -> Iterator[Discord]:
    """A Discord of its own: what its bot brings in would be news in the others' servers."""
    with Discord() as discord:
        yield discord
        assert discord.violations == []


@pytest.fixture(scope="module")
def watching(quick: Discord, folder: Path) -> Iterator[RunningBot]:
    with running(quick, folder, WATCH_SECONDS="1", WATCH_PAUSE="0", WATCHES_PER_PERSON="2") as bot:
        yield bot


def watch(server: Server, question: str = MILL) -> Message:
    return server.ana.command("watch", {"question": question}, server.general).reply()


def told(server: Server) -> list[Message]:
    return [message for message in server.general.messages if not message.ephemeral and message.author.is_bot]


def test_a_change_is_posted_once_where_it_was_asked(quick: Discord, watching: RunningBot) -> None:
    server, other = server_in(quick, "watchers"), server_in(quick, "others")
    said = watch(server)
    watch(other, "what did the harbour bridge cost?")
    assert said.ephemeral
    assert words(said.text).startswith(f"Watching: {MILL}\nNow: no article answers this.")

    (watching.articles / "mill.md").write_text(MILLER.format("Sten"))
    quick.wait_for(lambda: told(server), _PATIENCE)
    (post,) = told(server)
    assert words(post.text).startswith(f"> {MILL}\nThe mill of Lund was built by Sten Brun.")
    assert "The mill of Lund, 2 May 2024" in words(post.text)
    assert "no article answered this" in post.text
    assert post.pings == [server.ana.mention]

    (watching.articles / "mill.md").write_text(MILLER.format("Nils"))
    quick.wait_for(lambda: len(told(server)) == 2, _PATIENCE)
    assert "Nils Brun" in told(server)[1].text
    assert "the article has changed or is gone" in told(server)[1].text
    assert told(other) == []


def test_watches_are_listed_stopped_and_limited(quick: Discord, watching: RunningBot) -> None:
    server = server_in(quick, "listers")
    for question in ("who built the tower of Vik?", "who built the tower of Lund?"):
        watch(server, question)
    assert watch(server, "who is the mayor?").text.startswith("You watch 2 questions already")

    listed = server.ana.command("watches", {}, server.general).reply()
    assert [button.label for button in listed.buttons] == ["Stop 1", "Stop 2"]
    aloud = server.boss.forge(server.general, listed.buttons[0].custom_id or "").reply()
    assert aloud.text == "That is not a list of what is watched."
    everyones = server.boss.command("watches", {"everyone": True}, server.general).reply()
    assert "tower of Vik" not in server.boss.click(everyones, "Stop 1").reply().text
    left = server.ana.command("watches", {}, server.general).reply()
    assert "tower of Vik" not in left.text
    server.ana.click(left, "Stop 1").reply()
    assert "Nothing is watched here." in server.ana.command("watches", {}, server.general).reply().text


def test_what_others_watch_is_theirs(quick: Discord, watching: RunningBot) -> None:
    server, stranger = server_in(quick, "theirs"), server_in(quick, "strangers")
    watch(server, "who built the tower of Vik?")
    mine = server.ana.command("watches", {}, server.general).reply()
    (button,) = mine.buttons

    for forger in (stranger.boss, server.guild.member("ben")):
        place = stranger.general if forger is stranger.boss else server.general
        own = forger.command("watches", {}, place).reply()
        assert forger.forge(own, button.custom_id or "").reply().text.startswith("That is not watched")
    refused = server.ana.command("watches", {"everyone": True}, server.general).reply()
    assert "Manage Server" in refused.text
    everyones = server.boss.command("watches", {"everyone": True}, server.general).reply()
    assert server.ana.mention in everyones.text
    server.ana.command("forget-me", {}, server.general).reply()
    assert (
        "Nothing is watched"
        in server.boss.command("watches", {"everyone": True}, server.general).reply().text
    )


def test_an_answer_whose_article_is_corrected_or_removed_says_so(
    quick: Discord, watching: RunningBot
) -> None:
    server, file = server_in(quick, "corrected"), watching.articles / "tower.md"
    file.write_text("The tower of Hjo\n\nThe tower of Hjo was built by Olle Ek. It is 41 metres high.\n")
    question = "who built the tower of Hjo?"
    quick.wait_for(lambda: "Olle Ek" in words(server.ask(question).text), _PATIENCE)
    answer = server.ask(question)
    alone = server.ask(question, private=True)

    file.write_text("The tower of Hjo\n\nThe tower of Hjo was built by Nils Ek. It is 41 metres high.\n")
    quick.wait_for(lambda: answer.edits, _PATIENCE)
    assert "The article was corrected. It says now: The tower of Hjo was built by Nils Ek." in words(
        answer.text
    )
    assert "Olle Ek" in words(answer.text)
    assert "Wrong source" in [button.label for button in answer.buttons]
    assert "these words are no longer in it" in server.ana.click(answer, "Quotes").reply().text
    fresh = server.ask(question)
    assert "Nils Ek" in words(fresh.text)

    file.unlink()
    quick.wait_for(lambda: fresh.edits, _PATIENCE)
    assert "no longer in the collection: the source is gone." in fresh.text
    assert "no longer in the collection" in server.ana.click(fresh, "Quotes").reply().text
    quick.wait_for(lambda: b"tower.md" not in stored(watching), _PATIENCE)
    assert (len(answer.edits), alone.edits) == (1, [])


def stored(bot: RunningBot) -> bytes:
    return b"".join(path.read_bytes() for path in bot.data.glob("bot.sqlite3*"))


def test_private_servers_are_not_told_aloud(quick: Discord, watching: RunningBot) -> None:
    server = server_in(quick, "private")
    server.boss.command("settings", {"private": True}, server.general).reply()

    assert watch(server).text.startswith("Answers are private in this server.")


def test_direct_messages_are_told_there_and_a_closed_channel_is_dropped(
    quick: Discord, watching: RunningBot
) -> None:
    server = server_in(quick, "closed")
    question = "who painted the lighthouse of Ystad?"
    watch(server, question)
    server.ana.command("watch", {"question": question}).reply()
    server.general.remove()

    (watching.articles / "light.md").write_text("The lighthouse of Ystad was painted by Karin Holm.\n")
    quick.wait_for(lambda: any("Karin Holm" in m.text for m in server.ana.direct.messages), _PATIENCE)
    with Records(watching.data / "bot.sqlite3") as records:
        quick.wait_for(lambda: records.watches.of_server(server.guild.id) == [], _PATIENCE)
    assert "its channel is gone" in watching.log


@pytest.mark.slow
def test_a_flood_ends_in_one_post(quick: Discord, tmp_path: Path) -> None:
    """Articles that change the answer again and again, each indexed as it comes."""
    with running(quick, tmp_path, WATCH_SECONDS="40") as bot:
        server = server_in(quick, "flood")
        watch(server)
        for miller in ("Sten", "Nils", "Karin", "Liis", "Boris"):
            (bot.articles / f"{miller}.md").write_text(MILLER.format(miller))
            quick.wait_for(lambda: miller in words(server.ask(MILL, private=True).text), _PATIENCE)  # noqa: B023
            (bot.articles / f"{miller}.md").unlink()
        (bot.articles / "last.md").write_text(MILLER.format("Olle"))
        quick.wait_for(lambda: told(server), _PATIENCE)
        time.sleep(45)
        (post,) = told(server)
        assert "Olle Brun" in words(post.text)
