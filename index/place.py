"""An index on this disk, for what writes it; index/server_place.py is the same for one on a Chroma server."""

from contextlib import AbstractContextManager
from pathlib import Path

from index.draft import Draft
from index.errors import StoreDamaged, StoreMismatch
from index.generations import check_all, prune
from index.lock import writing
from index.stamp import Recipe, Stamp, read_stamp


class OnDisk:
    """Stamp, manifest and passages in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def writing(self, what: str) -> AbstractContextManager[None]:
        """The one right to write it. Raises StoreBusy."""
        return writing(self.folder, what)

    def check_writing(self) -> None:
        """Nothing: the system keeps the right for us."""

    def prepare(self, *, rebuild: bool) -> Stamp | None:
        """The stamp, and no leftovers of killed writers. A rebuild minds no stamp that cannot be read."""
        try:
            stamp = read_stamp(self.folder)
        except (StoreDamaged, StoreMismatch):
            if not rebuild:
                raise
            return None
        prune(self.folder, stamp)
        return stamp

    def check(self, stamp: Stamp) -> None:
        """Raises StoreDamaged where what is published is not as it was written."""
        check_all(self.folder, stamp)

    def draft(self, recipe: Recipe, base: Stamp | None, *, after: int) -> Draft:
        """The next generation, begun."""
        return Draft(self.folder, recipe, base, after=after)
