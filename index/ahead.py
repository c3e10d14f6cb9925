"""Embeds sentences ahead of the questions: most of what a question waits for is the vectors of sentences."""

import math
import time
from collections.abc import Callable

import numpy as np

from index.disk import REBUILD
from index.embedding import Embedder
from index.errors import StoreBusy, StoreDamaged
from index.generations import AnyStore, Reader

# Passages at a time, some 30 sentences: a question that comes meanwhile waits for no more than these.
_AT_ONCE = 4
_PAUSE = 1.0


def embed_ahead(
    reader: Reader,
    embedder: Embedder,
    *,
    seconds: float = math.inf,
    progress: Callable[[int], None] = lambda passages: None,
) -> bool:
    """Gives sentences their vectors, those of the newest articles first; whether all have theirs after it.

    It needs no right to write, changes answers by no more than rounding, and may be killed at any time; while
    others keep the file it waits. `progress` is told how many passages were done at a time.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            sketched = reader.ask(lambda store: store.sketch_some())
            done = 0 if sketched else reader.ask(lambda store: _embed_some(store, embedder))
        except StoreBusy:
            time.sleep(_PAUSE)
        else:
            if not sketched and not done:
                return True
            progress(done)
        if time.monotonic() >= until:
            return False


def _embed_some(store: AnyStore, embedder: Embedder) -> int:
    """For how many passages it did."""
    wanted = store.lacking(_AT_ONCE)
    passages = list(store.read(wanted).values())
    if len(passages) < len(wanted):
        raise StoreDamaged(f"The passage {wanted[0]} is missing.", REBUILD)
    if not passages:
        return 0
    quotes = [[passage.quote(sentence) for sentence in passage.sentences] for passage in passages]
    vectors = embedder.embed([quote for own in quotes for quote in own])
    ends = np.cumsum([len(own) for own in quotes])[:-1]
    parts = zip(passages, np.split(vectors, ends), strict=True)
    store.put_sentences({passage.id: own for passage, own in parts})
    return len(quotes)
