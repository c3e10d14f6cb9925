"""What files and records say, made fit to be stored and shown."""

import re
import urllib.parse

from index.article import Article
from index.dates import date_fault, parse_date

LONGEST_LINE = 300
LONGEST_ADDRESS = 2_000
_LONGEST_DATE = 40

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0d-\x1f\x7f-\x9f]")
# What a terminal takes for colours, titles and the like: without its ESC the rest would read as words. The
# control characters that stand for two such characters each are none here: text that was decoded wrongly,
# "â\x80\x9d" for a quotation mark, is full of them.
_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours, the cursor
    r"|\x1b[\]PX^_][^\x07\x1b\x9c\n]{0,500}(?:\x07|\x1b\\)"  # titles, links
    r"|\x1b[ -/]+[0-~]|\x1b[78=>]"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# They turn the reading direction of whatever is shown after a title.
_DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069\ufeff]")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*")


def storable(text: str) -> str:
    """`text` with what cannot be encoded or stored (lone surrogates, NUL) replaced one for one."""
    return _SURROGATES.sub("\ufffd", text).replace("\0", "\ufffd")


def plain_text(text: str) -> str:
    r"""`text` with Unix line ends, without a terminal's sequences, a space for any other control character.

    But \n, \t and \f stay.
    """
    text = _SEQUENCES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", text))


def one_line(value: object, longest: int = LONGEST_LINE) -> str | None:
    """A string or whole number as one line without control characters; None for anything else or nothing."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    line = " ".join(_DIRECTIONS.sub("", plain_text(value)).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def web_address(value: object) -> str | None:
    """A string that is an http or https address; None for anything else."""
    if not isinstance(value, str):
        return None
    address = value.strip()
    if not address.isprintable() or " " in address or len(address) > LONGEST_ADDRESS:
        return None
    try:
        parts = urllib.parse.urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None


def language_code(value: object) -> str | None:
    """The language of a tag such as "pt-BR", in small letters: "pt"; None for anything else."""
    match = _LANGUAGE.fullmatch(value.strip()) if isinstance(value, str) else None
    return match[1].lower() if match else None


def make_article(
    id: str,
    text: str,
    *,
    title: str,
    url: object = None,
    source: object = None,
    published: object = None,
    author: object = None,
    language: object = None,
) -> Article:
    """An article with `text` as it is; every other field is cleaned, and None where it is no such thing."""
    fault = date_fault(published)
    return Article(
        id=id,
        title=title,
        text=text,
        url=web_address(url),
        source=one_line(source) or None,
        published=parse_date(published),
        author=one_line(author) or None,
        language=language_code(language),
        misdated=f'"{one_line(str(published), _LONGEST_DATE)}" {fault}' if fault else "",
    )
