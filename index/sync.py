"""Make the index equal the library: what changed, and only that."""

import dataclasses
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import ArticleInfo
from index.changes import Changes, Pending, compare, pending
from index.draft import Draft
from index.embedding import Embedder
from index.generations import ask_newest, newest, open_manifest, prune
from index.library import Library, Problem, Scan
from index.lock import writing
from index.manifest import Coverage, Manifest
from index.passages import Cutter
from index.place import OnDisk
from index.stamp import Recipe, Stamp, mark
from index.writer import Progress, Writer

if TYPE_CHECKING:
    from index.server_place import OnServer

__all__ = [
    "Coverage",
    "Pending",
    "SyncReport",
    "articles",
    "compact",
    "coverage",
    "dead_share",
    "digests",
    "make_recipe",
    "pending",
    "sync",
]


@dataclasses.dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did to articles, how many passages there are now, and what is wrong with which files.

    `scan` are the files that it saw.
    """

    added: int
    changed: int
    removed: int
    unchanged: int
    passages: int
    problems: tuple[Problem, ...]
    scan: Scan
    seconds: float


def make_recipe(cutter: Cutter, embedder: Embedder, stamp: Stamp | None = None) -> Recipe:
    """What an index made with these is stamped with.

    Raises StoreMismatch where the `stamp` of one that is there tells already that it was made otherwise,
    before a model is exported for that.
    """
    if stamp and (expected := embedder.expected_precision):
        stamp.check(dataclasses.replace(stamp.recipe, precision=expected))
    return Recipe(embedder.name, embedder.digest, cutter.settings, embedder.precision)


def sync(
    library: Library,
    cutter: Cutter,
    embedder: Embedder,
    place: "Path | OnDisk | OnServer",
    *,
    rebuild: bool = False,
    may_empty: bool = False,
    progress: Progress | None = None,
) -> SyncReport:
    """Makes the index at a place, or in a folder here, equal the library; `rebuild` makes it anew.

    That there is no article is an error, for a disk may be missing, unless `may_empty`.
    `progress` hears of bytes done, bytes to do, and the article at hand. Whenever this is killed or fails,
    the index stays as it was published last, and the next sync goes on from there. A bad file is a Problem
    in the report. Raises LibraryError, ModelError, StoreBusy, StoreMismatch, StoreDamaged and StoreError.
    """
    begun = time.monotonic()
    if isinstance(place, Path):
        place = OnDisk(place)
    with place.writing("indexing"):
        scan = library.scan(may_empty=may_empty)
        stamp = place.prepare(rebuild=rebuild)
        recipe = make_recipe(cutter, embedder, None if rebuild else stamp)
        base = None if rebuild or stamp is None else stamp.check(recipe)
        changes = None
        if base:
            changes, report = _looked_at(scan, place, base, begun)
            if report:
                return report
        draft = place.draft(recipe, base, after=stamp.generation if stamp else 0)
        # A rebuild is published whole; until then the old index stands.
        interim = base is not None or mark(place.folder) is None
        writer = Writer(library, cutter, embedder, draft, interim=interim, progress=progress)
        try:
            return _write(writer, scan, changes or compare(scan.files, writer.manifest), begun)
        except BaseException:
            writer.discard()
            raise


def compact(folder: Path) -> float:
    """Makes the index anew from what it holds: of what was removed nothing stays. The share that was dead.

    Readers have the old one until it is done; killed on the way, it stays. Raises StoreMissing, StoreBusy,
    StoreDamaged and other StoreErrors.
    """
    with writing(folder, "compacting the index"):
        stamp = newest(folder)
        prune(folder, stamp)
        Draft(folder, stamp.recipe, stamp, after=stamp.generation, compact=True).publish()
    return stamp.dead_share


def dead_share(folder: Path) -> float:
    """How much of the index is of removed articles. Raises StoreMissing."""
    return newest(folder).dead_share


def articles(folder: Path, scopes: Sequence[str] | None = None) -> list[ArticleInfo]:
    """The indexed articles of some scopes, or all: newest first, those without a date last.

    Raises StoreMissing.
    """
    return ask_newest(folder, lambda manifest: manifest.articles(scopes))


def coverage(folder: Path, scopes: Sequence[str] | None = None) -> Coverage:
    """What is indexed of some scopes, or of all. Raises StoreMissing."""
    return ask_newest(folder, lambda manifest: manifest.coverage(scopes))


def digests(folder: Path) -> dict[str, str]:
    """The digest of every indexed article, by its id. Raises StoreMissing."""
    return ask_newest(folder, lambda manifest: manifest.digests())


def _looked_at(
    scan: Scan, place: "OnDisk | OnServer", base: Stamp, begun: float
) -> tuple[Changes, SyncReport | None]:
    """What changed; and the report, where that is nothing. New times of files are noted all the same."""
    with open_manifest(place.folder, base, writable=True) as manifest:
        changes = compare(scan.files, manifest)
        if changes.read or changes.gone:
            return changes, None
        place.check(base)
        for row in changes.touched:
            manifest.put_file(row)
        manifest.commit()
        digests = manifest.digests()
        return changes, _report(digests, digests, manifest, scan, begun)


def _write(writer: Writer, scan: Scan, changes: Changes, begun: float) -> SyncReport:
    before = writer.manifest.digests()
    writer.write(scan.files, changes)
    report = _report(before, writer.manifest.digests(), writer.manifest, scan, begun)
    writer.publish()
    return dataclasses.replace(report, seconds=time.monotonic() - begun)


def _report(
    before: Mapping[str, str], after: Mapping[str, str], manifest: Manifest, scan: Scan, begun: float
) -> SyncReport:
    kept = before.keys() & after.keys()
    changed = sum(before[id] != after[id] for id in kept)
    return SyncReport(
        added=len(after) - len(kept),
        changed=changed,
        removed=len(before) - len(kept),
        unchanged=len(kept) - changed,
        passages=manifest.coverage().passages,
        problems=tuple(manifest.problems()),
        scan=scan,
        seconds=time.monotonic() - begun,
    )
