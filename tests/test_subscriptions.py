"""The feeds that are subscribed to, as they are stored."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import subscriptions as module
from bot.database import Database
from bot.entries import Known, mark
from bot.subscriptions import Subscription, Subscriptions
from index.errors import FeedError

URL = "https://news.example/rss?key=s3cret"
NOW = 1_700_000_000


@pytest.fixture
def subscriptions(tmp_path: Path) -> Iterator[Subscriptions]:
    with Subscriptions(tmp_path / "feeds.sqlite3", now=lambda: NOW) as subscriptions:
        yield subscriptions


def only(subscriptions: Subscriptions, scope: str) -> Subscription:
    (feed,) = subscriptions.all(scope)
    return feed


def test_a_scope_sees_its_own_feeds_only(subscriptions: Subscriptions) -> None:
    for scope in ("", "5", "6"):
        assert subscriptions.add(URL, f"Feed of {scope}", scope)
    assert only(subscriptions, "5").title == "Feed of 5"
    assert subscriptions.find(URL, "6").scope == "6"
    with pytest.raises(FeedError, match="There is no feed Feed of 5"):
        subscriptions.find("Feed of 5", "6")
    assert sorted(subscriptions.scopes()) == ["", "5", "6"]
    subscriptions.forget("5")
    assert [feed.scope for feed in subscriptions.all()] == ["", "6"]


def test_a_scope_has_so_many_feeds_at_most(subscriptions: Subscriptions) -> None:
    for n in range(2):
        assert subscriptions.add(f"https://news.example/{n}", "A", "5", most=2)
    with pytest.raises(FeedError, match=r"2 feeds are the most\. Remove one first\."):
        subscriptions.add("https://news.example/2", "A", "5", most=2)
    assert not subscriptions.add("https://news.example/1", "A", "5", most=2)  # is there
    assert subscriptions.add("https://news.example/2", "A", "6", most=2)
    assert len(subscriptions.all("5")) == 2
    with pytest.raises(FeedError, match=r"0 feeds are the most\. Who runs the bot"):
        subscriptions.add("https://news.example/2", "A", "7", most=0)


def test_an_error_names_no_key(subscriptions: Subscriptions) -> None:
    with pytest.raises(FeedError) as raised:
        subscriptions.find(URL)
    assert "s3cret" not in str(raised.value)


def test_nothing_of_what_is_forgotten_is_on_the_disk(subscriptions: Subscriptions, tmp_path: Path) -> None:
    subscriptions.add(URL, "Zanzibar Courier", "5")
    feed = only(subscriptions, "5")
    link = "https://news.example/quorvex-of-blindemaar"
    subscriptions.entries.keep(
        feed.number, link, Known("d1", "servers/5/articles/quorvex.md", whole=True, tries=1)
    )
    assert b"servers/5/articles/quorvex" in stored(tmp_path)
    assert b"blindemaar" not in stored(tmp_path)
    subscriptions.entries.forget_articles(lambda id, scope: False)
    assert subscriptions.entries.known(feed.number) == {mark(link): Known("d1", "", True, 1, removed=True)}
    assert b"quorvex" not in stored(tmp_path)
    subscriptions.forget("5")
    assert b"Zanzibar" not in stored(tmp_path)
    assert b"s3cret" not in stored(tmp_path)


def stored(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_articles_that_are_there_stay_known(subscriptions: Subscriptions) -> None:
    subscriptions.add(URL, "A", "5")
    feed = only(subscriptions, "5")
    for id in ("a", "b"):
        subscriptions.entries.keep(feed.number, id, Known("d", id, whole=True, tries=1))
    asked = []

    def is_there(id: str, scope: str) -> bool:
        asked.append((id, scope))
        return id == "a"

    subscriptions.entries.forget_articles(is_there)
    assert sorted(asked) == [("a", "5"), ("b", "5")]
    assert [
        known.article for known in subscriptions.entries.known(feed.number).values() if not known.removed
    ] == ["a"]


def test_a_feed_is_hastened_once_a_minute_at_most(tmp_path: Path) -> None:
    now = NOW
    with Subscriptions(tmp_path / "feeds.sqlite3", now=lambda: now) as subscriptions:
        for scope in ("5", "6"):
            subscriptions.add(URL, "A", scope)
        for feed in subscriptions.due():
            assert subscriptions.take(feed)
            subscriptions.failed(feed, "It fails.", None)
        now += 59
        subscriptions.hasten("5")
        assert subscriptions.due() == []
        now += 1
        subscriptions.hasten("5")
        assert [feed.scope for feed in subscriptions.due()] == ["5"]


def test_a_number_is_never_another_feeds(subscriptions: Subscriptions) -> None:
    subscriptions.add(URL, "A", "5")
    first = only(subscriptions, "5")
    subscriptions.remove(first)
    subscriptions.add("https://other.example", "B", "5")
    subscriptions.entries.keep(first.number, "https://news.example/1", Known("d", "a", whole=True, tries=1))
    assert subscriptions.entries.known(only(subscriptions, "5").number) == {}


def test_the_feeds_of_an_older_version_are_the_operators(tmp_path: Path) -> None:
    path = tmp_path / "feeds.sqlite3"
    Database(path, module._SCHEMA).close()
    with sqlite3.connect(path) as old:
        row = ("news.example/rss", "https://news.example/rss", "Courier", "e", "m", 1, 2, 3, 4, "why", 0)
        old.execute(f"INSERT INTO feeds VALUES ({', '.join('?' * len(row))})", row)
    old.close()
    with Subscriptions(path) as subscriptions:
        feed = only(subscriptions, "")
        assert (feed.url, feed.title, feed.failures, feed.error) == (row[1], "Courier", 4, "why")
        assert not subscriptions.add("http://www.news.example/rss/", "Courier")
