"""Generations of the index: the published one that readers use, and the draft of the next one.

Chroma's files cannot be read while another process writes them (readers crash), and are destroyed by a kill
at the wrong moment. So the passages of a published generation are never changed: a writer copies it, changes
the copy, and publishes that by replacing the stamp. What is killed on the way is a leftover that the next
writer removes. Three things are written to a published generation all the same: Chroma marks `chroma.sqlite3`
when it opens it, for which that file has no checksum, a sync notes new times of files in the manifest, and
whoever has time for it adds sketches, and vectors of sentences to them.
"""

import functools
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from index.article import Passage
from index.disk import REBUILD, checksums, explained
from index.errors import StoreDamaged, StoreError, StoreMissing, StoreUnwritable
from index.manifest import Manifest, check_database
from index.sketches import FILE as SKETCHES
from index.stamp import Recipe, Stamp, mark, read_stamp
from index.store import Store
from index.stories import Story

if TYPE_CHECKING:
    from index.server_store import ServerStore

AnyStore: TypeAlias = "Store | ServerStore"
T = TypeVar("T")

CHROMA = "chroma"
CHROMA_DATABASE = "chroma.sqlite3"
MANIFEST = "manifest.sqlite3"
STORES = "store-*"
_TRIES = 5


class Reader:
    """The newest published index, for any number of threads. Each question is asked of one generation.

    `opened` opens the passages of one that do not lie in the folder.
    """

    def __init__(
        self, folder: Path, recipe: Recipe, opened: Callable[[Stamp], AnyStore] | None = None
    ) -> None:
        self._folder = folder
        self._recipe = recipe
        self._opened = opened or functools.partial(open_embedded, folder)
        self._lock = threading.Lock()
        self._mark: tuple[int, int, int] | None = None
        self._store: AnyStore | None = None

    def store(self) -> AnyStore:
        """The newest store; ask again for each question. An older one closes when nobody holds it any more.

        Raises StoreMissing, StoreMismatch where it was made otherwise than the recipe says, StoreDamaged.
        """
        with self._lock:
            now = mark(self._folder)
            if self._store is None or now != self._mark:
                self._store = None
                self._store = use_newest(self._folder, self._open)
                self._mark = now
            return self._store

    def ask(self, question: Callable[[AnyStore], T]) -> T:
        """What the newest store says; again where its generation gave way to a newer one meanwhile."""
        store = self.store()
        try:
            return question(store)
        except StoreError:
            newer = self.store()
            if newer is store:
                raise
            return question(newer)

    def passages(self, article: str, start: int, end: int, scopes: Sequence[str]) -> list[Passage]:
        """`Store.passages` of the newest store."""
        return self.ask(lambda store: store.passages(article, start, end, scopes))

    def stories(self, ids: Sequence[str], scopes: Sequence[str]) -> dict[str, Story]:
        """`Manifest.stories` of the newest index."""
        return ask_newest(self._folder, lambda manifest: manifest.stories(ids, scopes))

    def close(self) -> None:
        """Frees the files; the next question opens them again."""
        with self._lock:
            if self._store is not None:
                self._store.close()
            self._store = None

    def _open(self, stamp: Stamp) -> AnyStore:
        return self._opened(stamp.check(self._recipe))


def open_embedded(folder: Path, stamp: Stamp) -> Store:
    """The passages of a published generation, which are as they were written."""
    path = verified(folder, stamp)
    try:
        store = Store(path / CHROMA)
    except StoreUnwritable:
        store = _opened_as_copy(path / CHROMA)
    if (count := store.count()) != stamp.passages:
        raise StoreDamaged(f"The index holds {count} passages instead of {stamp.passages}.", REBUILD)
    return store


def use_newest(folder: Path, use: Callable[[Stamp], T]) -> T:
    """`use` of the published index, again where a writer replaces it meanwhile. Or StoreMissing."""
    failed = 0
    while True:
        stamp = newest(folder)
        try:
            return use(stamp)
        except StoreError:
            failed += 1
            if failed == _TRIES or read_stamp(folder) == stamp:
                raise


def newest(folder: Path) -> Stamp:
    """The stamp of the published index. Raises StoreMissing."""
    if stamp := read_stamp(folder):
        return stamp
    raise StoreMissing(f"Nothing is indexed in {folder} yet.", "Run `citebot index`.")


def ask_newest(folder: Path, question: Callable[[Manifest], T]) -> T:
    """A question to the manifest of the published index. Raises StoreMissing."""

    def ask(stamp: Stamp) -> T:
        with open_manifest(folder, stamp) as manifest:
            return question(manifest)

    return use_newest(folder, ask)


def open_manifest(folder: Path, stamp: Stamp, *, writable: bool = False) -> Manifest:
    """The manifest of a published generation."""
    path = folder / stamp.store / MANIFEST
    if not path.is_file():
        raise _missing(folder / stamp.store)
    return Manifest(path, writable=writable)


def verified(folder: Path, stamp: Stamp) -> Path:
    """The folder of a published generation, with all files there and the vectors as they were written."""
    path = folder / stamp.store
    databases = (path / MANIFEST, path / CHROMA / CHROMA_DATABASE)
    if not all(file.is_file() for file in databases):
        raise _missing(path)
    with explained(folder):
        if checksums(path, unchecked_files(path)) != stamp.files:
            raise StoreDamaged(f"The index in {path} is not as it was written.", REBUILD)
    return path


def check_all(folder: Path, stamp: Stamp) -> None:
    """Raises StoreDamaged where anything of a published generation is. Opens no Chroma."""
    for database in databases(verified(folder, stamp)):
        check_database(database)


def prune(folder: Path, keep: Stamp | None) -> None:
    """Removes every generation but `keep`: older ones, and drafts of writers that were killed."""
    for path in folder.glob(STORES):
        if not keep or path.name != keep.store:
            shutil.rmtree(path, ignore_errors=True)  # Windows keeps what is open, for the next writer


def _opened_as_copy(chroma: Path) -> Store:
    """A store that may not be written, in a temporary copy that goes with it: Chroma writes when it opens."""
    copy = Path(tempfile.mkdtemp(prefix="citebot-"))
    try:
        with explained(copy):
            for file in chroma.rglob("*"):
                # Others may be writing the sketches; without them it is slower and says the same.
                if file.is_file() and not file.name.startswith(SKETCHES):
                    target = copy / file.relative_to(chroma)
                    target.parent.mkdir(exist_ok=True)
                    shutil.copyfile(file, target)
        store = Store(copy)
    except BaseException:
        shutil.rmtree(copy, ignore_errors=True)
        raise
    weakref.finalize(store, shutil.rmtree, copy, ignore_errors=True)
    return store


def databases(path: Path) -> list[Path]:
    """The SQLite files of a generation."""
    names = (MANIFEST, f"{CHROMA}/{CHROMA_DATABASE}", f"{CHROMA}/{SKETCHES}")
    return [path / name for name in names if (path / name).is_file()]


def unchecked_files(path: Path) -> list[Path]:
    """The files of the vectors' graph: Chroma answers from damaged ones, or crashes, without a word."""
    return [file for file in path.glob(f"{CHROMA}/*/*") if file.is_file()]


def _missing(path: Path) -> StoreDamaged:
    return StoreDamaged(f"The index in {path} is missing or incomplete.", REBUILD)
