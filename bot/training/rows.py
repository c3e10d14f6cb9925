"""Training rows: a question, a context, and where in the context the answer may stand."""

import dataclasses
import gzip
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

# What a reader reads at a time is some five sentences: so are the contexts made of single ones.
_SENTENCES = 5
_NOT_ANSWERING = 12
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}
_BEFORE_MARK = re.compile(r"\s+(?=[,.;:?!)\]%']|n't\b)|(?<=[(\[$#])\s+")


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """`context[start:end]` answers, or where `whole` is False, words within it; None: nothing does."""

    question: str
    context: str
    span: tuple[int, int] | None
    whole: bool = True


def load_spans(file: Path) -> list[Row]:
    """Rows in the form of SQuAD: `question`, `context`, `answer` and `start` (null where there is none)."""
    return [_span_row(content) for content in _lines(file)]


def load_pairs(file: Path) -> list[Row]:
    """Rows out of pairs: `question`, `sentence`, `label`, and where they are known `title` and `before`.

    The sentences of one question that follow one another are a document: it is cut into contexts of some
    sentences. Where questions come with the one sentence that answers, sentences of other questions stand
    around it. Where the sentence before is known, the two are the context; and again, among sentences of
    other articles that the question also finds.
    """
    rows: list[Row] = []
    lines = list(_lines(file))
    if all(line["label"] for line in lines):
        return list(_among_others(lines))
    for _, group in itertools.groupby(lines, key=lambda line: line["question"]):
        listed = list(group)
        known = any(line["before"] or line["title"] for line in listed)
        rows.extend([*_each(listed), *_mixed(listed)] if known else _documents(listed))
    return rows


def _span_row(content: dict[str, Any]) -> Row:
    answer, start = content["answer"], content["start"]
    span = None if answer is None else (start, start + len(answer))
    if span and content["context"][slice(*span)] != answer:
        raise ValueError(f"the answer {answer!r} does not stand at {start}")
    return Row(content["question"], content["context"], span)


def _among_others(lines: Sequence[dict[str, Any]]) -> Iterator[Row]:
    sentences = [plain(line["sentence"]) for line in lines]
    for i, line in enumerate(lines):
        first = max(i - _SENTENCES // 2, 0)
        near = list(dict.fromkeys(sentences[first : first + _SENTENCES]))
        yield _row(plain(line["question"]), near, [sentences[i]])


def _each(lines: Sequence[dict[str, Any]]) -> Iterator[Row]:
    kept = _NOT_ANSWERING
    for line in lines:
        kept -= not line["label"]
        if not line["label"] and kept < 0:
            continue
        own = line["sentence"]
        around = [line[key] for key in ("title", "before") if line[key]]
        yield _row(line["question"], [*around, own], [own] if line["label"] else [])


def _mixed(lines: Sequence[dict[str, Any]]) -> Iterator[Row]:
    """Each right sentence, with what goes before it, among wrong ones, and the wrong ones without it."""
    right, wrong = ([line for line in lines if bool(line["label"]) is kind] for kind in (True, False))
    others = [line["sentence"] for line in wrong]
    for i, line in enumerate(right):
        own = line["sentence"]
        around = [text for text in others[i:] + others[:i] if text != own][: _SENTENCES - 2]
        place = i % (len(around) + 1)
        before = [line["before"]] if line["before"] else []
        yield _row(line["question"], [*around[:place], *before, own, *around[place:]], [own])
    for at in range(0, len(others) - 1, _SENTENCES - 2):
        yield _row(wrong[at]["question"], others[at : at + _SENTENCES - 2], [])


def _documents(lines: Sequence[dict[str, Any]]) -> Iterator[Row]:
    kept = _NOT_ANSWERING
    for at in range(0, len(lines), _SENTENCES):
        part = lines[at : at + _SENTENCES]
        right = [plain(line["sentence"]) for line in part if line["label"]]
        kept -= not right
        if right or kept >= 0:
            yield _row(plain(part[0]["question"]), [plain(line["sentence"]) for line in part], right[:1])


def _row(question: str, sentences: Sequence[str], right: Sequence[str]) -> Row:
    context = " ".join(sentences)
    if not right:
        return Row(question, context, None)
    start = len(" ".join(sentences[: sentences.index(right[0])])) + (sentences[0] != right[0])
    return Row(question, context, (start, start + len(right[0])), whole=False)


def plain(tokenised: str) -> str:
    """A text whose marks stand alone ("1858 .", "-LRB-") as it is usually written."""
    words = (_BRACKETS.get(word.upper(), word) for word in tokenised.split())
    return _BEFORE_MARK.sub("", " ".join(words))


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def write_rows(rows: Iterable[Row], file: Path) -> None:
    """Rows as JSON lines, for `read_rows`."""
    file.write_text("".join(json.dumps(dataclasses.asdict(row)) + "\n" for row in rows), encoding="utf-8")


def read_rows(file: Path) -> list[Row]:
    """What `write_rows` wrote."""
    contents = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [Row(**{**c, "span": tuple(c["span"]) if c["span"] else None}) for c in contents]
