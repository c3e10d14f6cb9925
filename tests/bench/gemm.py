"""How much of what the processor can do embedding does: its FLOP a second beside those of bare products.

The bare ones are all the products of the model, in its shapes and order, without what lies between them. All
run in onnxruntime, on the same threads, alternately: the rate of embedding is that of the bare ones times the
share of time that products have, but for what products lose beside other operations.
"""

import collections
import functools
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding import Embedder
from index.export import quantize
from index.exports import Exports
from index.model_files import DEFAULT_MODEL, find_model, read_json
from index.onnx_model import FP32, GRAPH, INT8, TOKENIZER
from index.onnx_session import open_session, session_options
from tests.collection import WORDS
from tests.command import exported

_TEXTS = 256
_PIECES = 120
# Texts that a batch holds.
_AT_ONCE = {FP32: 2, INT8: 1}
_PROFILED = 50
# A product large enough that nothing else counts: so many rows, by so large a square.
_LARGE = 1024
# Rounding the rows is part of a product in 8 bits.
_PRODUCTS = (
    "MatMul",
    "FusedMatMul",
    "Gemm",
    "MatMulIntegerToFloat",
    "DynamicQuantizeMatMul",
    "DynamicQuantizeLinear",
)
_HEAD = (
    "| | texts/s | embedding GFLOP/s | its products, GFLOP/s | the same bare, GFLOP/s "
    "| one large product, GFLOP/s | share of time in products |\n|---|---|---|---|---|---|---|"
)


def run(runs: int) -> None:
    """Prints a table, a line for each precision; then what is left, by kind of operation."""
    text = " ".join(np.random.default_rng(1).choice(WORDS, _PIECES))
    print(_HEAD, flush=True)
    left = [_measured(precision, text, runs) for precision in (FP32, INT8)]
    print("\n" + "\n".join(left))


def _measured(precision: str, text: str, runs: int) -> str:
    """Prints the line; what is left."""
    exports = Exports(exported().folder, precision=precision)
    exports.make(DEFAULT_MODEL, find_model(DEFAULT_MODEL))
    embedder = Embedder(exports=exports)
    pieces = embedder.count([text])[0] + 2
    flop = _flop(embedder.folder, pieces)
    batches = _TEXTS // _AT_ONCE[precision]
    with tempfile.TemporaryDirectory() as folder:
        bare = _products(Path(folder) / "bare.onnx", embedder.folder, precision, pieces)
        large = _chain(Path(folder) / "large.onnx", precision, _LARGE, [(_LARGE, _LARGE)] * 4)
        works: list[Callable[[], object]] = [
            functools.partial(embedder.embed, [text] * _TEXTS),
            lambda: _often(bare, batches),
            large,
        ]
        _often(large, 2)
        embedder.embed([text] * 16)
        _often(bare, 8)
        # Alternately, so that whatever else the machine does slows all of them.
        times = [[_seconds(work) for work in works] for _ in range(runs)]
    whole, products, one = (statistics.median(column) for column in zip(*times, strict=True))
    shares = _shares(embedder, text)
    share = sum(shares.pop(kind, 0.0) for kind in _PRODUCTS)
    rate, ceiling = _TEXTS * flop / whole / 1e9, _TEXTS * flop / products / 1e9
    most = 4 * 2.0 * _LARGE**3 / one / 1e9
    line = (
        f"{_TEXTS / whole:.0f} | {rate:.0f} | {rate / share:.0f} | {ceiling:.0f} | {most:.0f} | {share:.0%}"
    )
    print(f"| {precision}, texts of {pieces} pieces | {line} |", flush=True)
    rest = ", ".join(f"{kind} {part:.0%}" for kind, part in list(shares.items())[:8])
    return (
        f"{precision}: embedding runs at {rate / ceiling:.2f} of its bare products: "
        f"they take {share:.0%} of the time, and run there at {rate / share / ceiling:.2f} "
        f"of their speed alone, which is {ceiling / most:.2f} of a large product's. "
        f"Not products: {1 - share:.0%} of the time: {rest}"
    )


def _flop(model: Path, pieces: int) -> float:
    """Additions and multiplications of the matrix products for a text of so many pieces."""
    sizes = read_json(model, "config.json")
    wide, inner = sizes["hidden_size"], sizes["intermediate_size"]
    weights = 4 * wide * wide + 2 * wide * inner
    attention = 2 * pieces * wide
    return float(2 * sizes["num_hidden_layers"] * pieces * (weights + attention))


def _products(file: Path, model: Path, precision: str, pieces: int) -> Callable[[], object]:
    """A batch's products as the model has them, each fed by the one before; attention apart."""
    sizes = read_json(model, "config.json")
    wide, inner, layers = sizes["hidden_size"], sizes["intermediate_size"], sizes["num_hidden_layers"]
    layer = [(wide, wide)] * 4 + [(wide, inner), (inner, wide)]
    heads = (_AT_ONCE[precision], sizes["num_attention_heads"], pieces, wide // sizes["num_attention_heads"])
    return _chain(file, precision, _AT_ONCE[precision] * pieces, layer * layers, heads, layers)


def _chain(
    file: Path,
    precision: str,
    rows: int,
    shapes: Sequence[tuple[int, int]],
    heads: tuple[int, ...] = (),
    layers: int = 0,
) -> Callable[[], object]:
    """A session that multiplies rows by weights, one after the other; `heads` as attention does."""
    import onnx
    from onnx import helper, numpy_helper

    random = np.random.default_rng(1)
    weights = [(random.normal(size=shape) / shape[0] ** 0.5).astype(np.float32) for shape in shapes]
    feed = {"rows": random.normal(size=(rows, shapes[0][0])).astype(np.float32)}
    nodes = list(_nodes(helper, "rows", [f"weights{n}" for n in range(len(shapes))]))
    outputs: dict[str, tuple[int, ...]] = {nodes[-1].output[0]: (rows, shapes[-1][1])}
    if heads:
        feed["queries"] = random.normal(size=heads).astype(np.float32)
        feed["values"] = (random.normal(size=heads) / heads[2] ** 0.5).astype(np.float32)
        keys = np.swapaxes(random.normal(size=heads), 2, 3) / heads[3] ** 0.5
        feed["keys"] = np.ascontiguousarray(keys, np.float32)
        nodes += _nodes(helper, "queries", ["keys", "values"] * layers)
        outputs[nodes[-1].output[0]] = heads
    value = functools.partial(helper.make_tensor_value_info, elem_type=onnx.TensorProto.FLOAT)
    graph = helper.make_graph(
        nodes,
        "products",
        [value(name, shape=array.shape) for name, array in feed.items()],
        [value(name, shape=shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(array, f"weights{n}") for n, array in enumerate(weights)],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10), str(file))
    if precision == INT8:
        quantize(file)
    return functools.partial(open_session(file).run, None, feed)


def _nodes(helper: Any, first: str, others: Sequence[str]) -> Iterator[Any]:
    names = [first, *(f"{first}-{n}" for n in range(len(others)))]
    for (left, product), right in zip(itertools.pairwise(names), others, strict=True):
        yield helper.make_node("MatMul", [left, right], [product])


def _often(work: Callable[[], object], times: int) -> None:
    for _ in range(times):
        work()


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _shares(embedder: Embedder, text: str) -> dict[str, float]:
    """The shares of the time of embedding by kind of operation, as onnxruntime's profiler counts it."""
    import onnxruntime
    from tokenizers import Tokenizer

    export = embedder.export
    assert export
    with tempfile.TemporaryDirectory() as folder:
        options = session_options()
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "profile")
        session = onnxruntime.InferenceSession(
            str(export.folder / GRAPH), options, providers=["CPUExecutionProvider"]
        )
        ids = Tokenizer.from_file(str(export.folder / TOKENIZER)).encode(text).ids
        pieces = np.array([ids] * _AT_ONCE[export.precision], np.int64)
        filled = {"input_ids": pieces, "attention_mask": np.ones_like(pieces)}
        feed = {name: filled.get(name, np.zeros_like(pieces)) for name in export.inputs}
        for _ in range(_PROFILED):
            session.run(None, feed)
        events = json.loads(Path(session.end_profiling()).read_text())
    spent: collections.Counter[str] = collections.Counter()
    for event in events:
        if event["cat"] == "Node" and "op_name" in event.get("args", {}):
            spent[event["args"]["op_name"]] += event["dur"]
        elif event["name"] == "model_run":
            spent["between operations"] += event["dur"]
    whole = spent["between operations"]
    spent["between operations"] -= sum(spent.values()) - whole
    return {kind: time / whole for kind, time in spent.most_common()}
