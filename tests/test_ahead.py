"""Sentences embedded ahead of the questions: the same answers, sooner."""

import json
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.app import App
from bot.extract import Extractor
from bot.linear import load_weights
from bot.settings import Settings
from index.ahead import embed_ahead
from index.embedding import Embedder, Vectors
from index.lock import writing
from index.search import Retriever
from index.sketches import FILE, Sketches, rounded
from index.sync import compact
from tests.collection import Collection
from tests.command import Command, with_model
from tests.making import STORM, TALKS

ASKED = "What did the harbour bridge cost?"


class Counting(Embedder):
    """The real model, counting the texts that it embeds."""

    def __init__(self, real: Embedder) -> None:
        super().__init__()
        self.real, self.texts = real, list[str]()

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self.real.embed(texts)


@pytest.fixture
def collection(tmp_path: Path, embedder: Embedder) -> Collection:
    made = Collection(tmp_path, embedder)
    made.write("storm.txt", STORM)
    made.write("talks.txt", TALKS)
    for number in range(10):
        made.write(f"ferry-{number}.txt", f"Ferry {number} sails to port {number}. It is never late.")
    made.sync()
    return made


def stored(collection: Collection) -> Sketches:
    (file,) = collection.index.rglob(FILE)
    return Sketches(file.parent)


def test_answers_are_the_same_and_embed_nothing(collection: Collection, embedder: Embedder) -> None:
    reader = collection.reader()
    retriever, weights = Retriever(reader, embedder), load_weights()
    before, after = Counting(embedder), Counting(embedder)
    late = Extractor(before, weights).extract(retriever.search(ASKED))
    assert len(before.texts) > 5
    assert embed_ahead(reader, embedder)
    assert stored(collection).lacking(1) == []
    found = retriever.search(ASKED)
    assert found.sentences.keys() == {hit.passage.id for hit in found.hits}
    assert Extractor(after, weights).extract(found) == late
    assert after.texts == []
    reader.close()


def test_vectors_are_those_of_each_sentence(collection: Collection, embedder: Embedder) -> None:
    reader = collection.reader()
    assert embed_ahead(reader, embedder)
    for hit in Retriever(reader, embedder).search(ASKED).hits:
        quotes = [hit.passage.quote(sentence) for sentence in hit.passage.sentences]
        vectors = stored(collection).vectors([hit.passage.id])[hit.passage.id]
        np.testing.assert_allclose(vectors, rounded(embedder.embed(quotes)), atol=2e-3)
    reader.close()


def test_it_stops_when_time_is_up_and_goes_on_later(collection: Collection, embedder: Embedder) -> None:
    reader, told = collection.reader(), list[int]()
    assert len(stored(collection).lacking(99)) == 12
    assert not embed_ahead(reader, embedder, seconds=0, progress=told.append)
    assert told == [4]
    assert len(stored(collection).lacking(99)) == 8
    assert embed_ahead(reader, embedder, progress=told.append)
    assert told == [4, 4, 4]
    reader.close()


def test_it_waits_for_whoever_keeps_the_file(collection: Collection, embedder: Embedder) -> None:
    reader = collection.reader()
    (file,) = collection.index.rglob(FILE)
    keeping = sqlite3.connect(file, check_same_thread=False)
    keeping.execute("BEGIN IMMEDIATE")
    threading.Timer(7, keeping.rollback).start()  # longer than SQLite waits
    assert embed_ahead(reader, embedder)
    assert stored(collection).lacking(1) == []
    keeping.close()
    reader.close()


def test_not_while_the_index_is_written(indexed: Command) -> None:
    settings = Settings(
        articles=(Path(indexed.settings["CITEBOT_ARTICLES"]),), data=Path(indexed.settings["CITEBOT_DATA"])
    )
    with App(settings) as app:
        with writing(settings.index):
            assert not app.embed_ahead()
        told: list[tuple[int, int]] = []
        assert app.embed_ahead(progress=lambda done, whole: told.append((done, whole)))
    assert all(done <= whole for done, whole in told)


def test_what_is_known_stays_known_when_others_change(collection: Collection, embedder: Embedder) -> None:
    reader = collection.reader()
    embed_ahead(reader, embedder)
    collection.write("ferry-3.txt", "Ferry 3 sails no more.")
    collection.sync()
    assert stored(collection).lacking(9) == ["articles/ferry-3.txt#0"]
    collection.check_equal()
    assert embed_ahead(reader, embedder)
    reader.close()


def test_what_is_known_stays_known_when_the_index_is_compacted(
    collection: Collection, embedder: Embedder
) -> None:
    reader = collection.reader()
    embed_ahead(reader, embedder)
    (collection.root / "ferry-3.txt").unlink()
    collection.sync()
    compact(collection.index)
    assert stored(collection).lacking(9) == []
    assert stored(collection).vectors(["articles/ferry-3.txt#0"]) == {}
    assert embed_ahead(reader, embedder)
    reader.close()


def test_an_index_made_ahead_by_the_command(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "talks.txt").write_text(TALKS)
    data = with_model(tmp_path / "data")
    citebot = Command(tmp_path, {"CITEBOT_ARTICLES": str(tmp_path / "articles"), "CITEBOT_DATA": str(data)})
    done = citebot("index", "--ahead")
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert done.stdout.startswith("1 added")
    (file,) = (data / "index").rglob(FILE)
    assert Sketches(file.parent).vectors(["articles/talks.txt#0"]).keys() == {"articles/talks.txt#0"}
    answer = json.loads(citebot("ask", "--json", ASKED).stdout)
    assert "41 million" in answer["text"]


def test_together_with_nothing_that_it_does_not_go_with(indexed: Command) -> None:
    for other in ("--compact", "--follow"):
        done = indexed("index", "--ahead", other)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
