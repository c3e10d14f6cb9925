"""Every error becomes one line and an exit code."""

import errno

import pytest
import typer
from typer.testing import CliRunner

from bot.edge import Group, explain
from index.errors import StoreBusy

app = typer.Typer(cls=Group, pretty_exceptions_enable=False)
ERRORS: dict[str, Exception] = {
    "busy": StoreBusy("Process 12 writes the\nindex.", "Wait for it."),
    "full": OSError(errno.ENOSPC, "No space left on device", "/data/x"),
    "bug": KeyError("x"),
    "bare": RuntimeError(),
}


@app.callback()
def root(debug: bool = False) -> None: ...


@app.command()
def fail(name: str) -> None:
    raise ERRORS[name]


@app.command()
def leave() -> None:
    raise typer.Exit(3)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("busy", "citebot: Process 12 writes the index. Wait for it."),
        (
            "full",
            "citebot: No space left on device: /data/x. Run `citebot doctor` to see what is wrong.",
        ),
        ("bug", "citebot: KeyError: 'x'. Run `citebot doctor` to see what is wrong."),
        ("bare", "citebot: RuntimeError. Run `citebot doctor` to see what is wrong."),
    ],
)
def test_an_error_is_one_line(name: str, line: str) -> None:
    done = CliRunner().invoke(app, ["fail", name])
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", f"{line}\n")


def test_debug_lets_the_traceback_through() -> None:
    done = CliRunner().invoke(app, ["--debug", "fail", "bug"])
    assert isinstance(done.exception, KeyError)


def test_exit_codes_pass() -> None:
    assert CliRunner().invoke(app, ["leave"]).exit_code == 3
    assert CliRunner().invoke(app, ["fail"]).exit_code == 2


def test_explanations_hold_no_control_characters() -> None:
    assert explain(ValueError("a\x1b[2Jb\nc")) == (
        "ValueError: a[2Jb c. Run `citebot doctor` to see what is wrong."
    )
