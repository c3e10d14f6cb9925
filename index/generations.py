"""Generations of the index: the published one that readers use, and the draft of the next one.

Chroma's files cannot be read while another process writes them (readers crash), and are destroyed by a kill
at the wrong moment. So the passages of a published generation are never changed: a writer copies it, changes
the copy, and publishes that by replacing the stamp. What is killed on the way is a leftover that the next
writer removes. Two things are written to a published generation all the same: Chroma marks `chroma.sqlite3`
when it opens it, for which that file has no checksum, and a sync notes new times of files in the manifest.
"""

import contextlib
import datetime
import functools
import importlib.metadata
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from index.article import Passage
from index.disk import REBUILD, checksums, explained, sync_tree
from index.errors import StoreDamaged, StoreError, StoreMissing, StoreUnwritable
from index.manifest import Manifest, check_database, copy_database, vacuum
from index.stamp import Recipe, Stamp, mark, read_stamp, write_stamp
from index.store import EVERYONE, Filter, Record, Store, Vectors
from index.stories import Story

T = TypeVar("T")

_CHROMA = "chroma"
_CHROMA_DATABASE = "chroma.sqlite3"
_MANIFEST = "manifest.sqlite3"
_STORES = "store-*"
_TRIES = 5


class Reader:
    """The newest published index, for any number of threads. Each question is asked of one generation."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        self._folder = folder
        self._recipe = recipe
        self._lock = threading.Lock()
        self._mark: tuple[int, int, int] | None = None
        self._store: Store | None = None

    def store(self) -> Store:
        """The newest store; ask again for each question. An older one closes when nobody holds it any more.

        Raises StoreMissing, StoreMismatch where it was made otherwise than the recipe says, StoreDamaged.
        """
        with self._lock:
            newest = mark(self._folder)
            if self._store is None or newest != self._mark:
                self._store = None
                self._store = use_newest(self._folder, self._open)
                self._mark = newest
            return self._store

    def nearest(self, vector: Vectors, n: int, where: Filter = EVERYONE) -> list[Record]:
        """`Store.nearest` of the newest store."""
        return self._ask(lambda store: store.nearest(vector, n, where))

    def containing(self, words: Sequence[str], n: int, where: Filter = EVERYONE) -> list[Passage]:
        """`Store.containing` of the newest store."""
        return self._ask(lambda store: store.containing(words, n, where))

    def passages(self, article: str, start: int, end: int, scopes: Sequence[str]) -> list[Passage]:
        """`Store.passages` of the newest store."""
        return self._ask(lambda store: store.passages(article, start, end, scopes))

    def stories(self, ids: Sequence[str], scopes: Sequence[str]) -> dict[str, Story]:
        """`Manifest.stories` of the newest index."""
        return ask_newest(self._folder, lambda manifest: manifest.stories(ids, scopes))

    def close(self) -> None:
        """Frees the files; the next question opens them again."""
        with self._lock:
            if self._store is not None:
                self._store.close()
            self._store = None

    def _ask(self, question: Callable[[Store], T]) -> T:
        """Again where the generation asked was removed meanwhile, because a newer one stands."""
        store = self.store()
        try:
            return question(store)
        except StoreError:
            newer = self.store()
            if newer is store:
                raise
            return question(newer)

    def _open(self, stamp: Stamp) -> Store:
        stamp.check(self._recipe)
        folder = verified(self._folder, stamp)
        try:
            store = Store(folder / _CHROMA)
        except StoreUnwritable:
            store = _opened_as_copy(folder / _CHROMA)
        if (count := store.count()) != stamp.passages:
            raise StoreDamaged(f"The index holds {count} passages instead of {stamp.passages}.", REBUILD)
        return store


class Draft:
    """The next generation, after all that are there and number `after`: a copy of one, `base`, or empty.

    For the holder of the lock only.
    """

    def __init__(self, folder: Path, recipe: Recipe, base: Stamp | None, *, after: int = 0) -> None:
        self._folder = folder
        self._recipe = recipe
        self._generation = 1 + max([after, *_generations(folder)])
        self._path = folder / f"store-{self._generation}"
        self._removed = self._is_published = False
        try:
            with explained(folder):
                (self._path / _CHROMA).mkdir(parents=True)
            if base:
                self._copy(verified(folder, base))
            self.manifest = Manifest(self._path / _MANIFEST, create=not base, writable=True)
        except BaseException:
            shutil.rmtree(self._path, ignore_errors=True)
            raise

    @functools.cached_property
    def store(self) -> Store:
        """Its passages; opened when first asked for, because a change need not touch them."""
        chroma = self._path / _CHROMA
        return Store(chroma, create=not (chroma / _CHROMA_DATABASE).exists())

    def remove(self, articles: Sequence[str]) -> None:
        """Takes out the passages of some articles; nothing of their text is left once this is published."""
        self.store.remove(articles)
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
        elif self._removed:
            vacuum(self._path / _CHROMA / _CHROMA_DATABASE)
        with explained(self._folder):
            sync_tree(self._path)
            files = checksums(self._path, _unchecked_files(self._path))
        stamp = Stamp(
            generation=self._generation,
            store=self._path.name,
            recipe=self._recipe,
            articles=held.articles,
            passages=held.passages,
            files=files,
            version=_version(),
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
        with explained(self._folder):
            shutil.rmtree(self._path / _CHROMA)
            (self._path / _CHROMA).mkdir()
        Store(self._path / _CHROMA, create=True).close()

    def _copy(self, base: Path) -> None:
        copy_database(base / _MANIFEST, self._path / _MANIFEST)
        copy_database(base / _CHROMA / _CHROMA_DATABASE, self._path / _CHROMA / _CHROMA_DATABASE)
        with explained(self._folder):
            for file in _unchecked_files(base):
                target = self._path / file.relative_to(base)
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(file, target)


def use_newest(folder: Path, use: Callable[[Stamp], T]) -> T:
    """`use` of the published index, again where a writer replaces it meanwhile. Or StoreMissing."""
    failed = 0
    while True:
        stamp = read_stamp(folder)
        if stamp is None:
            raise StoreMissing(f"Nothing is indexed in {folder} yet.", "Run `citebot index`.")
        try:
            return use(stamp)
        except StoreError:
            failed += 1
            if failed == _TRIES or read_stamp(folder) == stamp:
                raise


def ask_newest(folder: Path, question: Callable[[Manifest], T]) -> T:
    """A question to the manifest of the published index. Raises StoreMissing."""

    def ask(stamp: Stamp) -> T:
        with open_manifest(folder, stamp) as manifest:
            return question(manifest)

    return use_newest(folder, ask)


def open_manifest(folder: Path, stamp: Stamp, *, writable: bool = False) -> Manifest:
    """The manifest of a published generation."""
    path = folder / stamp.store / _MANIFEST
    if not path.is_file():
        raise _missing(folder / stamp.store)
    return Manifest(path, writable=writable)


def verified(folder: Path, stamp: Stamp) -> Path:
    """The folder of a published generation, with all files there and the vectors as they were written."""
    path = folder / stamp.store
    databases = (path / _MANIFEST, path / _CHROMA / _CHROMA_DATABASE)
    if not all(file.is_file() for file in databases):
        raise _missing(path)
    with explained(folder):
        if checksums(path, _unchecked_files(path)) != stamp.files:
            raise StoreDamaged(f"The index in {path} is not as it was written.", REBUILD)
    return path


def check_all(folder: Path, stamp: Stamp) -> None:
    """Raises StoreDamaged where anything of a published generation is. Opens no Chroma."""
    check_database(verified(folder, stamp) / _CHROMA / _CHROMA_DATABASE)


def prune(folder: Path, keep: Stamp | None) -> None:
    """Removes every generation but `keep`: older ones, and drafts of writers that were killed."""
    for path in folder.glob(_STORES):
        if not keep or path.name != keep.store:
            shutil.rmtree(path, ignore_errors=True)  # Windows keeps what is open, for the next writer


def _opened_as_copy(chroma: Path) -> Store:
    """A store that may not be written, in a temporary copy that goes with it: Chroma writes when it opens."""
    copy = Path(tempfile.mkdtemp(prefix="citebot-"))
    try:
        with explained(copy):
            for file in chroma.rglob("*"):
                if file.is_file():
                    target = copy / file.relative_to(chroma)
                    target.parent.mkdir(exist_ok=True)
                    shutil.copyfile(file, target)
        store = Store(copy)
    except BaseException:
        shutil.rmtree(copy, ignore_errors=True)
        raise
    weakref.finalize(store, shutil.rmtree, copy, ignore_errors=True)
    return store


def _unchecked_files(path: Path) -> list[Path]:
    """The files of the vectors' graph: Chroma answers from damaged ones, or crashes, without a word."""
    return [file for file in path.glob(f"{_CHROMA}/*/*") if file.is_file()]


def _generations(folder: Path) -> list[int]:
    """The numbers of all generations in `folder`, drafts among them."""
    numbers = (path.name.partition("-")[2] for path in folder.glob(_STORES))
    return [int(number) for number in numbers if number.isdecimal()]


def _missing(path: Path) -> StoreDamaged:
    return StoreDamaged(f"The index in {path} is missing or incomplete.", REBUILD)


def _version() -> str:
    try:
        return importlib.metadata.version("citebot")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
