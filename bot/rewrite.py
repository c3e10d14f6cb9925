"""Whether what a chat model made of a question can be searched for: it may write anything."""

import re
from collections.abc import Sequence

from bot.answer import Answer
from bot.language import language_of
from index.words import is_number, names, terms, words

_LONGEST = 400
# What a rewriting may add that nobody said: a word or two that join the rest.
_NEW_WORDS = 0.25
# On one line, and with nothing behind it; Greek asks with ";".
_ONE_QUESTION = re.compile(r"[^\x00-\x1f\x7f-\x9f?\u061f\uff1f]+[?\u061f\uff1f;]")


def is_sensible(rewritten: str, question: str, history: Sequence[Answer]) -> bool:
    """Whether it asks what `question` asked in the conversation's own words, and names nothing new."""
    if not rewritten or "\n" in rewritten or len(rewritten) > _LONGEST + len(question):
        return False
    said = " ".join([question, *(part for answer in history for part in _said(answer))])
    if not _telling(rewritten) <= set(words(said)) or not _telling(question) <= set(words(rewritten)):
        return False
    asked = terms(rewritten)
    new = set(asked) - set(terms(said))
    return bool(asked) and len(new) <= _NEW_WORDS * len(set(asked))


def is_translated(said: str, question: str, language: str) -> bool:
    """Whether it is one short question in that language, with the figures of `question` and no others.

    Names are spelt otherwise elsewhere, so that they cannot be compared.
    """
    if not _ONE_QUESTION.fullmatch(said) or len(said) > _LONGEST + len(question):
        return False
    is_in_it = language_of(said) in (language, None) and said != question
    return is_in_it and bool(terms(said)) and _figures(said) == _figures(question)


def _figures(text: str) -> set[str]:
    """Its figures without what parts them: "10.000" is "10,000" elsewhere."""
    return {
        re.sub(r"\D", "", figures) for figures in re.findall(r"\d(?:[\d.,\u2019 \u00a0\u202f]*\d)?", text)
    }


def _said(answer: Answer) -> tuple[str, ...]:
    return answer.question, answer.understood, answer.text


def _telling(text: str) -> set[str]:
    """The numbers of a question, and the names that do not merely begin it."""
    begins = text.split(maxsplit=1)[:1]
    named = [name for name in names(text) if [name] != begins]
    return {word for name in named for word in words(name)} | {w for w in words(text) if is_number(w)}
