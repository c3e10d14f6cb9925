"""RSS and Atom as they come."""

import datetime
import gzip
import time
from pathlib import Path

import pytest

from index.errors import FeedError
from index.feeds import MOST_ENTRIES, Feed, feed_links, read_feed
from index.fetch import UNKNOWN, Fetched

FEEDS = Path(__file__).parent.parent.parent / "shared" / "eval" / "feeds"
URL = "https://courier.example/news/feed.xml"


def fetched(data: bytes | str, charset: str | None = None, type: str = "application/rss+xml") -> Fetched:
    return Fetched(URL, URL, type, charset, data.encode() if isinstance(data, str) else data, UNKNOWN)


def rss(*items: str, about: str = "") -> Feed:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return read_feed(
        fetched(f'<rss version="2.0"><channel><title>Courier</title>{about}{inner}</channel></rss>')
    )


def test_reads_what_a_feed_says() -> None:
    feed = rss(
        "<title>Bridge &amp;lt;b&amp;gt; opens</title><link>/bridge</link><author>Ann Onym</author>"
        "<pubDate>Sat, 01 Jun 2024 23:30:00 -0500</pubDate>"
        "<description>&lt;p&gt;It cost &lt;b&gt;41&lt;/b&gt; million.&lt;/p&gt;&lt;p&gt;Grüße&lt;/p&gt;"
        "&lt;script&gt;alert(1)&lt;/script&gt;</description>",
        about="<ttl>90</ttl><language>en-GB</language>",
    )
    (entry,) = feed.entries
    assert (feed.title, feed.language, feed.minutes) == ("Courier", "en-GB", 90)
    assert entry.link == "https://courier.example/bridge"
    assert entry.published == datetime.date(2024, 6, 1)
    assert entry.text == "It cost 41 million.\nGrüße"
    assert entry.author == "Ann Onym"


def test_the_full_text_goes_before_the_summary() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Courier</title><entry><title>Bridge</title>'
        '<link href="https://courier.example/b"/><updated>2024-06-02T01:00:00+02:00</updated>'
        "<summary>It opens.</summary>"
        '<content type="html">It opens on Monday, at nine.</content></entry></feed>'
    )
    (entry,) = read_feed(fetched(atom)).entries
    assert (entry.text, entry.published) == ("It opens on Monday, at nine.", datetime.date(2024, 6, 2))


def test_nothing_is_made_up() -> None:
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=40)
    feed = rss(
        "<link>https://a.example/1</link><description>No title here.</description>",
        "<title>No link</title>",
        "<title>Bad link</title><link>javascript:alert(1)</link>",
        "<title>Wrong clock</title><link>https://a.example/2</link>"
        f"<pubDate>{tomorrow:%a, %d %b %Y}</pubDate>",
        "<title>No day</title><link>https://a.example/3</link><pubDate>soon</pubDate>",
        "<title>Twice</title><link>https://a.example/3</link>",
    )
    assert [entry.title for entry in feed.entries] == ["No title here.", "Wrong clock", "No day"]
    assert {entry.published for entry in feed.entries} == {None}


def test_episodes_of_one_page_are_told_apart() -> None:
    item = "<title>{0}</title><link>https://a.example/show</link><enclosure url='https://a.example/{0}.mp3'/>"
    feed = rss(item.format("one"), item.format("two"))
    assert [entry.link for entry in feed.entries] == ["https://a.example/show", "https://a.example/two.mp3"]


def test_of_very_many_entries_the_newest_are_read() -> None:
    days = [datetime.date(2024, 1, 1) + datetime.timedelta(n) for n in range(MOST_ENTRIES + 50)]
    item = (
        "<title>T</title><link>https://a.example/{0}</link><pubDate>{0:%a, %d %b %Y} 09:00:00 GMT</pubDate>"
    )
    read = [entry.published for entry in rss(*(item.format(day) for day in days)).entries]
    assert sorted(filter(None, read)) == days[50:]


def test_encodings_that_lie_are_read() -> None:
    text = (
        '<?xml version="1.0" encoding="{}"?><rss version="2.0"><channel><title>Küche</title></channel></rss>'
    )
    assert read_feed(fetched(text.format("utf-8").encode("latin-1"))).title == "Küche"
    assert read_feed(fetched(text.format("windows-1252").encode("cp1252"), "utf-8")).title == "Küche"
    assert read_feed(fetched(text.format("utf-16").encode("utf-16"))).title == "Küche"


@pytest.mark.parametrize(
    "data", ["", "x", "<html><body>Hello</body></html>", "\0\0", '{"version": "1"}', "<rss"]
)
def test_what_is_no_feed_is_said(data: str) -> None:
    with pytest.raises(FeedError, match="is no feed"):
        read_feed(fetched(data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_billion_laughs_are_not_laughed(encoding: str) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE r [<!ENTITY l0 "ha">{levels}]><rss><channel><title>&l9;</title></channel></rss>'
    began = time.monotonic()
    with pytest.raises(FeedError, match="declares entities"):
        read_feed(fetched(bomb.encode(encoding)))
    assert time.monotonic() - began < 1


def test_five_megabytes_of_entities_are_read_or_refused() -> None:
    many = "".join(f'<!ENTITY e{n} "x">' for n in range(300_000))
    with pytest.raises(FeedError):
        read_feed(fetched(f"<!DOCTYPE r [{many}]><rss version='2.0'><channel/></rss>"))


def test_a_truncated_feed_gives_what_is_there() -> None:
    whole = "<rss version='2.0'><channel><title>C</title>" + "".join(
        f"<item><title>T{n}</title><link>https://a.example/{n}</link></item>" for n in range(9)
    )
    assert len(read_feed(fetched(whole[:-30])).entries) >= 8


def test_a_page_names_its_feeds() -> None:
    head = (
        '<link rel="alternate" type="application/rss+xml" href="/rss"><link rel="stylesheet" href="/x">'
        '<link rel="alternate" type="application/atom+xml" href="javascript:x">'
    )
    assert feed_links(fetched(f"<html><head>{head}</head></html>")) == ["https://courier.example/rss"]
    assert feed_links(fetched("")) == []


@pytest.mark.skipif(not FEEDS.is_dir(), reason="the evaluation feeds are not here")
def test_real_feeds_give_title_link_and_date() -> None:
    undated = []
    for file in sorted(FEEDS.glob("*.gz")):
        if file.stat().st_size > 15_000:
            continue  # takes a second or more
        try:
            feed = read_feed(fetched(gzip.decompress(file.read_bytes())))
        except FeedError:
            assert file.name.startswith("broken-")
            continue
        if file.name.startswith("real-"):
            assert feed.entries, file.name
            assert all(entry.title and entry.link for entry in feed.entries)
            undated += [file.name for entry in feed.entries if not entry.published]
    # Of which the feed states none.
    assert set(undated) == {"real-heraldsun.xml.gz"}


def test_what_is_cut_off_is_damaged() -> None:
    whole = "<item><title>One</title><link>https://a.example/1</link></item>"
    begins = '<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title>'
    with pytest.raises(FeedError, match="is damaged: it is cut off"):
        read_feed(fetched(f"{begins}<item><title>unclosed"))
    feed = read_feed(fetched(f"{begins}{whole}<item><title>unclosed"))
    assert feed.is_cut_off
    assert [entry.title for entry in feed.entries][:1] == ["One"]
    assert not rss(whole).is_cut_off
    assert not rss("<title>A & B</title><link>https://a.example/1</link>").is_cut_off
