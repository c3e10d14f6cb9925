"""How asking, memory and disk grow with the passages, whose vectors are made up: the store and the search."""

import resource
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.plotting import Picture
from index.article import Article, Passage
from index.draft import Draft
from index.embedding import Embedder
from index.generations import Reader
from index.passages import Cutter
from index.search import Retriever
from index.sync import make_recipe
from tests.bench.measure import quantile
from tests.collection import WORDS
from tests.command import exported

_QUESTIONS = 200
_AT_ONCE = 5_000


def run(sizes: Sequence[int], plot: Path | None) -> None:
    """Prints a table, a line a size."""
    picture = Picture(plot) if plot else None
    print("| passages | stored in s | p50 ms | p95 ms | memory MB | disk MB |\n|---|---|---|---|---|---|")
    embedder = Embedder(exports=exported())
    measured = [_measured(size, embedder) for size in sizes]
    if picture:
        (axes,) = picture.axes
        for position, label in ((1, "p50"), (2, "p95")):
            axes.plot(sizes, [figures[position] for figures in measured], "o-", label=label)
        axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="ms for a search")
        axes.legend()
        picture.save()


def _measured(size: int, embedder: Embedder) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        index, recipe = Path(folder) / "index", make_recipe(Cutter(embedder), embedder)
        begun = time.perf_counter()
        _write(size, Draft(index, recipe, None), np.random.default_rng(1))
        stored = time.perf_counter() - begun
        reader = Reader(index, recipe)
        retriever = Retriever(reader, embedder)
        times = []
        for number in range(_QUESTIONS):
            question = " ".join(WORDS[(number * step) % len(WORDS)] for step in (1, 3, 5))
            asked = time.perf_counter()
            retriever.search(f"What became of the {question}?")
            times.append((time.perf_counter() - asked) * 1000)
        reader.close()
        disk = sum(file.stat().st_size for file in index.rglob("*") if file.is_file()) / 1e6
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = [stored, statistics.median(times), quantile(times, 0.95), memory, disk]
    print(f"| {size:,} | {' | '.join(f'{figure:,.1f}' for figure in figures)} |", flush=True)
    return figures


def _write(size: int, draft: Draft, random: np.random.Generator) -> None:
    """An article a passage, of words at random, with unit vectors at random."""
    for start in range(0, size, _AT_ONCE):
        passages = []
        for number in range(start, min(start + _AT_ONCE, size)):
            words = (WORDS[i] for i in random.integers(len(WORDS), size=100))
            article = Article(id=f"a{number}", title="", text=f"{' '.join(words)} {number}.")
            passages.append(Passage(f"a{number}#0", article.info, 0, len(article.text), article.text, ()))
            draft.manifest.put_article(article, "made", 1)
        vectors = random.normal(size=(len(passages), 384)).astype(np.float32)
        draft.store.add(passages, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    draft.publish()
