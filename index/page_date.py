"""The publication date that a web page states.

Not htmldate's, which trafilatura gives: where a page states none, that one takes days that the text
mentions, that a picture was uploaded, or a copyright year.
"""

import datetime
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any

from index.dates import parse_date
from index.linked_data import linked_things

# The names that publishers give it, best first.
_META_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "date_published",
    "publishdate",
    "publish-date",
    "publish_date",
    "published-date",
    "published_date",
    "publication_date",
    "pubdate",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "date",
)
# Of the things that schema.org describes on a page, those that can be the page's own article.
_ARTICLE_TYPES = re.compile(r"Article|Posting|Report|Page|Review|Recipe|CreativeWork|Chapter")
_IN_ADDRESS = re.compile(r"/((?:19|20)[0-9]{2})[/-]([01]?[0-9])[/-]([0-3]?[0-9])(?![0-9])")
_TIMES = '//time[not(contains(@itemprop, "odified")) and not(contains(@class, "pdated"))]/@datetime'
_MARKED = ("date", "Date", "publish", "Publish", "posted", "byline", "timestamp")
_VISIBLE = "//body//*[" + " or ".join(f'contains(@class, "{word}")' for word in _MARKED) + "]"
_LONGEST_VISIBLE = 100
_MOST_WRITTEN = 50
_WRITTEN = re.compile(
    r"[^\W\d_]{3,}\.? [0-9]{1,2}(?:st|nd|rd|th)?,? [0-9]{4}\b"
    r"|\b[0-9]{1,2}(?:st|nd|rd|th|\.)? (?:de )?[^\W\d_]{3,}\.?,? (?:de )?[0-9]{4}\b"
    r"|\b[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}\b"
)


def page_date(page: Any, url: str | None) -> datetime.date | None:
    """The day that a page (an lxml tree) states in its metadata or beside its headline.

    An address names the publisher's own day, metadata often that in Greenwich: where the page states the day
    of its address too, it is that. Where elements of the page disagree, no day is certain.
    """
    stated = [*_in_linked_data(page), *_in_metadata(page)]
    marked = page.xpath(_TIMES)
    if (day := _in_address(url)) and (_names(day, [*stated, *marked]) or _names(day, _written(page, day))):
        return day
    return _first(stated) or _agreed(marked) or _agreed(_visible(page))


def _in_address(url: str | None) -> datetime.date | None:
    match = _IN_ADDRESS.search(url or "")
    return parse_date("-".join(match.groups())) if match else None


def _in_linked_data(page: Any) -> Iterator[object]:
    """What JSON-LD says of the article when it was published."""
    for thing in linked_things(page):
        if _ARTICLE_TYPES.search(str(thing.get("@type"))):
            yield thing.get("datePublished")


def _in_metadata(page: Any) -> Iterator[object]:
    stated: dict[str, str | None] = {}
    for meta in page.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        stated.setdefault(name.lower(), meta.get("content"))
    yield from (stated.get(name) for name in _META_NAMES)
    for element in page.xpath('//*[@itemprop="datePublished"]'):
        yield element.get("datetime") or element.get("content") or element.text_content()


def _visible(page: Any) -> Iterator[str]:
    """What is written as a date where the page's classes promise one."""
    for element in page.xpath(_VISIBLE):
        text = " ".join(element.text_content().split())
        if len(text) <= _LONGEST_VISIBLE:
            yield from _WRITTEN.findall(text)


def _written(page: Any, day: datetime.date) -> Iterator[str]:
    """What a page writes anywhere that may be this day."""
    text = " ".join(" ".join(page.xpath("//body//text()[not(ancestor::script or ancestor::style)]")).split())
    found = (written for written in _WRITTEN.findall(text) if str(day.year) in written)
    # Each costs a millisecond or more to read.
    yield from itertools.islice((written for written in found if str(day.day) in written), _MOST_WRITTEN)


def _names(day: datetime.date, candidates: Iterable[object]) -> bool:
    """Whether one of the candidates is this day."""
    return any(parse_date(candidate) == day for candidate in candidates)


def _first(candidates: Iterable[object]) -> datetime.date | None:
    return next(filter(None, map(parse_date, candidates)), None)


def _agreed(candidates: Iterable[object]) -> datetime.date | None:
    """The one day that all candidates name."""
    days = {day for day in map(parse_date, candidates) if day}
    return days.pop() if len(days) == 1 else None
