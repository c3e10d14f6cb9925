"""The check measured by kind, on claims on news: `python -m tests.claims [dev|test|held|written] [--errors]`;

`python -m tests.claims wice` on claims of Wikipedia and the pages that they cite (WiCE).
"""

import collections
import dataclasses
import functools
import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.cite import Checked, Checker, Verdict
from bot.verifier.verifier import load_verifier
from index.article import Article, ArticleInfo, Passage, Sentence
from index.dates import parse_date
from index.embedding import Embedder
from index.passages import Cutter
from tests.command import exported

NEWS = Path(__file__).parents[2] / "shared" / "eval" / "news" / "articles.jsonl"
WICE = Path(__file__).parents[2] / "shared" / "eval" / "claims.jsonl"
_DATA = Path(__file__).parent / "data" / "claims"
# The half whose articles are our own.
WRITTEN = "written"
_NEIGHBOURS = 2
_STRANGERS = 4
_TOGETHER = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of a draft and the words of an article that it is about; `kind` is honest or a lie's."""

    id: str
    half: str
    kind: str
    text: str
    article: Article
    start: int
    end: int
    cites: str

    def passes(self, checked: Checked) -> bool:
        """Whether the draft's sentence is shown (a true one that cites wrongly: with a wrong passage)."""
        if checked.verdict is not Verdict.TIED:
            return False
        if self.cites == "right" or self.kind == "missing_passage":
            return True
        return not any(s.passage.article.id == self.article.id for s in checked.supports)


@functools.cache
def news(half: str) -> dict[str, Article]:
    """The articles that a half is about."""
    file = _DATA / "articles.jsonl" if half == WRITTEN else NEWS
    with file.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {row["id"]: _article(row) for row in rows}


def _article(row: dict[str, str]) -> Article:
    return Article(
        id=row["id"], title=row["title"], text=row["text"], published=parse_date(row.get("published"))
    )


def claims(name: str, half: str) -> Iterator[Claim]:
    """The claims of `honest` or `lies`, those of one half."""
    with (_DATA / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["half"] == half:
                article = news(half)[row["article"]]
                text = row["claim"] or _edited(article.text[row["start"] : row["end"]], row["edit"])
                yield Claim(
                    row["id"], half, row["kind"], text, article, row["start"], row["end"],
                    row.get("cites", "right"),
                )  # fmt: skip


def _edited(text: str, edits: Sequence[Sequence[str]]) -> str:
    """The words with each edit applied to what stood there at first: two may change places."""
    for n, (old, _) in enumerate(edits):
        assert old in text, (old, text)
        text = text.replace(old, f"\0{n}\0", 1)
    for n, (_, new) in enumerate(edits):
        text = text.replace(f"\0{n}\0", new)
    return " ".join(text.split())


class Situation:
    """Claims as a draft makes them: the passages they cite, and others that a search found."""

    def __init__(self, embedder: Embedder) -> None:
        self._cut = functools.cache(Cutter(embedder).cut)
        self._checker = Checker(embedder, load_verifier())

    def check(self, claim: Claim) -> Checked:
        own = self._cut(claim.article)
        around = [n for n, p in enumerate(own) if p.start < claim.end and claim.start < p.end]
        right = [own[n] for n in around]
        near = [
            p for n, p in enumerate(own) if n not in around and min(abs(n - a) for a in around) <= _NEIGHBOURS
        ]
        strangers = self._strangers(claim)
        if claim.cites == "right":
            return self._checker.check(claim.text, right, [*near, *strangers])
        if claim.cites == "none":
            return self._checker.check(claim.text, [], [*right, *near, *strangers])
        return self._checker.check(claim.text, strangers[:1], [*right, *near, *strangers[1:]])

    def _strangers(self, claim: Claim) -> list[Passage]:
        known = news(claim.half)
        chosen = random.Random(claim.id).sample(sorted(known), _STRANGERS)
        return [random.Random(i).choice(self._cut(known[i])) for i in chosen if i != claim.article.id]


Rows = dict[str, list[tuple[Claim, Checked]]]


def measure(situation: Situation, half: str) -> Rows:
    """Each claim of a half with what the check made of it, by kind."""
    found: Rows = collections.defaultdict(list)
    for name in ("honest", "lies"):
        for claim in claims(name, half):
            found[claim.kind].append((claim, situation.check(claim)))
    return found


def shown(rows: Sequence[tuple[Claim, Checked]]) -> float:
    """The share of claims that are shown in the draft's own words."""
    return sum(claim.passes(checked) for claim, checked in rows) / len(rows)


def table(found: Rows) -> Iterator[str]:
    """A line a kind: how many there are, how many pass, what became of the others."""
    yield f"{'kind':18} {'claims':>6} {'shown':>6} {'quoted':>6} {'dropped':>7}"
    for kind, rows in sorted(found.items()):
        verdicts = collections.Counter(checked.verdict for _, checked in rows)
        yield (
            f"{kind:18} {len(rows):6} {shown(rows):6.1%}"
            f" {verdicts[Verdict.QUOTED]:6} {verdicts[Verdict.DROPPED]:7}"
        )


def wice(checker: Checker) -> tuple[float, float]:
    """The shares of supported claims that are tied, and of the others that are not."""
    with WICE.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    right: dict[bool, list[bool]] = {True: [], False: []}
    for row in rows:
        tied = checker.check(row["claim"], _evidence(row["evidence"])).verdict is Verdict.TIED
        right[row["supported"]].append(tied == row["supported"])
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


def _evidence(sentences: Sequence[str]) -> list[Passage]:
    """The sentences as passages of ten each, of one page."""
    info = ArticleInfo(id="page", title="")
    text, spans = "\n".join(sentences), []
    at = 0
    for sentence in sentences:
        spans.append(Sentence(at, at + len(sentence)))
        at += len(sentence) + 1
    groups = (tuple(spans[n : n + _TOGETHER]) for n in range(0, len(spans), _TOGETHER))
    return [
        Passage(f"page#{g[0].start}", info, g[0].start, g[-1].end, text[g[0].start : g[-1].end], g)
        for g in groups
    ]


def main(arguments: Sequence[str]) -> None:
    embedder = Embedder(exports=exported())  # many times as fast
    if "wice" in arguments:
        supported, others = wice(Checker(embedder, load_verifier()))
        print(f"WiCE: {supported:.1%} of the supported tied, {others:.1%} of the others not;")
        print(f"balanced accuracy {(supported + others) / 2:.3f}")
        return
    situation = Situation(embedder)
    for half in [a for a in arguments if not a.startswith("-")] or ["dev", "test", "held", WRITTEN]:
        found = measure(situation, half)
        print(half, *table(found), sep="\n")
        if "--errors" in arguments and half not in ("test", "held"):
            for kind, rows in sorted(found.items()):
                for claim, checked in rows:
                    if claim.passes(checked) == (kind != "honest"):
                        print(f"{kind} {claim.id} {checked.reason}\n  C {claim.text}")
                        print(f"  A {claim.article.text[claim.start : claim.end]}")


if __name__ == "__main__":
    main(sys.argv[1:])
