"""What the articles say to a text of somebody's, sentence by sentence."""

import dataclasses
from collections.abc import Iterator

from bot.cite import Checked, Checker
from bot.question import LONGEST, clean
from index.filter import Filter
from index.search import Retriever
from index.sentences import split_sentences

MOST_SENTENCES = 25


@dataclasses.dataclass(frozen=True, slots=True)
class Verified:
    """A sentence, and whether the articles support it: TIED where they do, with the quotes that say so."""

    sentence: str
    checked: Checked


def verify(text: str, retriever: Retriever, checker: Checker, where: Filter) -> tuple[Verified, ...]:
    """The sentences of `text`, each against the passages nearest to it; at most MOST_SENTENCES."""
    found = []
    for sentence in list(_sentences(text))[:MOST_SENTENCES]:
        passages = [hit.passage for hit in retriever.search(clean(sentence[:LONGEST]), where=where).hits]
        found.append(Verified(sentence, checker.check(sentence, (), passages)))
    return tuple(found)


def _sentences(text: str) -> Iterator[str]:
    for paragraph in split_sentences(text):
        for sentence in paragraph:
            words = text[sentence.start : sentence.end]
            if any(map(str.isalnum, words)):
                yield words
