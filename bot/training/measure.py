"""How well a reader reads, by SQuAD 2.0's own measure: the passage is given, the words are to be found.

    python -m bot.training.measure FOLDER [--reader MODEL]

FOLDER holds articles.jsonl and questions.jsonl; a question has `paragraph`, the first words of the paragraph
that it is about, which is read under its article's title, as the bot reads. F1 is that of words, articles and
punctuation aside; a refused question that cannot be answered counts 1.
"""

import argparse
import collections
import dataclasses
import json
import re
import string
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.reader.loading import DEFAULT_READER, load_reader, reader_exports
from bot.reader.reader import Reader
from bot.reader.windows import heading
from index.exports import Exports
from index.sentences import split_sentences


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """A question's best words with their score; it has no `answers` where it cannot be answered."""

    words: str
    score: float
    answers: tuple[str, ...]

    def f1(self, threshold: float) -> float:
        if self.score < threshold:
            return float(not self.answers)
        return max((f1(self.words, answer) for answer in self.answers), default=0.0)


def f1(said: str, right: str) -> float:
    """Harmonic mean of the shares of words in common."""
    one, other = _words(said), _words(right)
    common = sum((collections.Counter(one) & collections.Counter(other)).values())
    return 2 * common / (len(one) + len(other)) if common else 0.0


def _words(text: str) -> list[str]:
    plain = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", plain).split()


def judge(reader: Reader, folder: Path) -> list[Judged]:
    """Every question of a folder, read in its paragraph."""
    with (folder / "articles.jsonl").open(encoding="utf-8") as lines:
        articles = {article["id"]: article for article in map(json.loads, lines)}
    judged = []
    with (folder / "questions.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            article = articles[row["articles"][0]]
            text = article["text"]
            start = text.index(row["paragraph"])
            paragraph = text[start:].split("\n", 1)[0]
            words, score = _read(reader, row["question"], heading(article["title"]), paragraph)
            judged.append(Judged(words, score, tuple(row["answers"])))
    return judged


def _read(reader: Reader, question: str, above: str, paragraph: str) -> tuple[str, float]:
    """The best words of a paragraph, read in parts where it is long."""
    best = ("", float("-inf"))
    for part in _parts(paragraph, reader, reader.room(question) - reader.count(above)):
        (reading,) = reader.read(question, [text := above + part])
        if (words := reading.best(len(above), len(text))) and words.score > best[1]:
            best = (text[words.start : words.end], words.score)
    return best


def _parts(paragraph: str, reader: Reader, room: int) -> list[str]:
    sentences = [sentence for block in split_sentences(paragraph) for sentence in block]
    parts, first = [], 0
    for last in range(1, len(sentences) + 1):
        whole = paragraph[sentences[first].start : sentences[last - 1].end]
        if reader.count(whole) > room and last - 1 > first:
            parts.append(paragraph[sentences[first].start : sentences[last - 2].end])
            first = last - 1
    return [*parts, paragraph[sentences[first].start :]]


def report(judged: Sequence[Judged], threshold: float) -> str:
    """A line: F1 of the questions that can be answered, of those that cannot, and the mean."""
    yes = [one.f1(threshold) for one in judged if one.answers]
    no = [one.f1(threshold) for one in judged if not one.answers]
    both = [*yes, *no]
    return (
        f"threshold {threshold:5.1f}   answerable {_mean(yes):.3f}   unanswerable {_mean(no):.3f}"
        f"   all {_mean(both):.3f}"
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(len(values), 1)


def main(arguments: Sequence[str] | None = None, say: Callable[[str], object] = sys.stdout.write) -> None:
    parser = argparse.ArgumentParser(description="Measure a reader with the passage given.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reader", default=DEFAULT_READER, help="as in READER_MODEL")
    parser.add_argument(
        "--work", type=Path, default=Path("data/models"), help="where an exported reader is kept"
    )
    options = parser.parse_args(arguments)
    reader = load_reader(options.reader, reader_exports(Exports(options.work)))
    if reader is None:
        parser.error("there is no reader to measure")
    judged = judge(reader, options.folder)
    for threshold in (-100.0, -4.0, -2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 2.0):
        say(report(judged, threshold) + "\n")


if __name__ == "__main__":
    main()
