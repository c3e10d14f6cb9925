"""`citebot doctor`, the real command: a line a check, and how to mend what is not well."""

import json
import os
import re
import shutil
import socket
from pathlib import Path

import pytest

from index.lock import writing
from tests.chat_server import chat_server, failing, saying
from tests.command import CHECKOUT, Command

ARTICLES = str(CHECKOUT / "seeds")


@pytest.fixture
def citebot(tmp_path: Path) -> Command:
    return Command(tmp_path, {"CITEBOT_ARTICLES": ARTICLES, "CITEBOT_DATA": str(tmp_path / "data")})


def line(output: str, name: str) -> str:
    """A check's line."""
    return next(line for line in output.splitlines() if line[3:].startswith(f"{name}: "))


def test_a_new_installation_is_well(citebot: Command) -> None:
    done = citebot("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "!!" not in done.stdout
    assert re.search(r"chromadb \d.* discord\.py \d.* torch \d", line(done.stdout, "versions"))
    assert "1 file in" in line(done.stdout, "articles")
    assert "1 change not indexed yet" in line(done.stdout, "articles")
    assert "the published weights" in line(done.stdout, "model")
    assert "citebot-reader, loaded in" in line(done.stdout, "reader")
    assert "Nothing is indexed" in line(done.stdout, "index")
    assert "Free" in line(done.stdout, "lock")
    assert not (citebot.folder / "data").exists()


def test_a_file_that_cannot_be_read_is_a_problem(citebot: Command) -> None:
    (citebot.folder / ".env").write_text('CHAT_TIMEOUT="30\n')
    done = citebot("doctor")
    assert (done.returncode, done.stderr) == (1, "")
    assert line(done.stdout, "settings").startswith("!!")
    assert ".env: line 1 cannot be read" in line(done.stdout, "settings")


def test_each_fault_says_how_to_mend_it(citebot: Command) -> None:
    (citebot.folder / ".env").write_text("CITEBOT_ARTICELS=news\n")
    done = citebot(
        "doctor",
        CITEBOT_ARTICLES="nowhere",
        EMBEDDING_MODEL="./no-model",
        READER_MODEL="./none",
        CITEBOT_DATA=".env/data",
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "CITEBOT_ARTICELS" in line(done.stdout, "settings")
    assert ".env is not a folder. Set CITEBOT_DATA" in line(done.stdout, "data")
    assert "nowhere cannot be read" in line(done.stdout, "articles")
    assert "EMBEDDING_MODEL" in line(done.stdout, "model")
    assert "READER_MODEL" in line(done.stdout, "reader")
    assert line(done.stdout, "versions").startswith("ok")


def test_wrong_settings_are_a_line_too(citebot: Command) -> None:
    done = citebot("doctor", CITEBOT_ARTICLES=":")
    assert (done.returncode, done.stderr) == (1, "")
    assert line(done.stdout, "settings").startswith("!! settings: CITEBOT_ARTICLES is wrong")


def test_a_folder_that_cannot_be_written(citebot: Command) -> None:
    done = citebot("doctor", CITEBOT_DATA="/proc/citebot")
    assert done.returncode == 1
    assert "cannot be written" in line(done.stdout, "data")


def test_an_index_that_is_damaged_or_from_another_model(indexed: Command, tmp_path: Path) -> None:
    well = indexed("doctor")
    assert re.search(r"ok index: 2 articles, \d passages; generation 1", line(well.stdout, "index"))
    assert "broken.pdf" in line(well.stdout, "problems")
    assert well.returncode == 1  # for that file alone
    assert well.stdout.count("!!") == 1

    shutil.copytree(indexed.settings["CITEBOT_DATA"], tmp_path / "data")
    stamp = tmp_path / "data" / "index" / "stamp.json"
    stamp.write_text(stamp.read_text().replace("all-MiniLM-L6-v2", "another"))
    other = indexed("doctor", CITEBOT_DATA=str(tmp_path / "data"))
    assert "!! index: The index was made with the model" in line(other.stdout, "index")
    assert "citebot index --rebuild" in line(other.stdout, "index")

    stamp.write_text("{")
    damaged = indexed("doctor", CITEBOT_DATA=str(tmp_path / "data"))
    assert damaged.returncode == 1
    assert line(damaged.stdout, "index").startswith("!!")


def test_the_lock_is_held_by_whoever_holds_it_and_not_by_an_old_note(citebot: Command) -> None:
    index = citebot.folder / "data" / "index"
    with writing(index, "indexing"):
        held = citebot("doctor")
        assert f"ok lock: Held: process {os.getpid()} has been indexing" in line(held.stdout, "lock")
    note = {"pid": os.getpid(), "host": socket.gethostname(), "since": "2024-05-01T10:00:00+00:00"}
    (index / "lock.json").write_text(json.dumps({**note, "what": "indexing"}))
    assert "Free" in line(citebot("doctor").stdout, "lock")


def test_an_index_that_is_no_folder(citebot: Command) -> None:
    (citebot.folder / "data").mkdir()
    (citebot.folder / "data" / "index").touch()
    done = citebot("doctor")
    assert done.returncode == 1
    assert "index is not a folder. Set CITEBOT_DATA" in line(done.stdout, "data")


def test_the_chat_model_is_asked_once(citebot: Command) -> None:
    assert "ok chat: None: answers are the articles' own words." in citebot("doctor").stdout
    with chat_server(saying("ready")) as server:
        chosen = {"CHAT_MODEL": "openai:scripted", "OPENAI_BASE_URL": server.base_url}
        scripted = Command(citebot.folder, {**citebot.settings, **chosen})
        well = scripted("doctor")
        assert (well.returncode, len(server.requests)) == (0, 1)
        assert re.search(r"ok chat: openai:scripted answered in \d+\.\d s; it reads 8,000", well.stdout)
        (citebot.folder / ".env").write_text("OPENAI_API_KEY=sk-secret\n")
        for act, says in (
            (failing(401), "does not accept the key. Check OPENAI_API_KEY."),
            (failing(503), "failed (HTTP 503). Its provider may have a page on its status."),
            (saying(""), "said nothing."),
        ):
            server.play(act)
            failed = scripted("doctor")
            assert failed.returncode == 1
            assert line(failed.stdout, "chat").startswith("!! ")
            assert says in line(failed.stdout, "chat")
            assert "sk-secret" not in failed.stdout + failed.stderr
            assert server.requests[0].key == "sk-secret"
    (citebot.folder / ".env").unlink()
    keyless = citebot("doctor", CHAT_MODEL="openai:gpt-5", OPENAI_API_KEY=" ")
    assert "OPENAI_API_KEY is not set. Set it in `.env`" in line(keyless.stdout, "chat")
