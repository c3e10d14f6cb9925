"""Articles a week and outlet: counted, and drawn whatever outlets are called."""

import datetime
from pathlib import Path

import pytest

from bot import weeks
from index.article import ArticleInfo
from index.errors import PlotError
from tests.command import Command

MONDAY = datetime.date(2024, 6, 3)


def article(weeks_ago: int, source: str | None, url: str | None = None, days: int = 0) -> ArticleInfo:
    day = MONDAY - datetime.timedelta(weeks=weeks_ago) + datetime.timedelta(days=days)
    return ArticleInfo(id=f"{weeks_ago}-{source}", title="T", source=source, url=url, published=day)


def test_articles_are_counted_by_week_and_outlet() -> None:
    listed = [
        article(0, "Metro"),
        article(0, "Metro", days=6),
        article(2, "Post"),
        article(2, None, "https://www.news.example/x"),
        article(1, None),
        ArticleInfo(id="undated", title="T", source="Metro"),
    ]
    mondays, outlets = weeks.per_week(listed)
    assert mondays == [MONDAY - datetime.timedelta(weeks=n) for n in (2, 1, 0)]
    assert outlets == {"Metro": [0, 0, 2], "Post": [1, 0, 0], "news.example": [1, 0, 0], "others": [0, 1, 0]}


def test_of_many_the_newest_year_and_the_largest_outlets() -> None:
    listed = [article(n, f"Outlet {n % 10}") for n in range(200)] + [article(0, "Outlet 3")] * 3
    mondays, outlets = weeks.per_week(listed)
    assert (len(mondays), len(outlets)) == (52, 7)
    assert next(iter(outlets)) == "Outlet 3"
    assert sum(map(sum, outlets.values())) == 55
    assert weeks.per_week([]) == ([], {})


def test_any_name_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    names = ["$x^", r"\frac{", "_hidden", "俄罗斯", "x" * 300, "a\nb", "\u202e"]
    weeks.draw([article(n, name) for n, name in enumerate(names)], tmp_path / "weeks.png")
    assert (tmp_path / "weeks.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(PlotError, match="No article has a date"):
        weeks.draw([ArticleInfo(id="a", title="T")], tmp_path / "none.png")
    assert weeks.drawn([]) is None


def test_the_command_draws(indexed: Command, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    done = indexed.here("articles", "--plot", str(tmp_path / "weeks.png"))
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "weeks.png").stat().st_size > 1_000
    assert "no kind of picture" in indexed.here("articles", "--plot", str(tmp_path / "weeks.doc")).stderr
