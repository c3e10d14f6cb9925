"""Which sentences are read around one, and what is found in it."""

import pytest

from bot.candidates import candidates
from bot.reader.loading import own_files
from bot.reader.reader import Reader
from bot.reader.windows import answering_words, window
from index.article import Passage
from index.embedding import Embedder
from tests.making import STORM, TALKS, article, found, passages

LONG = " ".join(f"The bridge number {n} was opened on a quiet morning in May." for n in range(15))


def count(text: str) -> int:
    return len(text.split())


def passage_of(embedder: Embedder, text: str) -> Passage:
    (passage,) = passages(embedder, article(text))
    return passage


def test_a_short_passage_is_read_whole(embedder: Embedder) -> None:
    assert window(passage_of(embedder, TALKS), 2, count) == (0, 4)


@pytest.mark.parametrize(
    ("position", "pieces", "read"),
    [(7, 36, (6, 9)), (7, 24, (6, 8)), (0, 36, (0, 3)), (14, 36, (12, 15)), (7, 5, (7, 8))],
)
def test_what_stands_nearest_is_read_as_far_as_there_is_room(
    embedder: Embedder, position: int, pieces: int, read: tuple[int, int]
) -> None:
    assert window(passage_of(embedder, LONG), position, count, pieces) == read


def test_the_words_stand_in_the_sentence_that_is_quoted(embedder: Embedder) -> None:
    reader, question = Reader(own_files()), "How much did the bridge cost?"
    for candidate in candidates(found(embedder, question, passages(embedder, article(TALKS)))):
        words = answering_words(reader, question, candidate)
        assert words is not None
        assert candidate.sentence.start <= words[0] < words[1] <= candidate.sentence.end
        if "41" in candidate.quote:
            assert TALKS[slice(*words)] == "41 million euros"


def test_without_a_reader_no_words_are_found(embedder: Embedder) -> None:
    (first, *_) = candidates(found(embedder, "why?", passages(embedder, article(STORM))))
    assert answering_words(None, "why?", first) is None
