"""What fails again and again is said once."""

import logging


class Once:
    """A line of the log, said when it is another than the last; `over` lets it be said again."""

    def __init__(self, log: logging.Logger, what: str) -> None:
        self._log = log
        self._what = what
        self._last = ""

    def say(self, why: str) -> None:
        """Warns that `what` is so, and why."""
        if why != self._last:
            self._log.warning("%s: %s", self._what, why)
        self._last = why

    def over(self) -> None:
        """It is so no longer."""
        self._last = ""
