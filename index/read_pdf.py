"""PDF files: the text of their pages."""

import io
import logging
import time
from typing import TYPE_CHECKING

from index.article import Article
from index.clean import make_article, one_line, plain_text
from index.hyphens import joined
from index.problem import BadArticle
from index.titles import guess_title, stated_title

if TYPE_CHECKING:
    from pypdf import PdfReader

MOST_PAGES = 2_000
LONGEST_TEXT = 20_000_000
MOST_SECONDS = 120.0


def read_pdf(data: bytes, key: str) -> Article:
    """The article in a PDF: its pages, parted by form feeds, with the words together that lines' ends part.

    A PDF states when it was made, not when it was published: `published` stays None.
    """
    import pypdf

    # What it says is said in our words, or it has mended it.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with pypdf.PdfReader(io.BytesIO(data)) as reader:
        if reader.is_encrypted and not _opens(reader):
            raise BadArticle("is a PDF with a password or protection", "Save it without.")
        text = joined("\f".join(_pages(reader)))
        if not text.strip():
            raise BadArticle("is a PDF without text, probably a scan", "Run text recognition on it (OCR).")
        title, author = _properties(reader)
    return make_article(key, text, title=title or guess_title(text.lstrip("\f"), key), author=author)


def _opens(reader: "PdfReader") -> bool:
    """Whether the PDF is one that anybody may read: its password is empty, its cipher one that pypdf has."""
    from pypdf.errors import DependencyError

    try:
        return bool(reader.decrypt(""))
    except (DependencyError, NotImplementedError):
        return False


def _pages(reader: "PdfReader") -> list[str]:
    """The texts of all pages; raises BadArticle where they are too many, too long or too slow."""
    if len(reader.pages) > MOST_PAGES:
        raise BadArticle(f"has {len(reader.pages):,} pages; {MOST_PAGES:,} are read at most", "Split it.")
    texts: list[str] = []
    length, end = 0, time.monotonic() + MOST_SECONDS
    for page in reader.pages:
        texts.append(plain_text(page.extract_text()).replace("\f", " "))
        length += len(texts[-1])
        if length > LONGEST_TEXT:
            raise BadArticle(f"holds more than {LONGEST_TEXT // 1_000_000} million characters", "Split it.")
        if time.monotonic() > end:
            raise BadArticle(f"takes longer than {MOST_SECONDS:.0f} seconds to read", "Split it.")
    return texts


def _properties(reader: "PdfReader") -> tuple[str | None, str | None]:
    """Title and author, where somebody stated them."""
    try:
        properties = reader.metadata
        return (
            (None, None)
            if properties is None
            else (stated_title(properties.title), one_line(properties.author))
        )
    except Exception:  # broken properties do not make the text worse
        return None, None
