"""The title of a text that states none."""

import itertools
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from index.clean import one_line

# A headline stands within the first lines, and within what a page or two hold.
_LINES = 12
_CHARACTERS = 8_000
_LONGEST_REPEATED = 300
_SHORTEST_REPEATED = 15
_LONGEST_FIRST = 150

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(?<!\w)([*_`]{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_HASHES = re.compile(r"^#+[ \t]+")
_HEADING = re.compile(r"#{1,2}[ \t]+(.*?)[ \t]*#*")
_UNDERLINE = re.compile(r"={3,}")
_FENCES = ("```", "~~~")
_MARKUP = ("# ", "##", "![", "[!", "<", "|", ">", "- ", "* ", "+ ", "---", "***", "___")
_INITIAL = re.compile(r"\b[^\W\d_]\.$")
# A question or a shout may be a headline.
_SENTENCE_ENDS = (".", ":", ";", ",", "…", "。", "，", "：", "；")  # noqa: RUF001
_CLOSING = "\"'”’»)」"  # noqa: RUF001
# What word processors write where nobody gave a title.
_NO_TITLE = re.compile(
    r"(untitled|(word )?document|(powerpoint )?presentation|slide|title|book|sheet|page)\W*\d*"
    r"|microsoft word - .*|.*\.(docx?|dotx?|odt|rtf|pages|pdf|tex|dvi|indd|qxd|pptx?|xlsx?|html?|txt|md)"
    r"|(https?|file)://.*",
    re.IGNORECASE,
)


def guess_title(text: str, name: str) -> str:
    """The headline among the first lines of `text`, else `name` (a file or a record's id) made readable."""
    lines = list(_first_lines(text))
    guess = _repeated(lines) or _heading(lines) or _short_first(lines, len(text))
    return one_line(guess) or readable_name(name)


def readable_name(name: str) -> str:
    """A file's name in words: "seeds/putin-opens-door.txt" gives "Putin opens door"."""
    stem = PurePosixPath(name).stem or name
    words = " ".join(re.sub(r"[-_+]+|%20", " ", stem).split())
    return one_line(words[:1].upper() + words[1:]) or "Untitled"


def stated_title(value: object) -> str | None:
    """The title that a PDF or Word file states, unless it is what the program put there."""
    title = one_line(value)
    return None if not title or _NO_TITLE.fullmatch(title) or not _has_letter(title) else title


def _first_lines(text: str) -> Iterator[str]:
    """The first lines with words or rules in them, stripped; those of a code block are no headlines."""
    lines = [line.strip() for line in text[:_CHARACTERS].split("\n")]
    for line in [line for line in lines if line][:_LINES]:
        if line.startswith(_FENCES):
            return
        yield line


def _repeated(lines: list[str]) -> str | None:
    """A headline that stands twice: over the summary or under it, and over the story."""
    for number, line in enumerate(lines):
        fits = _SHORTEST_REPEATED <= len(line) <= _LONGEST_REPEATED
        if fits and line in lines[:number] and _may_be_headline(line):
            return _without_markup(line)
    return None


def _heading(lines: list[str]) -> str | None:
    """A Markdown heading of the first or second level, marked with # or underlined."""
    for line, below in itertools.zip_longest(lines, lines[1:], fillvalue=""):
        match = _HEADING.fullmatch(line)
        if match and _has_letter(match[1]):
            return _without_markup(match[1])
        if _UNDERLINE.fullmatch(below) and not line.startswith(_MARKUP) and _has_letter(line):
            return _without_markup(line)
    return None


def _short_first(lines: list[str], length: int) -> str | None:
    """A first line that is no sentence and has more below it than it has itself."""
    if not lines or len(lines[0]) > _LONGEST_FIRST or length < 2 * len(lines[0]):
        return None
    first = lines[0]
    return _without_markup(first) if _may_be_headline(first) and not first.startswith(_MARKUP) else None


def _may_be_headline(line: str) -> bool:
    is_sentence = line.rstrip(_CLOSING).endswith(_SENTENCE_ENDS) and not _INITIAL.search(line)
    return _has_letter(line) and not is_sentence


def _without_markup(line: str) -> str:
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", _HASHES.sub("", line)))


def _has_letter(line: str) -> bool:
    return any(map(str.isalpha, line))
