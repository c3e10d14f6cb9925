"""Markdown files: the words that a reader of the rendered page sees, without the marks."""

import collections
import functools
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.article import Article
from index.clean import plain_text
from index.problem import BadArticle
from index.read_text import FORMAT, PLAIN, article_of, decode, split_front_matter

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MOST_SECONDS = 60.0
# Marks that are never closed take the parser a time that grows with the square of a paragraph's length.
_LONGEST_PARAGRAPH = 10_000
_CELLS = ("td_open", "th_open")
# So deep may lists and quotations lie in each other: the parser leaves out what lies deeper.
# Of twice as many, half a megabyte of nothing but quotation marks takes 20 seconds.
_DEEPEST = 50
# What no page shows, and what was taken back.
_UNSEEN = frozenset(("script", "style", "template", "del", "s", "strike"))
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
_COLUMNS = frozenset(("td", "th"))
# What begins a line of its own, and ends it.
_LINES = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol optgroup option p pre"
    " section summary table tbody tfoot thead tr ul".split()
)
_SPACES = re.compile(r"[ \t\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def read_markdown(data: bytes, key: str) -> Article:
    """The article in a Markdown file, its paragraphs, headings, items and rows parted by empty lines.

    One whose front matter says that it is plain text is taken letter by letter.
    """
    fields, source = split_front_matter(plain_text(decode(data)))
    text = source if fields.get(FORMAT) == PLAIN else shown(source)
    return article_of(key, fields, text, headed=source)


def shown(source: str) -> str:
    """What a page that is made of Markdown says.

    Numbers of items stay, since they may be a sentence's ("12. March was …"); what is struck out is taken
    back; an address stays where it stands for itself; pictures say nothing.
    """
    # Entities are characters by now, control characters among them.
    return plain_text("\n\n".join(filter(str.strip, _blocks(source))))


@functools.cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    # Paragraphs are looked into one by one, by `_words`.
    return (
        MarkdownIt("commonmark", {"maxNesting": _DEEPEST})
        .enable(["table", "strikethrough"])
        .disable("inline")
    )


def _blocks(source: str) -> Iterator[str]:
    links: dict[str, Any] = {}  # those that are defined somewhere in the text
    number, row = "", list[str]()
    end = time.monotonic() + MOST_SECONDS
    for token in _parser().parse(source, links):
        if time.monotonic() > end:
            raise BadArticle(f"takes longer than {MOST_SECONDS:.0f} seconds to read", "Split it.")
        if token.type in ("list_item_open", "list_item_close"):
            number = f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "tr_open":
            row = []
        elif token.type in _CELLS:
            row.append("")
        elif token.type == "tr_close":
            yield "\t".join(row)
            row = []
        elif token.type == "inline":
            words = _words(token.content, links)
            if row:
                row[-1] = words
            else:
                yield number + words
                number = ""
        elif token.type in ("fence", "code_block"):
            yield token.content.rstrip("\n")
        elif token.type == "html_block":
            yield _text_of(token.content)


def _words(source: str, links: dict[str, Any]) -> str:
    """The words of a paragraph; one of unnatural length is taken as it is."""
    if len(source) > _LONGEST_PARAGRAPH:
        return source
    children: list[Token] = []
    _parser().inline.parse(source, _parser(), links, children)
    return "".join(_pieces(children))


def _pieces(tokens: Sequence["Token"]) -> Iterator[str]:
    """What is shown of a paragraph: of a link its words, of code the code."""
    struck = 0
    hidden = _Hidden(token.content for token in tokens if token.type == "html_inline")
    for token in tokens:
        struck += (token.type == "s_open") - (token.type == "s_close")
        if token.type == "html_inline":
            piece = hidden.tag(token.content)
        elif token.type in ("text", "text_special", "code_inline"):
            piece = token.content
        else:
            piece = {"softbreak": " ", "hardbreak": "\n"}.get(token.type, "")
        if not (struck or hidden):
            yield piece


class _Hidden:
    """Whether a place between a paragraph's tags is shown; an element that is not closed hides nothing."""

    def __init__(self, tags: Iterable[str]) -> None:
        self._to_close = collections.Counter(name for closes, name in map(_named, tags) if closes)
        self._open = collections.Counter[str]()

    def __bool__(self) -> bool:
        return self._open.total() > 0

    def tag(self, tag: str) -> str:
        """What a tag shows by itself: at most that a line or a column ends."""
        closes, name = _named(tag)
        if name in _UNSEEN:
            self._to_close[name] -= closes
            if closes:
                self._open[name] = max(0, self._open[name] - 1)
            elif self._to_close[name] > 0:
                self._open[name] += 1
        if name in _COLUMNS:
            return "" if closes else "\t"
        return "\n" if name == "br" or name in _LINES else ""


def _named(tag: str) -> tuple[bool, str]:
    """Whether a tag closes, and its element's name; none for a comment's."""
    match = _TAG.match(tag)
    return (match[1] == "/", match[2].lower()) if match else (False, "")


def _text_of(markup: str) -> str:
    """The text of a piece of HTML within Markdown: blocks parted by empty lines, cells by tabs."""
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.HTMLParser(target=_Shown())
    try:
        text = etree.fromstring(f"<div>{markup}</div>", parser)
    except (ValueError, etree.LxmlError):
        return ""
    text = "\t".join(map(str.strip, text.split("\t")))
    return _EMPTY_LINES.sub("\n\n", "\n".join(map(str.strip, text.split("\n")))).strip()


class _Shown:
    """What a parser of HTML tells of a page, made text."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._hidden = self._preformatted = 0
        self._has_cell = [False]  # of each row that is open

    def start(self, name: str, attributes: object) -> None:
        self._hidden += name in _UNSEEN
        self._preformatted += name == "pre"
        if name == "br" or name in _LINES:
            self._show("\n")
        if name == "tr":
            self._has_cell.append(False)
        elif name in _COLUMNS:
            self._show("\t" if self._has_cell[-1] else "")
            self._has_cell[-1] = True

    def end(self, name: str) -> None:
        self._hidden -= name in _UNSEEN
        self._preformatted -= name == "pre"
        if name in _LINES:
            self._show("\n")
        if name == "tr" and len(self._has_cell) > 1:
            self._has_cell.pop()

    def data(self, words: str) -> None:
        self._show(words.expandtabs() if self._preformatted else _SPACES.sub(" ", words))

    def _show(self, piece: str) -> None:
        if not self._hidden:
            self._pieces.append(piece)

    def close(self) -> str:
        return "".join(self._pieces)
