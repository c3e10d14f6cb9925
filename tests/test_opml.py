"""Lists of feeds, from and for feed readers."""

import pytest

from index.errors import FeedError
from index.opml import Outline, read_opml, write_opml

FEEDS = [Outline("https://a.example/rss?x=1&y=2", "A & <B>"), Outline("http://b.example/", "Küche")]


def test_what_is_written_is_read() -> None:
    assert read_opml(write_opml(FEEDS).encode()).feeds == FEEDS
    assert read_opml(write_opml([]).encode()) == ([], [])


def test_folders_attributes_and_faults_of_others_are_read() -> None:
    data = b"""<opml version="1.0"><body><outline text="News">
    <outline text="One" xmlURL="https://a.example/1"/><outline text="x"/>
    <outline xmlUrl="https://a.example/2"/><outline text="evil" xmlUrl="file:///etc/passwd"/>
    <outline title="Again" xmlUrl="https://a.example/2"/></outline></body>"""
    feeds, others = read_opml(data)
    assert [feed.url for feed in feeds] == ["https://a.example/1", "https://a.example/2"]
    assert others == ["evil (file:///etc/passwd)"]


@pytest.mark.parametrize("data", [b"", b"x", b"<rss/>", b"<html></html>"])
def test_what_is_no_opml_is_said(data: bytes) -> None:
    with pytest.raises(FeedError, match="is no OPML"):
        read_opml(data)


def test_entities_are_not_followed() -> None:
    bomb = b'<!DOCTYPE o [<!ENTITY f SYSTEM "file:///etc/passwd">]><opml><body><outline text="&f;" xmlUrl="http://a.example/"/></body></opml>'
    assert read_opml(bomb).feeds == [Outline("http://a.example/", "http://a.example/")]
