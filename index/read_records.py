"""JSON lines: many articles in one file, one a line."""

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO

from index.article import Article
from index.clean import make_article, one_line, storable
from index.problem import BadArticle, Problem, misdated
from index.titles import guess_title

LONGEST_RECORD = 20_000_000
LONGEST_ID = 200
# So many bad lines and no good one: it is another kind of file.
_GIVE_UP_AFTER = 100
_SHAPE = 'One JSON object a line: {"id": …, "title": …, "url": …, "published": …, "source": …, "text": …}.'


def read_records(stream: BinaryIO, file: str) -> Iterator[Article | Problem]:
    """The articles in `stream`, with their own ids and their texts letter by letter.

    A line that gives none is a Problem with its number; so is, once for all of them, a date that is none. Of
    two records with one id the first stands.
    """
    lines: dict[str, int] = {}
    undated: list[tuple[int, str]] = []
    bad = 0
    for number, line in _lines(stream):
        try:
            article = _read_record(line)
            first = lines.setdefault(article.id, number)
            if first != number:
                raise BadArticle(f'has the id "{article.id}", as line {first} has', "Give it another id.")
            yield article
            if article.misdated:
                undated.append((number, article.misdated))
        except BadArticle as error:
            yield error.problem(file, number)
            bad += 1
        if bad == _GIVE_UP_AFTER and not lines:
            message = f"was left after {bad} lines of which none is an article"
            yield Problem(file, message, hint=_SHAPE)
            return
    if undated:
        number, said = undated[0]
        yield misdated(file, said, number, more=len(undated) - 1)
    if not lines and not bad:
        yield Problem(file, "holds no articles", hint=_SHAPE)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, numbered from 1; of one that is too long a piece that is too long."""
    number = 0
    while line := stream.readline(LONGEST_RECORD + 1):
        number += 1
        end = line
        while not end.endswith(b"\n") and (end := stream.readline(LONGEST_RECORD)):
            pass
        line = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if not line.isspace() and line:
            yield number, line


def _read_record(line: bytes) -> Article:
    record = _parse(line)
    id, text = _id(record.get("id")), record.get("text")
    if not isinstance(text, str) or not text.strip():
        raise BadArticle('has no "text" with words in it', _SHAPE)
    text = storable(text)
    return make_article(
        id,
        text,
        title=one_line(record.get("title")) or guess_title(text, id),
        url=record.get("url"),
        source=record.get("source"),
        published=record.get("published"),
        author=record.get("author"),
        language=record.get("language"),
    )


def _parse(line: bytes) -> dict[str, object]:
    if len(line) > LONGEST_RECORD:
        raise BadArticle(f"is longer than {LONGEST_RECORD // 1_000_000} MB", "Split the article.")
    try:
        record = json.loads(line.rstrip().decode())
    except UnicodeDecodeError as error:
        message = f"is not valid UTF-8 (byte 0x{line[error.start]:02x})"
        raise BadArticle(message, "Save the file as UTF-8.") from None
    except json.JSONDecodeError as error:
        raise BadArticle(f"is not JSON: {error.msg} at column {error.colno}", _SHAPE) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, lists in lists without end
        raise BadArticle("is JSON nested too deeply or with a number too long", _SHAPE) from None
    if not isinstance(record, dict):
        raise BadArticle("is no JSON object", _SHAPE)
    return record


def _id(value: object) -> str:
    """A record's id: text or a whole number, on one line."""
    id = one_line(value)
    if not id:
        raise BadArticle('has no "id" that is text or a whole number', _SHAPE)
    # Cut, two of them could become the same.
    if len(id) > LONGEST_ID:
        raise BadArticle(f"has an id of more than {LONGEST_ID} characters", "Give it a shorter one.")
    return id
