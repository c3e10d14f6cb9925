"""An index whose passages lie on a Chroma server; its stamp and manifest are copied into a folder here.

So all that asks the manifest works as for an index on this disk. Names on the server begin with `name`:
`name` itself (what is published), `name`-passages-…, and `name`-lease while somebody writes.
"""

import contextlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from index.chroma_api import ChromaApi
from index.disk import REBUILD, explained, write_atomically
from index.draft import generations
from index.errors import StoreDamaged, StoreMismatch, StoreMissing
from index.generations import MANIFEST, open_manifest, prune
from index.lease import Lease
from index.lock import writing
from index.place import OnDisk
from index.publication import Edition, Publication
from index.server_draft import ServerDraft
from index.server_store import HNSW, SPANN, ServerStore
from index.stamp import Recipe, Stamp, read_stamp, remove_stamp, write_stamp

_EDITION = "edition"
_LOCK = "copying"
_LOCK_SECONDS = 30.0
# A writer waits for a server that is gone for a minute.
_WRITERS_PATIENCE = 120.0


class OnServer:
    """The index `name` on a server, copied into `folder`; threads and processes may share both."""

    def __init__(self, api: ChromaApi, name: str, folder: Path) -> None:
        self.api = api
        self.folder = folder
        self._name = name
        self._published = Publication(api, name)
        self._lease: Lease | None = None

    def close(self) -> None:
        """Frees the connections."""
        self.api.close()

    def pull(self) -> None:
        """Copies what is published where that is news. Raises StoreMissing where nothing is."""
        edition = self._published.edition()
        if edition is None:
            remove_stamp(self.folder)
            raise StoreMissing(
                f"Nothing is indexed on {self.api.address} yet.",
                "Run `citebot index`, once or with --follow.",
            )
        if edition.key != self._copied():
            self._copy()

    def open(self, stamp: Stamp) -> ServerStore:
        """The passages of a generation that was copied."""
        manifest = open_manifest(self.folder, stamp)
        try:
            store = ServerStore(self.api, stamp.collection, manifest)
            if (count := store.count()) < stamp.passages:
                held = f"{count} passages on {self.api.address} instead of {stamp.passages}"
                raise StoreDamaged(f"The index holds {held}.", REBUILD)
        except BaseException:
            manifest.close()
            raise
        return store

    @contextlib.contextmanager
    def writing(self, what: str) -> Iterator[None]:
        """The one right to write it; for this process, which has it already, once more. Raises StoreBusy."""
        if self._lease:
            yield
            return
        patience = self.api.patience
        with writing(self.folder, what):
            lease = Lease(self.api, f"{self._name}-lease")
            lease.take(what)
            self._lease, self.api.patience = lease, _WRITERS_PATIENCE
            try:
                yield
            finally:
                self._lease, self.api.patience = None, patience
                lease.give_back()

    def check_writing(self) -> None:
        """Raises StoreBusy where another process took the right, StoreMissing where the index is gone."""
        if self._lease:
            self._lease.check()
            self.pull()

    def prepare(self, *, rebuild: bool) -> Stamp | None:
        """As OnDisk's, of what is published now."""
        unminded = (StoreMissing, StoreDamaged, StoreMismatch) if rebuild else (StoreMissing,)
        with contextlib.suppress(*unminded):
            self.pull()
        return OnDisk(self.folder).prepare(rebuild=rebuild)

    def check(self, stamp: Stamp) -> None:
        """As OnDisk's; also removes what killed writers left."""
        with contextlib.closing(self.open(stamp)) as store:
            if store.count() != stamp.passages:
                store.sweep()

    def draft(self, recipe: Recipe, base: Stamp | None, *, after: int) -> ServerDraft:
        """As OnDisk's."""
        return ServerDraft(self, recipe, base, after=after)

    def publish(self, stamp: Stamp, manifest: bytes) -> None:
        """For the draft: from here on readers use it. Raises StoreBusy where the lease was lost."""
        assert self._lease  # whoever drafts holds it
        self._lease.check()
        edition = self._published.put(stamp, manifest)
        self._note(stamp, edition)
        prune(self.folder, stamp)

    def make(self, generation: int) -> str:
        """For the draft: a new collection, which the generation begins."""
        name = f"{self._name}-passages-{generation}-{secrets.token_hex(4)}"
        self.api.create(name, index=SPANN if self.api.address.is_cloud else HNSW)
        return name

    def drop_others(self, stamp: Stamp) -> None:
        """For the draft: deletes the collections of older indexes and of writers that were killed."""
        ours = re.compile(re.escape(self._name) + r"-passages-[0-9]+-[0-9a-f]{8}")
        for name in self.api.names():
            if ours.fullmatch(name) and name != stamp.collection:
                self.api.drop(name)

    def _copied(self) -> str:
        """The edition that was copied last; empty where none was, or it is no longer whole."""
        try:
            stamp = read_stamp(self.folder)
            if stamp and (self.folder / stamp.store / MANIFEST).is_file():
                return (self.folder / _EDITION).read_text()
        except (OSError, StoreDamaged, StoreMismatch):
            pass
        return ""

    def _copy(self) -> None:
        from filelock import FileLock

        with explained(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / _LOCK, timeout=_LOCK_SECONDS, thread_local=False):
                fetched = self._published.fetch()
                if fetched is None:
                    raise StoreMissing(
                        f"Nothing is indexed on {self.api.address} yet.", "Run `citebot index`."
                    )
                edition, stamp, manifest = fetched
                if edition.key != self._copied():
                    self._write(stamp, manifest)
                    self._note(stamp, edition)
                    self._remove_older(stamp)

    def _write(self, stamp: Stamp, manifest: bytes) -> None:
        """The manifest, beside those that others may be reading or writing."""
        target = self.folder / stamp.store
        target.mkdir(exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=target)
        with open(descriptor, "wb") as stream:
            stream.write(manifest)
        os.replace(temporary, target / MANIFEST)

    def _remove_older(self, stamp: Stamp) -> None:
        """Newer ones are those of a writer that shares the folder."""
        for number in generations(self.folder):
            if number < stamp.generation:
                shutil.rmtree(self.folder / f"store-{number}", ignore_errors=True)

    def _note(self, stamp: Stamp, edition: Edition) -> None:
        write_stamp(self.folder, stamp)
        with explained(self.folder):
            write_atomically(self.folder / _EDITION, edition.key)
