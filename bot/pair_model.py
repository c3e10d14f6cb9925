"""Two texts read together by a transformer in ONNX: what the reader and the verifier are made of."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.errors import CitebotError
from index.model_files import first_line
from index.onnx_session import open_session

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_COLUMNS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}


@dataclasses.dataclass(frozen=True, slots=True)
class PairFiles:
    """Where a model lies: `inputs` are what its graph takes, with what fills the shorter texts of a batch;
    `limit` the word pieces that it reads, of both texts and marks."""

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


def load_pair(files: PairFiles, name: str, fails_with: type[CitebotError], hint: str) -> "PairModel":
    """The model in some files. Raises `fails_with`, which calls it `name`, where it cannot be loaded."""
    try:
        return PairModel(files)
    except Exception as error:  # onnxruntime's and tokenizers' errors have no common base
        message = f"The {name} in {files.graph.parent} cannot be loaded: {first_line(error)}."
        raise fails_with(message, hint) from error


class PairModel:
    """Reads a short text and a longer one together; threads may share it.

    Raises what onnxruntime and tokenizers raise where it cannot be loaded: that has no common base.
    """

    def __init__(self, files: PairFiles) -> None:
        self._inputs = files.inputs
        self._limit = files.limit
        self._session = open_session(files.graph)
        self._tokenizer = open_tokenizer(files.tokenizer)
        self._marks = self._tokenizer.num_special_tokens_to_add(True)

    def count(self, text: str) -> int:
        """Word pieces of a text, without marks."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def room(self, first: str, most: int) -> int:
        """Word pieces of a second text that are read beside a first of which `most` are read."""
        return self._limit - self._marks - min(self.count(first), most)

    def cut(self, text: str, pieces: int) -> str:
        """A text without what goes beyond so many word pieces."""
        offsets = self._tokenizer.encode(text, add_special_tokens=False).offsets
        return text if len(offsets) <= pieces else text[: offsets[pieces - 1][1]]

    def encode(self, first: str, second: str) -> Any:
        """Both as the model reads them."""
        return self._tokenizer.encode(first, second)

    def run(self, encoding: Any, outputs: Sequence[str]) -> list[npt.NDArray[np.float32]]:
        """What the graph gives for them, each without its first axis: that of a batch."""
        feed = {name: np.array([getattr(encoding, _COLUMNS[name])], np.int64) for name in self._inputs}
        return [found[0] for found in self._session.run(list(outputs), feed)]
