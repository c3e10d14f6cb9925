"""The container's files, as far as they can be judged without a container: Docker itself is not asked."""

import asyncio
import re
import subprocess
import sys

import pytest
import yaml  # type: ignore[import-untyped]

from bot.health import Health, serving
from bot.metrics import Metrics
from bot.settings import Settings
from tests.command import CHECKOUT
from tests.discord_bot import free_port


@pytest.mark.parametrize("well", [True, False])
def test_the_health_check_of_compose_tells_whether_the_bot_is_well(well: bool) -> None:
    bot = yaml.safe_load((CHECKOUT / "compose.yaml").read_text())["services"]["bot"]
    kind, python, *arguments = bot["healthcheck"]["test"]
    assert (kind, python) == ("CMD", "python")
    port = free_port()
    command = [
        sys.executable,
        *(part.replace(bot["environment"]["HEALTH_PORT"], str(port)) for part in arguments),
    ]

    async def checked() -> int:
        async with serving("127.0.0.1", port, lambda: Health(well, True), Metrics()):
            done = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=False)
            return done.returncode

    assert (asyncio.run(checked()) == 0) is well


def test_compose_names_settings_and_volumes_that_exist() -> None:
    compose = yaml.safe_load((CHECKOUT / "compose.yaml").read_text())
    bot = compose["services"]["bot"]
    assert set(bot["environment"]) <= set(Settings.variables().values())
    named = {volume.partition(":")[0] for volume in bot["volumes"]}
    assert named == set(compose["volumes"])


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
