"""The command `citebot`: its commands and options. What they do is imported when they run."""

import datetime
import gc
import io
import itertools
import os
import pathlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from bot import cli_articles, cli_feeds, edge
from bot.cli_options import Before, Json, Since, Source, Words
from bot.edge import Group

if TYPE_CHECKING:
    from bot.app import Filter

_OBJECTS_PER_COLLECTION = 50_000

app = typer.Typer(
    cls=Group,
    help="Answers questions about a collection of articles, every sentence with a verbatim quote.",
    epilog="Exit codes: 0 answered, 3 refused, 2 wrong usage, 1 any other error.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(cli_articles.app)
app.add_typer(cli_feeds.app, name="feeds")


def main() -> None:
    """The entry point of the installed command and of `python -m bot`."""
    # Starting makes many objects and no garbage: looking for some every 700 costs a tenth of a question.
    gc.set_threshold(_OBJECTS_PER_COLLECTION)
    sys.stdout, sys.stderr = _lenient(sys.stdout), _lenient(sys.stderr)
    try:
        with edge.last_resort():
            app(prog_name="citebot")
    finally:
        # Nor need it be looked for where everything ends: that would take a tenth of a question, too.
        gc.freeze()


def _lenient(stream: TextIO | None) -> TextIO:
    """A stream that shows "?" for what its encoding lacks; one that was closed before we began takes all."""
    stream = stream or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream


def _print_version(wanted: bool) -> None:
    if wanted:
        from bot.version import version

        typer.echo(f"citebot {version()}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> None:
    pass


@app.command()
def ask(
    ctx: typer.Context,
    question: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION", hidden=True),
    ] = None,
    as_json: Json = False,
    since: Since = None,
    before: Before = None,
    source: Source = None,
    no_refuse: Annotated[
        bool, typer.Option("--no-refuse", help="Answer even what the articles do not support.")
    ] = False,
) -> None:
    """Answer a question from the articles, with quotes and sources.

    Without QUESTION, standard input is read: a question a line, an answer each.
    """
    questions = None if question else _piped(ctx)
    filter = _filter(ctx, since, before, source)
    from bot import ask_command

    how = ask_command.Asking(filter, refuse=not no_refuse, as_json=as_json)
    if questions is None:
        raise typer.Exit(ask_command.ask(" ".join(question or ()), how))
    raise typer.Exit(ask_command.ask_each(questions, how))


@app.command()
def chat() -> None:
    """Ask in a conversation: follow-up questions, sources, quotes."""
    from bot.chat import run

    run()


@app.command()
def search(
    ctx: typer.Context,
    question: Words,
    as_json: Json = False,
    count: Annotated[int, typer.Option("-k", metavar="N", min=1, max=100, help="How many passages.")] = 5,
    since: Since = None,
    before: Before = None,
    source: Source = None,
) -> None:
    """Show the passages nearest to a question, best first."""
    filter = _filter(ctx, since, before, source)
    from bot import ask_command

    ask_command.search(" ".join(question), filter, count=count, as_json=as_json)


@app.command()
def index(
    ctx: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Drop the index and make it anew.")] = False,
    compact: Annotated[
        bool, typer.Option("--compact", help="Leave no word of removed articles on the disk.")
    ] = False,
    ahead: Annotated[
        bool,
        typer.Option(
            "--ahead",
            help="Embed sentences, too, so that answers come sooner; an idle bot does so by itself.",
        ),
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with whatever changes, until told to stop.")
    ] = False,
) -> None:
    """Bring the index up to date with the articles.

    New, changed and removed articles are brought in, and only those.
    """
    if rebuild and compact:
        ctx.fail("An index that is made anew is compact: --rebuild or --compact.")
    if compact and ahead:
        ctx.fail("--compact or --ahead, one after the other.")
    if follow and (rebuild or compact or ahead):
        ctx.fail("--follow goes alone.")
    if follow:
        from bot import following

        following.run()
        return
    from bot import commands

    raise typer.Exit(commands.compact() if compact else commands.index(rebuild=rebuild, ahead=ahead))


@app.command()
def export(
    force: Annotated[bool, typer.Option("--force", help="Export it again where that was done.")] = False,
) -> None:
    """Make the embedding model ready for quick answers.

    The first question does it too. Exported on one machine, data/models can be copied to another.
    """
    from bot import commands

    raise typer.Exit(commands.export(force=force))


@app.command()
def discord() -> None:
    """Run the bot in Discord, until it is told to leave.

    DISCORD_TOKEN must be set; the README says how to get one.
    """
    from bot.discord.run import run

    run()


@app.command()
def feedback(
    as_json: Json = False,
    server: Annotated[
        int | None, typer.Option(metavar="ID", min=1, help="Only the answers in this server.")
    ] = None,
    export: Annotated[
        pathlib.Path | None,
        typer.Option(metavar="FOLDER", help="Write questions.jsonl and articles.jsonl there."),
    ] = None,
) -> None:
    """List the answers that people in Discord voted on.

    Exported, they are questions to measure by: the quotes of an answer that all found right are its answers;
    what the others should have been is for you to fill in.
    """
    from bot import feedback

    feedback.run(server=server, as_json=as_json, export=export)


@app.command("eval")
def evaluate(
    folder: Annotated[
        pathlib.Path, typer.Argument(metavar="FOLDER", help="Holds articles.jsonl and questions.jsonl.")
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, with a row for each question.")
    ] = False,
    plot: Annotated[
        pathlib.Path | None,
        typer.Option(metavar="FILE.png", help="Draw right against wrong answers, and hit@k."),
    ] = None,
    compare: Annotated[
        pathlib.Path | None,
        typer.Option(metavar="OLD.json", help="Show what changed since an earlier --json, by question."),
    ] = None,
) -> None:
    """Measure the answers to questions whose answers are known.

    The index of these articles is kept apart from yours.
    """
    from bot import evaluating

    evaluating.run(folder, as_json=as_json, plot=plot, old=compare)


@app.command()
def watch(
    ctx: typer.Context,
    question: Annotated[list[str] | None, typer.Argument(metavar="QUESTION", hidden=True)] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Bring articles in, and say which answers are others now.")
    ] = False,
    remove: Annotated[
        int | None, typer.Option("--remove", metavar="N", min=1, help="Watch question N of the list no more.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Watch a question: when a new article changes its answer, --check says so, once.

    Without QUESTION, what is watched is listed. What is watched in Discord is Discord's own.
    """
    if bool(question) + check + (remove is not None) > 1:
        ctx.fail("A question, --check and --remove are three different things: choose one.")
    from bot import watch_command

    if question:
        watch_command.add(" ".join(question), as_json=as_json)
    elif check:
        watch_command.check(as_json=as_json)
    elif remove is not None:
        watch_command.remove(remove)
    else:
        watch_command.show(as_json=as_json)


@app.command()
def gaps(
    as_json: Json = False,
    server: Annotated[
        int | None, typer.Option(metavar="ID", min=1, help="Only what was asked in this server.")
    ] = None,
) -> None:
    """List what was asked in Discord and refused, newest first.

    Questions that ask nearly the same are counted together. They say which articles are missing.
    """
    from bot import gaps_command

    gaps_command.run(server=server, as_json=as_json)


@app.command()
def doctor() -> None:
    """Check settings, model, index and versions.

    Every line is ok, or says how to mend it.
    """
    from bot.doctor import run

    raise typer.Exit(run())


def _piped(ctx: typer.Context) -> Iterator[bytes]:
    """The lines of standard input. Wrong usage where there are none to come."""
    piped = sys.stdin is not None and not sys.stdin.isatty()
    if first := sys.stdin.buffer.readline() if piped else b"":
        return itertools.chain([first], sys.stdin.buffer)
    ctx.fail('There is no question. Example: citebot ask "what did Zelensky demand?"')


def _filter(
    ctx: typer.Context, since: datetime.date | None, before: datetime.date | None, source: str | None
) -> "Filter":
    if since and before and since >= before:
        ctx.fail("--since must name an earlier day than --before.")
    from bot.app import Filter

    return Filter(since=since, before=before, source=source)
