"""Options that several commands have."""

import contextlib
import datetime
from typing import Annotated

import typer


def _day(text: str) -> datetime.date:
    with contextlib.suppress(ValueError):
        if (day := datetime.date.fromisoformat(text)).isoformat() == text:
            return day
    raise typer.BadParameter(f"{text!r} is not a day. Write it as 2025-04-21.")


Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
Words = Annotated[list[str], typer.Argument(metavar="QUESTION", hidden=True)]
Since = Annotated[
    datetime.date | None,
    typer.Option(parser=_day, metavar="YYYY-MM-DD", help="Only articles of this day or later."),
]
Before = Annotated[
    datetime.date | None,
    typer.Option(parser=_day, metavar="YYYY-MM-DD", help="Only articles from before this day."),
]
Source = Annotated[str | None, typer.Option(metavar="OUTLET", help="Only articles of this outlet.")]
