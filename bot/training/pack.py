"""Makes of a trained reader what the bot runs: `python -m bot.training.pack TRAINED… [--out FILE]`.

Of several that were trained from the same start, in other orders, the mean of their weights is taken: it
reads better than each. The graph's weights become 8-bit integers, a scale for each channel: a quarter of the
size, half the time.
"""

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

from bot.reader.export import INPUTS, write_graph
from bot.reader.loading import own_files
from bot.reader.reader import Reader
from index.export import quantize


def pack(trained: Sequence[Path], file: Path) -> None:
    """Writes the graph of the models in `trained` (transformers' form), their mean, as int8 ONNX."""
    import torch
    from transformers import AutoModelForQuestionAnswering

    models = [AutoModelForQuestionAnswering.from_pretrained(one, local_files_only=True) for one in trained]
    model, weights = models[0], [one.state_dict() for one in models]
    model.load_state_dict({name: torch.stack([w[name] for w in weights]).mean(0) for name in weights[0]})
    file.parent.mkdir(parents=True, exist_ok=True)
    write_graph(model.eval(), list(INPUTS), file)
    quantize(file)


def packed(file: Path) -> Reader:
    """The reader in such a file."""
    return Reader(dataclasses.replace(own_files(), graph=file))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Pack a trained reader.")
    parser.add_argument("trained", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=own_files().graph)
    options = parser.parse_args(arguments)
    pack(options.trained, options.out)


if __name__ == "__main__":
    main()
