"""Ten thousand articles: what did not change costs nothing, twenty that did cost what twenty cost."""

import random
import time
from pathlib import Path

import pytest

from index.embedding import Embedder
from index.sync import compact, sync
from tests.collection import WORDS, Collection

ARTICLES = 10_000
CHANGED = 20
# Of the processor: what else a machine does at the time is not counted.
_NOTHING_SECONDS = 3.0
# For copying the index of ten thousand, whatever changed.
_MORE_SECONDS = 3.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def fill(folder: Path, embedder: Embedder, count: int) -> Collection:
    folder.mkdir()
    collection = Collection(folder, embedder)
    for number in range(count):
        write(collection, number, "first")
    collection.sync()
    return collection


def write(collection: Collection, number: int, word: str) -> None:
    words = random.Random(number).choices(WORDS, k=5)
    collection.write(
        f"{number}.txt", f"Number {number} is {word}: {' '.join(words)}.", age=60 if word == "first" else 30
    )


def seconds(collection: Collection, changed: int) -> tuple[float, float]:
    """What a sync that finds so many articles changed takes, of the processor and by the clock."""
    begun = time.process_time()
    report = sync(collection.library, collection.cutter, collection.embedder, collection.index)
    spent = time.process_time() - begun
    assert (report.added, report.changed, report.removed) == (0, changed, 0)
    collection.check()
    return spent, report.seconds


def test_what_did_not_change_costs_nothing(tmp_path: Path, embedder: Embedder) -> None:
    few = fill(tmp_path / "few", embedder, CHANGED)
    many = fill(tmp_path / "many", embedder, ARTICLES)
    nothing, nothing_clock = seconds(many, 0)
    for number in range(CHANGED):
        write(few, number, "second")
        write(many, number, "second")
    of_few, few_clock = seconds(few, CHANGED)
    of_many, many_clock = seconds(many, CHANGED)
    begun = time.process_time()
    many.pending()
    look = time.process_time() - begun
    begun = time.monotonic()
    compact(many.index)
    compacted = time.monotonic() - begun
    print(
        f"\nOf {ARTICLES:,}, in seconds of the processor (by the clock): nothing changed {nothing:.2f} "
        f"({nothing_clock:.2f}); {CHANGED} changed {of_many:.2f} ({many_clock:.2f}), of {CHANGED} "
        f"{of_few:.2f} ({few_clock:.2f}); a look {look:.2f}; compacting ({compacted:.1f})"
    )
    assert nothing < _NOTHING_SECONDS
    assert look < _NOTHING_SECONDS
    assert of_many < of_few + _MORE_SECONDS
