"""BM25 over the candidates of one question, which are its collection too.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

_K1 = 1.2
_B = 0.75

Scores = npt.NDArray[np.float64]


def term_weights(terms: Sequence[str], documents: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """How much each of a question's terms tells: its inverse document frequency among `documents`."""
    total = len(documents)
    found = Counter(term for document in documents for term in set(terms) if term in document)
    return {term: math.log(1 + (total - found[term] + 0.5) / (found[term] + 0.5)) for term in terms}


def bm25(weights: Mapping[str, float], documents: Sequence[Mapping[str, float]]) -> Scores:
    """A score for each document, a bag of terms, against a question's weighted terms; (len(documents),)."""
    lengths = np.array([sum(document.values()) for document in documents], dtype=float)
    norm = _K1 * (1 - _B + _B * lengths / max(float(lengths.mean()), 1.0)) if len(documents) else lengths
    scores = np.zeros(len(documents))
    for term, weight in weights.items():
        frequency = np.array([document.get(term, 0.0) for document in documents])
        scores += weight * frequency * (_K1 + 1) / (frequency + norm)
    return scores
