"""Linear models over named features: what ranks sentences and what decides on refusal.

`weights.json` is written by `python -m bot.fit`; `Feature.mean` and `Feature.scale` are those of the
development sets, so that weights can be compared with one another.
"""

import dataclasses
import functools
import json
import math
from collections.abc import Mapping
from importlib import resources
from typing import Self


@dataclasses.dataclass(frozen=True, slots=True)
class Feature:
    """One input: standardised by `mean` and `scale`, then weighted."""

    mean: float
    scale: float
    weight: float


@dataclasses.dataclass(frozen=True, slots=True)
class Linear:
    """A weighted sum of standardised features."""

    intercept: float
    features: Mapping[str, Feature]

    def score(self, values: Mapping[str, float]) -> float:
        """The sum; a feature that `values` lacks is an error (KeyError)."""
        parts = ((values[name] - f.mean) / f.scale * f.weight for name, f in self.features.items())
        return self.intercept + math.fsum(parts)

    def probability(self, values: Mapping[str, float]) -> float:
        """The sum as a probability (logistic)."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.score(values)))))

    @classmethod
    def parse(cls, content: Mapping[str, object]) -> Self:
        """A model as `weights.json` holds it."""
        features = content["features"]
        intercept = content["intercept"]
        if not isinstance(features, dict) or not isinstance(intercept, int | float):
            raise TypeError("weights.json does not hold a linear model")
        return cls(float(intercept), {name: Feature(**values) for name, values in features.items()})


THRESHOLDS = ("threshold", "threshold_read")
MODELS = ("shortlist", "sentences", "refusal", "reading", "refusal_read")


@dataclasses.dataclass(frozen=True, slots=True)
class Weights:
    """The fitted models: `shortlist` ranks sentences by words alone, `sentences` with their vectors too,
    `refusal` gives the probability that what was chosen answers; `reading` and `refusal_read` do the last two
    where a reader has read the sentences. From `threshold` and `threshold_read` on there is an answer."""

    shortlist: Linear
    sentences: Linear
    refusal: Linear
    reading: Linear
    refusal_read: Linear
    threshold: float
    threshold_read: float


@functools.cache
def load_weights() -> Weights:
    """The models that come with the package."""
    return parse_weights(resources.files("bot").joinpath("weights.json").read_text(encoding="utf-8"))


def parse_weights(text: str) -> Weights:
    """The models of a `weights.json`."""
    content = json.loads(text)
    models = {name: Linear.parse(content[name]) for name in MODELS}
    threshold, threshold_read = (float(content[name]) for name in THRESHOLDS)
    return Weights(**models, threshold=threshold, threshold_read=threshold_read)
