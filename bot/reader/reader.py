"""Reader: a question and texts -> what each text says to it, by an extractive model in ONNX."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bot.reader.reading import Reading
from index.errors import ReaderError
from index.model_files import first_line
from index.onnx_session import open_session

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Word pieces that are read of a question.
MOST_ASKED = 48
_LEAST_READ = 16
_COLUMNS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}


@dataclasses.dataclass(frozen=True, slots=True)
class ReaderFiles:
    """Where a reader lies: `inputs` are what its graph takes, with what fills the shorter texts of a batch;
    `limit` the word pieces that it reads, question and marks included."""

    graph: Path
    tokenizer: Path
    limit: int = 256
    inputs: Mapping[str, int] = dataclasses.field(default_factory=lambda: dict.fromkeys(_COLUMNS, 0))


def open_tokenizer(file: Path) -> "Tokenizer":
    """The tokenizer in a file; it neither cuts texts nor fills them up."""
    from tokenizers import Tokenizer

    tokenizer: Tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class Reader:
    """Reads texts for the words that answer; threads may share it. ReaderError where it cannot be loaded."""

    def __init__(self, files: ReaderFiles) -> None:
        self._inputs = files.inputs
        self._limit = files.limit
        try:
            self._session = open_session(files.graph)
            self._tokenizer = open_tokenizer(files.tokenizer)
        except Exception as error:  # onnxruntime's and tokenizers' errors have no common base
            raise ReaderError(
                f"The reader in {files.graph.parent} cannot be loaded: {first_line(error)}.",
                "Install citebot again, or set READER_MODEL=none to answer without a reader.",
            ) from error
        self._marks = self._tokenizer.num_special_tokens_to_add(True)

    def count(self, text: str) -> int:
        """Word pieces of a text, without marks."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def room(self, question: str) -> int:
        """Word pieces of a text that are read together with this question."""
        return max(self._limit - self._marks - min(self.count(question), MOST_ASKED), _LEAST_READ)

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """What each text says to a question; of a text that is too long only the beginning is read."""
        asked = self._cut(question, MOST_ASKED)
        room = self.room(question)
        encodings = [self._tokenizer.encode(asked, self._cut(text, room)) for text in texts]
        return [self._reading(encoding) for encoding in encodings]

    def _cut(self, text: str, pieces: int) -> str:
        """A text without what goes beyond so many word pieces."""
        offsets = self._tokenizer.encode(text, add_special_tokens=False).offsets
        return text if len(offsets) <= pieces else text[: offsets[pieces - 1][1]]

    def _reading(self, encoding: Any) -> Reading:
        feed = {name: np.array([getattr(encoding, _COLUMNS[name])], np.int64) for name in self._inputs}
        starts, ends = (logits[0] for logits in self._session.run(["starts", "ends"], feed))
        inside = np.flatnonzero([of == 1 for of in encoding.sequence_ids])
        offsets: npt.NDArray[np.int64] = np.array(encoding.offsets, np.int64).reshape(-1, 2)[inside]
        return Reading(offsets, starts[inside], ends[inside], float(starts[0] + ends[0]))
