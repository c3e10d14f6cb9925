"""Two addresses of one page are one article's; what is secret in one is not shown."""

import time

import pytest

from index.address import address_key, masked

ADDRESS = "https://news.example/2024/bridge?page=2"


@pytest.mark.parametrize(
    "same",
    [
        "http://news.example/2024/bridge?page=2",
        "HTTPS://WWW.News.Example:443/2024/bridge?page=2#comments",
        "https://news.example./2024/bridge/?utm_source=feed&page=2&fbclid=x",
        " https://news.example/2024/bridge?page=2&UTM_Medium=rss ",
    ],
)
def test_what_leads_to_the_same_page_does_not_count(same: str) -> None:
    assert address_key(same) == address_key(ADDRESS)


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example/2024/bridge",
        "https://news.example/2024/bridge?page=3",
        "https://news.example/2024/Bridge?page=2",
        "https://news.example:8443/2024/bridge?page=2",
        "https://old.news.example/2024/bridge?page=2",
        "https://news.example:99999/2024/bridge?page=2",
    ],
)
def test_everything_else_does(other: str) -> None:
    assert (address_key(other) == address_key(ADDRESS)) is ("99999" in other)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (ADDRESS, "https://news.example/2024/bridge?page=…"),
        ("https://ana:s3cret@news.example/rss", "https://news.example/rss"),
        ("https://s3cret@news.example/rss?s3cret", "https://news.example/rss?…"),
        ("HTTP://news.example?a=s3cret&b&c=s3=cret#s3cret", "HTTP://news.example?a=…&…&c=…"),
        ("At https://news.example/?k=s3cret: it fails.", "At https://news.example/?k=…: it fails."),
        ("(`http://a.example?k=s3cret`), http://b@c.example.", "(`http://a.example?k=…`), http://c.example."),
        ("What costs https://?", "What costs https://?"),
        ("No address? k=v&w=x # a@b", "No address? k=v&w=x # a@b"),
    ],
)
def test_what_is_secret_in_an_address_is_not_shown(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert "s3" not in shown


def test_long_texts_are_masked_at_once() -> None:
    begun = time.monotonic()
    for text in (
        "https://" * 20_000,
        "https://a?" + "&b=c)" * 20_000 + "#",
        "https://a?" + "." * 20_000 + "x ",
    ):
        masked(text)
    assert time.monotonic() - begun < 2
