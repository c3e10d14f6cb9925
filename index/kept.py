"""What was used of late, kept in memory: the questions of a day are about the same articles."""

import collections
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Up to `most` values by their keys, those used last; threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: collections.OrderedDict[str, T] = collections.OrderedDict()

    def of(self, keys: Sequence[str], load: Callable[[list[str]], Mapping[str, T]]) -> dict[str, T]:
        """The values of `keys`; `load` gives those that are not kept, as far as there are any."""
        with self._lock:
            found = {key: self._values[key] for key in keys if key in self._values}
        if missing := [key for key in dict.fromkeys(keys) if key not in found]:
            found.update(load(missing))
        with self._lock:
            for key, value in found.items():
                self._values[key] = value
                self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return found

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._values.clear()
