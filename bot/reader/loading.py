"""A reader by name: the one that comes with citebot, none, or any extractive model of transformers."""

from importlib import resources
from pathlib import Path

from bot.pair_model import PairFiles
from bot.reader.reader import Reader
from index.errors import ModelError, ReaderError
from index.exports import Exports
from index.model_files import DEFAULT_MODEL, find_model
from index.onnx_model import GRAPH, TOKENIZER

DEFAULT_READER = "citebot-reader"
NO_READER = "none"
_HINT = "Set READER_MODEL to the name or folder of an extractive question-answering model, or unset it."


def reader_exports(exports: Exports) -> Exports:
    """Where readers that are not ours are kept, beside the embedding models."""
    return Exports(exports.folder / "readers", exports.notice, exporter="bot.reader.export")


def load_reader(name: str, exports: Exports) -> Reader | None:
    """The reader of that name, None for "none". Raises ReaderError and ExportError."""
    if name == NO_READER:
        return None
    if name == DEFAULT_READER:
        return Reader(own_files())
    try:
        folder = find_model(name)
        export = exports.find(name, folder) or exports.make(name, folder)
    except ModelError as error:
        raise ReaderError(error.message, _HINT) from None
    if export.failure:
        raise ReaderError(f"{name} cannot be used as a reader ({export.failure}).", _HINT)
    files = PairFiles(export.folder / GRAPH, export.folder / TOKENIZER, export.pieces, export.inputs)
    return Reader(files)


def own_files() -> PairFiles:
    """The reader that comes with citebot; its tokenizer is the default embedding model's."""
    graph = Path(str(resources.files("bot.reader").joinpath("model/reader.onnx")))
    return PairFiles(graph, find_model(DEFAULT_MODEL) / "tokenizer.json")
