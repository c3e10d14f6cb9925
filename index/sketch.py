"""What ranking wants to know of a passage: its words and its day, without its text."""

import dataclasses
import datetime
from collections import Counter
from collections.abc import Mapping
from typing import Final

from index.article import Passage
from index.words import terms

# Part of what is stored: raise it whenever the same passage would have other words (index/words.py, too).
SKETCH_VERSION: Final = 1
_TITLE_WEIGHT: Final = 0.5

Bag = Mapping[str, float]


@dataclasses.dataclass(frozen=True, slots=True)
class Sketch:
    """`bag` are the terms of a passage and its title with their weights, `day` is when it was published."""

    bag: Bag
    day: datetime.date | None


def sketch_of(passage: Passage) -> Sketch:
    """The passage as searching sees it."""
    # A title's terms count half, since all passages of the article have them.
    weighted: dict[str, float] = dict(Counter(terms(passage.text)))
    for term in terms(passage.article.title):
        weighted[term] = weighted.get(term, 0.0) + _TITLE_WEIGHT
    return Sketch(weighted, passage.article.published)
