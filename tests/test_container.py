"""The container's files, as far as they can be judged without a container: Docker itself is not asked."""

import asyncio
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from typer.testing import CliRunner

from bot.cli import app
from bot.health import Health, IndexerHealth, serving
from bot.settings import Settings
from tests.chroma_server import chroma_server
from tests.command import CHECKOUT, Command, with_model
from tests.discord_bot import free_port

# A Python in which some distributions are not installed.
WITHOUT = """
import importlib.metadata, sys
GONE = {{name.replace("_", "-") for name in {left_out}}}
MODULES = {{
    module for module, owners in importlib.metadata.packages_distributions().items()
    if {{owner.lower().replace("_", "-") for owner in owners}} <= GONE
}}
version = importlib.metadata.version

def version_where_installed(name):
    if name.lower().replace("_", "-") in GONE:
        raise importlib.metadata.PackageNotFoundError(name)
    return version(name)

class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MODULES:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

importlib.metadata.version = version_where_installed
sys.meta_path.insert(0, Gone())
"""
COMPOSE = yaml.safe_load((CHECKOUT / "compose.yaml").read_text())["services"]


@pytest.mark.parametrize("service", ["bot", "indexer"])
@pytest.mark.parametrize("well", [True, False])
def test_the_health_checks_of_compose_tell_whether_ours_are_well(service: str, well: bool) -> None:
    ours = COMPOSE[service]
    kind, python, *arguments = ours["healthcheck"]["test"]
    assert (kind, python) == ("CMD", "python")
    port = free_port()
    command = [
        sys.executable,
        *(part.replace(ours["environment"]["HEALTH_PORT"], str(port)) for part in arguments),
    ]
    health = Health(well, True) if service == "bot" else IndexerHealth(well)

    async def checked() -> int:
        async with serving("127.0.0.1", port, lambda: health):
            done = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=False)
            return done.returncode

    assert (asyncio.run(checked()) == 0) is well


def test_the_health_check_of_compose_tells_whether_chroma_answers(tmp_path: Path) -> None:
    kind, *command = COMPOSE["chroma"]["healthcheck"]["test"]
    assert kind == "CMD"
    with chroma_server(tmp_path / "chroma") as server:
        here = [part.replace("/8000", f"/{server.port}") for part in command]
        assert subprocess.run(here, capture_output=True, check=False).returncode == 0
        server.kill()
        assert subprocess.run(here, capture_output=True, check=False).returncode != 0


def test_compose_names_settings_volumes_and_commands_that_exist() -> None:
    volumes = yaml.safe_load((CHECKOUT / "compose.yaml").read_text())["volumes"]
    named = [volume.partition(":")[0] for service in COMPOSE.values() for volume in service["volumes"]]
    assert set(named) == set(volumes)
    for ours in (COMPOSE["bot"], COMPOSE["indexer"]):
        assert set(ours["environment"]) <= set(Settings.variables().values())
        assert ours["environment"]["CHROMA_URL"] == "http://chroma:8000"
    assert COMPOSE["bot"]["volumes"] == COMPOSE["indexer"]["volumes"]
    assert CliRunner().invoke(app, [*COMPOSE["indexer"]["command"], "--help"]).exit_code == 0


def test_only_the_bot_has_the_token_and_all_start_again_with_the_machine() -> None:
    assert COMPOSE["indexer"]["environment"] == {**COMPOSE["bot"]["environment"], "DISCORD_TOKEN": ""}
    assert "DISCORD_TOKEN" not in COMPOSE["bot"]["environment"]
    assert {service["restart"] for service in COMPOSE.values()} == {"unless-stopped"}
    assert "--restart unless-stopped " in (CHECKOUT / "docs" / "running.md").read_text()


def test_the_server_of_compose_is_of_the_version_that_is_tested() -> None:
    pinned = (CHECKOUT / "constraints.txt").read_text().splitlines()
    assert COMPOSE["chroma"]["image"].replace(":", "==") == f"chromadb/chroma=={version('chromadb')}"
    assert f"chromadb=={version('chromadb')}" in pinned


def test_the_image_runs_as_nobody_in_particular_and_copies_what_is_there() -> None:
    stages = (CHECKOUT / "Dockerfile").read_text().split("\nFROM ")
    last = stages[-1]
    assert re.search(r"^USER (?!root|0)\w+$", last, re.MULTILINE)
    assert "pip install" not in last
    ignored = (CHECKOUT / ".dockerignore").read_text()
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", "\n".join(stages), re.MULTILINE):
        for name in line.split():
            assert (CHECKOUT / name).exists()
            assert f"!{name}\n" in ignored


def test_the_image_works_without_what_it_leaves_out(tmp_path: Path) -> None:
    (listed,) = re.findall(r"pip uninstall --yes ((?:[^\n]|\\\n)+)", (CHECKOUT / "Dockerfile").read_text())
    left_out = listed.replace("\\\n", " ").split()
    (tmp_path / "sitecustomize.py").write_text(WITHOUT.format(left_out=left_out))
    settings = {
        "CITEBOT_ARTICLES": str(CHECKOUT / "seeds"),
        "CITEBOT_DATA": str(with_model(tmp_path / "data")),
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{CHECKOUT}",
    }
    citebot = Command(tmp_path, settings)
    answered = citebot("ask", "What did Zelensky demand?")
    assert (answered.returncode, "a clear answer from Moscow" in answered.stdout) == (0, True)
    well = citebot("doctor")
    assert (well.returncode, "torch" in well.stdout) == (0, False)
    other = citebot("ask", "Why?", CITEBOT_DATA="other")
    assert other.returncode == 1
    assert "(not installed: onnx, onnxscript, sentence-transformers, torch, transformers)" in other.stderr
    assert "build its image with `--build-arg EXPORTER=yes`" in other.stderr
    assert "Traceback" not in other.stderr
    lacking = citebot("doctor", CITEBOT_DATA="other")
    assert lacking.returncode == 1
    assert "!! model: " in lacking.stdout
