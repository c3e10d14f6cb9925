"""Text files, with or without YAML front matter."""

import codecs
import json
import re
from collections.abc import Mapping
from typing import Any

from index.article import Article
from index.clean import make_article, one_line, plain_text
from index.problem import BadArticle
from index.titles import guess_title

SAVE_AS_UTF8 = "Save it as UTF-8."
_FIELDS = ("title", "url", "source", "published", "author", "language")
# Front matter with `format: plain` says that what follows is no Markdown, whatever it looks like.
FORMAT, PLAIN = "format", "plain"
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Only the first line can open front matter, and it closes within what people write by hand.
_RULE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_LONGEST_FRONT_MATTER = 50_000
_STARTS_WITH_KEY = re.compile(r"\s*[A-Za-z_][\w-]*[ \t]*:(\s|$)")
_OPENS_FRONT_MATTER = re.compile(rf"---[ \t]*\n(?:{'|'.join(_FIELDS)}|date)[ \t]*:", re.IGNORECASE)
_EMPTY = ("", "~", "null")
# "title: Live: fire at the docks" and "title: We are #1", as people write them: YAML wants quotes there.
_COLON = r"[^\s\"'\[\]{}|>&*!%#@`,?-].*?(?::[ \t]|[ \t]#\w|:[ \t]*$)"
_BRACKETS = r"\[[^\]\n]*\][ \t]*[^\s#]"
_UNQUOTED = re.compile(
    rf"^((?:title|source|author)[ \t]*:[ \t]+)((?={_COLON}|{_BRACKETS}|[%@`]).*?)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


def read_text(data: bytes, key: str) -> Article:
    """The article in a text file, letter by letter what follows its front matter."""
    fields, text = split_front_matter(plain_text(decode(data)))
    return article_of(key, fields, text, headed=text)


def article_of(key: str, fields: Mapping[str, Any], text: str, *, headed: str) -> Article:
    """The article of front matter and a text; where no title is given, one is looked for in `headed`."""
    if not text.strip():
        raise BadArticle("holds no text", "Write something in it, or remove it.")
    title = one_line(fields.get("title")) or guess_title(headed, key)
    given = {name: fields[name] for name in _FIELDS if name in fields}
    return make_article(key, text, **{**given, "title": title})


def decode(data: bytes) -> str:
    """The text in `data`: UTF-8, or what its byte order mark says. Anything else is refused, not guessed."""
    encoding = mark_of(data) or "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(data, error) from None
    if "\0" in text:
        raise BadArticle("is binary, not text", SAVE_AS_UTF8)
    return text


def mark_of(data: bytes) -> str | None:
    """The encoding that a byte order mark at the start of `data` names."""
    return next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), None)


def _undecodable(data: bytes, error: UnicodeDecodeError) -> BadArticle:
    if error.encoding.startswith("utf-8"):
        if b"\0" in data:
            return BadArticle("is binary, not text", SAVE_AS_UTF8)
        line = data.count(b"\n", 0, error.start) + 1
        return BadArticle(f"is not valid UTF-8 (byte 0x{data[error.start]:02x})", SAVE_AS_UTF8, line)
    return BadArticle(f"is not valid {error.encoding.upper()}, though it starts as such", SAVE_AS_UTF8)


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """What the front matter of `text` says about the article, and the text that follows it.

    A rule at the top that opens no front matter is part of the text. Raises BadArticle where front
    matter does not parse.
    """
    if not text.startswith("---"):
        return {}, text
    from frontmatter.default_handlers import YAMLHandler

    handler = YAMLHandler(fm_boundary=_RULE)
    if not handler.detect(text):
        return {}, text
    try:
        block, rest = handler.split(text)
    except ValueError:  # no closing rule
        if _OPENS_FRONT_MATTER.match(text):
            raise BadArticle("has front matter that is not closed", "End it with a line of ---.", 1) from None
        return {}, text
    values = _load(handler, block)
    if not isinstance(values, dict):
        return {}, text
    values = {str(name).lower(): value for name, value in values.items() if _is_given(value)}
    values.setdefault("published", values.get("date"))
    return {name: values[name] for name in (*_FIELDS, FORMAT) if name in values}, rest.removeprefix("\n")


def _is_given(value: object) -> bool:
    return isinstance(value, str) and value.strip() not in _EMPTY


def _load(handler: Any, block: str) -> object:
    """What YAML makes of `block`; None where it was never meant to be front matter."""
    import yaml  # type: ignore[import-untyped]

    if len(block) > _LONGEST_FRONT_MATTER or not _STARTS_WITH_KEY.match(block):
        return None
    try:
        # Plain strings all through: the title 1984 is no number, and no tag or impossible date raises.
        return handler.load(_UNQUOTED.sub(_quoted, block), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or getattr(error, "reason", "it is nested too deeply")
        message = f"has front matter that is not YAML: {one_line(reason)}"
        hint = "Put values with a colon or # in quotes."
        raise BadArticle(message, hint, None if mark is None else mark.line + 1) from None


def _quoted(line: re.Match[str]) -> str:
    return line[1] + json.dumps(line[2], ensure_ascii=False)
