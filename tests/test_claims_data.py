"""The claims that the check is measured on: as many as promised, and each where it says it is."""

import collections
import functools
import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from index.sentences import split_sentences
from index.words import terms

DATA = Path(__file__).parent / "data" / "claims"
NEWS = Path(__file__).parents[2] / "shared" / "eval" / "news" / "articles.jsonl"
FIELDS = {
    "honest": ["id", "half", "kind", "style", "claim", "article", "start", "end"],
    "lies": ["id", "half", "kind", "claim", "edit", "article", "start", "end", "cites"],
}
HALVES = ("dev", "test", "held")
# Of the articles that are ours some claims only turn a sentence round: they share its names.
MOST_SHARED = {"dev": 0.60, "test": 0.60, "held": 0.60, "written": 0.85}
MOST_SENTENCES = 3
LEAST_OF_A_KIND = 12

needs_news = pytest.mark.skipif(not NEWS.exists(), reason="the news articles are not on this machine")
each_file = pytest.mark.parametrize("name", FIELDS)

Row = dict[str, Any]


@functools.cache
def rows(name: str) -> list[Row]:
    with (DATA / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@functools.cache
def texts() -> dict[str, str]:
    rows: list[Row] = []
    for file in (NEWS, DATA / "articles.jsonl"):
        with file.open(encoding="utf-8") as lines:
            rows += map(json.loads, lines)
    return {row["id"]: row["text"] for row in rows}


@functools.cache
def boundaries(article: str) -> tuple[list[int], list[int]]:
    """Where the sentences of an article start and where they end."""
    sentences = list(itertools.chain.from_iterable(split_sentences(texts()[article])))
    return [sentence.start for sentence in sentences], [sentence.end for sentence in sentences]


def evidence(row: Row) -> str:
    return texts()[row["article"]][row["start"] : row["end"]]


def shared(claim: str, source: str) -> float:
    words = set(terms(claim))
    return len(words & set(terms(source))) / len(words)


@each_file
def test_every_row_has_the_fields_of_its_file(name: str) -> None:
    assert [row["id"] for row in rows(name) if list(row) != FIELDS[name]] == []


def test_no_id_and_no_claim_comes_twice() -> None:
    everything = [row for name in FIELDS for row in rows(name)]
    assert len({row["id"] for row in everything}) == len(everything)
    written = [row["claim"] for row in everything if row["claim"]]
    assert len(set(written)) == len(written)


def test_there_are_as_many_as_promised() -> None:
    kinds = collections.Counter(row["kind"] for row in rows("lies"))
    assert len(rows("honest")) >= 200
    assert kinds.total() >= 208
    assert {kind: n for kind, n in kinds.items() if n < LEAST_OF_A_KIND} == {}
    assert {row["kind"] for row in rows("honest")} == {"honest"}


def test_no_article_is_in_two_halves() -> None:
    halves = {
        half: {r["article"] for name in FIELDS for r in rows(name) if r["half"] == half} for half in HALVES
    }
    assert [pair for pair in itertools.combinations(HALVES, 2) if halves[pair[0]] & halves[pair[1]]] == []


@each_file
@pytest.mark.parametrize("half", HALVES)
def test_each_half_is_as_large_as_promised(name: str, half: str) -> None:
    assert sum(row["half"] == half for row in rows(name)) >= 100


def test_a_lie_is_a_sentence_or_an_edit() -> None:
    assert [row["id"] for row in rows("lies") if bool(row["claim"]) == bool(row["edit"])] == []
    assert {row["cites"] for row in rows("lies")} == {"right", "wrong", "none"}


@needs_news
@each_file
def test_evidence_is_whole_sentences(name: str) -> None:
    def is_whole(row: Row) -> bool:
        starts, ends = boundaries(row["article"])
        if row["start"] not in starts or row["end"] not in ends:
            return False
        return 0 <= ends.index(row["end"]) - starts.index(row["start"]) < MOST_SENTENCES

    assert [row["id"] for row in rows(name) if not is_whole(row)] == []


@needs_news
def test_honest_claims_are_in_words_of_their_own() -> None:
    measured = [(row, shared(row["claim"], evidence(row))) for row in rows("honest")]
    assert {row["id"]: share for row, share in measured if share > MOST_SHARED[row["half"]]} == {}


@needs_news
def test_an_edit_finds_its_words_and_changes_them() -> None:
    edits = [(row["id"], evidence(row), *edit) for row in rows("lies") for edit in row["edit"] or []]
    assert [id for id, source, old, new in edits if old not in source or old == new] == []
