"""Markdown files: the words that a reader of the rendered page sees, without the marks."""

import functools
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.article import Article
from index.clean import plain_text
from index.problem import BadArticle
from index.read_text import article_of, decode, split_front_matter

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MOST_SECONDS = 60.0
# Marks that are never closed take the parser a time that grows with the square of a paragraph's length.
_LONGEST_PARAGRAPH = 10_000
_CELLS = ("td_open", "th_open")
# A comment or a script is shown by no page.
_UNSEEN = ("script", "style", "template")


def read_markdown(data: bytes, key: str) -> Article:
    """The article in a Markdown file, its paragraphs, headings, items and rows parted by empty lines."""
    fields, source = split_front_matter(plain_text(decode(data)))
    return article_of(key, fields, shown(source), headed=source)


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
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("inline")


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
    for token in tokens:
        struck += (token.type == "s_open") - (token.type == "s_close")
        if struck:
            continue
        if token.type in ("text", "text_special", "code_inline"):
            yield token.content
        elif token.type == "softbreak":
            yield " "
        elif token.type == "hardbreak" or (token.type == "html_inline" and token.content.startswith("<br")):
            yield "\n"


def _text_of(markup: str) -> str:
    """The text of a piece of HTML within Markdown."""
    from lxml import etree, html  # type: ignore[import-untyped]

    try:
        page = html.fragment_fromstring(markup, create_parent="div")
    except (ValueError, etree.LxmlError):
        return ""
    for element in page.xpath("|".join(f".//{name}" for name in _UNSEEN) + "|.//comment()"):
        element.drop_tree()
    return "\n".join(line.strip() for line in page.text_content().strip().split("\n"))
