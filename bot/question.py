"""What counts as a question: the one check that every front end shares."""

import re
import unicodedata

from index.errors import NoQuestion, QuestionError

LONGEST = 2_000
# An escape sequence goes as a whole: what is left of a pasted "\x1b[31m" would count as a number.
_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_QUOTED = re.compile('(\u201c[^\u201d]*\u201d|"[^"]*"|\u00ab[^\u00bb]*\u00bb)')
# Other shapes of a letter or figure. What is raised or a fraction is not among them: "10\u00b2" is not "102".
_SHAPES = ("<wide>", "<narrow>", "<font>")
_ENDED = re.compile("[.!\u2026\uff1f][\"\u201d')]?$")
_EXAMPLE = "Ask in words: what did Zelensky demand?"


def clean(question: str) -> str:
    """The question as it is asked: control characters become spaces, runs of white space one.

    Full-width and other shapes of letters become plain, but for those in quotation marks.
    Raises QuestionError for one that is empty, not text, or longer than LONGEST characters.
    """
    if re.search(r"[\ud800-\udfff]", question):
        raise QuestionError(
            "The question holds bytes that are not UTF-8.", "Check its encoding and ask again."
        )
    question = " ".join(_CONTROL.sub(" ", _plain(question)).split())
    if not question:
        raise NoQuestion("The question is empty.", _EXAMPLE)
    if not any(character.isalnum() for character in question):
        raise NoQuestion("The question has no words.", _EXAMPLE)
    if len(question) > LONGEST:
        raise QuestionError(
            f"The question has {len(question):,} characters; {LONGEST:,} are the most.", "Ask in fewer words."
        )
    return question


def as_sentence(question: str) -> str:
    """The question with the mark at its end that people leave out: models read it better with it."""
    return question if "?" in question or _ENDED.search(question) else f"{question}?"


def _plain(question: str) -> str:
    """The question in plain letters; what it quotes stays as typed, since an article may have it so."""
    if question.isascii():
        return question
    parts = _QUOTED.split(question)
    parts[::2] = [unicodedata.normalize("NFC", "".join(map(_in_plain, part))) for part in parts[::2]]
    return "".join(parts)


def _in_plain(character: str) -> str:
    is_shape = unicodedata.decomposition(character).startswith(_SHAPES)
    return unicodedata.normalize("NFKC", character) if is_shape else character
