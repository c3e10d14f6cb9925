"""What a filter leaves, and what is said when that is nothing."""

import datetime

import pytest

from bot.narrowing import Narrowed, narrows
from index.article import ArticleInfo
from index.filter import Filter

MAY, JUNE = datetime.date(2024, 5, 2), datetime.date(2024, 6, 1)
ARTICLES = (
    ArticleInfo(id="a", title="A", source="Vik Post", published=MAY),
    ArticleInfo(id="b", title="B", source="Elm Times", published=JUNE),
    ArticleInfo(id="c", title="C"),
)


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (Filter(), "abc"),
        (Filter(since=JUNE), "b"),
        (Filter(before=JUNE), "a"),
        (Filter(since=MAY, before=JUNE), "a"),
        (Filter(source=" VIK post"), "a"),
        (Filter(source="Vik Post", since=JUNE), ""),
    ],
)
def test_what_is_left(wanted: Filter, left: str) -> None:
    assert "".join(article.id for article in Narrowed(wanted, ARTICLES).left) == left


def test_dates_are_those_of_what_is_left() -> None:
    narrowed = Narrowed(Filter(before=JUNE), ARTICLES)
    assert (narrowed.oldest, narrowed.newest) == (MAY, MAY)
    assert Narrowed(Filter(source="nobody"), ARTICLES).newest is None


def test_the_reason_says_what_there_is() -> None:
    assert Narrowed(Filter(source="Nobody"), ARTICLES).reason == (
        "No article is from Nobody. There are Vik Post, Elm Times."
    )
    assert Narrowed(Filter(since=datetime.date(2025, 1, 1)), ARTICLES).reason == (
        "No article is from the time asked for. 1 of 3 have no date."
    )
    assert "names its outlet" in Narrowed(Filter(source="Nobody"), ARTICLES[2:]).reason


def test_only_dates_and_outlets_narrow() -> None:
    assert not narrows(Filter())
    assert not narrows(Filter(scopes=("a",)))
    assert narrows(Filter(source=""))
