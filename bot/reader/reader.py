"""Reader: a question and texts -> what each text says to it, by an extractive model in ONNX."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.pair_model import PairFiles, load_pair
from bot.reader.reading import Reading
from index.errors import ReaderError

# Word pieces that are read of a question.
MOST_ASKED = 48
_LEAST_READ = 16


class Reader:
    """Reads texts for the words that answer; threads may share it. ReaderError where it cannot be loaded."""

    def __init__(self, files: PairFiles) -> None:
        hint = "Install citebot again, or set READER_MODEL=none to answer without a reader."
        self._model = load_pair(files, "reader", ReaderError, hint)

    def count(self, text: str) -> int:
        """Word pieces of a text, without marks."""
        return self._model.count(text)

    def room(self, question: str) -> int:
        """Word pieces of a text that are read together with this question."""
        return max(self._model.room(question, MOST_ASKED), _LEAST_READ)

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """What each text says to a question; of a text that is too long only the beginning is read."""
        asked = self._model.cut(question, MOST_ASKED)
        room = self.room(question)
        encodings = [self._model.encode(asked, self._model.cut(text, room)) for text in texts]
        return [self._reading(encoding) for encoding in encodings]

    def _reading(self, encoding: Any) -> Reading:
        starts, ends = self._model.run(encoding, ("starts", "ends"))
        inside = np.flatnonzero([of == 1 for of in encoding.sequence_ids])
        offsets: npt.NDArray[np.int64] = np.array(encoding.offsets, np.int64).reshape(-1, 2)[inside]
        return Reading(offsets, starts[inside], ends[inside], float(starts[0] + ends[0]))
