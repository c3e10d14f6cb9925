"""Pictures of figures: the only file that imports matplotlib, which the extra `plot` brings."""

from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import PlotError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_KINDS = (".png", ".svg", ".pdf")
_INSTALL = 'Install it: pip install -c constraints.txt -e ".[plot]"'
_WIDTH, _HEIGHT, _DOTS = 5.6, 4.2, 150


class Picture:
    """A picture of `panels`, side by side or in so many columns, to be drawn into `axes` and saved once.

    `panel` is the width and height of one, in inches.

    Made before a long run, so that what stands in its way is said at once. Raises PlotError.
    """

    def __init__(
        self,
        path: Path,
        panels: int = 1,
        columns: int | None = None,
        panel: tuple[float, float] = (_WIDTH, _HEIGHT),
    ) -> None:
        if path.suffix.lower() not in _KINDS:
            raise PlotError(f"{path} is no kind of picture.", f"Name one that ends in {', '.join(_KINDS)}.")
        if not path.absolute().parent.is_dir():
            raise PlotError(f"The folder {path.absolute().parent} is not there.", "Make it first.")
        try:
            # Not pyplot: that keeps every figure, and looks for a screen.
            from matplotlib.figure import Figure
        except ImportError:
            raise PlotError("A picture needs matplotlib, which is not installed.", _INSTALL) from None
        self._path = path
        columns = columns or panels
        rows = -(-panels // columns)
        self._figure = Figure(figsize=(panel[0] * columns, panel[1] * rows), layout="constrained")
        self.axes: list[Axes] = [self._figure.add_subplot(rows, columns, n + 1) for n in range(panels)]
        for axes in self.axes:
            axes.grid(alpha=0.3)
            axes.spines[["top", "right"]].set_visible(False)

    def save(self) -> None:
        try:
            self._figure.savefig(self._path, dpi=_DOTS)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise PlotError(
                f"{self._path} cannot be written: {reason}.", "Allow it, or name another file."
            ) from error
