"""One writer at a time, among threads and processes; and who it is."""

import contextlib
import dataclasses
import datetime
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from index.disk import explained, make_folder, write_atomically
from index.errors import StoreBusy

_LOCK = "lock"
_NOTE = "lock.json"


@dataclasses.dataclass(frozen=True, slots=True)
class Holder:
    """Who writes the index: written beside the lock for people to read; the lock itself is the system's."""

    pid: int
    host: str
    since: str
    what: str

    def __str__(self) -> str:
        since = datetime.datetime.fromisoformat(self.since).astimezone()
        today = since.date() == datetime.datetime.now().astimezone().date()
        place = "" if self.host == socket.gethostname() else f" on {self.host}"
        at = since.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")
        return f"process {self.pid}{place} has been {self.what} since {at}"


@contextlib.contextmanager
def writing(folder: Path, what: str = "writing the index") -> Iterator[None]:
    """Holds the one right to write the index in `folder`, which is created; StoreBusy where another has it.

    The system frees the lock of a process that died, whatever note it left.
    """
    from filelock import FileLock, Timeout

    with explained(folder):
        make_folder(folder)
        lock = FileLock(folder / _LOCK, timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise _busy(folder) from None
    try:
        with explained(folder):
            write_atomically(folder / _NOTE, json.dumps(dataclasses.asdict(myself(what))))
        yield
    finally:
        with contextlib.suppress(OSError):
            (folder / _NOTE).unlink(missing_ok=True)
        lock.release()


def holder(folder: Path) -> Holder | None:
    """Who says to be writing the index and still runs, as far as can be seen from here."""
    try:
        found = Holder(**json.loads((folder / _NOTE).read_bytes()))
        datetime.datetime.fromisoformat(found.since)
        return found if found.host != socket.gethostname() or is_running(found.pid) else None
    except (OSError, ValueError, TypeError):  # no note, or none of ours
        return None


def _busy(folder: Path) -> StoreBusy:
    who = holder(folder)
    message = str(who) if who else "another process is writing it"
    return StoreBusy(f"The index in {folder} is in use: {message}.", "Wait until it has finished, or end it.")


def myself(what: str) -> Holder:
    """This process, which is `what` from now on."""
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return Holder(os.getpid(), socket.gethostname(), now, what)


def is_running(pid: int) -> bool:
    """Whether a process of this machine runs, as far as can be seen."""
    if os.name == "nt":  # there os.kill ends the process instead of asking after it
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
