"""BM25 against values worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.bm25 import bm25, term_weights

BAGS = st.lists(st.dictionaries(st.sampled_from("abcdef"), st.floats(0.5, 50), max_size=6), max_size=12)


def test_the_weight_of_a_term_is_its_inverse_document_frequency() -> None:
    documents = [{"bridge": 1.0, "harbour": 2.0}, {"harbour": 1.0}, {"ferry": 1.0}]
    weights = term_weights(["harbour", "bridge", "storm"], documents)
    assert weights == pytest.approx(
        {"harbour": math.log(1 + 1.5 / 2.5), "bridge": math.log(1 + 2.5 / 1.5), "storm": math.log(8)}
    )


def test_the_score_is_that_of_the_formula() -> None:
    documents = [{"bridge": 2.0, "harbour": 2.0}, {"harbour": 1.0, "ferry": 1.0}]
    # Lengths 4 and 2, mean 3: norms 1.2 * (0.25 + 0.75 * 4/3) and 1.2 * (0.25 + 0.75 * 2/3).
    expected = [3 * 2 * 2.2 / (2 + 1.5) + 2 * 2.2 / (2 + 1.5), 1 * 2.2 / (1 + 0.9)]
    assert bm25({"bridge": 3.0, "harbour": 1.0}, documents) == pytest.approx(expected)


def test_rare_terms_short_documents_and_repetition_tell_more() -> None:
    words = {"a": 1.0, "b": 1.0, "c": 1.0}
    documents = [{"x": 1.0, **words}, {"x": 2.0, **words}, {"x": 1.0}, {"y": 1.0, **words}, words]
    once, twice, short, rare, neither = bm25(term_weights(["x", "y"], documents), documents)
    assert neither == 0
    assert once < twice < 2 * once
    assert once < short
    assert once < rare


def test_nothing_found_and_nothing_to_search() -> None:
    assert bm25({}, [{"a": 1.0}, {}]).tolist() == [0.0, 0.0]
    assert bm25({"b": 1.0}, [{"a": 1.0}, {}]).tolist() == [0.0, 0.0]
    assert bm25({"a": 1.0}, []).shape == (0,)
    assert bm25({"a": 1.0}, [{}]).tolist() == [0.0]


def test_a_term_asked_twice_weighs_once() -> None:
    documents = [{"a": 1.0}, {"b": 1.0}]
    assert term_weights(["a", "a"], documents) == term_weights(["a"], documents)


@given(st.lists(st.sampled_from("abcxyz"), max_size=5), BAGS)
def test_scores_are_finite_and_positive_where_a_term_stands(
    terms: list[str], bags: list[dict[str, float]]
) -> None:
    weights = term_weights(terms, bags)
    scores = bm25(weights, bags)
    assert scores.shape == (len(bags),)
    assert np.isfinite(scores).all()
    assert all(weight > 0 for weight in weights.values())
    assert [score > 0 for score in scores] == [bool(weights.keys() & bag.keys()) for bag in bags]
