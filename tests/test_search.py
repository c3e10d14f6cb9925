"""Search over a made collection: vectors and words together."""

import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from index.embedding import Embedder
from index.filter import Filter
from index.search import CANDIDATES, Found, Retriever
from index.sketch import sketch_of
from index.words import terms
from tests.collection import Collection, nearest

PLACES = (
    "Elm Oak Birch Cedar Maple Willow Alder Hazel Rowan Aspen Linden Poplar Spruce Juniper Myrtle".split()
)
PEOPLE = "pilots nurses painters bakers sailors farmers tailors miners teachers clerks cooks dancers".split()
FAR = "Mosses take in light without roots, botanist Tilda Quillfeather wrote in her notes of 1907."
COPY = "The old lighthouse at Greywater Point lost its roof, its lamp and both doors in the storm on Friday."


def record(id: str, title: str, text: str, day: int | None = None, source: str | None = None) -> str:
    published = (datetime.date(2024, 1, 1) + datetime.timedelta(day)).isoformat() if day is not None else None
    return json.dumps({"id": id, "title": title, "text": text, "published": published, "source": source})


def records() -> Iterator[str]:
    """A crowd of ferry news, five copies of one story, and one passage about something else."""
    for number in range(260):
        place, people = PLACES[number % len(PLACES)], PEOPLE[number % len(PEOPLE)]
        text = f"The ferry from {place} harbour carried {number + 2000} {people} on day {number}."
        source = "Harbour Times" if number % 2 else "Ferry Post"
        yield record(f"ferry-{number}", "Ferry news", text, number, source)
    for number in range(5):
        yield record(f"copy-{number}", "Lighthouse damaged", f"{COPY} Copy {'abcde'[number]}.", number)
    yield record("lighthouse", "Lighthouse to be mended", "Masons start work on the lighthouse on Monday.")
    yield record("moss", "Notes on mosses", FAR)


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Collection:
    made = Collection(tmp_path_factory.mktemp("search"), embedder)
    made.write("news.jsonl", "\n".join(records()))
    made.sync()
    return made


@pytest.fixture(scope="module")
def search(collection: Collection) -> Iterator[Callable[..., Found]]:
    reader = collection.reader()
    yield Retriever(reader, collection.embedder).search
    reader.close()


def ids(found: Found) -> list[str]:
    return [hit.passage.article.id for hit in found.hits]


def test_the_passage_that_answers_comes_first(search: Callable[..., Found]) -> None:
    assert ids(search("Who carried 2042 people?"))[0] == "ferry-42"
    assert ids(search("When do masons start to repair the lighthouse?"))[0] == "lighthouse"


@pytest.mark.parametrize("name", ["Quillfeather", "QUILLFEATHER", "Tilda Quillfeather", "1907"])
def test_a_rare_name_is_found_however_far_its_passage_is(
    collection: Collection, search: Callable[..., Found], name: str
) -> None:
    question = f"Was {name} on the ferry?"
    reader = collection.reader()
    near = nearest(reader, collection.embedder.embed_question(question), CANDIDATES)
    reader.close()
    assert len(near) == CANDIDATES
    assert "moss" not in {candidate.passage.article.id for candidate in near}
    assert ids(search(question))[0] == "moss"


def test_a_name_that_is_nowhere_changes_nothing(search: Callable[..., Found]) -> None:
    found = search("Which ferry from Elm harbour carried sailors and Zzyzzx?")
    assert len(found.hits) == 10
    assert found.weights[terms("Zzyzzx")[0]] == max(found.weights.values())


def test_of_copies_one_stands_in_the_list(search: Callable[..., Found]) -> None:
    found = ids(search("What did the lighthouse at Greywater Point lose in the storm?"))
    assert sum(id.startswith("copy") for id in found) == 1
    assert found[0].startswith("copy")
    assert "lighthouse" in found


@pytest.mark.parametrize("k", [0, 1, 3, 10, 50])
def test_k_passages_best_first(search: Callable[..., Found], k: int) -> None:
    found = search("Which ferry carried nurses on day 25?", k)
    scores = [hit.score for hit in found.hits]
    assert len(found.hits) == len(found.similarities) == k
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({hit.passage.id for hit in found.hits}) == k
    assert ids(search("Which ferry carried nurses on day 25?", 50))[:k] == ids(found)


def test_what_the_ranking_knew_comes_with_the_hits(
    search: Callable[..., Found], collection: Collection
) -> None:
    found = search("Which ferry from Elm harbour carried sailors?")
    embedder = collection.embedder
    assert np.array_equal(found.vector, embedder.embed_question(found.question))
    texts = [collection.cutter.embedding_text(hit.passage) for hit in found.hits]
    assert found.similarities == pytest.approx(embedder.embed(texts) @ found.vector, abs=1e-4)
    assert found.weights.keys() == set(terms(found.question))


def test_rarer_terms_weigh_more(search: Callable[..., Found]) -> None:
    weights = search("Which ferry from Elm harbour carried sailors on day 4?").weights
    ferry, harbour, elm, four = (weights[term] for term in ("ferri", "harbour", "elm", "4"))
    assert 0 < ferry <= harbour < elm < four


def test_dates_and_source_are_held_to(search: Callable[..., Found]) -> None:
    since, before = datetime.date(2024, 2, 1), datetime.date(2024, 2, 11)
    where = Filter(since=since, before=before, source="ferry post")
    found = search("Which ferry carried nurses?", 50, where)
    assert sorted(ids(found)) == [f"ferry-{number}" for number in (32, 34, 36, 38, 40)]
    for hit in found.hits:
        assert hit.passage.article.published is not None
        assert since <= hit.passage.article.published < before
        assert hit.passage.article.source == "Ferry Post"


def test_a_rare_name_is_not_found_past_the_filter(search: Callable[..., Found]) -> None:
    found = search("What did Quillfeather write?", 300, Filter(before=datetime.date(2024, 12, 31)))
    assert "moss" not in ids(found)  # it has no date
    assert len(found.hits) > 100


@pytest.mark.parametrize(
    "where", [Filter(scopes=()), Filter(scopes=("another server",)), Filter(source="Nobody's Paper")]
)
def test_nothing_to_search_gives_nothing(search: Callable[..., Found], where: Filter) -> None:
    found = search("Which ferry carried Quillfeather in 1907?", 10, where)
    assert (found.hits, found.similarities) == ((), ())
    assert set(found.weights) == set(terms("Which ferry carried Quillfeather in 1907?"))


@pytest.mark.parametrize(
    "question", ["", "?", "what is it", "北京", "('$or' [\\", "Quillfeather.*[ (?i)", "🙂"]
)
def test_any_question_can_be_asked(search: Callable[..., Found], question: str) -> None:
    found = search(question, 5)
    assert len(found.hits) == 5
    assert all(0 <= hit.score <= 1 for hit in found.hits)


def test_title_words_count_half(collection: Collection) -> None:
    reader = collection.reader()
    [record] = nearest(reader, collection.embedder.embed(["Notes on mosses\n" + FAR])[0], 1)
    reader.close()
    bag = sketch_of(record.passage).bag
    assert record.passage.article.id == "moss"
    assert (bag["light"], bag["moss"], bag["note"]) == (1, 1.5, 1.5)


def test_one_index_of_one_passage(tmp_path: Path, embedder: Embedder) -> None:
    single = Collection(tmp_path, embedder)
    single.write("news.jsonl", record("moss", "Notes", FAR))
    single.sync()
    reader = single.reader()
    found = Retriever(reader, embedder).search("Who wrote of mosses?")
    reader.close()
    assert ids(found) == ["moss"]
    assert found.hits[0].score == 0  # nothing to be better than
