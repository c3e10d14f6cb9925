"""The stamp: one small file that names the published index and says what it was made with.

Replacing it is what publishes: readers follow it, and a folder that it does not name is a leftover.
"""

import dataclasses
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from index.disk import REBUILD, explained, write_atomically
from index.errors import StoreDamaged, StoreMismatch

# Raise it whenever this version could misread what an older one wrote into the index, or reads articles
# otherwise than it did.
FORMAT = 3
_FILE = "stamp.json"
_STORE = re.compile(r"store-[0-9]+")


@dataclasses.dataclass(frozen=True, slots=True)
class Recipe:
    """What an index is made with: readers and writers must agree on all of it."""

    model: str
    digest: str
    passages: Mapping[str, int | str]
    precision: str = "fp32"

    def differences(self, other: "Recipe") -> str:
        """Where this recipe, an index's, is not `other`; empty where they are equal."""
        said = []
        if self.model != other.model:
            said.append(f"with the model {self.model}, and this is {other.model}")
        elif self.digest != other.digest:
            said.append(f"with other weights of {self.model} ({self.digest[:12]}…, not {other.digest[:12]}…)")
        if self.precision != other.precision:
            said.append(f"with the model in {self.precision}, and this is in {other.precision}")
        for name in sorted({*self.passages, *other.passages}):
            before, now = self.passages.get(name), other.passages.get(name)
            if before != now:
                said.append(f"with the passage setting {name} = {before}, and this is {now}")
        return "; ".join(said)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One published index. `files` holds size and CRC-32 of those that Chroma would read unchecked.

    `dead` counts the passages whose vectors still lie there, though they were removed. `collection` names
    what holds the passages on a Chroma server; there `files` is for the manifest.
    """

    generation: int
    store: str
    recipe: Recipe
    articles: int
    passages: int
    files: Mapping[str, list[int]]
    version: str
    written: str
    dead: int = 0
    collection: str = ""
    format: int = FORMAT

    @property
    def dead_share(self) -> float:
        """How much of the index is of no use any more."""
        return self.dead / max(1, self.dead + self.passages)

    def check(self, recipe: Recipe) -> Self:
        """Itself; StoreMismatch where it was made with anything else than `recipe`."""
        if differences := self.recipe.differences(recipe):
            raise StoreMismatch(f"The index was made {differences}.", REBUILD)
        return self


def read_stamp(folder: Path) -> Stamp | None:
    """The stamp in `folder`, or None. Raises StoreDamaged, and StoreMismatch for one of another format."""
    path = folder / _FILE
    with explained(folder):
        try:
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
    return parse_stamp(content, str(path))


def parse_stamp(content: bytes | str, place: str) -> Stamp:
    """The stamp that was found at a place. Raises StoreDamaged, and StoreMismatch for another format."""
    try:
        return _parse(json.loads(content))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise StoreDamaged(f"The index's stamp {place} cannot be read.", REBUILD) from error


def write_stamp(folder: Path, stamp: Stamp) -> None:
    """Publishes: from here on readers use the store that `stamp` names."""
    with explained(folder):
        write_atomically(folder / _FILE, stamp_text(stamp))


def stamp_text(stamp: Stamp) -> str:
    """What `parse_stamp` reads."""
    return json.dumps(dataclasses.asdict(stamp), indent=1) + "\n"


def remove_stamp(folder: Path) -> None:
    """From here on nothing is published in `folder`."""
    with explained(folder):
        (folder / _FILE).unlink(missing_ok=True)


def mark(folder: Path) -> tuple[int, int, int] | None:
    """What changes whenever another stamp is written, and costs one look; None where there is no stamp."""
    with explained(folder):
        try:
            status = (folder / _FILE).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _parse(content: dict[str, Any]) -> Stamp:
    if content["format"] != FORMAT:
        written = f"citebot {content.get('version', 'unknown')} (format {content['format']})"
        raise StoreMismatch(f"The index was written by {written}; this one reads format {FORMAT}.", REBUILD)
    if not _STORE.fullmatch(content["store"]):
        raise ValueError(content["store"])
    return Stamp(**{**content, "recipe": Recipe(**content["recipe"])})
