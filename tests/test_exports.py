"""Exported models: the same vectors, made once, made again where they are not whole, done without."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from index.embedding import Embedder
from index.errors import ExportError, ModelError
from index.exports import Exports
from index.onnx_model import CARD, FP32, INT8, Export, OnnxModel
from index.passages import Cutter
from index.sync import make_recipe
from index.torch_model import TorchModel
from tests.command import Command, environment, exported
from tests.making import STORM, TALKS, article

TEXTS = [
    "The bridge opened on Saturday.",
    "",
    "北京 🙂",
    "word " * 300,
    *(f"storm {n} " * n for n in range(40)),
]
MAKE = """
import sys
from pathlib import Path
from index.exports import Exports
source = Path(sys.argv[1])
print(Exports(Path(sys.argv[2]), print).make(str(source), source).folder)
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with a layer after its pooling."""
    from tests.tiny_model import tiny_model

    return tiny_model(tmp_path_factory.mktemp("tiny"), dense=True)


@pytest.fixture(scope="module")
def made(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where `tiny` is exported."""
    folder = tmp_path_factory.mktemp("exported")
    Exports(folder).make(str(tiny), tiny)
    return folder


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Exports:
    return Exports(shutil.copytree(made, tmp_path / "models"))


def found(exports: Exports, source: Path) -> Export:
    export = exports.find(str(source), source)
    assert export is not None
    return export


def same_vectors(exports: Exports, source: Path, *, fast: bool) -> bool:
    """Whether an embedder gives what sentence-transformers does; in onnxruntime, if `fast`."""
    own, other = Embedder(str(source), exports), Embedder(str(source))
    vectors, question = own.embed(TEXTS), own.embed_question(TEXTS[0])
    assert isinstance(own._model, OnnxModel if fast else TorchModel)
    return np.allclose(vectors, other.embed(TEXTS), atol=1e-5) and np.allclose(
        question, other.embed_question(TEXTS[0]), atol=1e-5
    )


def test_an_index_fits_however_the_model_runs(embedder: Embedder) -> None:
    plain = Embedder()
    assert embedder.export
    assert make_recipe(Cutter(embedder), embedder) == make_recipe(Cutter(plain), plain)
    long = article(f"{TALKS} {STORM} " * 40 + "word " * 900)
    assert Cutter(embedder).cut(long) == Cutter(plain).cut(long)


@pytest.mark.slow
def test_a_model_of_other_modules_is_exported_too(made: Path, tiny: Path) -> None:
    exports = Exports(made)
    assert found(exports, tiny).dimension == 16
    assert same_vectors(exports, tiny, fast=True)


@pytest.mark.slow
def test_prompts_and_another_limit_are_kept(tiny: Path, tmp_path: Path) -> None:
    prompted = shutil.copytree(tiny, tmp_path / "tiny")
    config = prompted / "config_sentence_transformers.json"
    prompts = {"query": "question: ", "document": "passage: "}
    config.write_text(json.dumps({**json.loads(config.read_text()), "prompts": prompts}))
    exports = Exports(tmp_path / "models")
    assert same_vectors(exports, prompted, fast=True)
    assert found(exports, prompted).pieces == Embedder(str(prompted)).max_pieces


@pytest.mark.slow
def test_in_int8_it_is_smaller_and_another_recipe(copied: Exports, tiny: Path) -> None:
    rounded = Exports(copied.folder, precision=INT8)
    own, exact = Embedder(str(tiny), rounded), Embedder(str(tiny), copied)
    assert rounded.find(str(tiny), tiny) is None
    vectors = own.embed(TEXTS)
    cosines = (vectors * exact.embed(TEXTS)).sum(axis=1)
    assert 0.9 < cosines.min() < 0.999999
    # What passes between the layers is rounded, too, for each text by itself.
    assert all(np.array_equal(vectors[n], own.embed([text])[0]) for n, text in enumerate(TEXTS))
    assert (own.precision, exact.precision) == (INT8, FP32)
    said = make_recipe(Cutter(exact), exact).differences(make_recipe(Cutter(own), own))
    assert said == "with the model in fp32, and this is in int8"
    assert found(copied, tiny).folder != found(rounded, tiny).folder  # neither replaces the other
    assert sum(size for size, _ in found(rounded, tiny).files.values()) < sum(
        size for size, _ in found(copied, tiny).files.values()
    )


@pytest.mark.slow
def test_what_int8_would_turn_too_far_is_kept_exact(tmp_path: Path) -> None:
    from tests.tiny_model import tiny_model

    uneven = tiny_model(tmp_path, dense=True, is_uneven=True)
    exports = Exports(tmp_path / "data" / "models", precision=INT8)
    Exports(exports.folder).make(str(uneven), uneven)  # as it was used before
    first = Embedder(str(uneven), exports)
    assert first.digest
    assert (first.precision, first.expected_precision) == (FP32, FP32)
    assert same_vectors(exports, uneven, fast=True)
    again = Embedder(str(uneven), exports)
    assert (again.precision, again.expected_precision) == (FP32, FP32)
    assert (again.export, found(exports, uneven).sought) == (found(exports, uneven), INT8)
    settings = {"CITEBOT_DATA": str(tmp_path / "data"), "EMBEDDING_MODEL": str(uneven)}
    said = Command(tmp_path, settings)("doctor", EMBEDDING_PRECISION=INT8).stdout
    assert "in fp32, since int8 would turn its vectors too far, from" in " ".join(said.split())


@pytest.mark.slow
def test_what_cannot_be_exported_is_exact(tmp_path: Path) -> None:
    from tests.tiny_model import tiny_static_model

    static = tiny_static_model(tmp_path)
    embedder = Embedder(str(static), Exports(tmp_path / "models", precision="int8"))
    assert embedder.precision == "fp32"


def test_it_is_found_by_its_files_however_old(copied: Exports, tiny: Path, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(tiny, tmp_path / "tiny")
    for file in elsewhere.rglob("*"):
        os.utime(file, (0, 0))
    assert found(copied, elsewhere).weights == Embedder(str(tiny)).digest
    (elsewhere / "README.md").write_text("It says nothing to the model.")
    assert copied.find(str(elsewhere), elsewhere)
    (elsewhere / "modules.json").write_text("[]")
    assert copied.find(str(elsewhere), elsewhere) is None


@pytest.mark.parametrize("name", ["model.onnx", "model.onnx.data", "tokenizer.json", CARD])
def test_what_is_not_whole_is_none(copied: Exports, tiny: Path, name: str) -> None:
    file = found(copied, tiny).folder / name
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    assert copied.find(str(tiny), tiny) is None
    file.unlink()
    assert copied.find(str(tiny), tiny) is None


@pytest.mark.slow
def test_what_is_not_whole_is_made_again_and_leftovers_go(copied: Exports, tiny: Path) -> None:
    whole = found(copied, tiny)
    (whole.folder / "model.onnx.data").write_bytes(b"")
    left = copied.folder / ".draft-of-a-killed-process"
    left.mkdir()
    assert same_vectors(copied, tiny, fast=True)
    assert found(copied, tiny).files == whole.files
    assert {path.name for path in copied.folder.iterdir()} == {whole.folder.name, "lock"}


def test_what_killed_exports_left_goes_although_one_stands(copied: Exports, tiny: Path) -> None:
    whole = found(copied, tiny)
    left = copied.folder / ".draft-of-a-killed-process"
    left.mkdir()
    (left / "model.onnx").write_bytes(b"half")
    assert copied.make(str(tiny), tiny) == whole
    assert {path.name for path in copied.folder.iterdir()} == {whole.folder.name, "lock"}


@pytest.mark.slow
def test_two_processes_make_one(tiny: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAKE, str(tiny), str(tmp_path / "models")]
    both = [subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=200)[0].splitlines() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert said[0][-1] == said[1][-1]
    assert sorted(map(len, said)) == [1, 2]  # one of them did it, and said so
    assert len(list((tmp_path / "models").glob("tiny-*"))) == 1


def test_a_model_that_cannot_be_exported_is_tried_once(tmp_path: Path) -> None:
    from tests.tiny_model import tiny_static_model

    static = tiny_static_model(tmp_path)
    notices: list[str] = []
    data = tmp_path / "data"
    exports = Exports(data / "models", notices.append)
    assert same_vectors(exports, static, fast=False)
    assert same_vectors(exports, static, fast=False)
    assert len(notices) == 1
    said = Command(tmp_path, {"CITEBOT_DATA": str(data), "EMBEDDING_MODEL": str(static)})("doctor").stdout
    assert "Runs in sentence-transformers, since it cannot be exported: it takes offsets." in said
    card = found(exports, static).folder / CARD
    card.write_text(card.read_text().replace('"torch": "', '"torch": "0.'))
    assert exports.find(str(static), static) is None  # another PyTorch may


@pytest.mark.parametrize("place", ["file", "/proc"])
def test_where_nothing_can_be_written_it_runs_as_before(tiny: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    notices: list[str] = []
    assert same_vectors(Exports(tmp_path / place / "models", notices.append), tiny, fast=False)
    (notice,) = notices
    assert "could not be prepared for quick answers" in notice
    assert "`citebot export` tries again" in notice


@pytest.mark.slow
def test_a_full_disk_leaves_nothing_behind(tiny: Path, tmp_path: Path) -> None:
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code + MAKE, str(tiny), str(tmp_path / "models")],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "(File too large). `citebot export` tries again" in done.stderr.splitlines()[-1]
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["lock"]


def test_a_process_that_is_killed_leaves_no_export(tiny: Path, tmp_path: Path) -> None:
    """By the system, as for want of memory."""
    models = tmp_path / "models"
    limit = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (2, 2))\n"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            limit + MAKE,
            str(tiny),
            str(models),
        ],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    stopped = {int(signal.SIGKILL), int(signal.SIGXCPU)}
    assert any(f"stopped by signal {number}, " in done.stderr for number in stopped)
    assert [path.name for path in models.iterdir()] == ["lock"]


def test_a_broken_model_says_so(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"")
    exports = Exports(tmp_path / "models")
    with pytest.raises(ModelError, match="cannot be loaded"):
        Embedder(str(tmp_path), exports).embed([""])
    assert not list(exports.folder.glob("*-*"))


def test_an_export_that_onnxruntime_cannot_load_says_so(copied: Exports, tiny: Path) -> None:
    export = found(copied, tiny)
    (export.folder / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(ExportError, match="cannot be loaded"):
        OnnxModel(export)


@pytest.mark.slow
def test_the_command_exports_and_doctor_tells(tmp_path: Path, tiny: Path) -> None:
    settings = {"CITEBOT_DATA": str(tmp_path / "data"), "EMBEDDING_MODEL": str(tiny)}
    citebot = Command(tmp_path, settings)
    assert "Exported when first used." in citebot("doctor").stdout
    done = citebot("export")
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert done.stdout.startswith(f"Runs in onnxruntime in fp32 from {tmp_path / 'data' / 'models'}")
    assert "Runs in onnxruntime in fp32 from" in citebot("doctor").stdout
    [card] = (tmp_path / "data" / "models").glob(f"tiny-*/{CARD}")
    made = card.stat().st_mtime_ns
    again = citebot("export")
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.startswith("It is there already; --force exports it again. Runs in onnxruntime")
    assert card.stat().st_mtime_ns == made
    assert citebot("export", "--force").stdout == done.stdout
    assert card.stat().st_mtime_ns > made


def test_an_idle_model_uses_no_processor(embedder: Embedder) -> None:
    embedder.embed_question("Who?")
    before = time.process_time()
    time.sleep(1)
    assert time.process_time() - before < 0.3


def test_the_default_models_export_is_shared_by_all_tests(embedder: Embedder) -> None:
    assert embedder.export
    assert embedder.export.folder.parent == exported().folder
