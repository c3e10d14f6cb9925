"""Verifier: a claim and texts -> how surely each bears it out, by a small model in ONNX."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np

from bot.pair_model import PairFiles, load_pair
from index.errors import ModelError
from index.model_files import DEFAULT_MODEL, find_model

# Word pieces that it was trained to read, claim and marks included, and those that it reads of a claim.
PIECES = 136
_MOST_CLAIMED = 72


class Verifier:
    """Reads a claim beside texts; threads may share it. ModelError where it cannot be loaded."""

    def __init__(self, files: PairFiles) -> None:
        self._model = load_pair(files, "verifier", ModelError, "Install citebot again.")

    def support(self, claim: str, texts: Sequence[str]) -> list[float]:
        """The probability for each text that it says all that the claim says; of a long one the beginning
        is read."""
        claimed = self._model.cut(claim, _MOST_CLAIMED)
        room = self._model.room(claimed, _MOST_CLAIMED)
        return [self._support(claimed, self._model.cut(text, room)) for text in texts]

    def _support(self, claim: str, text: str) -> float:
        (logits,) = self._model.run(self._model.encode(claim, text), ("support",))
        return float(1 / (1 + np.exp(-logits[0])))


def own_graph() -> Path:
    """Where the verifier's graph lies."""
    return Path(str(resources.files("bot.verifier").joinpath("model/verifier.onnx")))


def load_verifier() -> Verifier:
    """The verifier that comes with citebot; its tokenizer is the default embedding model's."""
    return Verifier(PairFiles(own_graph(), find_model(DEFAULT_MODEL) / "tokenizer.json", PIECES))
