"""How fast and how large citebot is, beside the thirty lines that a user would write instead.

    python -m tests.bench side FOLDER QUICKSTART.py [--runs 5] [--reader citebot-reader] [--plot FILE.png]
                                                FOLDER: articles.jsonl and questions.jsonl
    python -m tests.bench discord [--reader citebot-reader]      memory of the bot, idle after 100 questions
    python -m tests.bench grow [--sizes 1000 10000 100000] [--made 1000000] [--plot FILE.png]
    python -m tests.bench grow --with FOLDER --sizes 0 1000 100000      its articles, too, and its questions
    python -m tests.bench gemm [--runs 5]                         embedding beside bare matrix products
    python -m tests.bench draw TABLES.md [--growth FILE.png] [--side FILE.png]     what `grow` and `side`
                                                printed, or the README's tables, drawn again

The quickstart needs langchain-chroma, langchain-huggingface and langchain-text-splitters, which are no part
of citebot: install them beside it. Both are measured alternately in one run, and a ratio is that of the
medians: on a machine that does other things, compare ratios, not seconds.
"""

import argparse
from pathlib import Path

from index.errors import CitebotError
from tests.bench import gemm, growth, memory, pictures, side


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(required=True)
    beside = commands.add_parser("side")
    beside.add_argument("folder", type=Path)
    beside.add_argument("quickstart", type=Path)
    beside.add_argument("--runs", type=int, default=5)
    beside.add_argument("--reader", default="none")
    beside.add_argument("--plot", type=Path)
    beside.set_defaults(
        run=lambda o: side.run(o.folder.resolve(), o.quickstart.resolve(), o.runs, o.reader, o.plot)
    )
    bot = commands.add_parser("discord")
    bot.add_argument("--reader", default="none")
    bot.set_defaults(run=lambda o: memory.run(o.reader))
    grow = commands.add_parser("grow")
    grow.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    grow.add_argument("--made", type=int, nargs="*", default=[], help="sizes with made-up vectors")
    grow.add_argument("--with", dest="news", type=Path, metavar="FOLDER", help="not for --made")
    grow.add_argument("--plot", type=Path)
    grow.set_defaults(run=lambda o: growth.run(o.sizes, o.made, o.news and o.news.resolve(), o.plot))
    products = commands.add_parser("gemm")
    products.add_argument("--runs", type=int, default=5)
    products.set_defaults(run=lambda o: gemm.run(o.runs))
    draw = commands.add_parser("draw")
    draw.add_argument("tables", type=Path)
    draw.add_argument("--growth", type=Path)
    draw.add_argument("--side", type=Path)
    draw.set_defaults(run=lambda o: pictures.draw(o.tables, o.growth, o.side))
    options = parser.parse_args()
    try:
        options.run(options)
    except CitebotError as error:
        parser.exit(1, f"{error}\n")


main()
