"""How long a chat model is waited for, and who may end the waiting."""

import time
from collections.abc import Callable

# How often a wait looks whether it was given up.
SLICE = 0.1


class Patience:
    """A span of time that runs from now on; `check` raises where nobody waits any more."""

    def __init__(self, seconds: float, check: Callable[[], None] = lambda: None) -> None:
        self.seconds = seconds
        self.check = check
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """The seconds that are left; 0 at the end."""
        return max(self._end - time.monotonic(), 0.0)

    def wait(self, seconds: float) -> None:
        """Sleeps, unless given up. Raises what `check` raises."""
        end = time.monotonic() + min(seconds, self.left)
        while (left := end - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, SLICE))
        self.check()
