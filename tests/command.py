"""The real command in a subprocess, for tests."""

import dataclasses
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from typer.testing import CliRunner, Result

from bot.cli import app
from bot.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[1]


def environment(**changes: str) -> dict[str, str]:
    """The environment of a new user: no settings, no terminal's habits; `changes` on top."""
    personal = {*Settings.variables().values(), "COLUMNS", "FORCE_COLOR", "NO_COLOR", "PYTHONWARNINGS"}
    kept = {name: value for name, value in os.environ.items() if name not in personal}
    path = os.pathsep.join(filter(None, [str(CHECKOUT), kept.get("PYTHONPATH")]))
    return {**kept, "PYTHONPATH": path, "PYTHONUTF8": "1", **changes}


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

    def here(self, *arguments: str, stdin: bytes = b"") -> Result:
        """The same in this process, where the model's libraries are imported but once."""
        return CliRunner().invoke(app, [*arguments], input=stdin, env=self.environment)
