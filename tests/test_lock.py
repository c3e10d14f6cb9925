import json
import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.errors import StoreBusy, StoreError
from index.lock import holder, writing

HOLD = """
import sys
from pathlib import Path
from index.lock import writing
with writing(Path(sys.argv[1]), "indexing"):
    print("held", flush=True)
    sys.stdin.read()
"""
ROOT = Path(__file__).parent.parent


def hold(folder: Path) -> "subprocess.Popen[str]":
    """Another process that holds the lock until its standard input ends."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def end(process: "subprocess.Popen[str]") -> None:
    process.communicate()


def note(pid: int, host: str, since: str) -> str:
    return json.dumps({"pid": pid, "host": host, "since": since, "what": "indexing"})


def test_another_process_is_told_who_holds_it(tmp_path: Path) -> None:
    process = hold(tmp_path)
    try:
        with pytest.raises(StoreBusy) as busy, writing(tmp_path):
            pytest.fail("two writers")
    finally:
        end(process)
    assert re.search(rf"process {process.pid} has been indexing since .*\d\d:\d\d", busy.value.message)
    assert busy.value.hint


def test_the_second_thread_is_refused(tmp_path: Path) -> None:
    refused = []

    def write() -> None:
        try:
            with writing(tmp_path):
                pass
        except StoreBusy as error:
            refused.append(error)

    with writing(tmp_path):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert f"process {os.getpid()}" in str(refused[0])


def test_the_same_thread_is_refused_a_second_time(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(StoreBusy), writing(tmp_path):
        pytest.fail("two writers")


def test_it_is_free_again_afterwards_and_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path):
        raise ZeroDivisionError
    with writing(tmp_path):
        assert holder(tmp_path)
    assert holder(tmp_path) is None


def test_a_killed_holder_does_not_block(tmp_path: Path) -> None:
    process = hold(tmp_path)
    process.kill()
    end(process)
    assert (tmp_path / "lock.json").exists()
    assert holder(tmp_path) is None
    with writing(tmp_path):
        pass


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', note(1, "h", "never"), note(2**70, "", "")])
def test_a_broken_note_is_no_note(tmp_path: Path, text: str) -> None:
    process = hold(tmp_path)
    (tmp_path / "lock.json").write_text(text)
    try:
        assert holder(tmp_path) is None
        with pytest.raises(StoreBusy, match="another process"), writing(tmp_path):
            pytest.fail("two writers")
    finally:
        end(process)


def test_the_note_names_another_machine_and_another_day(tmp_path: Path) -> None:
    (tmp_path / "lock.json").write_text(note(os.getpid(), "elsewhere", "2024-05-01T10:31:00+00:00"))
    assert "on elsewhere has been indexing since 2024-0" in str(holder(tmp_path))
    (tmp_path / "lock.json").write_text(note(os.getpid(), socket.gethostname(), "2024-05-01T10:31:00+00:00"))
    assert " on " not in str(holder(tmp_path))


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"), writing(tmp_path / "file" / "index"):
        pytest.fail("wrote into a file")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_read_only_folder_says_what_to_do(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be written") as error, writing(tmp_path / "index"):
        pytest.fail("wrote")
    assert "CITEBOT_DATA" in error.value.hint


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only there can no folder be made")
def test_a_folder_that_cannot_be_made_is_no_damaged_index() -> None:
    with pytest.raises(StoreError) as caught, writing(Path("/proc/citebot/index")):
        pass
    assert type(caught.value) is StoreError
    assert str(caught.value) == (
        "The folder /proc/citebot/index cannot be made. Set CITEBOT_DATA to another folder."
    )
