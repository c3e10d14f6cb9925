"""Words that stand where another might: "lake" for "river". A question in which one is exchanged asks for
something that its context does not tell, in the words of what it does."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import Stemmer

# Nearer ones say the same or are the same word's forms, farther ones have nothing to do with it.
_NEAR, _FAR = 0.44, 0.30
_MOST = 8
_SHORTEST, _SAME_START = 4, 3
# The vocabulary is ordered by how common a word is.
_COMMON = 12_000
_AT_ONCE = 2_000

Siblings = Mapping[str, tuple[str, ...]]


def siblings(table: npt.NDArray[np.floating[Any]], vocabulary: Mapping[str, int]) -> Siblings:
    """The siblings of common words, nearest first, out of a model's table of words (words, width)."""
    ranked = sorted((place, word) for word, place in vocabulary.items() if _is_word(word))[:_COMMON]
    words = [word for _, word in ranked]
    stems = Stemmer.Stemmer("english").stemWords(words)
    vectors = table[[place for place, _ in ranked]]
    vectors = vectors - vectors.mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found: dict[str, tuple[str, ...]] = {}
    for first in range(0, len(words), _AT_ONCE):
        near = vectors[first : first + _AT_ONCE] @ vectors.T
        for own, likeness in enumerate(near, first):
            order = [i for i in np.argsort(-likeness)[:40] if _FAR <= likeness[i] <= _NEAR]
            others = [words[i] for i in order if _differ(words[own], words[i], stems[own], stems[i])]
            if others:
                found[words[own]] = tuple(others[:_MOST])
    return found


def _is_word(word: str) -> bool:
    return len(word) >= _SHORTEST and word.isascii() and word.isalpha()


def _differ(one: str, other: str, stem: str, other_stem: str) -> bool:
    return stem != other_stem and one[:_SAME_START] != other[:_SAME_START]
