"""Questions that a context does not answer, though it looks so: altered ones, and passages that rank high."""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.examples import as_folder, load_examples
from bot.training.rows import Row
from bot.training.siblings import Siblings
from index.embedding import Embedder

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_NEGATED = re.compile(r"\b(is|was|were|are|did|does|do|has|had|can|could|would|should)\b", re.IGNORECASE)
# A question with another of these in their place asks the same, or nothing.
_FRAMES = frozenset(
    "what when where which whom whose that this these those there their they them then than with from have "
    "does were been being into about some many much most more less only also such very name called type kind "
    "considered used made said thing things would could should will".split()
)
_OPPOSITES = """
    first last|largest smallest|biggest smallest|highest lowest|most least|more less|before after
    north south|east west|northern southern|eastern western|men women|increase decrease
    increased decreased|rise fall|longest shortest|oldest youngest|older younger|best worst
    early late|earliest latest|male female|man woman|win lose|won lost|begin end|began ended
    start stop|started stopped|open close|opened closed|start finish|import export|birth death
    born killed|major minor|positive negative|above below|inside outside|maximum minimum|good bad
    better worse|love hate|like dislike|hot cold|heavy light|strong weak|always never|buy sell
    bought sold|arrive leave|arrived left|add remove|added removed|accept reject|accepted rejected
    support oppose|supported opposed|public private|internal external|majority minority
    include exclude|upper lower|left right|top bottom|front back|old new|fast slow|father mother
    son daughter|brother sister|husband wife|king queen|day night|summer winter|war peace
    cause prevent|caused prevented|hardest easiest|cheap expensive|easy difficult|same different
    allowed forbidden|legal illegal|common rare"""
_OPPOSITE = {
    a: b
    for pair in _OPPOSITES.strip().replace("\n", "|").split("|")
    for one, other in [pair.split()]
    for a, b in ((one, other), (other, one))
}


def altered(rows: Iterable[Row], siblings: Siblings, chance: random.Random) -> Iterator[Row]:
    """For each row whose question can be so altered one that its context does not answer.

    A name or number is exchanged for another of the context, a word for its opposite or a sibling, or "not"
    is put in.
    """

    def other_word(row: Row, chance: random.Random) -> str | None:
        return _sibling(row, siblings, chance)

    ways = (_other_name, _other_number, _opposite, _negated, other_word)
    for row in rows:
        for way in chance.sample(ways, len(ways)):
            if question := way(row, chance):
                yield Row(question, row.context, None)
                break


def _other_name(row: Row, chance: random.Random) -> str | None:
    return _exchanged(row, sorted(set(_NAME.findall(row.context))), chance)


def _other_number(row: Row, chance: random.Random) -> str | None:
    return _exchanged(row, sorted(set(_NUMBER.findall(row.context))), chance)


def _exchanged(row: Row, known: Sequence[str], chance: random.Random) -> str | None:
    answer = row.context[slice(*row.span)] if row.span else ""
    asked = [name for name in known if re.search(rf"\b{re.escape(name)}\b", row.question, re.IGNORECASE)]
    others = [name for name in known if name not in answer and name.lower() not in row.question.lower()]
    if not asked or not others:
        return None
    gone, come = re.escape(chance.choice(asked)), chance.choice(others)
    return re.sub(rf"\b{gone}\b", lambda _: come, row.question, flags=re.IGNORECASE)


def _opposite(row: Row, chance: random.Random) -> str | None:
    known = [word for word in re.findall(r"\w+", row.question.lower()) if word in _OPPOSITE]
    if not known:
        return None
    word = chance.choice(known)
    return re.sub(rf"\b{word}\b", _OPPOSITE[word], row.question, count=1, flags=re.IGNORECASE)


def _sibling(row: Row, siblings: Siblings, chance: random.Random) -> str | None:
    words = re.findall(r"\b[a-z]+\b", row.question)
    told = set(re.findall(r"\w+", row.context.lower()))
    # What the context says otherwise is what makes the question another one.
    known = [word for word in words if word in siblings and word not in _FRAMES and word in told]
    if not known:
        return None
    word = chance.choice(known)
    return re.sub(rf"\b{word}\b", chance.choice(siblings[word]), row.question, count=1)


def _negated(row: Row, chance: random.Random) -> str | None:
    if chance.random() < 0.5 or not _NEGATED.search(row.question):
        return None
    put = chance.choice((r"\1n't", r"\1 not", r"\1 never"))
    return _NEGATED.sub(put, row.question, count=1).replace("cann't", "can't")


def passages_that_do_not_answer(
    spans: Path, work: Path, embedder: Embedder, *, every: int, each: int = 2
) -> Iterator[Row]:
    """Passages that our search ranks high and that lack the answer, for each `every`-th context."""
    for example in load_examples(as_folder(spans, work, every=every), work / "index", embedder):
        if not example.answers:
            continue
        answer = example.answers[0].lower()
        texts = [hit.passage.text for hit in example.found.hits[:6]]
        for text in [text for text in texts if answer not in text.lower()][:each]:
            yield Row(example.question, text, None)
