"""Whether what a chat model made of a follow-up question can be searched for: it may write anything."""

from collections.abc import Sequence

from bot.answer import Answer
from index.words import is_number, names, terms, words

_LONGEST = 400
# What a rewriting may add that nobody said: a word or two that join the rest.
_NEW_WORDS = 0.25


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


def _said(answer: Answer) -> tuple[str, ...]:
    return answer.question, answer.understood, answer.text


def _telling(text: str) -> set[str]:
    """The numbers of a question, and the names that do not merely begin it."""
    begins = text.split(maxsplit=1)[:1]
    named = [name for name in names(text) if [name] != begins]
    return {word for name in named for word in words(name)} | {w for w in words(text) if is_number(w)}
