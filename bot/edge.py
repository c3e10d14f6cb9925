"""The edge of the command line: every error becomes one line on standard error and an exit code."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

from bot.plain import one_line
from index.errors import CitebotError, NoQuestion

ANSWERED, FAILED, USAGE, REFUSED, INTERRUPTED = 0, 1, 2, 3, 130


def explain(error: Exception) -> str:
    """An error in one line that says what to do."""
    if isinstance(error, CitebotError):
        return one_line(str(error))
    if isinstance(error, OSError) and error.strerror:
        what = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    else:
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return one_line(f"{what}. Run `citebot doctor` to see what is wrong.")


class Group(TyperGroup):
    """The commands, run inside the edge; `--debug` lets a traceback through."""

    def invoke(self, ctx: Any) -> Any:
        with _edge(debug=bool(ctx.params.get("debug"))):
            return super().invoke(ctx)


@contextlib.contextmanager
def _edge(debug: bool) -> Iterator[None]:
    """Usage errors, exits and Ctrl-C are left to Typer: exit codes 2, their own, and 130."""
    try:
        yield
        sys.stdout.flush()
    except (typer.TyperException, typer.Exit, typer.Abort):
        raise
    except BrokenPipeError:
        _drop_output()
        raise typer.Exit(FAILED) from None
    except Exception as error:
        _drop_output()
        if debug:
            raise
        typer.echo(f"citebot: {explain(error)}", err=True)
        raise typer.Exit(USAGE if isinstance(error, NoQuestion) else FAILED) from None


@contextlib.contextmanager
def last_resort() -> Iterator[None]:
    """For what is printed before a command runs, such as help: a full disk is one line here too."""
    try:
        yield
    except OSError as error:
        _drop_output()
        typer.echo(f"citebot: {explain(error)}", err=True)
        raise SystemExit(FAILED) from None


def _drop_output() -> None:
    """What can no longer be written must not raise again when Python flushes at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
