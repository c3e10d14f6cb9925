"""Rows -> batches of word pieces, with the pieces at which an answer may start and end."""

import dataclasses
import functools
import random
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from bot.reader.reader import MOST_ASKED
from bot.training.rows import Row

Integers = npt.NDArray[np.int64]

# Pieces of a row, question and marks included, and how often a row has as many: most of what is read later
# is short, and short rows cost less.
_LENGTHS, _SHARES = (128, 192, 256), (0.6, 0.2, 0.2)
# Pieces of a batch, padding included.
BATCH_PIECES = 4096
_POOL = 256


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
    ids: list[int]
    context: int
    start: tuple[int, int]
    end: tuple[int, int]


class Batcher:
    """Draws rows from sources and makes batches of them."""

    def __init__(self, tokenizer: Tokenizer, chance: random.Random, pieces: int = BATCH_PIECES) -> None:
        self._pieces = pieces
        self._chance = chance
        self._encode = functools.lru_cache(maxsize=20_000)(
            lambda text: tokenizer.encode(text, add_special_tokens=False)
        )
        # The marks around two empty texts: one before, one between, one behind.
        self._cls, self._sep, _ = tokenizer.encode("", "").ids
        self._decks: dict[str, list[Row]] = {}

    def batches(self, sources: Mapping[str, Sequence[Row]], shares: Mapping[str, float]) -> Iterator[Batch]:
        """Some hundred rows in batches of like length; a source's rows come all before one comes again."""
        names = self._chance.choices(list(shares), list(shares.values()), k=_POOL)
        cut = sorted((self._cut(self._draw(name, sources[name])) for name in names), key=lambda p: len(p.ids))
        parts: list[list[_Pieces]] = [[]]
        for pieces in cut:
            if parts[-1] and len(pieces.ids) * (len(parts[-1]) + 1) > self._pieces:
                parts.append([])
            parts[-1].append(pieces)
        self._chance.shuffle(parts)
        yield from map(_batch, parts)

    def _draw(self, name: str, rows: Sequence[Row]) -> Row:
        if not self._decks.get(name):
            self._decks[name] = self._chance.sample(rows, len(rows))
        return self._decks[name].pop()

    def _cut(self, row: Row) -> _Pieces:
        """A row as pieces; a long context is cut to a window that has the answer somewhere in it."""
        asked = self._encode(row.question).ids[:MOST_ASKED]
        context: Encoding = self._encode(row.context)
        room = self._chance.choices(_LENGTHS, _SHARES)[0] - len(asked) - 3
        first, last = _piece_range(context, row.span)
        at = self._window_start(len(context.ids), room, first, last)
        window = context.ids[at : at + room]
        before = len(asked) + 2
        ids = [self._cls, *asked, self._sep, *window, self._sep]
        if row.span is None:
            return _Pieces(ids, before, (0, 0), (0, 0))
        first, last = (min(piece - at, len(window) - 1) + before for piece in (first, last))
        if row.whole:
            return _Pieces(ids, before, (first, first), (last, last))
        return _Pieces(ids, before, (first, last), (first, last))

    def _window_start(self, pieces: int, room: int, first: int, last: int) -> int:
        """Where a window of `room` pieces starts that holds the pieces `first` to `last`."""
        low, high = max(last - room + 1, 0), max(min(first, pieces - room), 0)
        return self._chance.randint(low, high) if low < high else high


def _piece_range(context: Encoding, span: tuple[int, int] | None) -> tuple[int, int]:
    """The first and last piece of a span; of no span, any piece."""
    if span is None:
        return len(context.ids), 0
    inside = [i for i, (a, b) in enumerate(context.offsets) if a < span[1] and b > span[0]]
    return (inside[0], inside[-1]) if inside else (0, 0)


def _batch(rows: Sequence[_Pieces]) -> Batch:
    longest = max(len(row.ids) for row in rows)
    ids, types, mask = (np.zeros((len(rows), longest), np.int64) for _ in range(3))
    for i, row in enumerate(rows):
        ids[i, : len(row.ids)] = row.ids
        types[i, row.context : len(row.ids)] = 1
        mask[i, : len(row.ids)] = 1
    starts, ends = (np.array([getattr(row, name) for row in rows], np.int64) for name in ("start", "end"))
    return Batch(ids, types, mask, starts, ends)
