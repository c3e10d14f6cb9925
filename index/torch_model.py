"""A model run by its own library, sentence-transformers: right for every model, slow to start, large."""

import math
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelError
from index.model_files import HINT, first_line
from index.onnx_model import FP32, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

_INSTALL = (
    "Install citebot with all that it names, build its image with `--build-arg EXPORTER=yes`, or copy what "
    "`citebot export` made elsewhere."
)
_ENCODE: dict[str, Any] = {"batch_size": 32, "normalize_embeddings": True, "show_progress_bar": False}


class TorchModel:
    """Texts -> unit vectors; loaded on construction. Raises ModelError where that fails."""

    precision = FP32

    def __init__(self, folder: Path, name: str) -> None:
        self.model = _load(folder, name)
        self._name = name
        self._lock = threading.Lock()

    @property
    def limit(self) -> int | None:
        """Pieces it reads of a text, its own marks among them; None where it has no limit."""
        limit = self.model.max_seq_length
        return None if limit is None or math.isinf(limit) else int(limit)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of passages, float32 (len(texts), dimension)."""
        with self._lock:
            vectors: Vectors = np.asarray(self.model.encode_document(list(texts), **_ENCODE), np.float32)
        return vectors

    def embed_question(self, question: str) -> Vectors:
        """The unit vector of a question, float32 (dimension,)."""
        with self._lock:
            vectors: Vectors = np.asarray(self.model.encode_query([question], **_ENCODE), np.float32)
        first: Vectors = vectors[0]
        return first

    def tokenizer(self) -> "Tokenizer":
        """A tokenizer of one's own, as the model has it."""
        from tokenizers import Tokenizer

        backend = getattr(self.model.tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise ModelError(
                f"{self._name} has no tokenizer that counts offsets.", "Choose another EMBEDDING_MODEL."
            )
        return Tokenizer.from_str(backend.to_str())


def _load(folder: Path, name: str) -> "SentenceTransformer":
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging
    except ImportError as error:
        raise ModelError(f"{name} needs sentence-transformers: {first_line(error)}.", _INSTALL) from error

    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(str(folder), local_files_only=True, device="cpu")
    except Exception as error:  # whatever a broken folder makes transformers raise: it has no base class
        raise ModelError(f"The model {name} cannot be loaded: {first_line(error)}.", HINT) from error
