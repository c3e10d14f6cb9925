"""Vectors of sentences, kept for a while: the questions of a day are about the same articles."""

from collections.abc import Sequence

import numpy as np

from index.embedding import Embedder, Vectors
from index.kept import Kept
from index.sketches import rounded

# 6 MB of vectors with the default model.
_MOST = 4_000


class KeptVectors:
    """Embeds sentences but for those embedded of late; threads may share it.

    Rounded as those that the index has, so that an answer hardly depends on where its vectors come from.
    """

    def __init__(self, embedder: Embedder, most: int = _MOST) -> None:
        self._embedder = embedder
        self._kept = Kept[Vectors](most)

    def of(self, sentences: Sequence[str]) -> Vectors:
        """Unit vectors, float32 (len(sentences), dimension); at least one sentence."""
        found = self._kept.of(sentences, self._embed)
        return np.stack([found[text] for text in sentences])

    def _embed(self, new: list[str]) -> dict[str, Vectors]:
        # Copies: a row of the batch would keep all of it.
        return {text: row.copy() for text, row in zip(new, rounded(self._embedder.embed(new)), strict=True)}
