"""/feeds: what a server's own feeds bring in is that server's alone."""

import time

import pytest

from tests.discord_bot import RunningBot, Server, server_in
from tests.discord_markdown import words
from tests.discord_server import Discord, Message, NotAllowed
from tests.test_discord_articles import MANAGERS_ONLY
from tests.web import Web, page, reply

# A story that no other test tells the bot, which they share.
WEIR = "The weir of Alder Falls was rebuilt in May. Its fish ladder cost 19 million euros, said Eva Rand. "
LADDER = "what did the fish ladder of the weir cost?"
KEY = "s3cret"
COMMANDS: dict[str, dict[str, object]] = {
    "add": {"url": "https://news.example/rss"},
    "remove": {"feed": "1"},
    "import": {"file": ("a.opml", b"<opml/>")},
    "list": {},
    "sync": {},
    "export": {},
}
_WITHIN_SECONDS = 60.0


def feeds(server: Server, command: str, **options: object) -> Message:
    return server.boss.command(f"feeds {command}", options, server.general).reply()


def offered(server: Server, typed: str = "") -> list[str]:
    return server.boss.autocomplete("feeds remove", "feed", typed, server.general)


def opml(*urls: str) -> dict[str, object]:
    outlines = "".join(f'<outline text="Feed {n}" xmlUrl="{url}"/>' for n, url in enumerate(urls))
    return {"file": ("feeds.opml", f"<opml><body>{outlines}</body></opml>".encode())}


def until(discord: Discord, server: Server, says: str) -> None:
    discord.wait_for(lambda: says in words(server.ask(LADDER).text), _WITHIN_SECONDS, f"an answer of {says}")


@pytest.fixture
def courier(news: Web) -> str:
    """The address of a feed, with a key in it."""
    path = f"/courier?key={KEY}"
    item = f"<item><title>The weir</title><link>{news.url('/weir')}</link></item>"
    rss = f"<rss version='2.0'><channel><title>Courier</title>{item}</channel></rss>"
    news.pages |= {path: reply(rss, content_type="text/xml")}
    news.pages["/weir"] = page(f"<article><h1>The weir</h1><p>{WEIR * 2}</p></article>")
    return news.url(path)


def test_what_a_feed_brings_in_is_its_servers_alone(
    server: Server, discord: Discord, bot: RunningBot, courier: str
) -> None:
    other = server_in(discord, "another with feeds")
    said = feeds(server, "add", url=courier)
    assert said.ephemeral
    assert said.text == "Added: Courier. What is new comes in within minutes, for this server alone."
    assert feeds(server, "add", url=courier).text == "Already there: Courier."
    until(discord, server, "19 million euros")

    assert "19 million" not in words(other.ask(LADDER).text)
    assert "1 article" in other.boss.command("articles list", {}, other.general).reply().text
    assert feeds(other, "list").text.startswith("This server has no feeds of its own.")
    assert offered(other) == []
    (label,) = offered(server, "COUR")
    for name in (label, "Courier", courier, "1", "2", "3"):
        told = feeds(other, "remove", feed=name).text
        assert told == "This server has no such feed. Choose one of those that are offered."

    # The same feed, in another server.
    assert feeds(other, "add", url=courier).text.startswith("Added: Courier.")
    until(discord, other, "19 million euros")
    assert feeds(server, "remove", feed=label).text == "Removed: Courier. Its articles stay."
    assert offered(server) == []
    assert len(offered(other)) == 1
    assert "19 million euros" in words(server.ask(LADDER).text)
    assert KEY not in bot.log
    assert "key=…" in bot.log


def test_the_operators_feeds_are_named_and_no_more(server: Server, bot: RunningBot, courier: str) -> None:
    file = bot.folder / "feeds.opml"
    file.write_text(f'<opml><body><outline text="Of *all*" xmlUrl="http://10.0.0.1/{KEY}"/></body></opml>')
    bot.command.here("feeds", "import", str(file))
    try:
        listed = feeds(server, "list").text
        assert "Of who runs the bot, for everyone: Of \\*all\\*" in listed
        assert KEY not in listed
        assert offered(server) == []
        assert feeds(server, "remove", feed="Of *all*").text.startswith("This server has no such feed.")
        assert feeds(server, "export").attachments
        assert KEY.encode() not in exported(server)
    finally:
        assert bot.command.here("feeds", "remove", "Of *all*").exit_code == 0


def exported(server: Server) -> bytes:
    (file,) = feeds(server, "export").attachments
    return file.content


def test_a_list_comes_from_other_readers_and_goes_to_them(server: Server, bot: RunningBot) -> None:
    urls = [f"http://10.0.0.1/{n}?key={KEY}" for n in range(25)]
    assert feeds(server, "import", **opml(*urls[:2])).text.startswith("Added 2 of 2 feeds.")
    assert feeds(server, "import", **opml(*urls[:2])).text == "Added 0 of 2 feeds. They are there already."
    said = feeds(server, "import", **opml(*urls)).text
    assert said == "Added 18 of 25 feeds. 20 feeds are the most. Remove one first."
    assert feeds(server, "import", file=("a.opml", b"no list")).text.startswith("The file is no OPML.")
    assert exported(server).count(b"xmlUrl=") == 20
    listed = [line for line in bot.command.here("feeds", "list").stdout.splitlines() if "(server " in line]
    assert sum(str(server.guild.id) in line for line in listed) == 20
    here = ("feeds", "remove", "--server", str(server.guild.id))
    assert bot.command.here(*here, *urls[:19]).exit_code == 0
    (label,) = offered(server)
    assert label == "Feed 19 (http://10.0.0.1/19?key=…)"
    shown = wait_for_failure(server)
    assert "failures in a row: 1" in shown
    assert KEY not in shown
    assert feeds(server, "sync").text.startswith("This server's feeds are fetched now.")


def wait_for_failure(server: Server) -> str:
    until = time.monotonic() + _WITHIN_SECONDS
    while "failures" not in (shown := feeds(server, "list").text):
        assert time.monotonic() < until
        time.sleep(0.5)
    return shown


def test_feeds_are_for_those_who_manage_the_server(
    server: Server, discord: Discord, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds(server, "import", **opml("http://10.0.0.1/own"))
    for command, options in COMMANDS.items():
        with pytest.raises(NotAllowed):
            server.ana.command(f"feeds {command}", options, server.general)
        with pytest.raises(NotAllowed):
            server.boss.command(f"feeds {command}", options)

    # An administrator may open a command to everyone; the bot itself asks for the permission all the same.
    monkeypatch.setitem(discord.commands["feeds"], "default_member_permissions", None)
    for command, options in COMMANDS.items():
        said = server.ana.command(f"feeds {command}", options, server.general).reply()
        assert (said.text, said.ephemeral) == (MANAGERS_ONLY, True)
    assert server.ana.autocomplete("feeds remove", "feed", "", server.general) == []
    assert len(offered(server)) == 1


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://169.254.169.254/latest/meta-data", "is not fetched from"),
        ("{}/none", "there is no such page"),
        ("{}/weir", "is no feed"),
        ("no address", "That is no web address."),
    ],
)
def test_what_is_no_feed_is_told(server: Server, news: Web, courier: str, url: str, told: str) -> None:
    assert told in words(feeds(server, "add", url=url.format(news.url(""))).text)
    assert offered(server) == []
