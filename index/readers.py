"""One article out of the bytes of one file, whatever its kind."""

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from index.article import Article
from index.clean import one_line
from index.problem import BadArticle
from index.read_docx import read_docx
from index.read_html import read_html
from index.read_markdown import read_markdown
from index.read_pdf import read_pdf
from index.read_text import read_text

MEGABYTE = 1_000_000


class _Kind(NamedTuple):
    """A kind of file: what people call it, who reads it, how many bytes it may have."""

    name: str
    read: Callable[[bytes, str], Article]
    largest: int


_TEXT = _Kind("text", read_text, 20 * MEGABYTE)
# A list of nothing but marks takes a minute of that length.
_MARKDOWN = _Kind("Markdown", read_markdown, 2 * MEGABYTE)
_PAGE = _Kind("a web page", read_html, 20 * MEGABYTE)
_KINDS = {
    ".txt": _TEXT,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _PAGE,
    ".htm": _PAGE,
    # Mostly pictures; their text is counted where it is read.
    ".pdf": _Kind("a PDF", read_pdf, 100 * MEGABYTE),
    ".docx": _Kind("a Word file", read_docx, 100 * MEGABYTE),
}
SUFFIXES = tuple(_KINDS)


def read_document(path: Path, key: str, *, plain: bool = False) -> Article:
    """The article in a file, with the id `key`. Raises BadArticle, or OSError for a file out of reach.

    Of a `plain` one Markdown is text like any other, letter by letter.
    """
    kind = _kind(path.suffix, plain)
    with path.open("rb") as stream:
        _check_size(os.fstat(stream.fileno()).st_size, kind)
        data = stream.read(kind.largest + 1)
    return _parse(kind, data, key)


def parse_document(data: bytes, key: str, *, plain: bool = False) -> Article:
    """The article in `data`, of the kind that the suffix of `key` (its id) says. Raises BadArticle."""
    return _parse(_kind(PurePosixPath(key).suffix, plain), data, key)


def _kind(suffix: str, plain: bool) -> _Kind:
    if kind := _KINDS.get(suffix.lower()):
        return _TEXT if plain and kind is _MARKDOWN else kind
    raise BadArticle("is of a kind that is not read", f"These are: {', '.join(SUFFIXES)}.")


def _check_size(size: int, kind: _Kind) -> None:
    if not size:
        raise BadArticle("is empty", "Write something in it, or remove it.")
    if size > kind.largest:
        message = f"is larger than {kind.largest // MEGABYTE} MB, the most for {kind.name}"
        raise BadArticle(message, "Split it into smaller files.")


def _parse(kind: _Kind, data: bytes, key: str) -> Article:
    _check_size(len(data), kind)
    try:
        return kind.read(data, key)
    except BadArticle:
        raise
    except Exception as error:  # parsers fail in many ways on broken files, and one bad file stops no others
        reason = one_line(str(error), 120) or type(error).__name__
        message = f"cannot be read as {kind.name} ({reason})"
        raise BadArticle(message, "It may be cut off or damaged: save or fetch it again.") from error
