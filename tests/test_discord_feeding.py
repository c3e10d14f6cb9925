"""Pages that managers add by address, and feeds that the bot brings in by itself."""

import time
from collections.abc import Iterator

import pytest

from tests.discord_bot import RunningBot, Server
from tests.discord_markdown import words
from tests.test_feed_turns import drip, feed_of
from tests.web import Web, page, reply

COMET = "The observatory of Tartu found a comet on 4 March 1861. Its keeper, Liis Tamm, named it Kalev. "
FOUND = "when did the observatory of Tartu find a comet?"
LOCK = "The lock of Elm Harbour was repaired in May. Its new gates cost 7 million euros, said Boris Tamm. "
GATES = "what did the new gates of the lock cost?"
_WITHIN_SECONDS = 60.0
_LOOKS_EVERY = 3.0


def story(text: str) -> bytes:
    return page(f"<article><h1>Story</h1><p>{text * 2}</p></article>", "<title>The story of Tartu</title>")


def add(server: Server, **options: object) -> str:
    return server.boss.command("articles add", options, server.general).reply().text


def test_a_page_is_added_by_its_address_for_this_server(server: Server, news: Web) -> None:
    news.pages["/comet"] = story(COMET)
    assert add(server, url=news.url("/comet")).startswith("Added: ")
    assert "4 March 1861" in words(server.ask(FOUND).text)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://169.254.169.254/latest/meta-data", "is not fetched from"),
        ("file:///etc/passwd", "That is no web address."),
        ("{}/paid", "the rest is behind a paywall"),
        ("{}/gone", "there is no such page"),
    ],
)
def test_what_cannot_be_added_is_told(server: Server, news: Web, url: str, told: str) -> None:
    news.pages["/paid"] = page(
        "<article><p>Short.</p></article><p>Subscribe to continue reading this story.</p>"
    )
    assert told in words(add(server, url=url.format(news.url(""))))


def test_an_article_is_a_file_or_an_address(server: Server, news: Web) -> None:
    both = {"file": ("a.txt", COMET.encode()), "url": news.url("/comet")}
    for options in ({}, both):
        assert add(server, **options) == "An article is a file or the address of a page. Give one of the two."


@pytest.fixture
def feeds(news: Web, bot: RunningBot) -> Iterator[list[str]]:
    """Two feeds, subscribed to until the end: one that never ends, and one with a story of its own."""
    item = f"<item><title>The lock</title><link>{news.url('/lock')}</link></item>"
    rss = f"<rss version='2.0'><channel><title>Courier</title>{item}</channel></rss>"
    news.pages |= {"/feed": reply(rss, content_type="text/xml"), "/bad": drip, "/lock": story(LOCK)}
    urls = [news.url("/bad"), news.url("/feed")]
    file = bot.folder / "feeds.opml"
    outlines = "".join(f'<outline text="{url}" xmlUrl="{url}"/>' for url in urls)
    file.write_text(f"<opml><body>{outlines}</body></opml>")
    bot.command.here("feeds", "import", str(file))
    yield urls
    for arguments in (("feeds", "remove", *urls), ("remove", news.url("/lock"))):
        done = bot.command.here(*arguments)
        assert done.exit_code == 0, done


def test_what_is_new_in_a_feed_is_answered_from_unasked(
    server: Server, bot: RunningBot, feeds: list[str]
) -> None:
    begun = time.monotonic()
    while "7 million euros" not in words(server.ask(GATES).text):
        assert time.monotonic() - begun < _WITHIN_SECONDS
        time.sleep(0.5)
    # Well before the other one, which hangs, was given up.
    assert f"Feed {feeds[1]}: 1 new or changed" in bot.log
    assert f"Feed {feeds[0]}:" not in bot.log


def test_a_feed_that_fails_is_one_line_in_the_log(bot: RunningBot, news: Web) -> None:
    url = news.url("/worse")
    news.pages["/worse"] = feed_of(news, 1)
    assert bot.command.here("feeds", "add", url).exit_code == 0
    try:
        news.pages["/worse"] = reply(b"", 500)
        until = time.monotonic() + _WITHIN_SECONDS
        while not (said := [line for line in bot.log.splitlines() if url in line]):
            assert time.monotonic() < until
            time.sleep(0.2)
        time.sleep(2 * _LOOKS_EVERY)
    finally:
        bot.command.here("feeds", "remove", url)
    assert len([line for line in bot.log.splitlines() if url in line]) == 1
    assert f"WARNING Feed {url}: {url} answers 500." in said[0]
