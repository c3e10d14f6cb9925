"""How indexing, asking, memory and disk grow with the passages, by the commands that users type.

Past some hundred thousand passages embedding takes hours: there vectors are made up, and it is the store and
the search alone that is measured.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from index.article import Article, Passage
from index.draft import Draft
from index.embedding import Embedder
from index.exports import Exports
from index.generations import Reader
from index.passages import Cutter
from index.search import Retriever
from index.sync import coverage, make_recipe
from tests.bench.measure import asked, peak_megabytes, quantile, ran
from tests.bench.pictures import draw_growth, growth_picture
from tests.bench.table import Table
from tests.collection import WORDS
from tests.command import environment, exported, with_model

_QUESTIONS = 200
_CHANGED = 20
_WORDS = 24
_ARTICLES_IN_A_FILE = 20
_AT_ONCE = 5_000
_HEAD = (
    "| passages | index s | sync, nothing changed s | sync, 20 changed s | ask p50 ms | ask p95 ms "
    "| memory of asking MB | disk MB |"
)


def run(sizes: Sequence[int], made: Sequence[int], news: Path | None, plot: Path | None) -> None:
    """Prints a table, a line a size; sizes of `made` have made-up vectors and are searched only.

    Questions about words at random find little to read; with `news`, a folder of articles and questions, its
    articles are there as well, and its questions are asked.
    """
    picture = growth_picture(plot) if plot else None
    table = Table(_HEAD)
    for size in sizes:
        table.add(_by_commands(size, news))
    for row in _searched(made) if made else ():
        table.add(row)
    if picture:
        draw_growth(picture, table.rows)


def _by_commands(size: int, news: Path | None) -> str:
    """`citebot index` three times, then questions; a made-up article is a passage."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "articles").mkdir()
        data = with_model(home / "data")
        articles = [home / "articles", *([news / "articles.jsonl"] if news else [])]
        settings = environment(
            CITEBOT_ARTICLES=os.pathsep.join(map(str, articles)),
            CITEBOT_DATA=str(data),
            READER_MODEL="none",
        )
        for first in range(0, size, _ARTICLES_IN_A_FILE):
            _write_file(home, first, min(first + _ARTICLES_IN_A_FILE, size), "first")
        index = [sys.executable, "-m", "bot", "index"]
        whole, nothing = (ran(index, home, settings).seconds for _ in range(2))
        changed = None
        if size:
            _write_file(home, 0, min(_CHANGED, size), "second")
            changed = ran(index, home, settings).seconds
        times, asking = asked(_questions_of(news) if news else list(_questions()), home, settings)
        passages = coverage(data / "index").passages
        return _row(passages, whole, nothing, changed, times, asking.megabytes, _disk(data / "index"))


def _questions_of(news: Path) -> list[str]:
    lines = (news / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


def _write_file(home: Path, first: int, last: int, word: str) -> None:
    with (home / "articles" / f"{first}.jsonl").open("w", encoding="utf-8") as file:
        for number in range(first, last):
            random = np.random.default_rng(number)
            words = " ".join(WORDS[i] for i in random.integers(len(WORDS), size=_WORDS))
            text = f"Number {number} is {word}: {words}."
            file.write(json.dumps({"id": f"a{number}", "title": f"Number {number}", "text": text}) + "\n")


def _questions() -> Iterator[str]:
    for number in range(_QUESTIONS):
        words = " ".join(WORDS[(number * step) % len(WORDS)] for step in (1, 3, 5))
        yield f"What became of the {words}?"


def _searched(sizes: Sequence[int]) -> Iterator[str]:
    """A line a size. Articles of a passage with unit vectors at random: stored, then, by another process,
    searched. The larger store is the smaller one grown."""
    exports = exported()
    embedder = Embedder(exports=exports)
    with tempfile.TemporaryDirectory() as folder:
        index, recipe = Path(folder) / "index", make_recipe(Cutter(embedder), embedder)
        random, stamp = np.random.default_rng(1), None
        stored, seconds = 0, 0.0
        for size in sorted(sizes):
            draft = Draft(index, recipe, stamp)
            begun = time.perf_counter()
            _store(range(stored, size), draft, random)
            stamp = draft.publish()
            stored, seconds = size, seconds + time.perf_counter() - begun
            with ProcessPoolExecutor(1, get_context("spawn")) as apart:
                times, megabytes = apart.submit(_asked_apart, index, exports.folder).result()
            yield _row(size, seconds, None, None, times, megabytes, _disk(index))


def _asked_apart(index: Path, exports: Path) -> tuple[list[float], float]:
    """Milliseconds of the searches, and the megabytes of memory that this process took at most."""
    embedder = Embedder(exports=Exports(exports))
    reader = Reader(index, make_recipe(Cutter(embedder), embedder))
    retriever = Retriever(reader, embedder)
    times = []
    for question in _questions():
        begun = time.perf_counter()
        retriever.search(question)
        times.append((time.perf_counter() - begun) * 1000)
    reader.close()
    return times, peak_megabytes()


def _store(numbers: range, draft: Draft, random: np.random.Generator) -> None:
    for start in numbers[::_AT_ONCE]:
        passages = []
        for number in range(start, min(start + _AT_ONCE, numbers.stop)):
            words = (WORDS[i] for i in random.integers(len(WORDS), size=_WORDS))
            article = Article(id=f"a{number}", title="", text=f"{' '.join(words)} {number}.")
            passages.append(Passage(f"a{number}#0", article.info, 0, len(article.text), article.text, ()))
            draft.manifest.put_article(article, "made", 1)
        vectors = random.normal(size=(len(passages), 384)).astype(np.float32)
        draft.store.add(passages, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
        print(f"{start + len(passages):,} stored", file=sys.stderr, flush=True)


def _disk(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def _row(
    size: int,
    whole: float,
    nothing: float | None,
    changed: float | None,
    times: Sequence[float],
    megabytes: float,
    disk: float,
) -> str:
    row = [whole, nothing, changed, statistics.median(times), quantile(times, 0.95), megabytes, disk]
    return f"| {size:,} | {' | '.join('-' if f is None else f'{f:,.1f}' for f in row)} |"
