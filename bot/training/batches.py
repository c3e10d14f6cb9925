"""Decks -> batches of word pieces, with the pieces at which an answer may start and end."""

import dataclasses
import random
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.training.decks import Dealt, Deck

Integers = npt.NDArray[np.int64]

# Pieces of a row, question and marks included, and how often a row has as many: most of what is read later
# is short, and short rows cost less.
_LENGTHS, _SHARES = (128, 192, 256), (0.6, 0.2, 0.2)
# Pieces of a batch, padding included.
BATCH_PIECES = 4096
# Rows are sorted by length among so many batches' worth of them.
_POOL = 8
_MEAN_LENGTH = 128


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """`ids`, `types` (1: context) and `mask` are (rows, pieces); `starts` and `ends` (rows, 2): the first and
    last piece at which an answer may start or end, 0 where the row has none."""

    ids: Integers
    types: Integers
    mask: Integers
    starts: Integers
    ends: Integers


@dataclasses.dataclass(frozen=True, slots=True)
class _Pieces:
    ids: Integers
    context: int
    start: tuple[int, int]
    end: tuple[int, int]


class Batcher:
    """Draws rows from decks and makes batches of them; `marks` are the pieces [CLS] and [SEP]."""

    def __init__(self, marks: tuple[int, int], chance: random.Random, pieces: int = BATCH_PIECES) -> None:
        self._pieces = pieces
        self._chance = chance
        self._cls, self._sep = ([mark] for mark in marks)
        self._left: dict[str, list[int]] = {}

    def batches(self, decks: Mapping[str, Deck], shares: Mapping[str, float]) -> Iterator[Batch]:
        """Some batches of rows of like length; a deck's rows come all before one comes again."""
        pool = max(_POOL * self._pieces // _MEAN_LENGTH, 1)
        names = self._chance.choices(list(shares), list(shares.values()), k=pool)
        cut = sorted((self._cut(self._draw(name, decks[name])) for name in names), key=lambda p: len(p.ids))
        parts: list[list[_Pieces]] = [[]]
        for pieces in cut:
            if parts[-1] and len(pieces.ids) * (len(parts[-1]) + 1) > self._pieces:
                parts.append([])
            parts[-1].append(pieces)
        self._chance.shuffle(parts)
        yield from map(_batch, parts)

    def _draw(self, name: str, deck: Deck) -> Dealt:
        if not self._left.get(name):
            self._left[name] = self._chance.sample(range(len(deck)), len(deck))
        return deck[self._left[name].pop()]

    def _cut(self, row: Dealt) -> _Pieces:
        """A row with marks; a long context is cut to a window that has the answer somewhere in it."""
        room = self._chance.choices(_LENGTHS, _SHARES)[0] - len(row.asked) - 3
        at = self._window_start(row, room)
        window = row.context[at : at + room]
        before = len(row.asked) + 2
        ids = np.concatenate((self._cls, row.asked, self._sep, window, self._sep)).astype(np.int64)
        if row.first > row.last:
            return _Pieces(ids, before, (0, 0), (0, 0))
        first, last = (min(piece - at, len(window) - 1) + before for piece in (row.first, row.last))
        if row.whole:
            return _Pieces(ids, before, (first, first), (last, last))
        return _Pieces(ids, before, (first, last), (first, last))

    def _window_start(self, row: Dealt, room: int) -> int:
        """Where a window of `room` pieces starts that holds the answer, or, where there is none, any."""
        pieces = len(row.context)
        first, last = (row.first, row.last) if row.first <= row.last else (pieces, 0)
        low, high = max(last - room + 1, 0), max(min(first, pieces - room), 0)
        return self._chance.randint(low, high) if low < high else high


def _batch(rows: Sequence[_Pieces]) -> Batch:
    longest = max(len(row.ids) for row in rows)
    ids, types, mask = (np.zeros((len(rows), longest), np.int64) for _ in range(3))
    for i, row in enumerate(rows):
        ids[i, : len(row.ids)] = row.ids
        types[i, row.context : len(row.ids)] = 1
        mask[i, : len(row.ids)] = 1
    starts, ends = (np.array([getattr(row, name) for row in rows], np.int64) for name in ("start", "end"))
    return Batch(ids, types, mask, starts, ends)
