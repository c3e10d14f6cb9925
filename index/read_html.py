"""Web pages: the article without what stands around it."""

import codecs
import contextlib
import logging
import re
import urllib.parse
from typing import Any

from index.article import Article
from index.clean import make_article, one_line, plain_text, web_address
from index.page_date import page_date
from index.page_problem import page_problem
from index.problem import BadArticle
from index.read_text import SAVE_AS_UTF8, decode, mark_of
from index.titles import guess_title

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]{2,30})""", re.I
)
_HEAD = 4_096
# Trafilatura takes some ten seconds for these, and minutes for six times as many.
MOST_ELEMENTS = 50_000
# Less is what trafilatura finds in a page of links.
_SHORTEST = 25
# So many characters may be but a box on a page whose article is many times as long.
_FEW = (100, 1_000)
_MUCH_MORE = 5
# Encodings of text in the world's pages: Python has others (punycode, zip) that no page may choose.
_FAMILIES = (
    "utf-8",
    "utf-16",
    "iso8859",
    "cp",
    "koi8",
    "gb",
    "big5",
    "euc_",
    "shift_jis",
    "iso2022",
    "tis",
)
# As in browsers: what pages call by the first name is written in the second.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
}


def read_html(data: bytes, key: str, charset: str | None = None) -> Article:
    """The article on a web page; `charset` is what the server said of it, where one did.

    Address and date are those that the page states of itself, never those of the reading. Nothing is fetched.
    """
    import trafilatura

    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    page = _load(decode_html(data, charset))
    found = trafilatura.bare_extraction(
        page,
        favor_precision=True,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False},  # its date is not used
    )
    text = _text(found)
    if _FEW[0] <= len(text) < _FEW[1]:
        wider = _text(trafilatura.bare_extraction(page, include_comments=False, with_metadata=False))
        text = wider if len(wider) > _MUCH_MORE * len(text) else text
    if problem := page_problem(page, one_line(getattr(found, "title", None)) or "", text):
        raise problem
    if len(text) < _SHORTEST:
        raise BadArticle("is a page without an article", "Save the article's text as .txt.")
    return _article(key, text, page, found)


def _text(found: Any) -> str:
    return plain_text(getattr(found, "text", None) or "").replace("\f", " ").strip()


def _load(markup: str) -> Any:
    """The page as an lxml tree. Raises BadArticle for one that would take minutes."""
    import trafilatura

    page: Any = trafilatura.load_html(markup)
    if page is None:  # a piece of a page
        page = trafilatura.load_html(f"<html><body>{markup}</body></html>")
    if sum(1 for _ in page.iter()) > MOST_ELEMENTS:
        raise BadArticle(f"is a page of more than {MOST_ELEMENTS:,} elements", "Split it.")
    return page


def _article(key: str, text: str, page: Any, found: Any) -> Article:
    source = _site_name(found.sitename)
    url = _own_address(page)
    return make_article(
        key,
        text,
        title=_without_site(one_line(found.title), source) or guess_title(text, key),
        url=url,
        source=source,
        published=page_date(page, url),
        author=found.author,
        language=page.get("lang"),
    )


def decode_html(data: bytes, charset: str | None = None) -> str:
    """The markup in `data`: UTF-8 where it is that, else in the charset that the server or the page names."""
    if mark_of(data):
        return decode(data)
    if b"\0" in data:
        raise BadArticle("is binary, not a page", "Save the page again, or remove the file.")
    head = _CHARSET.search(data[:_HEAD])
    declared = _codec(charset) or _codec(head[1].decode() if head else None)
    if not (declared or "").startswith("iso2022"):  # written in ASCII, so that it is valid UTF-8 as well
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode()
    if declared is None:
        raise BadArticle("is not UTF-8 and does not name its charset", SAVE_AS_UTF8)
    markup = data.decode(declared, "replace")
    if markup.count("\ufffd") > 1 + len(markup) // 1_000:
        raise BadArticle(f"is not in {declared}, the charset it names", SAVE_AS_UTF8)
    return markup


def _codec(charset: str | None) -> str | None:
    """Python's name of a charset that pages are written in; None for any other."""
    try:
        name = codecs.lookup(charset or "").name
    except (LookupError, ValueError):
        return None
    return _WIDER.get(name, name) if name.startswith(_FAMILIES) else None


def _own_address(page: Any) -> str | None:
    """The address that the page says it has."""
    stated = [
        *page.xpath('//head/link[@rel="canonical"]/@href'),
        *page.xpath('//meta[@property="og:url"]/@content'),
    ]
    return next(filter(None, map(web_address, stated)), None)


def _site_name(stated: object) -> str | None:
    """A site's name; where a page states an address for it, the host's."""
    if address := web_address(stated):
        return (urllib.parse.urlsplit(address).hostname or "").removeprefix("www.")
    return one_line(stated)


def _without_site(title: str | None, source: str | None) -> str | None:
    """A page's title without the " - Site" that many add."""
    if not title or not source:
        return title
    return re.sub(rf"\s+[-–—|·•:]\s+{re.escape(source)}$", "", title, flags=re.I)  # noqa: RUF001
