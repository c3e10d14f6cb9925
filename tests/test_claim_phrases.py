"""A sentence said in other words, and a false one in nearly the same: tests/data/claims/phrased.tsv."""

import datetime
from pathlib import Path

import pytest

from bot.cite import Checker, Verdict
from bot.verifier.verifier import load_verifier
from index.article import Article
from index.embedding import Embedder
from index.passages import Cutter

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "data" / "claims" / "phrased.tsv").read_text("utf-8").splitlines()
]
DAY = datetime.date(2024, 6, 3)
# The verifier is not sure enough of the first three, and too sure of the others.
UNTOLD = {
    "The shop is not open on Sundays.",
    "Twelve people were hurt in the crash.",
    "The team has won the cup three times.",
    "Spain beat the team in the final.",
    "He has three sons.",
    "The man said the police were armed.",
    "Reed said the team was proud of her.",
}
CASES = [
    pytest.param(*row, id=row[2], marks=[pytest.mark.xfail(reason="the verifier errs")] * (row[2] in UNTOLD))
    for row in ROWS
]


@pytest.fixture(scope="module")
def checker(embedder: Embedder) -> Checker:
    return Checker(embedder, load_verifier())


@pytest.mark.parametrize(("kind", "said", "claim"), CASES)
def test_it_is_tied_where_it_is_true(
    checker: Checker, embedder: Embedder, kind: str, said: str, claim: str
) -> None:
    text = f"The day was long. {said} Nobody knows more."
    article = Article(id="a", title="", text=text, published=DAY)
    checked = checker.check(claim, Cutter(embedder).cut(article))
    assert (checked.verdict is Verdict.TIED) == (kind == "honest"), checked.reason
