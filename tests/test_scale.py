"""Ten thousand articles: what did not change costs nothing, twenty that did cost what twenty cost."""

import random
import time
from pathlib import Path

import pytest

from index.embedding import Embedder
from index.sync import compact
from tests.collection import WORDS, Collection

ARTICLES = 10_000
CHANGED = 20
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


def seconds(collection: Collection, changed: int) -> float:
    """How long a sync takes, as `citebot index` does it, that finds so many articles changed."""
    begun = time.monotonic()
    report = collection.sync()
    assert (report.added, report.changed, report.removed) == (0, changed, 0)
    assert report.seconds <= time.monotonic() - begun
    return report.seconds


def test_what_did_not_change_costs_nothing(tmp_path: Path, embedder: Embedder) -> None:
    few = fill(tmp_path / "few", embedder, CHANGED)
    many = fill(tmp_path / "many", embedder, ARTICLES)
    nothing = seconds(many, 0)
    for number in range(CHANGED):
        write(few, number, "second")
        write(many, number, "second")
    of_few, of_many = seconds(few, CHANGED), seconds(many, CHANGED)
    begun = time.monotonic()
    many.pending()
    look = time.monotonic() - begun
    begun = time.monotonic()
    compact(many.index)
    compacted = time.monotonic() - begun
    print(
        f"\nOf {ARTICLES:,}: nothing changed {nothing:.2f} s; {CHANGED} changed {of_many:.2f} s, "
        f"of {CHANGED} {of_few:.2f} s; a look {look:.2f} s; compacting {compacted:.1f} s"
    )
    assert nothing < _NOTHING_SECONDS
    assert look < _NOTHING_SECONDS
    assert of_many < of_few + _MORE_SECONDS
