"""What `citebot doctor` looks at. Each check is a function of the settings; none changes the index."""

import contextlib
import dataclasses
import functools
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from bot.render import counted
from bot.settings import UNREAD_HINT, Settings, env_file, unread_lines
from bot.version import version
from index.errors import CitebotError, LibraryError, SettingsError, StoreBusy, StoreMissing

if TYPE_CHECKING:
    from index.embedding import Embedder
    from index.onnx_model import Export
    from index.problem import Problem
    from index.stamp import Recipe, Stamp

# Room for a model, its index and a copy of that while it is written.
_LEAST_FREE = 1 << 30
_PACKAGES = ("chromadb", "langchain", "discord.py")
# Not needed where the model is exported already.
_EXPORTERS = ("sentence-transformers", "torch")
_PROBLEMS = "`citebot index` lists them all."
_SERVER_SECONDS = 5.0


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """What was found, in a sentence; `remedy`, another one, is empty where it is well."""

    found: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        return not self.remedy


def checks() -> Iterator[tuple[str, Check]]:
    """Every check by its name, made when it is asked for; one that fails keeps back none of the others."""
    yield "versions", _made(_versions)
    try:
        settings = Settings.load(quiet=True)
    except SettingsError as error:
        yield "settings", Check(error.message, error.hint)
        return
    yield "settings", _made(_settings)
    for name, make in _CHECKS.items():
        yield name, _made(functools.partial(make, settings))


def _made(make: Callable[[], Check]) -> Check:
    try:
        return make()
    except CitebotError as error:
        return Check(error.message, error.hint or "The README has more.")
    except Exception as error:
        return Check(f"{type(error).__name__}: {error}.", "This is a defect: please report it.")


def _versions() -> Check:
    found = [f"citebot {version()}", f"Python {platform.python_version()}"]
    missing = []
    for package in (*_PACKAGES, *_EXPORTERS):
        try:
            found.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            if package in _PACKAGES:
                missing.append(package)
    remedy = f"Install {', '.join(missing)}: pip install -c constraints.txt -e ." if missing else ""
    return Check(", ".join(found), remedy)


def _settings() -> Check:
    file = env_file()
    known = set(Settings.variables().values())
    named = {*os.environ, *(dotenv_values(file, encoding="utf-8-sig") if file else ())}
    unknown = sorted(name for name in named - known if name.startswith("CITEBOT_"))
    found = f"From the environment and {file}." if file else "From the environment; there is no .env."
    if file and (unread := unread_lines(file)):
        return Check(f"{found} {unread}", UNREAD_HINT)
    if unknown:
        return Check(f"{found} No setting: {', '.join(unknown)}.", "`.env.example` has the right names.")
    return Check(found)


def _data(settings: Settings) -> Check:
    faults = (_fault(_existing(folder)) for folder in (settings.data, settings.index))
    if fault := next(filter(None, faults), None):
        return fault
    free = shutil.disk_usage(_existing(settings.data)).free
    remedy = "Free some space, or set CITEBOT_DATA to another disk." if free < _LEAST_FREE else ""
    return Check(f"{settings.data}, {free / 1e9:,.1f} GB free.", remedy)


def _existing(folder: Path) -> Path:
    """A folder, or the nearest above it that is there as far as can be seen."""
    return next(path for path in (folder, *folder.parents) if os.path.exists(path))


def _fault(there: Path) -> Check | None:
    """Why nothing can be written in a folder, if so."""
    if not there.is_dir():
        return Check(f"{there} is not a folder.", "Set CITEBOT_DATA to one.")
    try:
        with tempfile.TemporaryFile(dir=there):
            return None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Check(
            f"{there} cannot be written: {reason}.", "Allow it, or set CITEBOT_DATA to another folder."
        )


def _articles(settings: Settings) -> Check:
    from bot.app import App
    from index.changes import pending

    library = App(settings).library
    files, places = len(library.scan().files), ", ".join(map(str, settings.articles))
    found = f"{counted(files, 'file')} in {places}."
    waiting = pending(library, settings.index).files
    return Check(f"{found} {counted(waiting, 'change')} not indexed yet." if waiting else found)


def _problems(settings: Settings) -> Check:
    """What gave no article when it was read last."""
    from bot.shelves import Shelves
    from index.generations import open_manifest, use_newest

    def known(stamp: "Stamp") -> "list[Problem]":
        with open_manifest(settings.index, stamp) as manifest:
            return manifest.problems()

    try:
        problems = use_newest(settings.index, known)
    except StoreMissing:
        return Check("None known: nothing is indexed yet.")
    if not problems:
        return Check("None: every article could be read.")
    with contextlib.suppress(LibraryError):  # said with the articles
        problems = Shelves(settings).library.scan(may_empty=True).located(problems)
    return Check(f"{counted(len(problems), 'problem')}, the first: {problems[0]}", _PROBLEMS)


def _model(settings: Settings) -> Check:
    from index.embedding import DEFAULT_MODEL
    from index.exports import lacking_makers

    embedder = _embedder(settings)
    genuine = "the published weights" if embedder.name == DEFAULT_MODEL else "weights"
    runs = described(embedder.export) if embedder.export else "Exported when first used."
    lacking = "" if embedder.export else ", ".join(lacking_makers())
    return Check(
        f"{embedder.name} in {embedder.folder}, {genuine} (SHA-256 {embedder.digest[:12]}…). {runs}",
        f"Install what exports it ({lacking}): pip install -c constraints.txt -e ." if lacking else "",
    )


def described(export: "Export") -> str:
    """How a model runs, in a sentence."""
    if export.failure:
        return f"Runs in sentence-transformers, since it cannot be exported: {export.failure}."
    size = sum(size for size, _ in export.files.values())
    kept = f", since {export.sought} would turn its vectors too far," if export.sought else ""
    return f"Runs in onnxruntime in {export.precision}{kept} from {export.folder} ({size / 1e6:,.0f} MB)."


def _embedder(settings: Settings) -> "Embedder":
    from index.embedding import Embedder
    from index.exports import Exports

    exports = Exports(settings.models, precision=settings.embedding_precision)
    return Embedder(settings.embedding_model, exports)


def _reader(settings: Settings) -> Check:
    """Whether it can be loaded; one that is not ours is exported for that."""
    from bot.reader.loading import load_reader, reader_exports
    from index.exports import Exports

    started = time.perf_counter()
    if load_reader(settings.reader_model, reader_exports(Exports(settings.models))) is None:
        return Check("None: sentences are chosen by words and vectors alone. READER_MODEL names one.")
    return Check(f"{settings.reader_model}, loaded in {time.perf_counter() - started:.1f} s.")


def _chat_model(settings: Settings) -> Check:
    """One short request: whether it answers at all, and how soon."""
    if not settings.chat_model:
        return Check("None: answers are the articles' own words. CHAT_MODEL names one to write them.")
    from bot.chat_model import ChatModel, Reply
    from bot.patience import Patience
    from bot.prompt import for_check

    model = ChatModel(settings)
    started = time.perf_counter()
    said = model.say(for_check(), Patience(settings.chat_timeout), Reply())
    seconds = time.perf_counter() - started
    if not said:
        return Check(f"{model.name} said nothing.", "Another CHAT_MODEL may.")
    return Check(f"{model.name} answered in {seconds:.1f} s; it reads {model.context:,} tokens.")


def _index(settings: Settings) -> Check:
    from index.generations import Reader
    from index.stamp import read_stamp

    if settings.is_served:
        return _served_index(settings)
    folder = settings.index
    stamp = read_stamp(folder)
    if stamp is None:
        return Check(f"Nothing is indexed in {folder} yet; the first question does it.")
    with contextlib.closing(Reader(folder, _recipe(settings))) as reader:
        return Check(f"{_holds(stamp, reader.store().count())}.")


def _served_index(settings: Settings) -> Check:
    """Also whether the server answers and takes us; what is new there is copied."""
    from bot.served import served
    from index.generations import Reader, newest

    with contextlib.closing(served(settings, lambda line: None)) as place:
        place.api.patience = _SERVER_SECONDS
        where = f"on {place.api.address}, version {place.api.version()}"
        place.pull()
        stamp = newest(settings.index)
        with contextlib.closing(Reader(settings.index, _recipe(settings), place.open)) as reader:
            return Check(f"{_holds(stamp, reader.store().count())}; {where}, in {stamp.collection}.")


def _recipe(settings: Settings) -> "Recipe":
    from index.passages import Cutter
    from index.sync import make_recipe

    embedder = _embedder(settings)
    return make_recipe(Cutter(embedder), embedder)


def _holds(stamp: "Stamp", passages: int) -> str:
    held = f"{counted(stamp.articles, 'article')}, {counted(passages, 'passage')}"
    return f"{held}; generation {stamp.generation}, format {stamp.format}, made with this model"


def _lock(settings: Settings) -> Check:
    """Taken for a moment: a writer that was killed leaves its note, and another may have its number."""
    from index.lock import holder, writing

    if os.path.isdir(settings.index):
        try:
            with writing(settings.index, "looking at the lock"):
                pass
        except StoreBusy:
            return Check(f"Held: {holder(settings.index) or 'another process writes the index'}.")
    return Check("Free: nobody writes the index.")


_CHECKS: dict[str, Callable[[Settings], Check]] = {
    "data": _data,
    "articles": _articles,
    "problems": _problems,
    "model": _model,
    "reader": _reader,
    "chat": _chat_model,
    "index": _index,
    "lock": _lock,
}
