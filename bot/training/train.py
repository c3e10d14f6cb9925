"""Trains the reader: the embedding model's transformer with a head that finds the words which answer.

    python -m bot.training.train DATA OUT [--minutes 75] [--seed 1]

DATA holds the files of `SPANS` and `PAIRS`, those that there are; OUT gets the model, in transformers'
form, of which `python -m bot.training.pack OUT` makes what the bot runs. Passages that our own search ranks
high and that do not answer are found first, and kept in OUT.
"""

import argparse
import dataclasses
import json
import math
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.reader.reader import open_tokenizer
from bot.training.batches import BATCH_PIECES, Batch, Batcher
from bot.training.negatives import altered, passages_that_do_not_answer
from bot.training.rows import Row, load_pairs, load_spans, read_rows, write_rows
from bot.training.siblings import Siblings, siblings
from index.embedding import Embedder
from index.exports import Exports
from index.model_files import DEFAULT_MODEL, find_model

if TYPE_CHECKING:
    import torch

Say = Callable[[str], object]

# How often a batch's row comes from a source, at the start and at the end: first all that teaches to read,
# then what looks like the job.
_SHARES = {
    "squadshifts": (0.48, 0.20),
    "squad-sentences": (0.14, 0.05),
    "wikiqa": (0.05, 0.04),
    "trecqa": (0.03, 0.01),
    "news-distant": (0.10, 0.16),
    "squad2-other-articles": (0.08, 0.22),
    "altered": (0.12, 0.18),
    "ranked-high": (0.02, 0.14),
}
SPANS = ("squadshifts", "squad2-other-articles")
PAIRS = ("squad-sentences", "wikiqa", "trecqa", "news-distant")
_TURN = 0.55
_EVERY = 4
_RATE = 2e-4
_WARM_UP = 0.04
_REPORT_STEPS = 25
_KEEP_SECONDS = 600.0


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """How long to train: until `seconds` or `steps` are reached. Of the sources' turn, `behind` is over."""

    seconds: float
    steps: int
    rate: float
    behind: float = 0.0

    def progress(self, started: float, step: int) -> float:
        """From 0 to 1."""
        return max((time.monotonic() - started) / self.seconds, step / self.steps)

    def shares(self, progress: float, names: Sequence[str]) -> dict[str, float]:
        """How often a row comes from each source at this point."""
        return shares(self.behind + (1 - self.behind) * progress, names)


def shares(progress: float, names: Sequence[str]) -> dict[str, float]:
    """How often a row comes from each source at this point of the training."""
    along = min(max((progress - _TURN) / 0.1, 0.0), 1.0)
    return {name: a + (b - a) * along for name, (a, b) in _SHARES.items() if name in names}


def learning_rate(progress: float) -> float:
    """A share of the highest: up within the warm-up, then down to nothing."""
    return max(min(progress / _WARM_UP, (1 - progress) / (1 - _WARM_UP)), 0.0)


def load_sources(data: Path, work: Path, siblings: Siblings, chance: random.Random) -> dict[str, list[Row]]:
    """Every source of rows that there is in `data`, and those made of them."""
    sources = {n: load_spans(f) for n in SPANS if (f := data / f"{n}.jsonl.gz").is_file()}
    sources |= {n: load_pairs(f) for n in PAIRS if (f := data / f"{n}.jsonl.gz").is_file()}
    answerable = [row for name in SPANS for row in sources.get(name, ()) if row.span]
    sources["altered"] = list(altered(answerable, siblings, chance))
    high = work / "ranked-high.jsonl"
    if not high.is_file():
        spans = data / f"{SPANS[0]}.jsonl.gz"
        embedder = Embedder(exports=Exports(work / "models"))
        write_rows(passages_that_do_not_answer(spans, work / "spans", embedder, every=_EVERY), high)
    sources["ranked-high"] = read_rows(high)
    return {name: rows for name, rows in sources.items() if rows}


def train(
    model: Any,
    batcher: Batcher,
    sources: Mapping[str, Sequence[Row]],
    plan: Plan,
    keep: Callable[[], object],
    say: Say,
) -> None:
    """Trains `model` in place, and calls `keep` now and then."""
    import torch

    # The table of words is half of the model: on some ten thousand questions it would only learn these.
    model.get_input_embeddings().weight.requires_grad = False
    wanted = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(wanted, lr=plan.rate, weight_decay=0.01, fused=True)
    kept = time.monotonic()
    losses: list[float] = []
    model.train()
    for step, (batch, progress) in enumerate(_until_done(batcher, sources, plan)):
        for group in optimizer.param_groups:
            group["lr"] = plan.rate * learning_rate(progress)
        loss = loss_of(model, batch)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(wanted, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
        if not math.isfinite(losses[-1]):
            raise FloatingPointError(f"the loss is no number at step {step}")
        if step % _REPORT_STEPS == 0:
            say(f"{progress:5.1%} step {step} loss {sum(losses) / len(losses):.3f}\n")
            losses.clear()
        if time.monotonic() - kept > _KEEP_SECONDS:
            kept = time.monotonic()
            keep()


def _until_done(
    batcher: Batcher, sources: Mapping[str, Sequence[Row]], plan: Plan
) -> Iterator[tuple[Batch, float]]:
    """Batches with how far the training is, until it is done."""
    started, step = time.monotonic(), 0
    while True:
        for batch in batcher.batches(sources, plan.shares(plan.progress(started, step), list(sources))):
            if (progress := plan.progress(started, step)) >= 1:
                return
            yield batch, progress
            step += 1


def loss_of(model: Any, batch: Batch) -> "torch.Tensor":
    """How improbable the model holds the right starts and ends, those that are allowed taken together."""
    import torch

    ids, types, mask = map(torch.from_numpy, (batch.ids, batch.types, batch.mask))
    found = model(input_ids=ids, token_type_ids=types, attention_mask=mask)
    # A question's own words are no answer; the first piece stands for "it does not say".
    closed = types == 0
    closed[:, 0] = False
    total = torch.zeros(())
    for logits, right in ((found.start_logits, batch.starts), (found.end_logits, batch.ends)):
        logits = logits.masked_fill(closed, -1e4)
        place = torch.arange(logits.shape[1])[None]
        first, last = torch.from_numpy(right).T[:, :, None]
        allowed = logits.masked_fill((place < first) | (place > last), -1e4)
        total = total + (logits.logsumexp(1) - allowed.logsumexp(1)).mean() / 2
    return total


def main(arguments: Sequence[str] | None = None, say: Say = sys.stdout.write) -> None:
    parser = argparse.ArgumentParser(description="Train the reader.")
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--base", default=DEFAULT_MODEL, help="the model to start from")
    parser.add_argument("--minutes", type=float, default=75.0)
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument("--rate", type=float, default=_RATE)
    parser.add_argument("--batch", type=int, default=BATCH_PIECES, help="word pieces of a step")
    parser.add_argument("--behind", type=float, default=0.0, help="of the plan: the base had it")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    torch.manual_seed(options.seed)
    chance = random.Random(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    source = find_model(options.base)
    model = AutoModelForQuestionAnswering.from_pretrained(
        source, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    tokenizer = open_tokenizer(source / "tokenizer.json")
    AutoTokenizer.from_pretrained(source).save_pretrained(options.out)
    near = siblings(model.get_input_embeddings().weight.detach().numpy(), tokenizer.get_vocab())
    sources = load_sources(options.data, options.out, near, chance)
    say(json.dumps({name: len(rows) for name, rows in sources.items()}) + "\n")

    def keep() -> None:
        model.save_pretrained(options.out)

    train(
        model,
        Batcher(tokenizer, chance, options.batch),
        sources,
        Plan(options.minutes * 60, options.steps, options.rate, options.behind),
        keep,
        say,
    )
    keep()


if __name__ == "__main__":
    main()
