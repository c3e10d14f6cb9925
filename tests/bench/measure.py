"""Processes and their memory, and figures in a table."""

import dataclasses
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True)
class Ran:
    """A process that ended well: wall time, processor time, the most memory it had, and what it printed."""

    seconds: float
    processor: float
    megabytes: float
    printed: str
    remarks: str


def ran(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ran:
    """Runs a command to its end in `folder`."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        for stream in (out, err):
            stream.seek(0)
        printed, remarks = out.read(), err.read()
    if process.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(command)} failed:\n{remarks}")
    processor = usage.ru_utime + usage.ru_stime
    return Ran(seconds, processor, usage.ru_maxrss / 1024, printed, remarks)


def asked(questions: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[list[float], Ran]:
    """`citebot ask` for all questions in one process: milliseconds for each."""
    (folder / "questions").write_text("\n".join(questions) + "\n", encoding="utf-8")
    ask = ["sh", "-c", 'exec "$@" --json < questions', "sh", sys.executable, "-m", "bot", "ask"]
    done = ran(ask, folder, environment)
    return [json.loads(line)["seconds"] * 1000 for line in done.printed.splitlines()], done


def peak_megabytes() -> float:
    """The most memory that this process had; not what its parent had, which getrusage counts in."""
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(peak) / 1024


def quantile(times: Sequence[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)]


def row(what: str, theirs: Sequence[float], ours: Sequence[float], unit: str) -> str:
    """A line of a table of Markdown: medians, and ours as a share of theirs."""
    other, own = statistics.median(theirs), statistics.median(ours)
    return f"| {what} | {other:,.4g} {unit} | {own:,.4g} {unit} | {own / other:.2f} |"
