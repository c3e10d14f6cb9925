"""Which sentences are read around one, and what is found in it."""

import pytest

from bot.candidates import Candidate, candidates
from bot.reader.loading import own_files
from bot.reader.reader import Reader
from bot.reader.windows import answering_words, window_around
from index.embedding import Embedder
from tests.making import STORM, TALKS, article, found, passages

LONG = " ".join(f"The bridge number {n} was opened on a quiet morning in May." for n in range(15))


def count(text: str) -> int:
    return len(text.split())


def sentence_of(embedder: Embedder, text: str, position: int, title: str = "") -> Candidate:
    listed = candidates(found(embedder, "?", passages(embedder, article(text, title=title))))
    return next(candidate for candidate in listed if candidate.position == position)


def test_a_short_passage_is_read_whole(embedder: Embedder) -> None:
    window = window_around(sentence_of(embedder, TALKS, 2), count)
    assert (window.first, window.last, window.text) == (0, 4, TALKS)


@pytest.mark.parametrize(
    ("position", "pieces", "read"),
    [(7, 36, (6, 9)), (7, 24, (6, 8)), (0, 36, (0, 3)), (14, 36, (12, 15)), (7, 5, (7, 8))],
)
def test_what_stands_nearest_is_read_as_far_as_there_is_room(
    embedder: Embedder, position: int, pieces: int, read: tuple[int, int]
) -> None:
    sentence = sentence_of(embedder, LONG, position)
    window = window_around(sentence, count, pieces)
    assert (window.first, window.last) == read
    assert window.holds(sentence)
    assert window.text[slice(*window.within(sentence))] == sentence.quote


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Talks on the bridge", "Talks on the bridge. "),
        ("It is over.", "It is over. "),
        ("no end " * 400, ("no end " * 400)[:200] + ". "),
    ],
)
def test_sentences_are_read_under_their_title(embedder: Embedder, title: str, heading: str) -> None:
    sentence = sentence_of(embedder, TALKS, 2, title)
    window = window_around(sentence, count)
    assert window.text == heading + TALKS
    assert window.text[slice(*window.within(sentence))] == sentence.quote
    first, last = window.within(sentence)
    assert (first + window.offset, last + window.offset) == (sentence.sentence.start, sentence.sentence.end)


def test_the_words_stand_in_the_sentence_that_is_quoted(embedder: Embedder) -> None:
    reader, question = Reader(own_files()), "How much did the bridge cost?"
    for candidate in candidates(
        found(embedder, question, passages(embedder, article(TALKS, title="A bridge")))
    ):
        words = answering_words(reader, question, candidate)
        assert words is not None
        assert candidate.sentence.start <= words[0] < words[1] <= candidate.sentence.end
        if "41" in candidate.quote:
            assert TALKS[slice(*words)] == "41 million euros"


def test_without_a_reader_no_words_are_found(embedder: Embedder) -> None:
    (first, *_) = candidates(found(embedder, "why?", passages(embedder, article(STORM))))
    assert answering_words(None, "why?", first) is None
