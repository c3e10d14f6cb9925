"""Claims to train the verifier on: what was written about some sentences of an article, true and false."""

import dataclasses
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

# How often a claim is read with its sentences alone, with the one before, and with the one behind, too;
# and how often without the article's title.
_ALONE, _BEFORE = 0.45, 0.4
_UNTITLED = 0.3
# Sources of which a true claim is read with other sentences of its article, for every claim there is.
_ELSEWHERE = 0.12


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


def groups(sources: Sequence[Source], chance: random.Random) -> Iterator[list[Row]]:
    """A pass over the sources, in any order: the claims of each, read with the same context.

    Now and then a true one comes once more, with other sentences of the article: these do not support it.
    """
    others: dict[str, list[Source]] = {}
    for source in sources:
        others.setdefault(source.article, []).append(source)
    for source in chance.sample(sources, len(sources)):
        context = source.context(chance)
        rows = [Row(claim, context, supported) for claim, supported in source.claims]
        true = [row.claim for row in rows if row.supported]
        if true and chance.random() < _ELSEWHERE * len(rows):
            elsewhere = [other for other in others[source.article] if other is not source] or sources
            rows.append(Row(chance.choice(true), chance.choice(elsewhere).context(chance), 0))
        yield rows
