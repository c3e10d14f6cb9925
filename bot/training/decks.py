"""Rows as word pieces, a source's in a few arrays: cut once, they are dealt in no time."""

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from bot.reader.reader import MOST_ASKED
from bot.training.rows import Row

Pieces = npt.NDArray[np.uint16]

# The file of decks in a folder that was prepared.
DECKS = "decks.npz"
_NONE = -1


@dataclasses.dataclass(frozen=True, slots=True)
class Dealt:
    """A row: `asked` and `context` are word pieces without marks; `first` and `last` those of the context
    that answer, or none (`first` > `last`). Where `whole` is False, any words within them answer."""

    asked: Pieces
    context: Pieces
    first: int
    last: int
    whole: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Deck:
    """Rows of one source: `pieces` of all, and `rows` (rows, 6): where a row's pieces, its context's and both
    end in them, its answer's first and last, and 1 for `whole`."""

    pieces: Pieces
    rows: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, number: int) -> Dealt:
        start, middle, end, first, last, whole = self.rows[number].tolist()
        return Dealt(self.pieces[start:middle], self.pieces[middle:end], first, last, bool(whole))

    @classmethod
    def of(cls, rows: Iterable[Row], tokenizer: Tokenizer) -> Self:
        """Rows cut by a tokenizer whose vocabulary has at most 65,536 pieces."""
        pieces: list[Pieces] = []
        table: list[tuple[int, ...]] = []
        at = 0
        for row in rows:
            asked = tokenizer.encode(row.question, add_special_tokens=False).ids[:MOST_ASKED]
            context: Encoding = tokenizer.encode(row.context, add_special_tokens=False)
            middle, end = at + len(asked), at + len(asked) + len(context.ids)
            pieces += [np.array(asked, np.uint16), np.array(context.ids, np.uint16)]
            table.append((at, middle, end, *_piece_range(context, row.span), int(row.whole)))
            at = end
        return cls(np.concatenate(pieces), np.array(table, np.int32))


def _piece_range(context: Encoding, span: tuple[int, int] | None) -> tuple[int, int]:
    """The first and last piece of a span; of no span, none."""
    if span is None:
        return 0, _NONE
    inside = [i for i, (a, b) in enumerate(context.offsets) if a < span[1] and b > span[0]]
    return (inside[0], inside[-1]) if inside else (0, _NONE)


def write_decks(decks: Mapping[str, Deck], file: Path) -> None:
    """Decks by their sources' names, for `read_decks`."""
    arrays = {
        f"{name} {part}": getattr(deck, part) for name, deck in decks.items() for part in Deck.__slots__
    }
    np.savez_compressed(file, allow_pickle=False, **arrays)


def read_decks(file: Path) -> dict[str, Deck]:
    """What `write_decks` wrote."""
    with np.load(file, allow_pickle=False) as arrays:
        names = dict.fromkeys(key.split()[0] for key in arrays)
        return {name: Deck(*(arrays[f"{name} {part}"] for part in Deck.__slots__)) for name in names}
