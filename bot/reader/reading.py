"""What a reader makes of a text: how much speaks for each of its words as the answer's first or last."""

import dataclasses
import functools

import numpy as np
import numpy.typing as npt

Logits = npt.NDArray[np.float32]

# Word pieces that an answer has at most: a longer one is a sentence, and that is quoted anyway.
MOST_PIECES = 30


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """Characters `start:end` of the text that was read; `score` is their logit above "it does not say"."""

    start: int
    end: int
    score: float


@dataclasses.dataclass(frozen=True)
class Reading:
    """`offsets` (pieces, 2) are each word piece's characters in the text. Logits: `starts` and `ends`
    (pieces,) for it being the first and the last that answer, `nothing` for the text not answering."""

    offsets: npt.NDArray[np.int64]
    starts: Logits
    ends: Logits
    nothing: float

    def best(self, start: int, end: int) -> Words | None:
        """The likeliest answer within characters `start:end`; None where no piece lies within."""
        first = int(np.searchsorted(self.offsets[:, 0], start))
        last = int(np.searchsorted(self.offsets[:, 1], end, side="right"))
        if first >= last:
            return None
        block = self._spans[first:last, : last - first]
        reach = np.arange(block.shape[1])[None] + np.arange(first, last)[:, None]
        block = np.where(reach < last, block, -np.inf)
        row, length = np.unravel_index(int(block.argmax()), block.shape)
        begin, stop = first + int(row), first + int(row) + int(length)
        score = float(block[row, length]) - self.nothing
        return Words(int(self.offsets[begin, 0]), int(self.offsets[stop, 1]), score)

    @functools.cached_property
    def _spans(self) -> Logits:
        """The logit of each span, (pieces, MOST_PIECES): by its first piece and how many more it has."""
        count = len(self.starts)
        spans = np.full((count, MOST_PIECES), -np.inf, np.float32)
        for more in range(min(MOST_PIECES, count)):
            spans[: count - more, more] = self.starts[: count - more] + self.ends[more:]
        return spans
