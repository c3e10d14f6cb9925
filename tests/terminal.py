"""A real terminal (a pty) with a program in it, for tests."""

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence

CTRL_C, CTRL_D, ENTER = "\x03", "\x04", "\r"
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\].*?(?:\x07|\x1b\\)|\x1b[=>]")


class Terminal:
    """What a person at the terminal sees and types. `raw` is all that was shown, escapes included."""

    def __init__(self, descriptor: int, process: "subprocess.Popen[bytes]") -> None:
        self._descriptor = descriptor
        self._process = process
        self._seen = 0
        self.raw = ""

    @property
    def shown(self) -> str:
        """All that was shown, as plain text."""
        return _ESCAPES.sub("", self.raw).replace("\r\n", "\n")

    def type(self, keys: str) -> None:
        os.write(self._descriptor, keys.encode())

    def wait_for(self, pattern: str, seconds: float = 60) -> str:
        """What was shown since the last wait, up to the end of `pattern`."""
        end = time.monotonic() + seconds
        while True:
            if found := re.search(pattern, self.shown[self._seen :]):
                text = self.shown[self._seen : self._seen + found.end()]
                self._seen += found.end()
                return text
            if not self._read(end - time.monotonic()):
                raise AssertionError(f"no {pattern!r} in:\n{self.shown[self._seen :]}")

    def end(self, seconds: float = 60) -> int:
        """The exit code, once the program has ended."""
        end = time.monotonic() + seconds
        while self._process.poll() is None and time.monotonic() < end:
            self._read(0.1)
        return self._process.wait(0)

    def _read(self, seconds: float) -> bool:
        """Take in what comes next; False where nothing will, or not in time."""
        if seconds <= 0 or not select.select([self._descriptor], [], [], seconds)[0]:
            return False
        with contextlib.suppress(OSError):  # so Linux reports that the program has closed it
            part = os.read(self._descriptor, 65536)
            self.raw += part.decode(errors="replace")
            return bool(part)
        return False


@contextlib.contextmanager
def terminal(
    command: Sequence[str], environment: Mapping[str, str], *, columns: int = 80
) -> Iterator[Terminal]:
    """`command` in a terminal of its own, which it controls, so that Ctrl-C interrupts it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        ["/bin/sh", "-c", 'exec 0<>"$0" 1>&0 2>&0; exec "$@"', os.ttyname(theirs), *command],
        env={**environment, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"},
        start_new_session=True,
    )
    try:
        yield Terminal(ours, process)
    finally:
        process.kill()
        process.wait()
        os.close(theirs)
        os.close(ours)
