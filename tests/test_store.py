import contextlib
import dataclasses
import datetime
import itertools
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.article import ArticleInfo, Passage, Sentence
from index.errors import StoreDamaged, StoreError
from index.filter import Filter
from index.store import Store, Vectors
from tests.collection import nearest

DAY = datetime.date(2024, 5, 1)
FULL = ArticleInfo(
    id="a",
    title="Harbour bridge opens",
    url="https://news.example/bridge",
    source="Harbour Times",
    published=DAY,
    author="A. Writer",
    language="en",
    scope="",
)


def passage(info: ArticleInfo, number: int = 0, text: str = "The bridge opened.", start: int = 0) -> Passage:
    sentences = (Sentence(start, start + len(text)),)
    return Passage(f"{info.id}#{number}", info, start, start + len(text), text, sentences)


def article(id: str, **fields: Any) -> ArticleInfo:
    return dataclasses.replace(ArticleInfo(id=id, title=f"About {id}"), **fields)


def unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), dtype=np.float32)


def random_vectors(count: int, dimension: int = 8, seed: int = 0) -> Vectors:
    return unit(np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32))


def clustered(count: int, seed: int) -> Vectors:
    """Vectors in 200 clusters, as texts about like things have."""
    random = np.random.default_rng(7)
    centres = random.normal(size=(200, 384))
    random = np.random.default_rng(seed)
    return unit(
        (centres[random.integers(0, 200, count)] + 0.8 * random.normal(size=(count, 384))).astype("f4")
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "chroma", create=True)
    yield store
    store.close()


def found(store: Store, where: Filter, n: int = 10) -> list[str]:
    """The articles that pass a filter, by vector and by word, which have to agree."""
    near = {record.passage.article.id for record in nearest(store, random_vectors(1)[0], n, where)}
    assert near == {p.article.id for p in store.containing(["bridge"], n, where)}
    return sorted(near)


def test_a_passage_comes_back_as_it_was(store: Store) -> None:
    sentences = (Sentence(107, 112), Sentence(113, 125))
    whole = Passage("a#3", FULL, 107, 125, "One.\fTwo “⊂” three", sentences, 4)
    bare = passage(ArticleInfo(id="b", title=""))
    store.add([whole, bare], random_vectors(2))
    records = nearest(store, random_vectors(2)[0], 2)
    assert [record.passage for record in records] == [whole, bare]
    assert records[0].similarity == pytest.approx(1, abs=1e-5)
    assert store.containing(["two"], 5) == [whole]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60)


@given(
    text=TEXT,
    title=TEXT,
    author=st.none() | TEXT,
    scope=st.sampled_from(["", "1234"]),
    published=st.none() | st.dates(),
    cuts=st.lists(st.integers(0, 60), max_size=8),
    start=st.integers(0, 10**7),
    page=st.none() | st.integers(1, 9999),
)
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_passage_comes_back(
    store: Store,
    text: str,
    title: str,
    author: str | None,
    scope: str,
    published: datetime.date | None,
    cuts: list[int],
    start: int,
    page: int | None,
) -> None:
    info = ArticleInfo(id="any", title=title, author=author, scope=scope, published=published)
    ends = [start + min(cut, len(text)) for cut in sorted(cuts)]
    sentences = tuple(Sentence(a, b) for a, b in itertools.pairwise(ends))
    given_passage = Passage(f"{info.id}#0", info, start, start + len(text), text, sentences, page)
    store.remove(["any"])
    store.add([given_passage], random_vectors(1))
    (record,) = nearest(store, random_vectors(1)[0], 1, Filter(scopes=(scope,)))
    assert record.passage == given_passage


def test_nearest_come_first_with_their_cosine(store: Store) -> None:
    vectors = random_vectors(50)
    store.add([passage(article(f"a{i}")) for i in range(50)], vectors)
    question = random_vectors(1, seed=5)[0]
    records = nearest(store, question, 10)
    cosine = vectors @ question
    assert [record.passage.article.id for record in records] == [f"a{i}" for i in np.argsort(-cosine)[:10]]
    assert [record.similarity for record in records] == pytest.approx(
        sorted(cosine, reverse=True)[:10], abs=1e-5
    )


def test_an_empty_store_answers_with_nothing(store: Store) -> None:
    assert store.count() == 0
    assert store.ids() == set()
    assert nearest(store, random_vectors(1)[0], 10) == []
    assert nearest(store, random_vectors(1)[0], 10, Filter(since=DAY)) == []
    assert store.containing(["word"], 10) == []
    store.remove(["a"])
    store.add([], random_vectors(0))


def test_more_wanted_than_there_are(store: Store) -> None:
    store.add([passage(article("a")), passage(article("b"))], random_vectors(2))
    assert len(nearest(store, random_vectors(1)[0], 200)) == 2


def test_none_is_overlooked_behind_many_that_are_alike(tmp_path: Path) -> None:
    """In Chroma's graph nothing may lead to a passage that was added beside hundreds with one vector."""
    same = np.repeat(random_vectors(1), 300, axis=0)
    others = random_vectors(20, seed=1)
    with contextlib.closing(Store(tmp_path, create=True)) as store:
        store.add([passage(article("same"), number) for number in range(300)], same)
        store.add([passage(article(f"other-{number}")) for number in range(20)], others)
        for number, vector in enumerate(others):
            records = nearest(store, vector, 400)
            assert len(records) == 320
            assert records[0].passage.article.id == f"other-{number}"
            assert records[0].similarity == pytest.approx(1.0, abs=1e-5)


def test_dates_are_since_inclusive_and_before_exclusive_and_unknown_ones_are_neither(store: Store) -> None:
    days = [DAY + datetime.timedelta(days) for days in (-1, 0, 1)]
    infos = [article("before", published=days[0]), article("on", published=days[1])]
    infos += [article("after", published=days[2]), article("unknown")]
    store.add([passage(info) for info in infos], random_vectors(4))
    assert found(store, Filter(since=DAY)) == ["after", "on"]
    assert found(store, Filter(before=DAY)) == ["before"]
    assert found(store, Filter(since=DAY, before=days[2])) == ["on"]
    assert found(store, Filter(since=days[2] + datetime.timedelta(1))) == []
    assert found(store, Filter()) == ["after", "before", "on", "unknown"]


def test_the_source_minds_no_case(store: Store) -> None:
    infos = [article("a", source="Der STRASSENBOTE"), article("b", source="Other"), article("c")]
    store.add([passage(info) for info in infos], random_vectors(3))
    assert found(store, Filter(source=" der straßenbote ")) == ["a"]
    assert found(store, Filter(source="OTHER")) == ["b"]
    assert found(store, Filter(source="")) == []
    assert nearest(store, random_vectors(1)[0], 1)[0].passage.article.source == "Der STRASSENBOTE"


def test_a_scope_is_seen_by_none_but_those_who_name_it(store: Store) -> None:
    infos = [article("all"), article("one", scope="1"), article("two", scope="2")]
    store.add([passage(infos[0])], random_vectors(1))
    assert found(store, Filter()) == ["all"]
    store.add([passage(info) for info in infos[1:]], random_vectors(2, seed=1))
    assert found(store, Filter()) == ["all"]
    assert found(store, Filter(scopes=("", "1"))) == ["all", "one"]
    assert found(store, Filter(scopes=("2",))) == ["two"]
    assert found(store, Filter(scopes=())) == []


def test_all_conditions_together(store: Store) -> None:
    infos = [article(f"{i}", source="S", published=DAY, scope=str(i % 2)) for i in range(4)]
    store.add([passage(info) for info in infos], random_vectors(4))
    assert found(store, Filter(DAY, DAY + datetime.timedelta(1), "s", ("1",))) == ["1", "3"]


@pytest.mark.parametrize(
    ("word", "hits"),
    [
        ("IRAN", 1),
        ("u.s.", 1),
        ("uXs", 0),
        ("C++", 1),
        ("50% (half)", 1),
        ("[x] {y} ^$ | \\d", 1),
        ("a-b & #1 ~", 1),
        ("北京", 1),
        ("ÄÖÜ", 1),
        ("it's", 1),
        ("a\nline", 1),
        (".*", 0),
        ("", 0),
        ("\ud800", 0),
        ("\0", 0),
        ("x" * 10_000, 0),
    ],
)
def test_words_are_found_letter_by_letter_whatever_they_are(store: Store, word: str, hits: int) -> None:
    texts = [
        "Iran and the U.S. met; it's over.",
        "C++ is 50% (half) [x] {y} ^$ | \\d of a-b & #1 ~",
        "北京 äöü a\nline",
    ]
    store.add([passage(article(str(i)), 0, text) for i, text in enumerate(texts)], random_vectors(3))
    assert len(store.containing([word], 5)) == hits


def test_any_of_several_words_and_no_more_than_wanted(store: Store) -> None:
    texts = ["one", "two", "three", "One and TWO"]
    store.add([passage(article(str(i)), 0, text) for i, text in enumerate(texts)], random_vectors(4))
    assert {p.text for p in store.containing(["one", "two"], 5)} == {"one", "two", "One and TWO"}
    assert len(store.containing(["one", "two"], 2)) == 2
    assert [p.text for p in store.containing(["", "three"], 5)] == ["three"]


def test_removing_takes_all_of_an_article_and_nothing_of_it_comes_back(store: Store) -> None:
    infos = [article("a", author="A. Writer"), article("b")]
    store.add([passage(info, n) for info in infos for n in range(3)], random_vectors(6))
    store.remove(["a", "nobody"])
    assert store.ids() == {"b#0", "b#1", "b#2"}
    store.add([passage(article("a"), 1, "Another text.")], random_vectors(1, seed=9))
    assert store.count() == 4
    assert [p.article for p in store.containing(["another"], 9)] == [article("a")]


def test_more_than_a_batch(tmp_path: Path) -> None:
    store = Store(tmp_path / "chroma", create=True)
    count = 6000
    store.add([passage(article(f"a{i}")) for i in range(count)], random_vectors(count, 2))
    assert store.count() == count
    store.remove([f"a{i}" for i in range(2500)])
    assert store.count() == count - 2500
    store.close()


@pytest.mark.slow
def test_recall_at_eight_thousand_and_its_cost(tmp_path: Path) -> None:
    store, count = Store(tmp_path / "chroma", create=True), 8000
    vectors = clustered(count, seed=1)
    for start in range(0, count, 1000):
        part = range(start, start + 1000)
        store.add([passage(article(f"a{i}"), 0, "bridge " * 50) for i in part], vectors[start : start + 1000])
    recalls, seconds = [], []
    for question in clustered(10, seed=2):
        begun = time.perf_counter()
        got = {record.passage.article.id for record in nearest(store, question, 200)}
        seconds.append(time.perf_counter() - begun)
        recalls.append(len(got & {f"a{i}" for i in np.argsort(-(vectors @ question))[:200]}) / 200)
    store.close()
    assert np.mean(recalls) >= 0.99
    assert np.median(seconds) < 0.5  # about 0.03 on a quiet machine


def test_a_missing_store_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        Store(tmp_path / "chroma")


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000])
def test_a_damaged_database(tmp_path: Path, content: bytes) -> None:
    store = Store(tmp_path / "chroma", create=True)
    store.close()
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(content)
    for _ in range(3):
        with pytest.raises(StoreDamaged) as error:
            Store(tmp_path / "chroma")
        assert "citebot index --rebuild" in error.value.hint


def test_closing_twice_and_asking_a_closed_store(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError):
        store.count()


def test_threads_share_a_store(store: Store) -> None:
    store.add([passage(article(f"a{i}")) for i in range(200)], random_vectors(200))
    failed: list[object] = []

    def ask(seed: int) -> None:
        for question in random_vectors(20, seed=seed):
            if len(nearest(store, question, 50)) != 50 or len(store.containing(["bridge"], 7)) != 7:
                failed.append(seed)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_chroma_minds_neither_the_environment_nor_an_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("ANONYMIZED_TELEMETRY=true\nMIGRATIONS=none\nIS_PERSISTENT=false\n")
    monkeypatch.setenv("CHROMA_API_IMPL", "chromadb.api.fastapi.FastAPI")
    monkeypatch.setenv("PERSIST_DIRECTORY", str(tmp_path / "elsewhere"))
    for create in (True, False):
        store = Store(tmp_path / "chroma", create=create)
        store.add([passage(article(str(create)))], random_vectors(1))
        store.close()
    store = Store(tmp_path / "chroma")
    assert store.count() == 2
    store.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", "chroma"]


def test_chroma_is_silent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(StoreError):
        Store(tmp_path / "nothing")
    store = Store(tmp_path / "chroma", create=True)
    store.add([passage(article("a"))], random_vectors(1))
    nearest(store, random_vectors(1)[0], 5)
    store.close()
    assert capfd.readouterr() == ("", "")
    assert [r for r in caplog.records if r.name.startswith("chromadb") and r.levelno >= logging.WARNING] == []


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors where Linux lists them")
def test_a_store_nobody_holds_is_closed(tmp_path: Path) -> None:
    Store(tmp_path / "chroma", create=True).close()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(10):
        Store(tmp_path / "chroma").count()
    assert len(os.listdir("/proc/self/fd")) <= before + 2


@pytest.mark.parametrize(
    ("table", "column", "before", "after"),
    [
        ("embedding_metadata", "string_value", "The bridge opened.", "The bridge closed."),
        ("embedding_fulltext_search", "string_value", "The bridge opened.", "The bridge closed."),
        ("embedding_metadata", "string_value", "2024-05-01", "2023-05-01"),
    ],
)
def test_a_passage_changed_on_the_disk_is_never_shown(
    tmp_path: Path, table: str, column: str, before: str, after: str
) -> None:
    store = Store(tmp_path / "chroma", create=True)
    store.add([passage(FULL)], random_vectors(1))
    store.close()
    _rewrite(tmp_path, f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (after, before))
    store = Store(tmp_path / "chroma")
    shown = []
    for ask in (lambda: nearest(store, random_vectors(1)[0], 1), lambda: store.containing(["bridge"], 1)):
        with contextlib.suppress(StoreDamaged):
            shown.append(ask())
    store.close()
    assert "closed" not in str(shown)
    assert "2023" not in str(shown)
    assert table != "embedding_metadata" or shown == []


def test_an_articles_passages_come_in_order_within_their_scope(store: Store) -> None:
    mine, theirs = article("a", scope="5"), article("b", scope="6")
    cut = [passage(mine, number, start=100 * number) for number in range(12)]
    store.add([*reversed(cut), passage(theirs)], random_vectors(13))
    assert store.passages("a", 0, 2_000, ("", "5")) == cut
    end = cut[3].end
    assert store.passages("a", end - 1, end, ("5",)) == [cut[3]]
    assert store.passages("a", end, end + 5, ("5",)) == []
    assert store.passages("a", end - 1, 401, ("5",)) == cut[3:5]
    for scopes in ((), ("",), ("6",), ("", "6")):
        assert store.passages("a", 0, 2_000, scopes) == []
    assert store.passages("c", 0, 2_000, ("", "5", "6")) == []


def test_passages_of_an_index_older_than_checksums_are_read(tmp_path: Path) -> None:
    store = Store(tmp_path / "chroma", create=True)
    store.add([passage(FULL)], random_vectors(1))
    store.close()
    _rewrite(tmp_path, "DELETE FROM embedding_metadata WHERE key = ?", ("checksum",))
    store = Store(tmp_path / "chroma")
    assert [record.passage for record in nearest(store, random_vectors(1)[0], 1)] == [passage(FULL)]
    store.close()


def _rewrite(folder: Path, statement: str, values: tuple[str, ...]) -> None:
    with contextlib.closing(sqlite3.connect(folder / "chroma" / "chroma.sqlite3")) as database:
        assert database.execute(statement, values).rowcount == 1
        database.commit()
