"""Training the verifier on made claims: small, but the whole way."""

import gzip
import json
import random
import re
from pathlib import Path

import pytest
import torch

from bot.pair_model import PairFiles
from bot.reader.loading import own_files
from bot.training import verifier
from bot.training.claims import Source, alike, groups, read_sources
from bot.verifier.verifier import Verifier
from index.embedding import Embedder
from tests.tiny_model import tiny_reader

TOWNS = "Vik Lund Elm Oslo Bergen Turku Narva Riga Skive Visby Molde Falun".split()


def source(town: str, article: str = "a") -> dict[str, object]:
    claims = [(f"{town} has a bridge.", 1), (f"{town} never had a bridge.", 0)]
    return {
        "article": article,
        "title": "Bridges",
        "before": ["It rained.", "Nobody came."],
        "text": f"The bridge of {town} opened.",
        "after": ["People cheered."],
        "claims": claims,
    }


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("claims") / "claims.jsonl.gz"
    with gzip.open(written, "wt") as out:
        out.writelines(json.dumps(source(town)) + "\n" for town in TOWNS)
    return written


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of the exporter itself
def test_what_was_trained_tells_true_claims_from_false_ones(file: Path, tmp_path: Path) -> None:
    said: list[str] = []
    base, graph = tiny_reader(tmp_path / "base"), tmp_path / "out" / "verifier.onnx"
    options = ["--out", str(graph), "--steps", "151", "--rate", "3e-3", "--frozen", "0"]
    verifier.main([str(file), str(base), *options], said.append)
    losses = [float(loss) for loss in re.findall(r"loss ([\d.]+)", "".join(said))]
    assert said[0] == "24 claims about 12 texts\n"
    assert losses[-1] < 0.6 * losses[0]
    trained = Verifier(PairFiles(graph, own_files().tokenizer))
    text = "Bridges. The bridge of Vik opened."
    (true,), (false,) = (trained.support(c, [text]) for c in ("Vik has a bridge.", "Vik never had a bridge."))
    assert true > 0.6  # now and then it is false of other sentences
    assert false < 0.2


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of the exporter itself
@pytest.mark.slow
def test_a_training_goes_on_from_the_weights_that_it_kept(file: Path, tmp_path: Path) -> None:
    base = tiny_reader(tmp_path / "base")
    options = ["--out", str(tmp_path / "out.onnx"), "--weights", str(tmp_path / "kept.pt"), "--frozen", "0"]
    losses = []
    for steps in ("101", "1"):
        said: list[str] = []
        verifier.main([str(file), str(base), *options, "--steps", steps, "--rate", "3e-3"], said.append)
        losses.append(float(re.findall(r"loss ([\d.]+)", said[-1])[0]))
    assert losses[1] < 1.2 * losses[0]


def test_claims_are_read_with_more_and_less_of_their_article(file: Path) -> None:
    (read, *_), chance = read_sources(file), random.Random(1)
    contexts = {read.context(chance) for _ in range(100)}
    assert "The bridge of Vik opened." in contexts
    assert "Bridges. Nobody came. The bridge of Vik opened. People cheered." in contexts
    assert all(read.text in context for context in contexts)


def test_a_true_claim_is_false_of_other_sentences() -> None:
    sources = [Source(**source(town)) for town in TOWNS]  # type: ignore[arg-type]
    dealt = [row for seed in range(5) for group in groups(sources, random.Random(seed), {}) for row in group]
    elsewhere = [row for row in dealt if not row.supported and "never" not in row.claim]
    assert elsewhere
    assert all(row.claim.split()[0] not in row.context for row in elsewhere)
    assert all(row.claim.split()[0] in row.context for row in dealt if row.supported)


def test_a_true_claim_is_false_of_what_is_alike_in_other_articles(embedder: Embedder) -> None:
    sources = [Source(**source(town, town)) for town in TOWNS]  # type: ignore[arg-type]
    near = alike(sources, embedder.embed)
    assert all(len(near[one.text]) == len(TOWNS) - 1 and one not in near[one.text] for one in sources)
    dealt = [
        row for seed in range(5) for group in groups(sources, random.Random(seed), near) for row in group
    ]
    elsewhere = [row for row in dealt if not row.supported and "never" not in row.claim]
    assert elsewhere
    assert all(row.claim.split()[0] not in row.context for row in elsewhere)


def test_a_batch_is_of_no_more_pieces_than_wanted(file: Path, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_reader(tmp_path))
    rows = list(groups(read_sources(file) * 20, random.Random(1), {}))
    batches = list(verifier.batches(rows, tokenizer, random.Random(1)))
    assert sorted(r.claim for b in batches for g in b for r in g) == sorted(r.claim for g in rows for r in g)
    for batch in batches:
        flat = [row for group in batch for row in group]
        longest = max(len(tokenizer(row.claim, row.context)["input_ids"]) for row in flat)
        assert len(flat) * longest <= 2048
    assert max(len(batch) for batch in batches) > 5


def test_a_true_claim_should_stand_above_the_false_ones_of_its_group() -> None:
    supported, group = torch.tensor([1.0, 0.0, 1.0, 0.0]), torch.tensor([0, 0, 1, 1])
    right, wrong = torch.tensor([3.0, -3.0, 3.0, -3.0]), torch.tensor([-3.0, 3.0, 3.0, -3.0])
    assert verifier.loss_of(right, supported, group) < verifier.loss_of(wrong, supported, group)
    alone = torch.tensor([0, 1, 2, 3])
    assert verifier.loss_of(wrong, supported, alone) < verifier.loss_of(wrong, supported, group)
