"""One writer at a time, among machines: a lease, kept as a collection on the Chroma server.

A server makes a collection of some name for one client only, and renaming one that expired succeeds for one
client only: so no two can hold the lease. What is written there carries its end, by the holder's clock:
clocks may differ by less than the time between a renewal and that end.
"""

import dataclasses
import datetime
import json
import secrets
import socket
import threading
import time

from index.chroma_api import ChromaApi, Found
from index.errors import StoreBusy, StoreError
from index.lock import Holder, is_running, myself

_SECONDS = 60.0
_RENEW_SECONDS = 15.0
_TRIES = 5


class Lease:
    """Taken by `take`, renewed in a thread of its own until `give_back`. Raises StoreBusy."""

    def __init__(self, api: ChromaApi, name: str) -> None:
        self._api = api
        self._name = name
        self._nonce = secrets.token_hex(8)
        self._id = ""
        self._what: Holder | None = None
        self._is_lost = False
        self._end = threading.Event()

    def take(self, what: str) -> None:
        """Takes it for this process, which will be `what` ("indexing"); StoreBusy where another has it."""
        self._what = myself(what)
        for _ in range(_TRIES):
            made = self._api.create(self._name, self._note()) or self._api.find(self._name)
            if made and made.metadata.get("nonce") == self._nonce:
                self._id = made.id
                threading.Thread(target=self._renew, name="lease", daemon=True).start()
                return
            if made:
                self._remove_expired(made)
        raise StoreBusy("Several processes try to write the index at once.", "Try again.")

    def check(self) -> None:
        """Raises StoreBusy where it is no longer ours: another took it while this could not renew it."""
        if self._is_lost or not self._api.change(self._id, metadata=self._note()):
            self._is_lost = True
            raise StoreBusy(
                "Another process writes the index by now: this one was away from the server for too long.",
                "One indexer is enough; end one of the two.",
            )

    def give_back(self) -> None:
        """Lets others take it."""
        self._end.set()
        try:
            if not self._is_lost and self._api.change(self._id, name=self._spent(self._id)):
                self._api.drop(self._spent(self._id))
        except StoreError:
            pass  # it expires

    def _remove_expired(self, found: Found) -> None:
        """Makes room where the holder is dead. Raises StoreBusy where it is not, as far as can be seen."""
        left = float(found.metadata.get("until", 0)) - time.time()
        holder = _holder(found)
        is_dead = holder is not None and holder.host == socket.gethostname() and not is_running(holder.pid)
        if left > 0 and not is_dead:
            raise StoreBusy(
                f"The index is being written: {holder or 'another process does it'}.",
                f"Wait until it has finished, or end it. If it is dead, its lease ends in {left:.0f} s.",
            )
        if self._api.change(found.id, name=self._spent(found.id)):
            self._api.drop(self._spent(found.id))

    def _renew(self) -> None:
        while not self._end.wait(_RENEW_SECONDS):
            try:
                if not self._api.change(self._id, metadata=self._note()):
                    self._is_lost = True
                    return
            except StoreError:
                continue  # away; whether it is still ours shows when it is back

    def _note(self) -> dict[str, str | float]:
        said = json.dumps(dataclasses.asdict(self._what)) if self._what else ""
        return {"nonce": self._nonce, "until": time.time() + _SECONDS, "holder": said}

    def _spent(self, id: str) -> str:
        return f"{self._name}-{id}"


def _holder(found: Found) -> Holder | None:
    try:
        holder = Holder(**json.loads(str(found.metadata.get("holder"))))
        datetime.datetime.fromisoformat(holder.since)
        return holder
    except (ValueError, TypeError):
        return None
