"""What a reader says to the likeliest sentences, as features."""

import dataclasses
from collections.abc import Sequence

import pytest

from bot.candidates import Candidate, candidates
from bot.reader import sentences
from bot.reader.loading import own_files
from bot.reader.reader import Reader
from bot.reader.reading import Reading
from index.embedding import Embedder
from tests.making import STORM, TALKS, article, found, passages

QUESTION = "How much did the bridge cost?"


class Counting(Reader):
    """Counts the texts that are read."""

    texts = 0

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        self.texts += len(texts)
        return super().read(question, texts)


@pytest.fixture
def reader() -> Counting:
    return Counting(own_files())


def listed(embedder: Embedder, *texts: str) -> list[Candidate]:
    """Candidates, none behind another."""
    articles = [article(text, id=str(n)) for n, text in enumerate(texts)]
    return [behind(c, 0.0) for c in candidates(found(embedder, QUESTION, passages(embedder, *articles)))]


def behind(candidate: Candidate, score: float) -> Candidate:
    return dataclasses.replace(candidate, features={**candidate.features, "score_behind": score})


def test_the_sentence_that_answers_stands_out(embedder: Embedder, reader: Counting) -> None:
    read = sentences.read(reader, QUESTION, listed(embedder, TALKS, STORM))
    best = max(read, key=lambda candidate: candidate.features["reader"])
    assert best.answer is not None
    assert best.passage.words(*best.answer) == "41 million euros"
    assert best.features["reader_behind"] == 0
    assert sum(candidate.features["reader_share"] for candidate in read) == pytest.approx(1)
    assert best.features["reader_share"] > 0.5


def test_sentences_that_stand_together_are_read_once(embedder: Embedder, reader: Counting) -> None:
    sentences.read(reader, QUESTION, listed(embedder, TALKS, STORM))
    assert reader.texts == 2


def test_what_is_not_read_counts_as_a_no(
    embedder: Embedder, reader: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentences, "MOST_WINDOWS", 1)
    ordered = sorted(listed(embedder, TALKS, STORM), key=lambda candidate: candidate.quote not in STORM)
    read = sentences.read(reader, QUESTION, ordered)
    assert [c.answer is not None for c in read] == [c.quote in STORM for c in ordered]
    assert {c.features["reader"] for c in read if c.quote in TALKS} == {-12.0}
    assert [c.quote for c in read] == [c.quote for c in ordered]


def test_what_is_far_behind_is_read_only_beside_what_is_not(embedder: Embedder, reader: Counting) -> None:
    one, *others = listed(embedder, TALKS, STORM)
    read = sentences.read(reader, QUESTION, [one, *(behind(c, sentences.FAR_BEHIND + 0.1) for c in others)])
    assert reader.texts == 1
    assert [c.answer is not None for c in read] == [c.passage.id == one.passage.id for c in read]


def test_nothing_is_read_of_nothing(reader: Counting) -> None:
    assert sentences.read(reader, QUESTION, []) == []
