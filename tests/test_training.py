"""Training on made data: small, but the whole way."""

import gzip
import json
import random
import re
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from bot.pair_model import open_tokenizer
from bot.training import measure, pack, prepare, train
from bot.training.batches import Batch, Batcher
from bot.training.decks import Deck
from bot.training.rows import Row, write_rows
from index.model_files import DEFAULT_MODEL, find_model
from tests.tiny_model import tiny_reader

TOWNS = "Vik Lund Elm Oslo Bergen Turku Narva Riga Skive Visby Molde Falun".split()


def lines() -> list[dict[str, object]]:
    """Questions after numbers, each with a context that has one, and some with a context that has none."""
    made: list[dict[str, object]] = []
    for number, town in enumerate(TOWNS, 21):
        context = f"The mayor of {town} spoke. The bridge cost {number} million. Nobody came."
        answer = f"{number} million"
        made.append(
            {"question": "How much?", "context": context, "answer": answer, "start": context.index(answer)}
        )
        made.append({"question": "Who won?", "context": context, "answer": None, "start": None})
    return made


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    with gzip.open(folder / "squadshifts.jsonl.gz", "wt") as out:
        out.writelines(json.dumps(line) + "\n" for line in lines())
    return folder


@pytest.fixture(scope="module")
def decks(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of what is dealt."""
    folder = tmp_path_factory.mktemp("decks")
    write_rows([Row("Who won?", "Nobody came.", None)], folder / "ranked-high.jsonl")
    prepare.prepare(data, folder, 1, lambda said: None)
    return folder


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_reader(tmp_path_factory.mktemp("base")))


@pytest.fixture(scope="module")
def trained(
    data: Path, decks: Path, base: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[str]]:
    """A tiny model after a hundred steps, and what was said meanwhile."""
    folder, said = tmp_path_factory.mktemp("trained"), list[str]()
    options = ["--base", base, "--steps", "100", "--rate", "3e-3", "--batch", "512"]
    train.main([str(data), str(folder), "--decks", str(decks), *options], said.append)
    return folder, said


def test_a_hundred_steps_teach_it(trained: tuple[Path, list[str]]) -> None:
    _, said = trained
    losses = [float(loss) for loss in re.findall(r"loss ([\d.]+)", "".join(said))]
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of the exporter itself
def test_what_was_trained_finds_the_words_and_where_there_are_none(
    trained: tuple[Path, list[str]], tmp_path: Path
) -> None:
    pack.pack([trained[0]], tmp_path / "reader.onnx")
    articles = {
        "id": "a",
        "title": "",
        "text": "The mayor of Vik spoke. The bridge cost 21 million. Nobody came.",
    }
    (tmp_path / "articles.jsonl").write_text(json.dumps(articles))
    asked = [("How much?", ["21 million"]), ("Who won?", [])]
    rows = [{"question": q, "answers": a, "articles": ["a"], "paragraph": "The mayor of"} for q, a in asked]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    judged = measure.judge(pack.packed(tmp_path / "reader.onnx"), tmp_path)
    assert [one.f1(0.0) for one in judged] == [1.0, 1.0]
    assert "answerable 1.000   unanswerable 1.000" in measure.report(judged, 0.0)


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of the exporter itself
@pytest.mark.slow
def test_of_several_models_the_mean_is_packed(trained: tuple[Path, list[str]], tmp_path: Path) -> None:
    from transformers import AutoModelForQuestionAnswering

    for factor in (1, 2, 3):
        model = AutoModelForQuestionAnswering.from_pretrained(trained[0])
        for weights in model.parameters():
            weights.data.mul_(factor)
        model.save_pretrained(tmp_path / str(factor))
    pack.pack([tmp_path / "1", tmp_path / "3"], tmp_path / "mean.onnx")
    pack.pack([tmp_path / "2"], tmp_path / "right.onnx")
    mean, right = (
        pack.packed(tmp_path / name).read("How much?", ["It cost 21."])
        for name in ("mean.onnx", "right.onnx")
    )
    np.testing.assert_allclose(mean[0].starts, right[0].starts, atol=1e-4)


def test_what_was_taught_learns_from_its_teachers(
    trained: tuple[Path, list[str]], decks: Path, base: str, tmp_path: Path
) -> None:
    teacher, said = trained[0], list[str]()
    options = ["--decks", str(decks), "--base", base, "--steps", "100", "--rate", "3e-3", "--batch", "512"]
    train.main(["", str(tmp_path), *options, "--teachers", str(teacher)], said.append)
    losses = [float(loss) for loss in re.findall(r"loss ([\d.]+)", "".join(said))]
    assert losses[-1] < 0.6 * losses[0]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return open_tokenizer(find_model(DEFAULT_MODEL) / "tokenizer.json")


def dealt(tokenizer: Tokenizer, row: Row, seed: int = 1) -> Batch:
    """A batch of one row again and again."""
    cls, sep, _ = tokenizer.encode("", "").ids
    batcher = Batcher((cls, sep), random.Random(seed))
    return next(batcher.batches({"made": Deck.of([row], tokenizer)}, {"made": 1.0}))


@pytest.mark.parametrize("seed", range(5))
def test_a_window_of_a_long_context_holds_the_answer(tokenizer: Tokenizer, seed: int) -> None:
    words = [f"word{n}" for n in range(300)]
    answer = random.Random(seed).choice(words)
    context = " ".join(words)
    row = Row("which word?", context, (context.index(answer), context.index(answer) + len(answer)))
    batch = dealt(tokenizer, row, seed)
    for ids, types, first, last in zip(batch.ids, batch.types, batch.starts, batch.ends, strict=True):
        assert tokenizer.decode(ids[first[0] : last[0] + 1].tolist()).replace(" ", "") == answer
        assert types[first[0]] == 1
    assert batch.ids.shape[1] <= 256


def test_a_row_is_dealt_as_the_bot_reads_it(tokenizer: Tokenizer) -> None:
    batch = dealt(tokenizer, Row("who came?", "it rained. ana came.", (11, 14)))
    read = tokenizer.encode("who came?", "it rained. ana came.")
    assert batch.ids[0].tolist() == read.ids
    assert batch.types[0].tolist() == read.type_ids
    assert batch.mask.all()


def test_a_row_without_an_answer_points_at_the_first_piece(tokenizer: Tokenizer) -> None:
    batch = dealt(tokenizer, Row("who?", "nobody came", None))
    assert not np.any(batch.starts)
    assert not np.any(batch.ends)


def test_within_a_sentence_any_word_may_answer(tokenizer: Tokenizer) -> None:
    batch = dealt(tokenizer, Row("who?", "it rained. ana came.", (11, 20), whole=False))
    first, last = batch.starts[0]
    assert tokenizer.decode(batch.ids[0, first : last + 1].tolist()) == "ana came."
    assert batch.starts.tolist() == batch.ends.tolist()


def test_the_shares_of_the_sources_turn_to_what_looks_like_the_job() -> None:
    early, late = (train.shares(at, ["squadshifts", "ranked-high"]) for at in (0.1, 0.9))
    assert late["ranked-high"] > early["ranked-high"]
    assert late["squadshifts"] < early["squadshifts"]


def test_the_learning_rate_rises_then_falls_to_nothing() -> None:
    rates = [train.learning_rate(progress) for progress in (0.0, 0.02, 0.04, 0.5, 1.0)]
    assert rates[0] == rates[4] == 0.0
    assert rates[1] < rates[2] > rates[3] > 0


@pytest.mark.parametrize(
    ("said", "right", "agreement"),
    [("the harbour bridge", "Harbour bridge!", 1.0), ("bridge", "harbour bridge", 2 / 3), ("x", "y", 0.0)],
)
def test_words_are_compared_as_squad_does(said: str, right: str, agreement: float) -> None:
    assert measure.f1(said, right) == pytest.approx(agreement)
