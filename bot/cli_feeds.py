"""The commands of `citebot feeds` and their options."""

import pathlib
from typing import Annotated

import typer

from bot.cli_options import Json

app = typer.Typer(
    help="Subscribe to feeds: what is new in them becomes articles.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_Feeds = Annotated[list[str], typer.Argument(metavar="FEED…", show_default=False)]


@app.command()
def add(feeds: Annotated[list[str], typer.Argument(metavar="URL…", show_default=False)]) -> None:
    """Subscribe to feeds in RSS or Atom, or to the feed that a page names."""
    from bot import feeds_command

    raise typer.Exit(feeds_command.add(feeds))


@app.command()
def remove(
    feeds: _Feeds,
    server: Annotated[
        int | None, typer.Option(metavar="ID", min=1, help="One that the managers of a Discord server added.")
    ] = None,
) -> None:
    """End subscriptions, by address or title. The articles stay."""
    from bot import feeds_command

    feeds_command.remove(feeds, str(server or ""))


@app.command("list")
def list_(
    as_json: Json = False,
) -> None:
    """List the feeds: last success, next turn, last error."""
    from bot import feeds_command

    feeds_command.show(as_json=as_json)


@app.command()
def sync() -> None:
    """Fetch the feeds now, but for those of Discord servers, and bring in what is new.

    A bot that runs does it by itself.
    """
    from bot import feeds_command

    raise typer.Exit(feeds_command.sync())


@app.command("import")
def import_(
    file: Annotated[pathlib.Path, typer.Argument(metavar="FILE.opml", exists=True, dir_okay=False)],
) -> None:
    """Subscribe to the feeds of an OPML file, as feed readers export it."""
    from bot import feeds_command

    feeds_command.take_in(file)


@app.command()
def export() -> None:
    """Print the subscriptions as OPML."""
    from bot import feeds_command

    feeds_command.export()
