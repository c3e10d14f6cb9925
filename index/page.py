"""What was fetched -> an article with the address that it is known by."""

import dataclasses
import urllib.parse
from pathlib import PurePosixPath

from index.apart import read_apart
from index.article import Article
from index.errors import ArticleError
from index.fetch import Fetched
from index.problem import BadArticle
from index.read_html import read_html
from index.readers import parse_document

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_FEEDS = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
)
# The media types that are asked for.
TYPES = (*_SUFFIXES, *_FEEDS)
# The same page for other screens.
_SCREENS = ("www.", "m.", "mobile.", "amp.")


def read_page(found: Fetched) -> Article:
    """The article in what was fetched, under its canonical address. Raises ArticleError."""
    if found.type in _FEEDS:
        raise ArticleError(
            f"{found.shown} is no article, but may be a feed.", f"`citebot feeds add {found.shown}`"
        )
    suffix = _SUFFIXES.get(found.type, ".html")
    key = f"{PurePosixPath(urllib.parse.urlsplit(found.url).path).stem or 'page'}{suffix}"
    try:
        if suffix == ".html":
            article = read_html(found.data, key, found.charset)
        else:
            article = parse_document(found.data, key)
    except BadArticle as error:
        raise ArticleError(f"{found.shown} {error.message}.", error.hint) from error
    except Exception as error:  # lxml and trafilatura fail in many ways on broken pages
        raise ArticleError(
            f"{found.shown} cannot be read ({type(error).__name__}).", "Save its text."
        ) from error
    return dataclasses.replace(article, url=_address(article.url, found.url))


def read_page_apart(found: Fetched) -> Article:
    """The same in another process."""
    return read_apart(read_page, found, ArticleError, "Save its text.")


def _address(stated: str | None, fetched: str) -> str:
    """The address that a page states, where it can be its own: of the same host, and no front page's.

    Otherwise any page could take the place of another site's article.
    """
    if stated is None:
        return fetched
    own, other = urllib.parse.urlsplit(fetched), urllib.parse.urlsplit(stated)
    is_front = other.path in ("", "/") and own.path not in ("", "/")
    return fetched if is_front or _site(own) != _site(other) else stated


def _site(parts: urllib.parse.SplitResult) -> tuple[str, int | None]:
    host = (parts.hostname or "").rstrip(".")
    for screen in _SCREENS:
        host = host.removeprefix(screen)
    try:
        port = parts.port
    except ValueError:
        port = -1
    return host, port
