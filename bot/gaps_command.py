"""`citebot gaps`: what was asked and refused, listed."""

import json
from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from bot.console import Out, Waiting
from bot.gaps import Gap
from bot.opening import opened
from bot.plain import one_line
from bot.records import ALL, look
from bot.settings import Settings


def run(*, server: int | None, as_json: bool) -> None:
    """Lists the gaps of one server, or all."""
    out, waiting = Out(as_json=as_json), Waiting()
    path = Settings.load().records
    refused = look(path, lambda records: records.refused(ALL if server is None else server))
    if not refused:
        waiting.notice("Nothing that was asked in Discord was refused.")
        return
    with opened(waiting) as app, waiting.during("Comparing the questions"):
        found = app.gaps(refused)
    if as_json:
        for gap in found:
            out.line(json.dumps(_listed(gap)))
    else:
        out.show(_table(found))


def _listed(gap: Gap) -> dict[str, Any]:
    return {
        "question": gap.questions[0],
        "count": gap.count,
        "last": gap.last.isoformat(),
        "first": gap.first.isoformat(),
        "others": list(gap.questions[1:]),
    }


def _table(found: Sequence[Gap]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Last", no_wrap=True)
    table.add_column("Times", no_wrap=True, justify="right")
    table.add_column("Question", overflow="fold")
    for gap in found:
        lead, *others = map(one_line, gap.questions)
        question = Text(lead)
        for other in others:
            question.append(f"\n{other}", "dim")
        table.add_row(gap.last.isoformat(), f"{gap.count:,}", question)
    return table
