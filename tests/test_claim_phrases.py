"""A sentence said in other words, and a false one in nearly the same: tests/data/claims/phrased.tsv."""

import datetime
from pathlib import Path

import pytest

from bot.cite import Checker, Verdict
from index.article import Article
from index.embedding import Embedder
from index.passages import Cutter

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "data" / "claims" / "phrased.tsv").read_text("utf-8").splitlines()
]
DAY = datetime.date(2024, 6, 3)


@pytest.fixture(scope="module")
def checker(embedder: Embedder) -> Checker:
    return Checker(embedder)


@pytest.mark.parametrize(("kind", "said", "claim"), ROWS, ids=[claim for _, _, claim in ROWS])
def test_it_is_tied_where_it_is_true(
    checker: Checker, embedder: Embedder, kind: str, said: str, claim: str
) -> None:
    text = f"The day was long. {said} Nobody knows more."
    article = Article(id="a", title="", text=text, published=DAY)
    checked = checker.check(claim, Cutter(embedder).cut(article))
    assert (checked.verdict is Verdict.TIED) == (kind == "honest"), checked.reason
