"""Pictures of the tables that are printed, as wide as a page of the README: four small panels each."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.plotting import Picture
from index.errors import PlotError
from tests.bench.table import figures, rows_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

_SMALL = 8
_THEIRS, _OURS = "0.7", "tab:blue"
# Title, and the columns of the table of growth that the panel shows.
_GROWTH = (
    ("index and sync, seconds", {1: "all new", 2: "nothing changed", 3: "20 changed"}),
    ("a question, milliseconds", {4: "p50", 5: "p95"}),
    ("memory of asking, MB", {6: ""}),
    ("index on the disk, MB", {7: ""}),
)
# Those that mean the same where vectors were made up and searched only.
_SEARCHED = (4, 5, 6, 7)
# Title, and what the rows of the table beside the quickstart say that the panel shows.
_SIDE = (
    ("cold question", "wall time"),
    ("its peak memory", "peak memory"),
    ("warm question, p50", "p50"),
    ("warm question, p95", "p95"),
)
_NOTES = {"READER_MODEL=none": "no reader", "embedded ahead": "sentences ahead"}


def draw(tables: Path, growth: Path | None, side: Path | None) -> None:
    """Draws tables that were printed before."""
    text = tables.read_text(encoding="utf-8")
    if growth:
        draw_growth(growth_picture(growth), rows_of(text, "passages"))
    if side:
        draw_side(side_picture(side), rows_of(text, "medians of"))


def growth_picture(path: Path) -> Picture:
    return Picture(path, panels=4, columns=2, panel=(2.8, 2.5))


def draw_growth(picture: Picture, rows: Sequence[Sequence[str]]) -> None:
    """Seconds, milliseconds and MB over passages; where vectors were made up, squares: the search alone."""
    numbers = [figures(row) for row in rows]
    whole = [row for row in numbers if row[2] is not None]
    made = [row for row in numbers if row[2] is None]
    for axes, (title, columns) in zip(picture.axes, _GROWTH, strict=True):
        for number, (column, label) in enumerate(columns.items()):
            axes.plot(*_points(whole, column), "o-", color=f"C{number}", markersize=4, label=label)
            if made and column in _SEARCHED:
                named = f"{label}, made-up vectors".lstrip(", ")
                axes.plot(*_points(made, column), "s", color=f"C{number}", fillstyle="none", label=named)
        axes.set_title(title, fontsize=_SMALL + 1)
        axes.set_xlabel("passages", fontsize=_SMALL)
        _logarithmic(axes, [row[0] for row in numbers], [row[c] for row in numbers for c in columns])
        if any(columns.values()):
            axes.legend(fontsize=_SMALL - 1, frameon=False, labelspacing=0.2)
    picture.save()


def side_picture(path: Path) -> Picture:
    return Picture(path, panels=4, columns=2, panel=(2.8, 1.8))


def draw_side(picture: Picture, rows: Sequence[Sequence[str]]) -> None:
    """Bars of the quickstart and of citebot, for each row of a kind."""
    for axes, (title, kind) in zip(picture.axes, _SIDE, strict=True):
        shown = sorted((row for row in rows if kind in row[0]), key=lambda row: len(_notes(row[0])))
        if not shown:
            raise PlotError(f"No row says {kind!r}.", "Name a file that holds all that `side` printed.")
        bars = [("quickstart", shown[0][1]), *((_bar_name(row[0]), row[2]) for row in shown)]
        lengths = figures([cell for _, cell in bars])
        places = range(len(bars))
        drawn = axes.barh(places, [n or 0.0 for n in lengths], color=[_THEIRS, *[_OURS] * len(shown)])
        axes.bar_label(drawn, [cell for _, cell in bars], padding=2, fontsize=_SMALL)
        axes.set_yticks(places, [name for name, _ in bars], fontsize=_SMALL)
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.margins(x=0.35)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.grid(visible=False)
        axes.set_title(title, fontsize=_SMALL + 1, loc="left")
    picture.save()


def _bar_name(label: str) -> str:
    return ",\n".join(_notes(label)) or "citebot"


def _notes(label: str) -> list[str]:
    return [note for word, note in _NOTES.items() if word in label]


def _points(numbers: Iterable[Sequence[float | None]], column: int) -> tuple[list[float], list[float]]:
    pairs = [(x, y) for row in numbers if (x := row[0]) is not None and (y := row[column]) is not None]
    return [x for x, _ in pairs], [y for _, y in pairs]


def _logarithmic(axes: "Axes", across: Iterable[float | None], up: Iterable[float | None]) -> None:
    """Logarithmic scales, upwards from one power of ten to another, named by plain numbers."""
    axes.set(xscale="log", yscale="log")
    least, most = (pick(value for value in across if value) for pick in (min, max))
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
    _name(axes.xaxis, [10.0**n for n in powers if least * 0.8 <= 10.0**n <= most * 1.2])
    known = [value for value in up if value]
    first, last = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
    last = max(last, first + 1)
    steps = (1, 2, 5) if last - first < 2 else (1,)
    _name(axes.yaxis, [step * 10.0**n for n in range(first, last) for step in steps] + [10.0**last])
    axes.set_ylim(10.0**first / 1.1, 10.0**last * 1.1)


def _name(axis: "Axis", ticks: Sequence[float]) -> None:
    axis.set_ticks(ticks, labels=[_plain(tick) for tick in ticks], fontsize=_SMALL)
    axis.set_ticks([], minor=True)


def _plain(number: float) -> str:
    if number >= 1e6:
        return f"{number / 1e6:.3g}M"
    return f"{number:,.3g}" if number < 100 else f"{number:,.0f}"
