"""Fitting on made questions: small, but the whole way."""

import gzip
import json
import re
from pathlib import Path

import pytest

from bot import examples, fit
from bot.linear import parse_weights

TOWNS = "Vik Lund Elm Oslo Bergen Turku Narva Riga Skive Visby Molde Falun".split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve articles; of each a question that it answers and one that it does not."""
    made = tmp_path_factory.mktemp("made")
    articles, questions = [], []
    for number, town in enumerate(TOWNS, 21):
        text = f"The mayor of {town} spoke. The bridge of {town} cost {number} million euros. Nobody came."
        articles.append({"id": town, "title": f"{town} builds", "text": text})
        ask = {"articles": [town], "answerable": True, "answers": [f"{number} million"]}
        questions.append({"question": f"How much did the bridge of {town} cost?", **ask})
        never = {"articles": [town], "answerable": False, "answers": []}
        questions.append({"question": f"Who won the cup in {town} in 1999?", **never})
    questions.append({"question": "Is this judged?", "answerable": None, "articles": [], "answers": []})
    (made / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)))
    (made / "questions.jsonl").write_text("\n".join(map(json.dumps, questions)))
    return made


@pytest.fixture(scope="module")
def spans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spans") / "spans.jsonl.gz"
    rows = [
        {
            "question": "Who keeps the ferries?",
            "context": "The port keeps the ferries.",
            "answer": "The port",
        },
        {"question": "Who sells the ferries?", "context": "The port keeps the ferries.", "answer": None},
    ]
    with gzip.open(path, "wt") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def test_the_figures_and_the_weights_come_out(folder: Path, spans: Path, tmp_path: Path) -> None:
    said: list[str] = []
    out = tmp_path / "weights.json"
    options = ["--extra", str(spans), "--work", str(tmp_path / "work"), "--out", str(out)]
    fit.main([str(folder), *options], said.append)
    assert said[0::2] == ["without a reader\n", "with it\n"]
    for line in said[1::2]:
        figures = {name: float(value) for name, value in re.findall(r"(\w+) ([\d.-]+)", line)}
        assert figures["right"] == 1.0
        assert figures["refused"] == 1.0
    weights = parse_weights(out.read_text())
    assert weights.sentences.features["amount_number"].scale > 0
    assert weights.refusal.features["similarity"].weight > 0
    assert weights.reading.features["reader"].weight > 0
    assert "reader" in weights.refusal_read.features


@pytest.mark.slow
def test_checking_writes_nothing(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "weights.json"
    fit.main([str(folder), "--check", "--work", str(tmp_path / "work"), "--out", str(out)], lambda line: None)
    assert not out.exists()


def test_spans_become_articles_with_their_questions(spans: Path, tmp_path: Path) -> None:
    made = examples.as_folder(spans, tmp_path / "made")
    (article,) = map(json.loads, (made / "articles.jsonl").read_text().splitlines())
    assert article["text"] == "The port keeps the ferries."
    first, second = map(json.loads, (made / "questions.jsonl").read_text().splitlines())
    assert (first["answers"], first["answerable"]) == (["The port"], True)
    assert (second["answers"], second["answerable"]) == ([], False)
    assert first["articles"] == second["articles"] == [article["id"]]
