"""How many articles there are of each week and outlet: counted, and drawn."""

import datetime
import tempfile
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.markdown import shorten
from bot.plain import one_line
from bot.plotting import Picture
from index.article import ArticleInfo
from index.errors import PlotError
from index.stories import outlet_of

# Of an archive the last year; of outlets the largest, the rest together.
_MOST_WEEKS = 52
_MOST_OUTLETS = 6
_OTHERS = "others"
_LONGEST_NAME = 24


def per_week(articles: Sequence[ArticleInfo]) -> tuple[list[datetime.date], Mapping[str, list[int]]]:
    """The Mondays of the weeks up to the newest article's, and each outlet's number of articles in them.

    Articles without a date count nowhere.
    """
    dated = [(_monday(a.published), outlet_of(a.source, a.url) or _OTHERS) for a in articles if a.published]
    if not dated:
        return [], {}
    newest = max(monday for monday, _ in dated)
    oldest = max(min(monday for monday, _ in dated), newest - datetime.timedelta(weeks=_MOST_WEEKS - 1))
    mondays = [oldest + datetime.timedelta(weeks=n) for n in range((newest - oldest).days // 7 + 1)]
    shown = [(monday, outlet) for monday, outlet in dated if monday >= oldest]
    largest = [name for name, _ in Counter(outlet for _, outlet in shown).most_common(_MOST_OUTLETS)]
    counted = Counter((monday, outlet if outlet in largest else _OTHERS) for monday, outlet in shown)
    named = [*(name for name in largest if name != _OTHERS), _OTHERS]
    outlets = [name for name in named if any(counted[monday, name] for monday in mondays)]
    return mondays, {name: [counted[monday, name] for monday in mondays] for name in outlets}


def draw(articles: Sequence[ArticleInfo], path: Path) -> None:
    """Writes the picture. Raises PlotError, also where no article has a date."""
    picture = Picture(path)
    mondays, outlets = per_week(articles)
    if not mondays:
        raise PlotError("No article has a date.", "Dates come from pages, feeds and front matter.")
    (axes,) = picture.axes
    below = [0] * len(mondays)
    for name, counts in outlets.items():
        axes.bar(range(len(mondays)), counts, bottom=below, label=_label(name))
        below = [sum(pair) for pair in zip(below, counts, strict=True)]
    step = -(-len(mondays) // 6)
    axes.set_xticks(
        range(0, len(mondays), step), [f"{monday:%Y-%m-%d}" for monday in mondays[::step]], fontsize=8
    )
    axes.set_ylabel("articles a week")
    axes.locator_params(axis="y", integer=True)
    axes.legend(fontsize=8)
    with warnings.catch_warnings():
        # A name in a script that its fonts lack is drawn as boxes.
        warnings.filterwarnings("ignore", "Glyph")
        picture.save()


def drawn(articles: Sequence[ArticleInfo]) -> bytes | None:
    """The picture, a PNG; None where there is nothing to draw or nothing to draw it with."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weeks.png"
        try:
            draw(articles, path)
        except PlotError:
            return None
        return path.read_bytes()


def _monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def _label(outlet: str) -> str:
    """A name that is drawn as it is: matplotlib sets what stands between dollars as a formula."""
    return shorten(one_line(outlet), _LONGEST_NAME).replace("$", r"\$").lstrip("_") or "?"
