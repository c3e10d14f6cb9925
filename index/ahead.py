"""Embeds sentences ahead of the questions: most of what a question waits for is the vectors of sentences."""

import math
import time
from collections.abc import Callable

import numpy as np

from index.embedding import Embedder
from index.generations import AnyStore, Reader

# Passages at a time, some 30 sentences: a question that comes meanwhile waits for no more than these.
_AT_ONCE = 4


def embed_ahead(
    reader: Reader,
    embedder: Embedder,
    *,
    seconds: float = math.inf,
    progress: Callable[[int], None] = lambda passages: None,
) -> bool:
    """Gives sentences their vectors, those of the newest articles first; whether all have theirs after it.

    It needs no right to write, changes no answer, and may be killed at any time. `progress` is told how many
    passages were done at a time.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done = reader.ask(lambda store: _embed_some(store, embedder))
        if not done:
            return True
        progress(done)
    return False


def _embed_some(store: AnyStore, embedder: Embedder) -> int:
    """For how many passages it did."""
    passages = store.read(store.lacking(_AT_ONCE)).values()
    quotes = [[passage.quote(sentence) for sentence in passage.sentences] for passage in passages]
    if not quotes:
        return 0
    vectors = embedder.embed([quote for own in quotes for quote in own])
    ends = np.cumsum([len(own) for own in quotes])[:-1]
    parts = zip(passages, np.split(vectors, ends), strict=True)
    store.put_sentences({passage.id: own for passage, own in parts})
    return len(quotes)
