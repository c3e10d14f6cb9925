"""How well pages are read, on pages that people marked: `python -m tests.pages ../shared/eval/pages`."""

import dataclasses
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.article import Article
from index.problem import BadArticle
from index.read_html import read_html


@dataclasses.dataclass(frozen=True, slots=True)
class Facts:
    """The shares of titles and dates that are right, and the pages where one is not."""

    titles: float
    dates: float
    wrong: tuple[str, ...]


def words(folder: Path) -> float:
    """The mean F1 of the words of each page's body, by the folder's bodies.jsonl."""
    return _mean(
        [_overlap(_text(folder, line["file"]), line["body"]) for line in _lines(folder / "bodies.jsonl")]
    )


def facts(folder: Path) -> Facts:
    """What the pages in the folder's metadata.jsonl state of themselves."""
    titles, dates, wrong = [], [], []
    for line in _lines(folder / "metadata.jsonl"):
        article = _read(folder, line["file"])
        titles.append(article is not None and _is_title(article.title, line["title"]))
        if line["published"]:
            dates.append(article is not None and str(article.published) == line["published"][:10])
        if not titles[-1] or (line["published"] and not dates[-1]):
            wrong.append(f"{line['file']}: {article.info if article else 'no article'}")
    return Facts(_mean(titles), _mean(dates), tuple(wrong))


def _lines(file: Path) -> Iterator[Any]:
    yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def _read(folder: Path, name: str) -> Article | None:
    try:
        return read_html(gzip.decompress((folder / name).read_bytes()), name)
    except BadArticle:
        return None


def _text(folder: Path, name: str) -> str:
    article = _read(folder, name)
    return article.text if article else ""


def _overlap(one: str, other: str) -> float:
    words, others = (Counter(re.findall(r"\w+", text)) for text in (one, other))
    return 2 * (words & others).total() / max(1, words.total() + others.total())


def _is_title(title: str, stated: str) -> bool:
    """Whether it is the stated title, but for the site's name that some pages add and for white space."""
    words, others = re.findall(r"\w+", title), re.findall(r"\w+", stated)
    rest = stated[len(title) :].strip() if stated.startswith(title) else ""
    return words == others or (bool(words) and rest[:1] in ("-", "|"))


def _mean(values: list[float] | list[bool]) -> float:
    return sum(values) / len(values)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    found = facts(folder)
    print(
        f"words {words(folder):.3f}, titles {found.titles:.3f}, dates {found.dates:.3f}",
        *found.wrong,
        sep="\n",
    )
