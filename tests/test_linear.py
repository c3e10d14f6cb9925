"""The fitted models as they come with the package."""

import math

import pytest

from bot.linear import Feature, Linear, load_weights


def test_a_weighted_sum_of_standardised_features() -> None:
    model = Linear(0.5, {"share": Feature(mean=1.0, scale=2.0, weight=3.0)})
    assert model.score({"share": 5.0, "unused": 9.0}) == pytest.approx(6.5)
    assert model.probability({"share": 1.0}) == pytest.approx(1 / (1 + math.exp(-0.5)))


def test_extreme_scores_stay_probabilities() -> None:
    model = Linear(0.0, {"share": Feature(0.0, 1.0, 1.0)})
    assert 0 < model.probability({"share": -1e9}) < model.probability({"share": 1e9}) < 1


def test_a_missing_feature_is_an_error() -> None:
    with pytest.raises(KeyError):
        Linear(0.0, {"share": Feature(0.0, 1.0, 1.0)}).score({})


def test_the_package_brings_three_models_and_an_even_threshold() -> None:
    weights = load_weights()
    assert 0.4 < weights.threshold <= weights.threshold_read == 0.5
    assert set(weights.sentences.features) - set(weights.shortlist.features) == {
        "similarity",
        "similarity_behind",
    }
    # What anyone would expect of them: more of the question's words and a nearer vector speak for a sentence.
    assert weights.shortlist.features["share_around"].weight > 0
    assert weights.sentences.features["similarity"].weight > 0
    assert weights.refusal.features["names_missing_passage"].weight < 0
