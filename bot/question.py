"""What counts as a question: the one check that every front end shares."""

import re

from index.errors import QuestionError

LONGEST = 2_000
# An escape sequence goes as a whole: what is left of a pasted "\x1b[31m" would count as a number.
_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def clean(question: str) -> str:
    """The question as it is asked: control characters become spaces, runs of white space one.

    Raises QuestionError for one that is empty, not text, or longer than LONGEST characters.
    """
    if re.search(r"[\ud800-\udfff]", question):
        raise QuestionError(
            "The question holds bytes that are not UTF-8.", "Check its encoding and ask again."
        )
    question = " ".join(_CONTROL.sub(" ", question).split())
    if not any(character.isalnum() for character in question):
        raise QuestionError("The question is empty.", "Ask in words: what did Zelensky demand?")
    if len(question) > LONGEST:
        raise QuestionError(
            f"The question has {len(question):,} characters; {LONGEST:,} are the most.", "Ask in fewer words."
        )
    return question
