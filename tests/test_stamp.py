import dataclasses
import json
from pathlib import Path

import pytest

from index.errors import StoreDamaged, StoreMismatch
from index.stamp import FORMAT, Recipe, Stamp, mark, read_stamp, write_stamp
from tests.command import CHECKOUT

RECIPE = Recipe("some/model", "ab" * 32, {"version": 1, "pieces": 250})
STAMP = Stamp(
    generation=3,
    store="store-3",
    recipe=RECIPE,
    articles=2,
    passages=5,
    files={"chroma/x/header.bin": [100, 1]},
    version="0.1.0",
    written="2024-05-01T10:31:00+00:00",
)


def test_the_changelog_names_the_format() -> None:
    assert f"The index's format is {FORMAT}:" in " ".join((CHECKOUT / "CHANGELOG.md").read_text().split())


def test_a_stamp_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_stamp(tmp_path, STAMP)
    assert read_stamp(tmp_path) == STAMP
    assert [path.name for path in tmp_path.iterdir()] == ["stamp.json"]


def test_no_stamp(tmp_path: Path) -> None:
    assert read_stamp(tmp_path) is None
    assert read_stamp(tmp_path / "no" / "folder") is None
    assert mark(tmp_path) is None


def test_the_mark_changes_with_every_stamp_and_with_nothing_else(tmp_path: Path) -> None:
    marks = []
    for _ in range(20):
        write_stamp(tmp_path, STAMP)
        marks += [mark(tmp_path), mark(tmp_path)]
    assert marks[::2] == marks[1::2]
    assert len(set(marks)) == 20


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        f'{{"format": {FORMAT}}}',
        "\x00\x01",
        "[" * 100_000,
        f'{{"format": {FORMAT}, "store": 3}}',
    ],
)
def test_an_illegible_stamp_is_damage(tmp_path: Path, text: str) -> None:
    (tmp_path / "stamp.json").write_text(text)
    with pytest.raises(StoreDamaged) as error:
        read_stamp(tmp_path)
    assert "citebot index --rebuild" in error.value.hint


@pytest.mark.parametrize("store", ["../elsewhere", "store-3/../..", "/etc", "store-", "store-3\n"])
def test_a_stamp_points_nowhere_else(tmp_path: Path, store: str) -> None:
    write_stamp(tmp_path, dataclasses.replace(STAMP, store=store))
    with pytest.raises(StoreDamaged):
        read_stamp(tmp_path)


def test_another_format_names_its_version(tmp_path: Path) -> None:
    content = {"format": FORMAT + 1, "version": "9.9", "whatever": "else"}
    (tmp_path / "stamp.json").write_text(json.dumps(content))
    with pytest.raises(StoreMismatch, match=r"citebot 9\.9") as error:
        read_stamp(tmp_path)
    assert "citebot index --rebuild" in error.value.hint


def test_a_recipe_that_agrees_passes() -> None:
    assert STAMP.check(Recipe("some/model", "ab" * 32, {"pieces": 250, "version": 1})) is STAMP


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        (dataclasses.replace(RECIPE, model="other/model"), "the model some/model, and this is other/model"),
        (dataclasses.replace(RECIPE, digest="cd" * 32), "other weights of some/model"),
        (dataclasses.replace(RECIPE, passages={"version": 2, "pieces": 250}), "version = 1, and this is 2"),
        (dataclasses.replace(RECIPE, passages={"version": 1}), "pieces = 250, and this is None"),
    ],
)
def test_a_mismatch_says_what_differs(recipe: Recipe, said: str) -> None:
    with pytest.raises(StoreMismatch, match=said):
        STAMP.check(recipe)
