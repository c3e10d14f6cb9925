"""Word files: paragraphs and tables in the order of the document."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from index.article import Article
from index.clean import make_article, one_line, plain_text
from index.problem import BadArticle
from index.titles import guess_title, stated_title

LARGEST_UNPACKED = 200_000_000
LARGEST_XML = 50_000_000
_OLD_WORD = b"\xd0\xcf\x11\xe0"
_SAVE_AS_DOCX = "Save it as .docx without a password."
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXTS = (_W + "t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t")
_SIGNS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
# What was deleted, what now stands elsewhere, where tab stops are, and text boxes again for old programs.
_SKIPPED = (
    _W + "del",
    _W + "moveFrom",
    _W + "pPr",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)


def read_docx(data: bytes, key: str) -> Article:
    """The article in a Word file: a line for every paragraph and table row, cells parted by tabs."""
    import docx

    if data.startswith(_OLD_WORD):
        raise BadArticle("is an old Word file or has a password", _SAVE_AS_DOCX)
    _check_unpacked_size(data)
    document = docx.Document(io.BytesIO(data))
    text = plain_text("\n".join(_lines(document.element.body))).replace("\f", " ")
    if not text.strip():
        raise BadArticle("holds no text", "Write something in it, or remove it.")
    properties = document.core_properties
    title = stated_title(properties.title) or guess_title(text, key)
    return make_article(key, text, title=title, author=one_line(properties.author))


def _check_unpacked_size(data: bytes) -> None:
    """Raises BadArticle for a zip bomb; zipfile itself reads no more of a part than is stated here."""
    parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    total = sum(part.file_size for part in parts)
    markup = sum(part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels")))
    if total > LARGEST_UNPACKED or markup > LARGEST_XML:
        raise BadArticle(f"unpacks to {total // 1_000_000:,} MB", "Split it, or leave its pictures out.")


def _lines(parent: Any) -> Iterator[str]:
    """The lines under an element, also those in content controls and tracked insertions."""
    for element in _children(parent):
        if element.tag == _W + "p":
            yield "".join(_pieces(element))
        elif element.tag == _W + "tr":
            yield "\t".join(_cells(element))
        else:
            yield from _lines(element)


def _cells(row: Any) -> Iterator[str]:
    for element in _children(row):
        if element.tag == _W + "tc":
            yield " ".join(_lines(element)).replace("\n", " ")
        else:
            yield from _cells(element)


def _pieces(parent: Any) -> Iterator[str]:
    """The text under a paragraph; a text box anchored in it stands on lines of its own."""
    for element in _children(parent):
        if element.tag in _TEXTS:
            yield element.text or ""
        elif element.tag in _SIGNS:
            yield _SIGNS[element.tag]
        elif element.tag == _W + "p":
            yield from ("\n", *_pieces(element), "\n")
        else:
            yield from _pieces(element)


def _children(parent: Any) -> Iterator[Any]:
    return (child for child in parent.iterchildren(tag="*") if child.tag not in _SKIPPED)
