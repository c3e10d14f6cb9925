"""What is left of the articles when a question asks only for some of them."""

import dataclasses
import datetime
from collections import Counter
from collections.abc import Sequence

from index.article import ArticleInfo
from index.fields import folded
from index.filter import Filter

_OUTLETS_NAMED = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Narrowed:
    """The articles that a filter leaves, out of `all`, and the dates that these cover."""

    filter: Filter
    all: tuple[ArticleInfo, ...]

    @property
    def left(self) -> tuple[ArticleInfo, ...]:
        return tuple(article for article in self.all if _passes(article, self.filter))

    @property
    def oldest(self) -> datetime.date | None:
        return min((a.published for a in self.left if a.published), default=None)

    @property
    def newest(self) -> datetime.date | None:
        return max((a.published for a in self.left if a.published), default=None)

    @property
    def reason(self) -> str:
        """Why nothing is left, in a line that says what there is instead."""
        wanted = self.filter
        if wanted.source is not None and not any(_is_from(a, wanted.source) for a in self.all):
            return f"No article is from {wanted.source}. {_outlets(self.all)}"
        undated = sum(a.published is None for a in self.all)
        remark = f" {undated:,} of {len(self.all):,} have no date." if undated else ""
        return f"No article is from the time asked for.{remark}"


def narrows(filter: Filter) -> bool:
    """Whether a filter leaves articles out by date or outlet."""
    return bool(filter.since or filter.before or filter.source is not None)


def _passes(article: ArticleInfo, filter: Filter) -> bool:
    if filter.source is not None and not _is_from(article, filter.source):
        return False
    if filter.since is None and filter.before is None:
        return True
    day = article.published
    return day is not None and not (
        (filter.since is not None and day < filter.since)
        or (filter.before is not None and day >= filter.before)
    )


def _is_from(article: ArticleInfo, source: str) -> bool:
    return article.source is not None and folded(article.source) == folded(source)


def _outlets(articles: Sequence[ArticleInfo]) -> str:
    counts = Counter(article.source for article in articles if article.source)
    if not counts:
        return "None of the articles names its outlet."
    named = ", ".join(outlet for outlet, _ in counts.most_common(_OUTLETS_NAMED))
    return f"There are {named}{' and others' if len(counts) > _OUTLETS_NAMED else ''}."
