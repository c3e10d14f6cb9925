"""The reader: which words answer, whether any do, and readers that are not ours."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.pair_model import PairFiles
from bot.reader.loading import DEFAULT_READER, load_reader, own_files, reader_exports
from bot.reader.reader import Reader
from index.errors import ReaderError
from index.exports import Exports
from index.model_files import DEFAULT_MODEL, find_model
from tests.command import Command
from tests.making import STORM, TALKS

OPENED = "The new bridge over Elm Harbour opened to traffic on Saturday, nine years after the first plans."
COST = "Mayor Ana Lindqvist said the bridge had cost 41 million euros, nine million more than planned."


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(own_files())


def asked(citebot: Command, question: str, reader: str = DEFAULT_READER) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(citebot("ask", "--json", question, READER_MODEL=reader).stdout)
    return answer


def best(reader: Reader, question: str, text: str) -> tuple[str, float]:
    (reading,) = reader.read(question, [text])
    words = reading.best(0, len(text))
    assert words is not None
    return text[words.start : words.end], words.score


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        ("Who opened the harbour bridge?", TALKS, "Ana Lindqvist"),
        ("How much did the bridge cost?", TALKS, "41 million euros"),
        ("When did the storm close the airport?", STORM, "March 2024"),
        ("Where did the flights go?", STORM, "Lund"),
        ("Who is the director of the airport?", STORM, "Holm"),
    ],
)
def test_the_words_that_answer_are_found(reader: Reader, question: str, text: str, words: str) -> None:
    found, score = best(reader, question, text)
    assert words in found
    assert len(found) < 3 * len(words)
    assert score > best(reader, question, STORM if text == TALKS else TALKS)[1]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who closed the harbour bridge?", STORM),
        ("What is the capital of France?", TALKS),
        ("How many people died in the earthquake?", STORM),
    ],
)
def test_what_does_not_answer_scores_below_nothing(reader: Reader, question: str, text: str) -> None:
    assert best(reader, question, text)[1] < 0


def test_each_text_is_read_by_itself(reader: Reader) -> None:
    question = "How much did the bridge cost?"
    together = reader.read(question, [TALKS, STORM])
    for text, reading in zip((TALKS, STORM), together, strict=True):
        (alone,) = reader.read(question, [text])
        np.testing.assert_array_equal(alone.starts, reading.starts)


def test_of_a_long_text_the_beginning_is_read(reader: Reader) -> None:
    (reading,) = reader.read("How much did it cost?", [TALKS + " word" * 1000])
    assert len(reading.starts) == reader.room("How much did it cost?")
    assert best(reader, "How much did it cost?", TALKS + " word" * 1000)[0].startswith("41 million")


@pytest.mark.parametrize("question", ["", "why " * 500, "\N{SLIGHTLY SMILING FACE}", "?"])
@pytest.mark.parametrize("text", ["", " ", "x", TALKS])
def test_whatever_is_asked_of_whatever_text_is_read(reader: Reader, question: str, text: str) -> None:
    (reading,) = reader.read(question, [text])
    assert len(reading.offsets) == len(reading.starts) == len(reading.ends)
    words = reading.best(0, len(text))
    assert (words is None) == (not text.strip())


def test_the_reader_that_comes_with_citebot_is_small() -> None:
    assert own_files().graph.stat().st_size < 25e6


def test_a_graph_that_is_broken_says_what_to_do(tmp_path: Path) -> None:
    graph = tmp_path / "reader.onnx"
    graph.write_bytes(own_files().graph.read_bytes()[:1000])
    with pytest.raises(ReaderError, match="READER_MODEL=none"):
        Reader(PairFiles(graph, own_files().tokenizer))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.tiny_model import tiny_reader

    return tiny_reader(tmp_path_factory.mktemp("tiny"))


@pytest.mark.slow
def test_another_reader_is_exported_once_and_read_with(tiny: Path, tmp_path: Path) -> None:
    said: list[str] = []
    exports = reader_exports(Exports(tmp_path, said.append))
    first, again = load_reader(str(tiny), exports), load_reader(str(tiny), exports)
    assert len(said) == 1
    assert first is not None
    assert again is not None
    assert best(first, "who?", TALKS) == best(again, "who?", TALKS)
    changed = shutil.copytree(tiny, tmp_path / "copied")
    (changed / "config.json").write_text((tiny / "config.json").read_text().replace("gelu", "relu"))
    other = load_reader(str(changed), exports)
    assert other is not None
    assert best(other, "who?", TALKS) != best(first, "who?", TALKS)


@pytest.mark.parametrize("name", ["./no-such-reader", "no-such/reader"])
def test_a_reader_that_is_nowhere_says_what_to_do(name: str, tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="READER_MODEL"):
        load_reader(name, reader_exports(Exports(tmp_path)))


def test_a_model_without_a_head_for_answers_is_no_reader(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="no head"):
        load_reader(str(find_model(DEFAULT_MODEL)), reader_exports(Exports(tmp_path)))


def test_an_answer_names_its_words_and_where_they_stand(indexed: Command) -> None:
    question = "How much did the harbour bridge cost?"
    answer = asked(indexed, question)
    cited = next(c for c in answer["citations"] if c["number"] == answer["answer_citation"])
    start = answer["answer_start"] - cited["start"]
    assert cited["quote"][start:][: len(answer["answer"])] == answer["answer"]
    assert answer["answer_end"] - answer["answer_start"] == len(answer["answer"])
    assert "41 million" in answer["answer"]


def test_without_a_reader_words_and_vectors_decide(indexed: Command) -> None:
    question = "How much did the harbour bridge cost?"
    bare, read = asked(indexed, question, "none"), asked(indexed, question)
    # What words and vectors alone say, by their own weights.
    assert bare["text"] == f"{OPENED} {COST} [1]"
    assert bare["confidence"] == pytest.approx(0.6463, abs=1e-4)
    # Who has read both knows that one is enough.
    assert read["text"] == f"{COST} [1]"


def test_a_wrong_reader_is_one_line(indexed: Command) -> None:
    done = indexed("ask", "who opened the bridge?", READER_MODEL="./nowhere")
    assert done.returncode == 1
    assert "READER_MODEL" in done.stderr
    assert "Traceback" not in done.stderr
    assert DEFAULT_READER not in done.stdout
