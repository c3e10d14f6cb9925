"""Trains the reader: the embedding model's transformer with a head that finds the words which answer.

    python -m bot.training.train DATA OUT [--minutes 75] [--seed 1] [--teachers ONE TWO …]

DATA holds the files that `bot.training.prepare` names; OUT gets what was prepared of them and the model, in
transformers' form, of which `python -m bot.training.pack OUT` makes what the bot runs. It runs on the GPU
where there is one. With teachers (other models trained so, in another order), it learns mostly what they say
in the mean. `--decks` names what another training prepared: DATA is not read then.
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

from bot.training.batches import BATCH_PIECES, Batch, Batcher
from bot.training.decks import DECKS, Deck, read_decks
from index.model_files import DEFAULT_MODEL, find_model

if TYPE_CHECKING:
    pass

Say = Callable[[str], object]

# How often a batch's row comes from a source, at the start and at the end: first all that teaches to read,
# then what looks like the job.
_SHARES = {
    "squadshifts": (0.44, 0.24),
    "squad-sentences": (0.12, 0.05),
    "wikiqa": (0.04, 0.03),
    "trecqa": (0.02, 0.01),
    "news-distant": (0.10, 0.16),
    "squad2-other-articles": (0.08, 0.14),
    "altered": (0.16, 0.22),
    "ranked-high": (0.04, 0.15),
}
_TURN = 0.55
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


def train(
    model: Any,
    batches: Iterator[tuple[Batch, float]],
    rate: float,
    teachers: Sequence[Any],
    keep: Callable[[], object],
    say: Say,
) -> None:
    """Trains `model` in place on batches that come with how far it is, and calls `keep` now and then."""
    import torch

    from bot.training.losses import Tensors, loss_of

    wanted = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(wanted, lr=rate, weight_decay=0.01, fused=True)
    kept = time.monotonic()
    losses: list[torch.Tensor] = []
    model.train()
    for step, (batch, progress) in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = rate * learning_rate(progress)
        loss = loss_of(model, Tensors.of(batch, model.device), teachers)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(wanted, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.detach())
        if step % _REPORT_STEPS == 0:
            mean = float(torch.stack(losses).mean())
            if not math.isfinite(mean):
                raise FloatingPointError(f"the loss is no number at step {step}")
            say(f"{progress:5.1%} step {step} loss {mean:.3f}\n")
            losses.clear()
        if time.monotonic() - kept > _KEEP_SECONDS:
            kept = time.monotonic()
            keep()


def until_done(batcher: Batcher, decks: Mapping[str, Deck], plan: Plan) -> Iterator[tuple[Batch, float]]:
    """Batches with how far the training is, until it is done."""
    started, step = time.monotonic(), 0
    while True:
        for batch in batcher.batches(decks, plan.shares(plan.progress(started, step), list(decks))):
            if (progress := plan.progress(started, step)) >= 1:
                return
            yield batch, progress
            step += 1


def _decks(data: Path, folder: Path, seed: int, say: Say) -> dict[str, Deck]:
    """What is dealt from, prepared in `folder` where it is not yet."""
    if not (folder / DECKS).is_file():
        # Another machine, to which decks were brought, may lack what makes them.
        from bot.training.prepare import prepare

        prepare(data, folder, seed, say)
    return read_decks(folder / DECKS)


def main(arguments: Sequence[str] | None = None, say: Say = sys.stdout.write) -> None:
    parser = argparse.ArgumentParser(description="Train the reader.")
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--decks", type=Path, help="a folder in which the data was already prepared")
    parser.add_argument("--base", default=DEFAULT_MODEL, help="the model to start from")
    parser.add_argument("--minutes", type=float, default=75.0)
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument("--rate", type=float, default=_RATE)
    parser.add_argument("--batch", type=int, default=BATCH_PIECES, help="word pieces of a step")
    parser.add_argument("--behind", type=float, default=0.0, help="of the plan: the base had it")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--words", action="store_true", help="train the table of words as well")
    parser.add_argument("--teachers", type=Path, nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    torch.manual_seed(options.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    source = find_model(options.base)
    drop = {"hidden_dropout_prob": options.dropout, "attention_probs_dropout_prob": options.dropout}
    load = AutoModelForQuestionAnswering.from_pretrained
    model = load(source, **drop).to(device)
    # It is half of the model: on some ten thousand questions it would only learn these.
    model.get_input_embeddings().weight.requires_grad = options.words
    teachers = [load(one).to(device).eval() for one in options.teachers]
    tokenizer = AutoTokenizer.from_pretrained(source)
    tokenizer.save_pretrained(options.out)
    decks = _decks(options.data, options.decks or options.out, options.seed, say)
    say(json.dumps({name: len(deck) for name, deck in decks.items()}) + "\n")

    def keep() -> None:
        model.save_pretrained(options.out)

    marks = tokenizer.cls_token_id, tokenizer.sep_token_id
    batcher = Batcher(marks, random.Random(options.seed), options.batch)
    plan = Plan(options.minutes * 60, options.steps, options.rate, options.behind)
    train(model, until_done(batcher, decks, plan), plan.rate, teachers, keep, say)
    keep()


if __name__ == "__main__":
    main()
