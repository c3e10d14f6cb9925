"""The real command in a subprocess, for tests."""

import dataclasses
import functools
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from typer.testing import CliRunner, Result

from bot.cli import app
from bot.settings import Settings
from index.exports import Exports
from index.model_files import DEFAULT_MODEL, find_model

CHECKOUT = Path(__file__).resolve().parents[1]


def environment(**changes: str) -> dict[str, str]:
    """The environment of a new user: no settings, no terminal's habits; `changes` on top."""
    personal = {*Settings.variables().values(), "COLUMNS", "FORCE_COLOR", "NO_COLOR", "PYTHONWARNINGS"}
    kept = {name: value for name, value in os.environ.items() if name not in personal}
    path = os.pathsep.join(filter(None, [str(CHECKOUT), kept.get("PYTHONPATH")]))
    return {**kept, "PYTHONPATH": path, "PYTHONUTF8": "1", **changes}


def exported() -> Exports:
    """Where the default model lies exported: done once for all tests."""
    return Exports(Path(_exported().name))


def with_model(data: Path) -> Path:
    """A data folder that has the default model exported, as it is after the first question."""
    data.mkdir(parents=True, exist_ok=True)
    if not (data / "models").exists():
        (data / "models").symlink_to(exported().folder, target_is_directory=True)
    return data


@functools.cache
def _exported() -> tempfile.TemporaryDirectory[str]:
    made = tempfile.TemporaryDirectory()
    Exports(Path(made.name)).make(DEFAULT_MODEL, find_model(DEFAULT_MODEL))
    return made


@dataclasses.dataclass(frozen=True, slots=True)
class Command:
    """`citebot` with some settings: call it with arguments."""

    folder: Path
    settings: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        return environment(**self.settings)

    @property
    def arguments(self) -> list[str]:
        return [sys.executable, "-m", "bot"]

    def __call__(
        self, *arguments: str | bytes, stdin: bytes = b"", **changes: str
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end, nothing on a terminal. `changes` to the environment."""
        done = subprocess.run(
            [*self.arguments, *arguments],
            cwd=self.folder,
            env={**self.environment, **changes},
            input=stdin,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def here(self, *arguments: str, stdin: bytes = b"", settings: Mapping[str, str] | None = None) -> Result:
        """The same in this process, where the model's libraries are imported but once."""
        return CliRunner().invoke(
            app, [*arguments], input=stdin, env={**self.environment, **(settings or {})}
        )
