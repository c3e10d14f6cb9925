"""Vectors of sentences that are kept for a while."""

import numpy as np

from bot.vectors import KeptVectors
from index.embedding import Embedder, Vectors
from index.sketches import rounded

ONE, TWO, THREE = "The ferry left.", "The bridge opened.", "Nobody came."


class Counting(Embedder):
    """The real model, counting the texts that it embeds."""

    def __init__(self, real: Embedder) -> None:
        super().__init__()
        self.real, self.texts = real, list[str]()

    def embed(self, texts: list[str]) -> Vectors:  # type: ignore[override]
        self.texts += texts
        return self.real.embed(texts)


def test_a_sentence_is_embedded_once(embedder: Embedder) -> None:
    counting = Counting(embedder)
    kept = KeptVectors(counting)
    first = kept.of([ONE, TWO, ONE])
    assert counting.texts == [ONE, TWO]
    np.testing.assert_array_equal(first[0], first[2])
    second = kept.of([TWO, THREE])
    assert counting.texts == [ONE, TWO, THREE]
    np.testing.assert_array_equal(second[0], first[1])
    np.testing.assert_allclose(second, rounded(embedder.embed([TWO, THREE])), atol=1e-3)


def test_what_was_asked_for_least_lately_goes_first(embedder: Embedder) -> None:
    counting = Counting(embedder)
    kept = KeptVectors(counting, most=2)
    kept.of([ONE, TWO])
    kept.of([ONE])
    kept.of([THREE])
    kept.of([ONE])
    assert counting.texts == [ONE, TWO, THREE]
    kept.of([TWO])
    assert counting.texts == [ONE, TWO, THREE, TWO]
