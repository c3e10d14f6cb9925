"""Exported models in a folder: found by the files they were made from, made where there is none."""

import contextlib
import dataclasses
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from index.disk import sync_tree
from index.errors import ExportError, ModelError
from index.model_files import HINT, content_digest, fingerprint, first_line
from index.onnx_model import FP32, Export

# Exit code of the exporting process for a model that its own library cannot load.
BROKEN = 3
_MAKERS = ("onnx", "onnxruntime", "onnxscript", "sentence-transformers", "torch", "transformers")
_LOCK = "lock"
_DRAFT = ".draft-"
# An export takes some 15 seconds on an idle core; a large model on a slow machine minutes.
_PATIENCE = 1800
_ELSEWHERE = "`citebot export` tries again; made on another machine, {} can be copied here."


class Exports:
    """Models asked for in one precision, by the files they were made from. `notice` is told what people need.

    `exporter` is the module that exports one, run in a process of its own.
    """

    def __init__(
        self,
        folder: Path,
        notice: Callable[[str], None] = lambda line: None,
        *,
        precision: str = FP32,
        exporter: str = "index.export",
    ) -> None:
        self.folder = folder
        self.notice = notice
        self.precision = precision
        self._exporter = exporter

    def find(self, name: str, source: Path) -> Export | None:
        """The export of the model in `source`, or the failure to make one; None where neither stands.

        An export whose files are not whole is none, a failure with other versions of what makes it neither.
        """
        known = list(self._known(name))
        with contextlib.suppress(OSError):
            look = fingerprint(source)
            for export in known:
                if export.model == name and export.source == look:
                    return _usable(export)
            if known:  # perhaps of the same files, copied
                return _usable(Export.read(self._place(name, source)))
        return None

    def has_exact(self, name: str, source: Path) -> bool:
        """Whether one stands that is not rounded: what was exported once is hardly ever not to be rounded."""
        exact = Exports(self.folder).find(name, source)
        return bool(exact and not exact.failure)

    def make(self, name: str, source: Path, *, again: bool = False) -> Export:
        """The export of the model in `source`, made now unless one stands; `again` also where one does.

        What others left that were ended on the way goes. Raises ModelError where the model is broken and
        ExportError where nothing can be made or kept.
        """
        try:
            with self._lock():
                self._clear_drafts()
                if not again and (found := self.find(name, source)):
                    return found
                if lacking := lacking_makers():
                    raise self._error(f"not installed: {', '.join(lacking)}")
                self.notice(f"Preparing {name} for quick answers, once.")
                return self._make(name, source)
        except OSError as error:
            raise self._error(f"the folder {self.folder}: {error.strerror or first_line(error)}") from error

    def _make(self, name: str, source: Path) -> Export:
        place = self._place(name, source)
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=self.folder))
        try:
            self._run(name, source, draft)
            made = Export.read(draft)
            if made is None:
                raise self._error("what was written is not there")
            sync_tree(draft)
            self._remove_older(name, place)
            draft.chmod(0o755)  # mkdtemp's folder is for its owner alone
            draft.rename(place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return dataclasses.replace(made, folder=place)

    def _run(self, name: str, source: Path, draft: Path) -> None:
        """Exports in a process of its own: PyTorch's memory goes back at its end."""
        # What can be imported here can be there; what a person made of warnings does not end it.
        here = os.pathsep.join(folder or os.getcwd() for folder in sys.path)
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", self._exporter, name, source, draft, self.precision],
                env={**os.environ, "PYTHONPATH": here, "PYTHONWARNINGS": "ignore"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise self._error(f"not done in {_PATIENCE // 60} minutes") from None
        said = done.stderr.decode(errors="replace").strip().splitlines()
        if done.returncode == BROKEN and said:
            raise ModelError(said[-1], HINT)
        if done.returncode < 0:
            raise self._error(f"stopped by signal {-done.returncode}, perhaps for want of memory")
        if done.returncode:
            raise self._error(said[-1].rstrip(".") if said else f"exit code {done.returncode}")

    def _remove_older(self, name: str, place: Path) -> None:
        for export in self._known(name):
            if export.model == name:
                shutil.rmtree(export.folder, ignore_errors=True)
        if place.exists():  # damaged: it has no card that can be read
            shutil.rmtree(place)

    def _clear_drafts(self) -> None:
        """For the holder of the lock: nobody else makes one now, so that all are of killed processes."""
        for left in self.folder.glob(f"{_DRAFT}*"):
            shutil.rmtree(left, ignore_errors=True)

    def _known(self, name: str) -> Iterator[Export]:
        for folder in self.folder.glob(f"{_short(name)}-*"):
            if (export := Export.read(folder)) and (export.sought or export.precision) == self.precision:
                yield export

    def _place(self, name: str, source: Path) -> Path:
        kept = "" if self.precision == FP32 else f"-{self.precision}"
        return self.folder / f"{_short(name)}-{content_digest(source)[:16]}{kept}"

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / _LOCK, timeout=_PATIENCE, thread_local=False):
                yield
        except Timeout:
            raise self._error(f"another process has been at it for {_PATIENCE // 60} minutes") from None

    def _error(self, reason: str) -> ExportError:
        return ExportError(
            f"The model could not be prepared for quick answers ({reason}).", _ELSEWHERE.format(self.folder)
        )


def makers() -> dict[str, str]:
    """What an export is made with: where these change, what failed may succeed."""
    return {name: _version(name) for name in _MAKERS}


def lacking_makers() -> list[str]:
    """What an export is made with and is not installed."""
    return [name for name, version in makers().items() if not version]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _usable(export: Export | None) -> Export | None:
    if export is None:
        return None
    stands = export.made_with == makers() if export.failure else export.is_whole
    return export if stands else None


def _short(name: str) -> str:
    """The last part of a model's name or path, fit for a file's name."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", Path(name).name)[:60].strip("-.") or "model"
