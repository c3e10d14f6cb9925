"""A development set asked of an embedded index and of one on a Chroma server: the same is found."""

import json
import time
from pathlib import Path

import pytest

from bot.app import App
from bot.settings import Settings
from tests.chroma_server import chroma_server
from tests.command import CHECKOUT, with_model

SETS = CHECKOUT.parent / "shared" / "eval"


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(
    not SETS.is_dir(), reason="the development sets of ../shared/eval are not on this machine"
)
@pytest.mark.parametrize("name", ["squad2", "news"])
def test_a_development_set_is_answered_as_from_the_embedded_index(name: str, tmp_path: Path) -> None:
    questions = [json.loads(line)["question"] for line in (SETS / name / "questions.jsonl").open()]
    common = {"articles": (SETS / name / "articles.jsonl",), "reader_model": "none"}
    with chroma_server(tmp_path / "chroma") as server:
        embedded = Settings.model_validate({**common, "data": with_model(tmp_path / "embedded")})
        served = Settings.model_validate(
            {**common, "data": with_model(tmp_path / "served"), "chroma_url": server.url}
        )
        with App(embedded) as one, App(served) as other:
            assert one.sync().passages == other.sync().passages
            spent = [0.0, 0.0]
            differ = []
            for question in questions:
                given = []
                for number, app in enumerate((one, other)):
                    begun = time.perf_counter()
                    answer = app.ask(question)
                    spent[number] += time.perf_counter() - begun
                    hits = [hit.passage.id for hit in app.search(question)]
                    given.append((answer.text, answer.refused, hits))
                if given[0] != given[1]:
                    differ.append(question)
    print(f"{name}: {len(questions)} questions, {len(differ)} differ; seconds {spent[0]:.1f}, {spent[1]:.1f}")
    # A graph is built a little differently each time: one of 1,000 candidates may be another.
    assert len(differ) <= 0.01 * len(questions)
