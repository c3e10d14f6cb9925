"""Fixtures that several test modules share."""

import shutil
import signal

import pytest

from index.embedding import Embedder
from tests.command import CHECKOUT, Command

BRIDGE = """\
---
title: Harbour bridge opens after nine years
url: https://news.example/bridge
source: Harbour Times
published: 2024-06-01
---
The new bridge over Elm Harbour opened to traffic on Saturday, nine years after the first plans.
Mayor Ana Lindqvist said the bridge had cost 41 million euros, nine million more than planned.
Ferries will keep crossing the harbour until the end of the summer, the port authority announced.
"""


def pytest_configure() -> None:
    """Ctrl-C works, which tests press: in a shell's background job it is ignored, by the children too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The real model, loaded once for all tests that embed."""
    return Embedder()


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """`citebot` over the seeds, an article with a date and a broken file, indexed once for all tests."""
    folder = tmp_path_factory.mktemp("indexed")
    articles = folder / "articles"
    shutil.copytree(CHECKOUT / "seeds", articles)
    (articles / "bridge.md").write_text(BRIDGE)
    (articles / "broken.pdf").write_bytes(b"%PDF-1.7\ntruncated")
    command = Command(folder, {"CITEBOT_ARTICLES": str(articles), "CITEBOT_DATA": str(folder / "data")})
    done = command("index")
    assert done.returncode == 1, done.stderr  # for broken.pdf; the others are indexed
    assert done.stdout.startswith("2 added, 0 changed, 0 removed, 0 unchanged; ")
    assert "broken.pdf" in done.stderr
    return command
