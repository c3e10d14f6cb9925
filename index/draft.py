"""The next generation of the index, while it is written."""

import contextlib
import datetime
import functools
import importlib.metadata
import shutil
from collections.abc import Sequence
from pathlib import Path

from index.disk import REBUILD, checksums, explained, sync_tree
from index.errors import StoreDamaged, StoreError
from index.generations import (
    CHROMA,
    CHROMA_DATABASE,
    MANIFEST,
    STORES,
    databases,
    prune,
    unchecked_files,
    verified,
)
from index.graph import clear_room
from index.manifest import Manifest, copy_database, vacuum
from index.stamp import Recipe, Stamp, write_stamp
from index.store import Store


class Draft:
    """The next generation, after all that are there and number `after`: a copy of one, `base`, or empty.

    A `compact` one has what `base` has, and no remains of what was removed. For the holder of the lock only.
    """

    def __init__(
        self, folder: Path, recipe: Recipe, base: Stamp | None, *, after: int = 0, compact: bool = False
    ) -> None:
        self._folder = folder
        self._recipe = recipe
        self._generation = 1 + max([after, *generations(folder)])
        self._path = folder / f"store-{self._generation}"
        self._removed = self._is_published = False
        self._dead = base.dead if base and not compact else 0
        try:
            with explained(folder):
                (self._path / CHROMA).mkdir(parents=True)
            if base:
                self._copy(verified(folder, base), compact)
            self.manifest = Manifest(self._path / MANIFEST, create=not base, writable=True)
        except BaseException:
            shutil.rmtree(self._path, ignore_errors=True)
            raise

    @functools.cached_property
    def store(self) -> Store:
        """Its passages; opened when first asked for, because a change need not touch them."""
        chroma = self._path / CHROMA
        return Store(chroma, create=not (chroma / CHROMA_DATABASE).exists())

    def remove(self, articles: Sequence[str]) -> None:
        """Takes out the passages of some articles; nothing of their text is left once this is published."""
        before = self.store.count()
        self.store.remove(articles)
        self._dead += before - self.store.count()
        self._removed = True

    def publish(self) -> Stamp:
        """Makes this the index that readers use, and removes what it replaces. The draft is at its end."""
        held, counted = self.manifest.coverage(), self.store.count()
        if counted != held.passages:
            raise StoreDamaged(f"Chroma kept {counted} passages of {held.passages}.", REBUILD)
        self.manifest.tell_stories()
        self.manifest.commit()
        self.close()
        if self._removed and not counted:
            self._begin_anew()
        if self._removed:
            for database in databases(self._path):
                vacuum(database)
        with explained(self._folder):
            for graph in {file.parent for file in unchecked_files(self._path)}:
                clear_room(graph)
            sync_tree(self._path)
            files = checksums(self._path, unchecked_files(self._path))
        stamp = Stamp(
            generation=self._generation,
            store=self._path.name,
            recipe=self._recipe,
            articles=held.articles,
            passages=held.passages,
            dead=self._dead,
            files=files,
            version=version(),
            written=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        )
        self._is_published = True
        write_stamp(self._folder, stamp)
        prune(self._folder, stamp)
        return stamp

    def continued(self) -> "Draft":
        """Publishes this; a draft to go on with."""
        stamp = self.publish()
        return Draft(self._folder, self._recipe, stamp, after=stamp.generation)

    def close(self) -> None:
        """Frees its files; what is not published is lost."""
        self.manifest.close()
        if store := self.__dict__.pop("store", None):
            store.close()

    def discard(self) -> None:
        """Leaves nothing of it, unless it was published before something failed."""
        with contextlib.suppress(StoreError):
            self.close()
        if not self._is_published:
            shutil.rmtree(self._path, ignore_errors=True)

    def _begin_anew(self) -> None:
        """An empty store: one that was emptied Chroma rewrites when it opens it, as if it were damaged."""
        self._dead = 0
        with explained(self._folder):
            shutil.rmtree(self._path / CHROMA)
            (self._path / CHROMA).mkdir()
        Store(self._path / CHROMA, create=True).close()

    def _copy(self, base: Path, compact: bool) -> None:
        if compact:
            copy_database(base / MANIFEST, self._path / MANIFEST)
            with contextlib.closing(Store(base / CHROMA)) as old:
                for passages, vectors in old.everything():
                    self.store.add(passages, vectors)
                    self.store.put_sentences(old.sentences([passage.id for passage in passages]))
            return
        for database in databases(base):
            copy_database(database, self._path / database.relative_to(base))
        with explained(self._folder):
            for file in unchecked_files(base):
                target = self._path / file.relative_to(base)
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(file, target)


def generations(folder: Path) -> list[int]:
    """The numbers of all generations in `folder`, drafts among them."""
    numbers = (path.name.partition("-")[2] for path in folder.glob(STORES))
    return [int(number) for number in numbers if number.isdecimal()]


def version() -> str:
    try:
        return importlib.metadata.version("citebot")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
