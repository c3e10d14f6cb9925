"""Exports an extractive question-answering model to ONNX: `python -m bot.reader.export NAME SOURCE FOLDER`,
started by `index.exports`; what comes out is compared with what transformers makes of the same texts."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from bot.pair_model import PairFiles
from bot.reader.reader import Reader
from index.disk import checksums
from index.errors import ModelError
from index.export import NotExportable, attempt, run_export, save_graph
from index.exports import makers
from index.model_files import HINT, fingerprint, first_line, weights_digest
from index.onnx_model import GRAPH, TOKENIZER, Export

TOLERANCE = 1e-3
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_QUESTION = "When did the ferry leave?"
_TEXTS = ("The ferry left at noon, an hour late.", "Nobody knows.", "北京 🙂 e\u0301 " * 20)
_MOST = 512


def export(name: str, source: Path, folder: Path, precision: str) -> Export:
    """Writes the model in `source` to `folder`, or why that cannot be. Raises ModelError and OSError."""
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    try:
        model, loaded = AutoModelForQuestionAnswering.from_pretrained(
            source, output_loading_info=True, local_files_only=True
        )
        tokenizer: Any = AutoTokenizer.from_pretrained(source, local_files_only=True)
    except Exception as error:  # transformers' errors have no common base
        raise ModelError(
            f"{name} is no model that transformers can load: {first_line(error)}.", HINT
        ) from None
    made = Export(
        folder=folder,
        model=name,
        weights=weights_digest(source),
        source=fingerprint(source),
        made_with=makers(),
        pieces=min(tokenizer.model_max_length, _MOST),
        precision=precision,
        inputs={name: 0 for name in INPUTS if name in tokenizer.model_input_names},
    )

    def exported() -> Export:
        if loaded["missing_keys"]:
            raise NotExportable("it has no head that finds answers")
        if not tokenizer.is_fast:
            raise NotExportable("it has no fast tokenizer")
        tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
        write_graph(model, list(made.inputs), folder / GRAPH)
        _compare(model, tokenizer, made)
        return dataclasses.replace(made, files=checksums(folder, folder.iterdir()))

    return attempt(made, exported)


def write_graph(model: Any, inputs: list[str], file: Path) -> None:
    """A model's graph from word pieces to the logits of starts and ends, (texts, pieces) each."""
    import torch

    class Whole(torch.nn.Module):
        """The model, taking tensors alone."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            found = self.model(**dict(zip(inputs, values, strict=True)))
            return found.start_logits, found.end_logits

    # No two sizes alike, none of them 0 or 1: the exporter takes what is alike for one and the same.
    example = torch.ones((3, 17), dtype=torch.long)
    save_graph(Whole(), {name: example.clone() for name in inputs}, ["starts", "ends"], file)


def _compare(model: Any, tokenizer: Any, made: Export) -> None:
    """Raises NotExportable where graph and model do not agree."""
    import torch

    reader = Reader(PairFiles(made.folder / GRAPH, made.folder / TOKENIZER, made.pieces, made.inputs))
    for text, reading in zip(_TEXTS, reader.read(_QUESTION, _TEXTS), strict=True):
        features = tokenizer(_QUESTION, text, return_tensors="pt")
        with torch.inference_mode():
            found = model(**{name: features[name] for name in made.inputs})
        inside = [i for i, of in enumerate(features.sequence_ids(0)) if of == 1]
        apart = np.abs(found.start_logits[0].numpy()[inside] - reading.starts).max()
        if not apart <= TOLERANCE:  # NaN is not
            raise NotExportable(f"exported, it gives other answers ({apart:.1e} apart)")


if __name__ == "__main__":
    run_export(export)
