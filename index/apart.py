"""Reading what strangers sent in another process: if it takes too long or crashes, nothing else suffers."""

import contextlib
import multiprocessing
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from index.errors import CitebotError
from index.fetch import Fetched

A = TypeVar("A")
T = TypeVar("T")

# Seconds of the processor are what work may take. On a busy machine these are more by the clock; how many
# more is waited for, and on Windows, which cannot stop a process by them, for as long.
_BY_THE_CLOCK = 6
# One is kept for the next piece of work: to start one takes half a second.
_MOST_IDLE = 1
_lock = threading.Lock()
_idle: list["_Reader"] = []


# A feed or page of several megabytes takes some five.
_SECONDS = 20.0


class TooLong(Exception):
    """The work took longer than it may, or ended its process."""


def read_apart(read: Callable[[Fetched], T], found: Fetched, wrong: type[CitebotError], hint: str) -> T:
    """What `read` makes of what was fetched, in another process. Raises `wrong` where that takes too long."""
    try:
        return apart(read, found, _SECONDS)
    except TooLong:
        raise wrong(f"{found.shown} takes longer than {_SECONDS:g} seconds to read.", hint) from None


def apart(work: Callable[[A], T], argument: A, seconds: float) -> T:
    """`work(argument)`, a function of a module, or its exception; raises TooLong. Threads may share it.

    It may take so many `seconds` of the processor.
    """
    reader = _take()
    try:
        is_well, result = reader.run(work, argument, seconds)
    except BaseException:
        reader.end()
        raise
    _give_back(reader)
    if not is_well:
        raise result
    found: T = result
    return found


def _take() -> "_Reader":
    """One that is idle, or a new one."""
    with _lock:
        reader = _idle.pop() if _idle else None
    if reader and not reader.is_alive:
        reader.end()
        reader = None
    return reader or _Reader()


def _give_back(reader: "_Reader") -> None:
    with _lock:
        if len(_idle) < _MOST_IDLE:
            _idle.append(reader)
            return
    reader.end()


class _Reader:
    """A process that does one piece of work after the other."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._channel, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def run(self, work: Callable[[Any], Any], argument: Any, seconds: float) -> tuple[bool, Any]:
        """Whether the work came to its end, and the result or the exception."""
        try:
            self._channel.send((work, argument, seconds))
            if self._channel.poll(seconds * _BY_THE_CLOCK):
                said: tuple[bool, Any] = self._channel.recv()
                return said
        except (EOFError, OSError):
            pass
        raise TooLong

    def end(self) -> None:
        """Kills it, whatever it does."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self._channel.close()


def _serve(channel: Connection) -> None:
    """Works until nobody wants anything any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asked
    with contextlib.suppress(EOFError, OSError):
        while True:
            work, argument, seconds = channel.recv()
            _end_after(seconds)
            channel.send(_done(work, argument))
            _end_after(0)


def _done(work: Callable[[Any], Any], argument: Any) -> tuple[bool, Any]:
    try:
        return True, work(argument)
    except Exception as error:
        return False, error


def _end_after(seconds: float) -> None:
    """Has the system end this process then, whatever it does; 0 takes that back."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
