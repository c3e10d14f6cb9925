"""Pictures: drawn, or an error that says what to do before any work is done."""

import sys
from pathlib import Path

import pytest

from bot.plotting import Picture
from index.errors import PlotError


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_picture_has_what_was_drawn(tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("matplotlib")
    picture = Picture(tmp_path / f"figure.{suffix}", panels=2)
    empty = tmp_path / f"empty.{suffix}"
    Picture(empty, panels=2).save()
    for axes in picture.axes:
        axes.plot([0, 1], [1, 0])
    picture.save()
    assert (tmp_path / f"figure.{suffix}").stat().st_size > empty.stat().st_size > 500


@pytest.mark.parametrize(
    ("name", "said"),
    [("figure.doc", "no kind of picture.*ends in .png"), ("nowhere/figure.png", "nowhere is not there")],
)
def test_what_cannot_be_drawn_is_said_at_once(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(PlotError, match=said):
        Picture(tmp_path / name)


def test_without_matplotlib_it_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(PlotError, match=r"pip install .*\[plot\]"):
        Picture(tmp_path / "figure.png")


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "taken.png").mkdir()
    picture = Picture(tmp_path / "taken.png")
    with pytest.raises(PlotError, match=r"taken\.png cannot be written: is a directory"):
        picture.save()
