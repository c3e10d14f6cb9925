"""RSS and Atom: what a feed says of its articles."""

import dataclasses
import datetime
import email.utils
import hashlib
import re
import time
import urllib.parse
from collections.abc import Iterator
from typing import Any

from index.apart import read_apart
from index.clean import one_line, plain_text, web_address
from index.dates import parse_date
from index.errors import FeedError
from index.fetch import Fetched, Fetcher

# Many a server calls its feed something else.
TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
    "application/octet-stream",
    "text/plain",
    "text/html",
)
MOST_ENTRIES = 100
_LONGEST_TEXT = 200_000
_TITLE_FROM_TEXT = 80
_MINUTES_A_DAY = 24 * 60
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6]|blockquote|tr|ul|ol|pre)\s*>", re.I)
# What a whole feed ends with; what some servers add stands behind it.
_END = re.compile(rb"</\s*(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", re.I)
_TAIL = 5_000
_FEED_LINKS = '//link[contains(@rel, "alternate")][contains(@type, "rss") or contains(@type, "atom")]/@href'


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one article; `published` is None where it does not say, or not clearly."""

    title: str
    link: str
    published: datetime.date | None
    text: str
    author: str | None

    @property
    def digest(self) -> str:
        """Changes with what the feed says."""
        return hashlib.sha256(f"{self.title}\0{self.text}".encode()).hexdigest()[:16]


@dataclasses.dataclass(frozen=True, slots=True)
class Feed:
    """A feed with its newest entries; it wants to be left alone for `minutes`, 0 where it does not say.

    `is_cut_off`: what came lacks its end, so that there may be more entries.
    """

    title: str
    language: str | None
    minutes: int
    entries: tuple[Entry, ...]
    is_cut_off: bool = False


def read_feed(found: Fetched) -> Feed:
    """The feed in what was fetched, whatever its encoding and its faults. Raises FeedError."""
    import feedparser  # type: ignore[import-untyped]

    if b"<!ENTITY" in found.data.replace(b"\0", b""):
        # No feed needs entities of its own; a few lines of them can stand for gigabytes.
        raise FeedError(f"{found.shown} declares entities, which is not read.", "Tell those who publish it.")
    charset = f"; charset={found.charset}" if found.charset else ""
    headers = {"content-type": f"{found.type or 'application/xml'}{charset}", "content-location": found.url}
    try:
        parsed = feedparser.parse(found.data, response_headers=headers)
        if not parsed.get("version") and not parsed.entries:
            raise FeedError(f"{found.shown} is no feed.", "Give the address of one in RSS or Atom.")
        feed = _feed(parsed, found.url)
        if not parsed.get("bozo") or _END.search(found.data.replace(b"\0", b"")[-_TAIL:]):
            return feed
        if not feed.entries:
            raise FeedError(f"{found.shown} is damaged: it is cut off.", "Tell those who publish it.")
        return dataclasses.replace(feed, is_cut_off=True)
    except FeedError:
        raise
    except Exception as error:  # what comes from the net breaks parsers in ways of its own
        raise FeedError(
            f"{found.shown} cannot be read as a feed ({type(error).__name__}).", "Tell those who publish it."
        ) from error


def read_feed_apart(found: Fetched) -> Feed:
    """The same in another process: some megabytes can take minutes."""
    return read_apart(read_feed, found, FeedError, "Tell those who publish it.")


def find_feed(fetcher: Fetcher, address: str) -> tuple[str, Feed]:
    """The feed at an address, or the one that the page there names first, and where it is from now on.

    Raises FeedError and FetchError.
    """
    found = fetcher.get(address, TYPES)
    try:
        return found.moved, read_feed_apart(found)
    except FeedError:
        for link in feed_links(found)[:1]:
            named = fetcher.get(link, TYPES)
            return named.moved, read_feed_apart(named)
        raise


def feed_links(found: Fetched) -> list[str]:
    """The addresses of the feeds that a web page names."""
    from lxml import etree, html  # type: ignore[import-untyped]

    try:
        page = html.fromstring(found.data)
    except (etree.LxmlError, ValueError):
        return []
    links = (urllib.parse.urljoin(found.url, str(link)) for link in page.xpath(_FEED_LINKS))
    return [link for link in links if web_address(link)]


def _feed(parsed: Any, url: str) -> Feed:
    about = parsed.feed
    host = urllib.parse.urlsplit(url).hostname or url
    return Feed(
        title=one_line(_plain(about.get("title"))) or host,
        language=about.get("language"),
        minutes=_minutes(about),
        entries=tuple(_entries(parsed.entries)),
    )


def _entries(parsed: list[Any]) -> Iterator[Entry]:
    """The newest entries that lead somewhere, each address once."""
    found: dict[str, tuple[Any, datetime.date | None]] = {}
    for entry in parsed:
        link = next((link for link in _links(entry) if link not in found), None)
        if link:
            found[link] = entry, _published(entry)
    newest = list(found.items())
    if len(newest) > MOST_ENTRIES:
        newest.sort(key=lambda item: item[1][1] or datetime.date.min, reverse=True)
    for link, (entry, published) in newest[:MOST_ENTRIES]:
        text = _text(entry)
        title = one_line(_plain(entry.get("title"))) or one_line(text, _TITLE_FROM_TEXT) or link
        yield Entry(title, link, published, text, one_line(entry.get("author")) or None)


def _links(entry: Any) -> Iterator[str]:
    """The addresses that an entry names, its page's first: episodes of one show may share a page."""
    stated = [entry.get("link"), *(link.get("href") for link in entry.get("links", ())), entry.get("id")]
    yield from filter(None, map(web_address, stated))


def _text(entry: Any) -> str:
    """The longest of what an entry says."""
    said = [content.get("value") for content in entry.get("content", ())]
    return max(map(_plain, [*said, entry.get("summary"), entry.get("description")]), key=len)


def _published(entry: Any) -> datetime.date | None:
    """The day that an entry names, in its own time zone."""
    for name in ("published", "created", "updated"):
        # Asked in feedparser's own way, it warns of giving one for the other.
        stated, parsed = dict.get(entry, name), dict.get(entry, f"{name}_parsed")
        if day := _day(stated, parsed):
            return day
    return None


def _day(stated: object, parsed: time.struct_time | None) -> datetime.date | None:
    if isinstance(stated, str):
        try:
            return parse_date(email.utils.parsedate_to_datetime(stated))
        except (ValueError, TypeError, OverflowError):
            if day := parse_date(stated):
                return day
    try:
        return parse_date(datetime.date(*parsed[:3])) if parsed else None
    except ValueError:
        return None


def _minutes(about: Any) -> int:
    stated = str(about.get("ttl") or "")
    return min(int(stated[:6]), _MINUTES_A_DAY) if stated.isascii() and stated.isdigit() else 0


def _plain(markup: object) -> str:
    """The words of a piece of HTML, a line for each of its paragraphs."""
    from lxml import etree, html

    if not isinstance(markup, str) or not markup.strip():
        return ""
    broken = _BREAK.sub("\n", markup[:_LONGEST_TEXT]).replace("\0", " ")
    try:
        words = str(html.fromstring(f"<div>{broken}</div>").text_content())
    except (etree.LxmlError, ValueError):
        words = re.sub(r"<[^>]*>", " ", broken)
    lines = (" ".join(line.split()) for line in plain_text(words).split("\n"))
    return "\n".join(filter(None, lines))
