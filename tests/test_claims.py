"""The check on true and false claims about news, by kind; skipped where that news is not at hand."""

import pytest

from index.embedding import Embedder
from tests import claims
from tests.claims import Rows, Situation

needs_news = pytest.mark.skipif(
    not claims.NEWS.is_file(), reason="the news of ../shared/eval is not on this machine"
)
# What the check reaches, a little below: the share of claims that are shown in the model's own words.
LEAST_HONEST = {"dev": 0.87, "test": 0.7, "held": 0.77, "written": 0.77}
MOST_LIES = {
    "dev": {"rules": 0.01, "others": 0.04},
    "test": {"rules": 0.011, "others": 0.19},
    "held": {"rules": 0.015, "others": 0.08},
    "written": {"rules": 0.035, "others": 0.02},
}
RULES = frozenset(
    "number date unit name negation_dropped negation_added wrong_passage missing_passage"
    " made_up_quotation".split()
)


@pytest.fixture(scope="module")
def situation(embedder: Embedder) -> Situation:
    return Situation(embedder)


@pytest.fixture(
    scope="module",
    params=[
        *(pytest.param(half, marks=[pytest.mark.slow, needs_news]) for half in ("dev", "test", "held")),
        claims.WRITTEN,
    ],
)
def half(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module")
def found(half: str, situation: Situation) -> Rows:
    return claims.measure(situation, half)


def test_lies_are_not_shown_and_honest_sentences_are(half: str, found: Rows) -> None:
    print(*claims.table(found), sep="\n")
    ruled = [row for kind, rows in found.items() if kind in RULES for row in rows]
    others = [row for kind, rows in found.items() if kind not in RULES | {"honest"} for row in rows]
    assert claims.shown(found["honest"]) >= LEAST_HONEST[half]
    assert claims.shown(ruled) <= MOST_LIES[half]["rules"]
    assert claims.shown(others) <= MOST_LIES[half]["others"]


def test_every_support_stands_in_its_article(half: str, found: Rows) -> None:
    for rows in found.values():
        for _, checked in rows:
            for support in checked.supports:
                text = claims.news(half)[support.passage.article.id].text
                assert text[support.start : support.end] == support.quote
