"""How many tokens a chat model cost each account today, so that one server cannot use up all."""

import contextlib
import datetime
import threading
from pathlib import Path

from bot.answer import Tokens
from bot.database import Database
from index.errors import ChatModelError, RecordsError

_SCHEMA = """
CREATE TABLE tokens (
    account TEXT NOT NULL, day TEXT NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (account, day)
) WITHOUT ROWID"""
_ADD = """
INSERT INTO tokens VALUES (?, ?, ?) ON CONFLICT (account, day) DO UPDATE SET used = used + excluded.used"""


class Budget:
    """At most `limit` tokens an account and day (UTC), 0 for any number; threads and processes share it.

    Answers that are being written when the limit is reached are written to their end. Without a limit nothing
    is counted.
    """

    def __init__(self, file: Path, limit: int) -> None:
        self._file = file
        self._limit = limit
        self._opening = threading.Lock()
        self._database: Database | None = None

    def check(self, account: str) -> None:
        """Raises ChatModelError where nothing is left, or where nobody can tell."""
        if not self._limit:
            return
        try:
            used = self.used(account)
        except RecordsError as error:
            raise ChatModelError("The chat model's tokens cannot be counted.", str(error)) from None
        if used >= self._limit:
            raise ChatModelError(
                "Today's tokens for the chat model are used up.", "CHAT_TOKENS_PER_DAY allows more."
            )

    def used(self, account: str) -> int:
        """The tokens that an account has used today. Raises RecordsError."""
        query = "SELECT used FROM tokens WHERE account = ? AND day = ?"
        return sum(int(row[0]) for row in self._opened().rows(query, (account, _today())))

    def add(self, account: str, tokens: Tokens) -> None:
        """Charges an account. What cannot be written down is lost: the answer is there already."""
        if self._limit and tokens.total:
            with contextlib.suppress(RecordsError):
                self._opened().run("DELETE FROM tokens WHERE day < ?", (_today(),))
                self._opened().run(_ADD, (account, _today(), tokens.total))

    def close(self) -> None:
        """Frees the file; it is opened again where it is needed."""
        with self._opening:
            if self._database:
                self._database.close()
            self._database = None

    def _opened(self) -> Database:
        with self._opening:
            if self._database is None:
                self._database = Database(self._file, _SCHEMA)
            return self._database


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()
