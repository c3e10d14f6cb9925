"""The next generation of an index on a Chroma server, while it is written."""

import contextlib
import datetime
import shutil
import time
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.disk import REBUILD, explained
from index.draft import generations, version
from index.errors import StoreDamaged, StoreUnreachable
from index.generations import MANIFEST
from index.manifest import Manifest, copy_database, vacuum
from index.server_store import ServerStore
from index.stamp import Recipe, Stamp

if TYPE_CHECKING:
    from index.server_place import OnServer

# For so long after a new generation is published, readers may still be looking through the one before.
_GRACE_SECONDS = 5.0


class ServerDraft:
    """As Draft: the manifest is written here, the passages into the collection of `base`, or a new one.

    What is added there counts from `publish` on, and what is removed is deleted after it.
    """

    def __init__(
        self,
        place: "OnServer",
        recipe: Recipe,
        base: Stamp | None,
        *,
        after: int = 0,
        stale: Sequence[str] = (),
    ) -> None:
        self._place = place
        self._recipe = recipe
        self._generation = 1 + max([after, *generations(place.folder)])
        self._path = place.folder / f"store-{self._generation}"
        self._stale = set(stale)
        self._is_published = self._removed = False
        try:
            with explained(place.folder):
                self._path.mkdir(parents=True)
            if base:
                copy_database(place.folder / base.store / MANIFEST, self._path / MANIFEST)
            self.manifest = Manifest(self._path / MANIFEST, create=not base, writable=True)
            self._collection = base.collection if base else place.make(self._generation)
            self.store = ServerStore(place.api, self._collection, self.manifest)
        except BaseException:
            shutil.rmtree(self._path, ignore_errors=True)
            raise

    def remove(self, articles: Sequence[str]) -> None:
        """Takes out the passages of some articles, those aside that are added anew."""
        self._stale.update(articles)
        self._removed = True

    def publish(self) -> Stamp:
        """Makes this the index that readers use, and removes what it replaces. The draft is at its end."""
        stamp = self._publish()
        with contextlib.suppress(StoreUnreachable):  # the next writer does it
            self._tidy(stamp)
        return stamp

    def continued(self) -> "ServerDraft":
        """Publishes this; a draft to go on with."""
        stamp = self._publish()
        return ServerDraft(
            self._place, self._recipe, stamp, after=stamp.generation, stale=sorted(self._stale)
        )

    def close(self) -> None:
        """Frees its files; what is not published is lost."""
        self.manifest.close()

    def discard(self) -> None:
        """Leaves nothing of it here. What is on the server counts nowhere; the next writer removes it."""
        self.close()
        if not self._is_published:
            shutil.rmtree(self._path, ignore_errors=True)

    def _publish(self) -> Stamp:
        held, counted = self.manifest.coverage(), self.store.count()
        if counted < held.passages:
            raise StoreDamaged(f"Chroma kept {counted} passages of {held.passages}.", REBUILD)
        self.manifest.tell_stories()
        self.manifest.commit()
        self.close()
        if self._removed:
            vacuum(self._path / MANIFEST)
        with explained(self._path):
            content = (self._path / MANIFEST).read_bytes()
        stamp = Stamp(
            generation=self._generation,
            store=self._path.name,
            recipe=self._recipe,
            articles=held.articles,
            passages=held.passages,
            files={MANIFEST: [len(content), zlib.crc32(content)]},
            version=version(),
            written=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            collection=self._collection,
        )
        self._place.publish(stamp, content)
        self._is_published = True
        return stamp

    def _tidy(self, stamp: Stamp) -> None:
        """Deletes on the server what no reader needs any more."""
        if self._stale:
            time.sleep(_GRACE_SECONDS)
        with contextlib.closing(self._place.open(stamp)) as store:
            if self._stale:
                store.sweep(sorted(self._stale))
            if store.count() != stamp.passages:
                store.sweep()
        self._place.drop_others(stamp)
