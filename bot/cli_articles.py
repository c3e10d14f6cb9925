"""The commands for articles, and their options."""

import pathlib
from typing import Annotated

import typer

from bot.cli_options import Json

app = typer.Typer(rich_markup_mode=None)


@app.command()
def add(
    places: Annotated[list[str], typer.Argument(metavar="URL|FILE|FOLDER…", show_default=False)],
) -> None:
    """Add articles: files, all files in folders, web pages.

    Each becomes a file in the data folder. One that was added before with the same address is replaced;
    one in your own folders stays, and is named.
    """
    from bot import adding

    raise typer.Exit(adding.add(places))


@app.command()
def remove(
    names: Annotated[list[str], typer.Argument(metavar="ARTICLE…", show_default=False)],
) -> None:
    """Remove articles that were added, by id, address or title."""
    from bot import adding

    raise typer.Exit(adding.remove(names))


@app.command()
def articles(
    as_json: Json = False,
    plot: Annotated[
        pathlib.Path | None,
        typer.Option(metavar="FILE.png", help="Draw how many there are of each week and outlet."),
    ] = None,
) -> None:
    """List the articles, newest first."""
    from bot import commands

    commands.articles(as_json=as_json, plot=plot)
