"""The verifier: whether a text says what a claim says."""

from pathlib import Path

import pytest

from bot.pair_model import PairFiles
from bot.reader.loading import own_files
from bot.verifier.verifier import Verifier, load_verifier, own_graph
from index.errors import ModelError

BRIDGE = (
    "Bridge opens. Mayor Ana Lindqvist opened the bridge on Monday after storms delayed the work by a year."
    " It cost 41 million euros."
)
TALKS = "Talks. The minister said the government may lower the tax on fuel next spring if prices keep rising."


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return load_verifier()


@pytest.mark.parametrize(
    ("text", "true", "false"),
    [
        (
            BRIDGE,
            "Because of storms the work took a year longer.",
            "Because of the cost the work took longer.",
        ),
        (BRIDGE, "The mayor opened the bridge.", "The mayor opened the bridge and thanked the workers."),
        (TALKS, "A cut in the fuel tax is possible.", "A cut in the fuel tax has been decided."),
        (
            TALKS,
            "The minister said the tax may be lowered.",
            "The minister refused to lower the tax.",
        ),
        pytest.param(
            TALKS,
            "The fuel tax may fall if prices go on rising.",
            "The fuel tax may fall so that prices rise.",
            marks=pytest.mark.xfail(reason="it is as unsure of both"),
        ),
    ],
)
def test_a_true_claim_is_surer_than_a_false_one(verifier: Verifier, text: str, true: str, false: str) -> None:
    assert verifier.support(true, [text])[0] > verifier.support(false, [text])[0]


def test_what_another_text_says_is_not_borne_out(verifier: Verifier) -> None:
    own, other = verifier.support("The bridge cost 41 million euros.", [BRIDGE, TALKS])
    assert own > 0.5 > 0.2 > other


@pytest.mark.parametrize("claim", ["", "word " * 2000, "北京 🙂 e\u0301", "\0"])
def test_whatever_is_claimed_is_read(verifier: Verifier, claim: str) -> None:
    found = verifier.support(claim, [BRIDGE, "", TALKS * 500])
    assert len(found) == 3
    assert all(0 <= sure <= 1 for sure in found)


def test_of_a_long_text_the_beginning_is_read(verifier: Verifier) -> None:
    long = BRIDGE + " It was a day like any other." * 50
    claim = "The mayor opened the bridge."
    assert verifier.support(claim, [long]) == verifier.support(claim, [long + TALKS])


def test_the_verifier_that_comes_with_citebot_is_small() -> None:
    assert own_graph().stat().st_size < 25_000_000


def test_a_broken_verifier_says_what_to_do(tmp_path: Path) -> None:
    graph = tmp_path / "verifier.onnx"
    graph.write_bytes(b"no graph")
    with pytest.raises(ModelError, match=r"The verifier in .* cannot be loaded.*") as caught:
        Verifier(PairFiles(graph, own_files().tokenizer))
    assert caught.value.hint == "Install citebot again."
