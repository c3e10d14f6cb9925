"""A model exported to ONNX, run by onnxruntime and tokenizers: no PyTorch, started in a tenth of a second."""

import dataclasses
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from index.disk import checksums
from index.errors import ExportError
from index.model_files import first_line
from index.onnx_session import open_session

Vectors = npt.NDArray[np.float32]

# Raise it whenever this version could misread what an older one exported.
FORMAT = 1
# How its weights are kept: as they are, or rounded to 8 bits, each row of a matrix on a scale of its own.
FP32, INT8 = "fp32", "int8"
CARD = "export.json"
GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
# Pieces that a batch holds, padding included, if that is more than one text: more is no faster and takes more
# memory. In int8 a text runs alone, which is as fast. What passes between the layers is rounded there on one
# scale for the whole batch: beside others a text would get another vector.
_BATCH_PIECES = {FP32: 256, INT8: 1}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A model in ONNX; or, where `failure` is not empty, why there is none.

    `source` tells the files it was made from, `files` holds size and CRC-32 of those that it consists of.
    """

    folder: Path
    model: str
    weights: str
    source: dict[str, list[int]]
    made_with: dict[str, str]
    failure: str = ""
    files: dict[str, list[int]] = dataclasses.field(default_factory=dict)
    dimension: int = 0
    limit: int | None = None
    pieces: int = 0
    # What the graph takes, with what fills the shorter texts of a batch.
    inputs: dict[str, int] = dataclasses.field(default_factory=dict)
    pads_left: bool = False
    prompts: dict[str, str] = dataclasses.field(default_factory=dict)
    precision: str = FP32
    # What was asked for where it is another: a model that int8 would turn too far is kept exact.
    sought: str = ""
    format: int = FORMAT

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The export in `folder`; None where there is none that this version can use."""
        try:
            content = json.loads((folder / CARD).read_bytes())
            return cls(folder=folder, **content) if content["format"] == FORMAT else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write(self) -> None:
        """Writes what is beside the graph and the tokenizer."""
        content = dataclasses.asdict(self)
        del content["folder"]
        (self.folder / CARD).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    @property
    def is_whole(self) -> bool:
        """Whether its files are those that were written."""
        try:
            return checksums(self.folder, (self.folder / name for name in self.files)) == self.files
        except OSError:
            return False


class OnnxModel:
    """Texts -> unit vectors. Threads may share it. Raises ExportError where it cannot be loaded."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self.limit = export.limit
        self.precision = export.precision
        try:
            self._session = open_session(export.folder / GRAPH)
            self._tokenizer = self.tokenizer()
        except Exception as error:  # onnxruntime's and tokenizers' errors have no common base
            raise ExportError(
                f"The exported model in {export.folder} cannot be loaded: {first_line(error)}.",
                "Run `citebot export --force`.",
            ) from error
        if export.limit:
            self._tokenizer.enable_truncation(export.limit)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of passages, float32 (len(texts), dimension)."""
        return self._vectors(texts, self._export.prompts["document"])

    def embed_question(self, question: str) -> Vectors:
        """The unit vector of a question, float32 (dimension,)."""
        first: Vectors = self._vectors([question], self._export.prompts["query"])[0]
        return first

    def tokenizer(self) -> Any:
        """A tokenizer of one's own, as the model has it."""
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._export.folder / TOKENIZER))

    def _vectors(self, texts: Sequence[str], prompt: str) -> Vectors:
        # One by one: encode_batch wakes a thread pool, which costs more than most texts do.
        encodings = [self._tokenizer.encode(prompt + text) for text in texts]
        vectors: Vectors = np.empty((len(texts), self._export.dimension), np.float32)
        most = _BATCH_PIECES[self._export.precision]
        for batch in _batches([len(encoding.ids) for encoding in encodings], most):
            feed = self._feed([encodings[i] for i in batch])
            (vectors[batch],) = self._session.run(None, feed)
        return vectors

    def _feed(self, encodings: Sequence[Any]) -> dict[str, npt.NDArray[np.int64]]:
        """What the graph takes for some texts, (texts, pieces of the longest) each."""
        columns = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
        longest = max(len(encoding.ids) for encoding in encodings)
        feed = {}
        for name, filling in self._export.inputs.items():
            array = np.full((len(encodings), longest), filling, np.int64)
            for row, encoding in zip(array, encodings, strict=True):
                values = getattr(encoding, columns[name])
                start = longest - len(values) if self._export.pads_left else 0
                row[start : start + len(values)] = values
            feed[name] = array
        return feed


def _batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Positions of texts of like length together, longest first; `most` pieces, or one text."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    while order:
        size = max(most // max(lengths[order[0]], 1), 1)
        yield order[:size]
        order = order[size:]
