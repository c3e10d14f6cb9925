"""Makes of training data the decks that the training deals from.

DATA holds the files of `SPANS` and `PAIRS`, those that there are. OUT gets all rows as word pieces: with them
the training needs neither data nor index, and can go on on another machine. Passages that our own search
ranks high and that do not answer are found first, and kept in OUT.
"""

import json
import random
from collections.abc import Callable
from pathlib import Path

from bot.pair_model import open_tokenizer
from bot.training.decks import DECKS, Deck, write_decks
from bot.training.negatives import altered, passages_that_do_not_answer
from bot.training.rows import Row, load_pairs, load_spans, read_rows, write_rows
from bot.training.siblings import Siblings, siblings
from index.embedding import Embedder
from index.exports import Exports
from index.model_files import DEFAULT_MODEL, find_model

Say = Callable[[str], object]

SPANS = ("squadshifts", "squad2-other-articles")
PAIRS = ("squad-sentences", "wikiqa", "trecqa", "news-distant")
# How often a question is altered, each time in a way drawn anew.
_ALTERED = 2
# Of every so many contexts the passages are looked for that rank high.
_EVERY = 4


def load_sources(data: Path, work: Path, siblings: Siblings, chance: random.Random) -> dict[str, list[Row]]:
    """Every source of rows that there is in `data`, and those made of them."""
    sources = {n: load_spans(f) for n in SPANS if (f := data / f"{n}.jsonl.gz").is_file()}
    sources |= {n: load_pairs(f) for n in PAIRS if (f := data / f"{n}.jsonl.gz").is_file()}
    answerable = [row for name in SPANS for row in sources.get(name, ()) if row.span]
    sources["altered"] = [row for _ in range(_ALTERED) for row in altered(answerable, siblings, chance)]
    high = work / "ranked-high.jsonl"
    if not high.is_file():
        spans = data / f"{SPANS[0]}.jsonl.gz"
        embedder = Embedder(exports=Exports(work / "models"))
        write_rows(passages_that_do_not_answer(spans, work / "spans", embedder, every=_EVERY), high)
    sources["ranked-high"] = read_rows(high)
    return {name: rows for name, rows in sources.items() if rows}


def prepare(data: Path, out: Path, seed: int, say: Say) -> None:
    """Writes the decks of the data into `out`."""
    from safetensors.numpy import load_file

    out.mkdir(parents=True, exist_ok=True)
    source = find_model(DEFAULT_MODEL)
    tokenizer = open_tokenizer(source / "tokenizer.json")
    table = load_file(source / "model.safetensors")["embeddings.word_embeddings.weight"]
    near = siblings(table, tokenizer.get_vocab())
    sources = load_sources(data, out, near, random.Random(seed))
    say(json.dumps({name: len(rows) for name, rows in sources.items()}) + "\n")
    write_decks({name: Deck.of(rows, tokenizer) for name, rows in sources.items()}, out / DECKS)
