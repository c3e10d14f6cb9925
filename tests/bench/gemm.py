"""How much of what the processor can do embedding does: its FLOP a second beside those of bare products.

Both run in onnxruntime, on the same threads, alternately. What is left is told by kind of operation.
"""

import collections
import functools
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from index.embedding import Embedder
from index.export import quantize
from index.exports import Exports
from index.model_files import DEFAULT_MODEL, find_model, read_json
from index.onnx_model import FP32, GRAPH, INT8, TOKENIZER
from index.onnx_session import open_session
from tests.collection import WORDS
from tests.command import exported

_TEXTS = 256
_PIECES = 120
# Texts that a batch holds, and the rows that its products have.
_AT_ONCE = 2
_ROWS = _AT_ONCE * _PIECES
_TIMES = 400
_PRODUCTS = ("MatMul", "FusedMatMul", "Gemm", "MatMulIntegerToFloat", "DynamicQuantizeMatMul")


def run(runs: int) -> None:
    """Prints a table: a line for each precision, then what the time of embedding goes to."""
    text = " ".join(np.random.default_rng(1).choice(WORDS, _PIECES))
    print(
        "| | texts/s | embedding GFLOP/s | bare products GFLOP/s | share |\n|---|---|---|---|---|", flush=True
    )
    shares = []
    for precision in (FP32, INT8):
        exports = Exports(exported().folder, precision=precision)
        exports.make(DEFAULT_MODEL, find_model(DEFAULT_MODEL))
        embedder = Embedder(exports=exports)
        pieces = embedder.count([text])[0] + 2
        texts = [text] * _TEXTS
        embedder.embed(texts[:16])
        with tempfile.TemporaryDirectory() as folder:
            product, flop = _product(Path(folder), precision)
            embed = functools.partial(embedder.embed, texts)
            pairs = [(_seconds(embed), _seconds(product)) for _ in range(runs)]
        embedding = _TEXTS * _flop(embedder.folder, pieces) / statistics.median(a for a, _ in pairs) / 1e9
        bare = flop / statistics.median(b for _, b in pairs) / 1e9
        speed = _TEXTS / statistics.median(a for a, _ in pairs)
        line = f"{speed:.0f} | {embedding:.0f} | {bare:.0f} | {embedding / bare:.2f}"
        print(f"| {precision}, texts of {pieces} pieces | {line} |", flush=True)
        shares.append(f"{precision}: {_kinds(embedder, text)}")
    print("\n" + "\n".join(shares))


def _flop(model: Path, pieces: int) -> float:
    """Additions and multiplications of the matrix products for a text of so many pieces."""
    sizes = read_json(model, "config.json")
    wide, inner = sizes["hidden_size"], sizes["intermediate_size"]
    weights = 4 * wide * wide + 2 * wide * inner
    attention = 2 * pieces * wide
    return float(2 * sizes["num_hidden_layers"] * pieces * (weights + attention))


def _product(folder: Path, precision: str) -> tuple[Callable[[], object], float]:
    """A product as large as the model's largest, by weights as it keeps them; and the FLOP of it."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    sizes = read_json(find_model(DEFAULT_MODEL), "config.json")
    wide, inner = sizes["hidden_size"], sizes["intermediate_size"]
    random = np.random.default_rng(1)
    weights = random.normal(size=(wide, inner)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["rows", "weights"], ["product"])],
        "product",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [_ROWS, wide])],
        [helper.make_tensor_value_info("product", TensorProto.FLOAT, [_ROWS, inner])],
        [numpy_helper.from_array(weights, "weights")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    file = folder / "product.onnx"
    onnx.save(made, str(file))
    if precision == INT8:
        quantize(file)
    session = open_session(file)
    rows = random.normal(size=(_ROWS, wide)).astype(np.float32)

    def often() -> None:
        for _ in range(_TIMES):
            session.run(None, {"rows": rows})

    often()
    return often, _TIMES * 2.0 * _ROWS * wide * inner


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _kinds(embedder: Embedder, text: str) -> str:
    """The shares of the time of embedding by kind of operation, as onnxruntime's profiler counts it."""
    import onnxruntime
    from tokenizers import Tokenizer

    export = embedder.export
    assert export
    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "profile")
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            str(export.folder / GRAPH), options, providers=["CPUExecutionProvider"]
        )
        ids = Tokenizer.from_file(str(export.folder / TOKENIZER)).encode(text).ids
        pieces = np.array([ids] * _AT_ONCE, np.int64)
        filled = {"input_ids": pieces, "attention_mask": np.ones_like(pieces)}
        feed = {name: filled.get(name, np.zeros_like(pieces)) for name in export.inputs}
        for _ in range(50):
            session.run(None, feed)
        events = json.loads(Path(session.end_profiling()).read_text())
    spent: collections.Counter[str] = collections.Counter()
    for event in events:
        if event["cat"] == "Node" and "op_name" in event.get("args", {}):
            spent[event["args"]["op_name"]] += event["dur"]
    total = sum(spent.values())
    products = sum(spent.pop(kind, 0) for kind in _PRODUCTS)
    rest = ", ".join(f"{kind} {time / total:.0%}" for kind, time in spent.most_common(6))
    return f"matrix products {products / total:.0%}, {rest}"
