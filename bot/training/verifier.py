"""Trains the verifier: the reader's transformer with a head that says whether a text bears out a claim.

    python -m bot.training.verifier CLAIMS.jsonl.gz READER [--minutes 60] [--seed 1]

READER is a trained reader in transformers' form. What the bot runs is written: int8, in ONNX.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from bot.reader.export import INPUTS
from bot.training.claims import Row, Source, alike, groups, read_sources
from bot.training.train import Plan, learning_rate
from bot.verifier.verifier import PIECES, own_graph
from index.embedding import Embedder
from index.export import quantize, save_graph

Say = Callable[[str], object]

# Word pieces of a batch, padding included, and groups among which those of like length are put together.
_BATCH, _POOL = 2048, 64
_RATE = 1e-4
# Layers that stay as they are, from below: what words are in their sentences they knew before.
_FROZEN = 2
# A claim's label is held for wrong so often.
_DOUBT = 0.02
# How much it counts that a true claim stands above the false ones about the same sentences.
_ORDER = 0.5
_REPORT_STEPS = 50


class Network(torch.nn.Module):
    """A transformer and, on its first piece, the logit that the second text bears out the first."""

    def __init__(self, transformer: Any) -> None:
        super().__init__()
        self.transformer = transformer
        self.drop = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(transformer.config.hidden_size, 1)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
        """(rows, pieces) each -> (rows, 1)."""
        read = self.transformer(input_ids=ids, attention_mask=mask, token_type_ids=types)
        logits: torch.Tensor = self.head(self.drop(read.last_hidden_state[:, 0]))
        return logits


def loss_of(logits: torch.Tensor, supported: torch.Tensor, group: torch.Tensor) -> torch.Tensor:
    """How wrong each logit is, and each pair of a true and a false claim of one group; (rows,) all."""
    wanted = supported * (1 - 2 * _DOUBT) + _DOUBT
    loss = functional.binary_cross_entropy_with_logits(logits, wanted)
    pairs = (supported[:, None] > supported[None]) & (group[:, None] == group[None])
    if pairs.any():
        apart = (logits[:, None] - logits[None])[pairs]
        loss = loss + _ORDER * functional.softplus(-apart).mean()
    return loss


def batches(rows: Sequence[list[Row]], tokenizer: Any, chance: random.Random) -> Iterator[list[list[Row]]]:
    """Groups of like length together, those of a batch never more than so many pieces."""
    for at in range(0, len(rows), _POOL):
        pool = [(max(_pieces(row, tokenizer) for row in group), group) for group in rows[at : at + _POOL]]
        parts: list[list[list[Row]]] = [[]]
        for pieces, group in sorted(pool, key=lambda known: known[0]):
            if parts[-1] and pieces * (sum(map(len, parts[-1])) + len(group)) > _BATCH:
                parts.append([])
            parts[-1].append(group)
        yield from chance.sample(parts, len(parts))


def _pieces(row: Row, tokenizer: Any) -> int:
    return min(len(tokenizer(row.claim, row.context)["input_ids"]), PIECES)


def passes(sources: Sequence[Source], tokenizer: Any, chance: random.Random) -> Iterator[list[list[Row]]]:
    """Batches without end: pass after pass over the sources."""
    near = alike(sources, Embedder().embed)
    while True:
        yield from batches(list(groups(sources, chance, near)), tokenizer, chance)


def train(network: Network, dealt: Iterator[list[list[Row]]], tokenizer: Any, plan: Plan, say: Say) -> None:
    """Trains in place until the plan is done."""
    wanted = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(wanted, lr=plan.rate, weight_decay=0.01, fused=True)
    started = time.monotonic()
    network.train()
    for step, batch in enumerate(dealt):
        if (progress := plan.progress(started, step)) >= 1:
            return
        for settings in optimizer.param_groups:
            settings["lr"] = plan.rate * learning_rate(progress)
        rows = [row for group in batch for row in group]
        logits = network(*_features(rows, tokenizer))[:, 0]
        supported = torch.tensor([float(row.supported) for row in rows])
        group = torch.tensor([number for number, part in enumerate(batch) for _ in part])
        loss = loss_of(logits, supported, group)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(wanted, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if step % _REPORT_STEPS == 0:
            say(f"{progress:5.1%} step {step} loss {float(loss.detach()):.3f}\n")


def _features(rows: Sequence[Row], tokenizer: Any) -> list[torch.Tensor]:
    found = tokenizer(
        [row.claim for row in rows],
        [row.context for row in rows],
        truncation="only_second",
        max_length=PIECES,
        padding=True,
        return_tensors="pt",
    )
    return [found[name] for name in INPUTS]


def start(base: Path, frozen: int) -> Network:
    """A network to train: the transformer in a folder, with a head that knows nothing."""
    from transformers import AutoModel

    network = Network(AutoModel.from_pretrained(base, add_pooling_layer=False, local_files_only=True))
    network.transformer.embeddings.requires_grad_(False)
    for layer in network.transformer.encoder.layer[:frozen]:
        layer.requires_grad_(False)
    return network


def pack(network: Network, file: Path) -> None:
    """Writes the network as the graph that `bot.verifier` runs, in int8."""
    example = torch.ones((3, 17), dtype=torch.long)
    file.parent.mkdir(parents=True, exist_ok=True)
    save_graph(_Whole(network.eval()), {name: example.clone() for name in INPUTS}, ["support"], file)
    quantize(file)


class _Whole(torch.nn.Module):
    """The network, taking its inputs as the exporter names them."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, *values: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.network(*values)
        return found


def main(arguments: Sequence[str] | None = None, say: Say = sys.stdout.write) -> None:
    parser = argparse.ArgumentParser(description="Train the verifier.")
    parser.add_argument("claims", type=Path)
    parser.add_argument("base", type=Path, help="a trained reader, in transformers' form")
    parser.add_argument("--out", type=Path, default=own_graph())
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument("--rate", type=float, default=_RATE)
    parser.add_argument("--weights", type=Path, help="a file to keep the weights in, and to go on from")
    parser.add_argument("--mean", type=Path, help="other weights: what is written is the mean")
    parser.add_argument("--frozen", type=int, default=_FROZEN, help="layers that stay as they are")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    from transformers import AutoTokenizer

    torch.manual_seed(options.seed)
    sources, tokenizer = read_sources(options.claims), AutoTokenizer.from_pretrained(options.base)
    say(f"{sum(len(source.claims) for source in sources)} claims about {len(sources)} texts\n")
    network = start(options.base, options.frozen)
    if options.weights and options.weights.exists():
        network.load_state_dict(torch.load(options.weights, weights_only=True))
    dealt = passes(sources, tokenizer, random.Random(options.seed))
    train(network, dealt, tokenizer, Plan(options.minutes * 60, options.steps, options.rate), say)
    if options.weights:
        torch.save(network.state_dict(), options.weights)
    if options.mean:
        earlier, own = torch.load(options.mean, weights_only=True), network.state_dict()
        network.load_state_dict({name: (own[name] + earlier[name]) / 2 for name in own})
    pack(network, options.out)


if __name__ == "__main__":
    main()
