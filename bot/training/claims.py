"""Claims to train the verifier on: what was written about some sentences of an article, true and false."""

import dataclasses
import gzip
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from index.embedding import Vectors

# How often a claim is read with its sentences alone, with the one before, and with the one behind, too;
# and how often without the article's title.
_ALONE, _BEFORE = 0.45, 0.4
_UNTITLED = 0.3
# True claims that are read with other sentences, for every claim there is; how often with those of their own
# article, else with one of so many of other articles that are most alike.
_ELSEWHERE, _OWN = 0.2, 0.45
_ALIKE = 30


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """Sentences of an article, those around them, and claims about them: true (1) or false (0)."""

    article: str
    title: str
    before: tuple[str, ...]
    text: str
    after: tuple[str, ...]
    claims: tuple[tuple[str, int], ...]

    def context(self, chance: random.Random) -> str:
        """What is read with a claim: the sentences, or more of the article, drawn anew each time."""
        drawn = chance.random()
        before = self.before[-1:] if drawn >= _ALONE else ()
        after = self.after if drawn >= _ALONE + _BEFORE else ()
        title = [f"{self.title.rstrip('.')}."] if self.title and chance.random() >= _UNTITLED else []
        return " ".join((*title, *before, self.text, *after))


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A claim and what is read with it; `supported` is 1 or 0."""

    claim: str
    context: str
    supported: int


def read_sources(file: Path) -> list[Source]:
    """Sources from lines of JSON, compressed: its fields, `claims` as pairs of a text and 1 or 0."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [_source(json.loads(line)) for line in lines]


def _source(content: dict[str, object]) -> Source:
    found = Source(**content)  # type: ignore[arg-type]
    return dataclasses.replace(
        found,
        before=tuple(found.before),
        after=tuple(found.after),
        claims=tuple((str(claim), int(supported)) for claim, supported in found.claims),
    )


def alike(sources: Sequence[Source], embed: Callable[[Sequence[str]], Vectors]) -> dict[str, list[Source]]:
    """For the text of each source those of other articles that are nearest to it, nearest first."""
    vectors = embed([source.text for source in sources])
    articles = np.array([source.article for source in sources])
    found: dict[str, list[Source]] = {}
    for number, source in enumerate(sources):
        similarities = np.where(articles == source.article, -1.0, vectors @ vectors[number])
        best = np.argsort(-similarities)[:_ALIKE]
        found[source.text] = [sources[place] for place in best if similarities[place] > -1]
    return found


def groups(
    sources: Sequence[Source], chance: random.Random, near: Mapping[str, Sequence[Source]]
) -> Iterator[list[Row]]:
    """A pass over the sources, in any order: the claims of each, read with the same context.

    Now and then a true one comes once more, with other sentences, of its article or of one that is `near`:
    these do not support it.
    """
    others: dict[str, list[Source]] = {}
    for source in sources:
        others.setdefault(source.article, []).append(source)
    for source in chance.sample(sources, len(sources)):
        context = source.context(chance)
        rows = [Row(claim, context, supported) for claim, supported in source.claims]
        true = [row.claim for row in rows if row.supported]
        if true and chance.random() < _ELSEWHERE * len(rows):
            own = [other for other in others[source.article] if other is not source]
            elsewhere = own if own and chance.random() < _OWN else near.get(source.text) or own
            if elsewhere:
                rows.append(Row(chance.choice(true), chance.choice(elsewhere).context(chance), 0))
        yield rows
