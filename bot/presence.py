"""Whether a bot runs on a data folder: it brings in by itself what is added there."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

_LOCK = "bot.lock"


@contextlib.contextmanager
def present(data: Path) -> Iterator[None]:
    """A bot runs until the block ends, however it ends: the system frees the lock of a process that died."""
    with contextlib.ExitStack() as stack:
        # Where none can be had, `citebot add` brings in what it adds itself: slower, but right.
        with contextlib.suppress(OSError, TimeoutError):
            data.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_lock(data))
        yield


def is_present(data: Path) -> bool:
    """Whether a bot runs on this data folder."""
    try:
        with _lock(data):
            return False
    except TimeoutError:
        return True
    except OSError:
        return False


def _lock(data: Path) -> contextlib.AbstractContextManager[object]:
    from filelock import FileLock

    return FileLock(data / _LOCK, timeout=0, thread_local=False)
