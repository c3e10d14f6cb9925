"""Makes of a trained reader what the bot runs: `python -m bot.training.pack TRAINED [OUT]`.

The graph's weights become 8-bit integers, a scale for each channel: a quarter of the size, half the time.
"""

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

from bot.reader.export import INPUTS, write_graph
from bot.reader.loading import own_files
from bot.reader.reader import Reader
from index.export import quantize


def pack(trained: Path, file: Path) -> None:
    """Writes the graph of the model in `trained` (transformers' form) as int8 ONNX."""
    from transformers import AutoModelForQuestionAnswering

    model = AutoModelForQuestionAnswering.from_pretrained(trained, local_files_only=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_graph(model.eval(), list(INPUTS), file)
    quantize(file)


def packed(file: Path) -> Reader:
    """The reader in such a file."""
    return Reader(dataclasses.replace(own_files(), graph=file))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Pack a trained reader.")
    parser.add_argument("trained", type=Path)
    parser.add_argument("out", type=Path, nargs="?", default=own_files().graph)
    options = parser.parse_args(arguments)
    pack(options.trained, options.out)


if __name__ == "__main__":
    main()
