"""Vectors of sentences, kept for a while: the questions of a day are about the same articles."""

import collections
import threading
from collections.abc import Sequence

import numpy as np

from index.embedding import Embedder, Vectors
from index.sketches import rounded

# 6 MB of vectors with the default model.
_MOST = 4_000


class KeptVectors:
    """Embeds sentences but for those embedded of late; threads may share it.

    Rounded as those that the index has, so that an answer does not depend on where its vectors come from.
    """

    def __init__(self, embedder: Embedder, most: int = _MOST) -> None:
        self._embedder = embedder
        self._most = most
        self._lock = threading.Lock()
        self._kept: collections.OrderedDict[str, Vectors] = collections.OrderedDict()

    def of(self, sentences: Sequence[str]) -> Vectors:
        """Unit vectors, float32 (len(sentences), dimension); at least one sentence."""
        with self._lock:
            known = {text: self._kept[text] for text in sentences if text in self._kept}
        if new := [text for text in dict.fromkeys(sentences) if text not in known]:
            # Copies: a row of the batch would keep all of it.
            made = rounded(self._embedder.embed(new))
            known.update((text, row.copy()) for text, row in zip(new, made, strict=True))
        with self._lock:
            for text in known:
                self._kept[text] = known[text]
                self._kept.move_to_end(text)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return np.stack([known[text] for text in sentences])
