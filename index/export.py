"""Exports one model to ONNX: `python -m index.export NAME SOURCE FOLDER PRECISION`, for `index.exports`.

Pooling and normalisation are in the graph; texts and pieces may be any number. What comes out is compared
with what sentence-transformers makes of the same texts: a model that differs is not exported. One in int8 is
rounded after that, and may then be a little apart; one that would be far apart stays as it was.
"""

import dataclasses
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.disk import checksums
from index.embedding import Embedder
from index.errors import ModelError
from index.exports import BROKEN, makers
from index.model_files import fingerprint, first_line
from index.onnx_model import FP32, GRAPH, INT8, TOKENIZER, Export, OnnxModel
from index.torch_model import TorchModel

if TYPE_CHECKING:
    import torch

TOLERANCE = 1e-5
# Of a rounded model's vector to the exact one; an ordinary model comes to .99.
LEAST_COSINE = 0.95
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
# No two numbers alike, none of them 0 or 1: the exporter takes what is alike for one and the same.
_EXAMPLES = ["The ferry left at noon, an hour late.", "Why?", "北京 🙂"]
_CHECKED = ["", "Why?", "The bridge opened on Saturday.", "北京 🙂 e\u0301", "word " * 2000, "x" * 5000]
_LONGEST_REASON = 200


class NotExportable(Exception):
    """The model does something that the graph would not."""


def run_export(make: Callable[[str, Path, Path, str], object]) -> None:
    """The process that `index.exports` starts; its last line on standard error says what went wrong."""
    name, source, folder, precision = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    try:
        make(name, source, folder, precision)
    except ModelError as error:
        sys.stderr.write(f"\n{error.message}\n")
        sys.exit(BROKEN)
    except OSError as error:
        sys.stderr.write(f"\n{error.strerror or first_line(error)}\n")
        sys.exit(1)


def export(name: str, source: Path, folder: Path, precision: str = FP32) -> Export:
    """Writes the model in `source` to `folder`, or why that cannot be. Raises ModelError and OSError."""
    model = TorchModel(source, name)
    known = Embedder(str(source))
    made = Export(
        folder=folder,
        model=name,
        weights=known.digest,
        source=fingerprint(source),
        made_with=makers(),
        dimension=int(model.embed([""]).shape[1]),
        limit=model.limit,
        pieces=known.max_pieces,
        prompts={
            "document": _prompt(model, "document", "passage", "corpus"),
            "query": _prompt(model, "query"),
        },
        precision=precision,
    )
    return attempt(made, lambda: _exported(made, model))


def attempt(made: Export, make: Callable[[], Export]) -> Export:
    """Writes the card of what `make` gives, or of `made` with the reason why it gives nothing."""
    try:
        made = make()
    except (OSError, MemoryError, ModelError):
        raise
    except Exception as error:  # the exporter's and onnxruntime's: they have no common base
        if "allocate memory" in str(error):
            raise MemoryError(first_line(error)) from error
        made = _failed(made, error)
    made.write()
    return made


def _exported(made: Export, model: TorchModel) -> Export:
    features = model.model.preprocess(_EXAMPLES)
    tensors = {name: value for name, value in features.items() if hasattr(value, "shape")}
    _check_inputs(tensors)
    tokenizer = model.tokenizer()
    tokenizer.no_truncation()
    tokenizer.no_padding()
    (made.folder / TOKENIZER).write_text(tokenizer.to_str(), encoding="utf-8")
    _write_graph(model, features, tensors, made.folder / GRAPH)
    padding = model.model.tokenizer
    fillings = {"input_ids": padding.pad_token_id or 0, "token_type_ids": padding.pad_token_type_id}
    made = dataclasses.replace(
        made,
        inputs={name: int(fillings.get(name, 0)) for name in tensors},
        pads_left=padding.padding_side == "left",
    )
    # As it is, in batches: that is how it runs where it is not to be rounded.
    _compare(OnnxModel(dataclasses.replace(made, precision=FP32)), model)
    if made.precision == INT8 and not _is_rounded(made, model):
        made = dataclasses.replace(made, precision=FP32, sought=INT8)
    return dataclasses.replace(made, files=checksums(made.folder, made.folder.iterdir()))


def _is_rounded(made: Export, model: TorchModel) -> bool:
    """Rounds it to int8, unless that would turn its vectors too far, which is so of few models."""
    with tempfile.TemporaryDirectory(dir=made.folder) as trial:
        shutil.copy2(made.folder / TOKENIZER, trial)
        rounded = Path(trial, GRAPH)
        _quantize(made.folder / GRAPH, rounded)
        turned = _least_cosine(OnnxModel(dataclasses.replace(made, folder=Path(trial))), model)
        if not turned >= LEAST_COSINE:  # NaN is not
            return False
        _replace(made.folder / GRAPH, rounded)
    return True


def quantize(graph: Path) -> None:
    """Replaces a graph by itself in int8, its weights in the same file."""
    rounded = graph.with_name("rounded.onnx")
    _quantize(graph, rounded)
    _replace(graph, rounded)


def _quantize(graph: Path, rounded: Path) -> None:
    import onnx
    from onnxruntime.quantization import quantize_dynamic

    exact = rounded.with_name("exact.onnx")
    whole = onnx.load(str(graph))
    # What was inferred for the exact graph contradicts what is inferred for the rounded one.
    del whole.graph.value_info[:]
    onnx.save(whole, str(exact))
    quantize_dynamic(exact, rounded, per_channel=True)
    exact.unlink()


def _replace(graph: Path, rounded: Path) -> None:
    graph.with_name(f"{graph.name}.data").unlink(missing_ok=True)
    rounded.replace(graph)


def _check_inputs(tensors: dict[str, "torch.Tensor"]) -> None:
    if unknown := sorted(set(tensors) - set(_INPUTS)):
        raise NotExportable(f"it takes {', '.join(unknown)}")
    if "input_ids" not in tensors or any(tensor.dim() != 2 for tensor in tensors.values()):
        raise NotExportable("it takes something else than texts in rows of word pieces")


def _write_graph(
    model: TorchModel, features: dict[str, Any], tensors: dict[str, "torch.Tensor"], file: Path
) -> None:
    import torch

    class Whole(torch.nn.Module):
        """The model from word pieces to unit vectors, taking tensors alone."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model.model

        def forward(self, *values: torch.Tensor) -> torch.Tensor:
            found = self.model({**features, **dict(zip(tensors, values, strict=True))})
            return torch.nn.functional.normalize(found["sentence_embedding"], dim=-1)

    save_graph(Whole(), tensors, ["vectors"], file)


def save_graph(
    whole: "torch.nn.Module", tensors: Mapping[str, "torch.Tensor"], outputs: Sequence[str], file: Path
) -> None:
    """Writes a module that takes `tensors`, (texts, pieces) each, as a graph for any number of both."""
    import torch

    any_number = dict.fromkeys((0, 1), torch.export.Dim.DYNAMIC)
    with torch.inference_mode():
        program = torch.onnx.export(
            whole.eval(),
            tuple(tensors.values()),
            input_names=list(tensors),
            output_names=outputs,
            dynamic_shapes={"values": tuple(any_number for _ in tensors)},
            dynamo=True,
            verbose=False,
        )
    if program is None:
        raise NotExportable("the exporter gave nothing")
    # Weights beside the graph are mapped into memory, not copied: half of it, and half of the time to load.
    program.save(str(file), external_data=True)


def _compare(exported: OnnxModel, model: TorchModel) -> None:
    """Raises NotExportable where the two do not agree: with any prompt, truncation or pooling of its own."""
    found = [exported.embed(_CHECKED), *map(exported.embed_question, _CHECKED)]
    expected = [model.embed(_CHECKED), *map(model.embed_question, _CHECKED)]
    apart = max(float(np.abs(a - b).max()) for a, b in zip(found, expected, strict=True))
    if not apart <= TOLERANCE:  # NaN is not
        raise NotExportable(f"exported, it gives other vectors ({apart:.1e} apart)")


def _least_cosine(rounded: OnnxModel, model: TorchModel) -> float:
    """Of the vector that rounding turned farthest, to the exact one."""
    return float((rounded.embed(_CHECKED) * model.embed(_CHECKED)).sum(axis=1).min())


def _prompt(model: TorchModel, *names: str) -> str:
    """What sentence-transformers puts before a text: the prompt by one of these names, else the default."""
    prompts: dict[str, str | None] = model.model.prompts
    chosen = next((name for name in names if name in prompts), model.model.default_prompt_name)
    return prompts.get(chosen or "") or ""


def _failed(made: Export, error: Exception) -> Export:
    for file in made.folder.iterdir():
        file.unlink()
    reason = first_line(error)[:_LONGEST_REASON]
    return dataclasses.replace(made, failure=reason, files={}, inputs={})


if __name__ == "__main__":
    run_export(export)
