"""Tables of Markdown, read back: what was measured for hours can be drawn again, also from the README."""

import re
from collections.abc import Sequence

from index.errors import PlotError


class Table:
    """A table that is printed row by row, and kept."""

    def __init__(self, head: str) -> None:
        self.rows: list[list[str]] = []
        print(f"{head}\n|{'---|' * len(_cells(head))}", flush=True)

    def add(self, line: str) -> None:
        self.rows.append(_cells(line))
        print(line, flush=True)


def rows_of(text: str, head: str) -> list[list[str]]:
    """The cells of each row of the first table whose first column is named `head…`."""
    found = re.search(
        rf"^\| *{re.escape(head)}[^\n]*\n\|[-|: ]+\n((?:\|[^\n]*(?:\n|$))*)", text, re.MULTILINE
    )
    if not found or not found[1]:
        raise PlotError(f"No table there begins with {head!r}.", "Name a file that holds what was printed.")
    return [_cells(line) for line in found[1].splitlines()]


def figures(row: Sequence[str]) -> list[float | None]:
    """The number that each cell begins with; None where there is none."""
    numbers = [re.match(r"[\d,]*\.?\d+", cell) for cell in row]
    return [float(number[0].replace(",", "")) if number else None for number in numbers]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
