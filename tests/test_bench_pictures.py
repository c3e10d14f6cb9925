"""The tables of the README can be drawn, and so can those that the measuring commands print."""

from pathlib import Path

import pytest

from index.errors import PlotError
from tests.bench.measure import row
from tests.bench.pictures import draw, draw_growth, draw_side, growth_picture, side_picture
from tests.bench.table import Table, figures, rows_of
from tests.command import CHECKOUT


def test_the_tables_of_the_readme_are_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    files = tmp_path / "growth.png", tmp_path / "side.png"
    draw(CHECKOUT / "README.md", *files)
    assert all(file.stat().st_size > 5_000 for file in files)


def test_a_table_of_a_single_run_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    table = Table("| medians of 1 | quickstart | citebot | ratio |")
    for label in ("cold question, wall time", "cold question, peak memory", "warm, p50", "warm, p95"):
        table.add(row(label, [4.0], [2.0], "s"))
    draw_side(side_picture(tmp_path / "side.png"), table.rows)


def test_sizes_with_made_up_vectors_are_drawn_beside_the_others(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    rows = [["1,000", "13", "1.5", "4.3", "26", "88", "221", "4.7"]]
    rows += [["4,321", "52", "1.5", "-", "26", "88", "221", "4.7"]]
    rows += [["1,000,000", "130", "-", "-", "26", "88", "221", "4.7"]]
    draw_growth(growth_picture(tmp_path / "growth.png"), rows)


def test_a_cell_begins_with_its_figure() -> None:
    (row,) = rows_of(
        "Said.\n\n| passages | s |\n|---|---|\n| 1,000 | 2,891.5 s | 0.13 | - |\n\nMore.", "passages"
    )
    assert figures(row) == [1000, 2891.5, 0.13, None]


def test_a_file_without_the_table_is_refused() -> None:
    with pytest.raises(PlotError, match="No table there begins with 'passages'"):
        rows_of("| size | s |\n|---|---|\n| 1 | 2 |\n", "passages")
