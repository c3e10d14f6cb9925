"""What the bot stores: answers as ids and offsets, votes, watched questions, and the settings of servers."""

import datetime
import re
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path
from typing import Final, Self, TypeVar

from bot import watches
from bot.answer import Answer
from bot.database import Database, Row
from bot.servers import ServerSettings, read_settings, written
from bot.votes import KeptAnswer, KeptQuote, Refused, Vote, VotedAnswer, digest
from bot.watches import Watches

__all__ = ["ALL", "GRACE", "MOST_ANSWERS", "Records", "look"]

T = TypeVar("T")

MOST_ANSWERS = 100_000
# How long what belongs to a server that the bot left is kept.
GRACE = datetime.timedelta(days=30)

_SCHEMA = """
CREATE TABLE answers (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, server INTEGER, channel INTEGER NOT NULL,
    message INTEGER, asker INTEGER, question TEXT, refused INTEGER NOT NULL, created INTEGER NOT NULL
);
CREATE INDEX answers_by_server ON answers (server);
CREATE INDEX answers_by_asker ON answers (asker);
CREATE TABLE quotes (
    answer INTEGER NOT NULL REFERENCES answers ON DELETE CASCADE, position INTEGER NOT NULL,
    number INTEGER NOT NULL, article TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    digest TEXT NOT NULL, PRIMARY KEY (answer, position)
) WITHOUT ROWID;
CREATE TABLE votes (
    answer INTEGER NOT NULL REFERENCES answers ON DELETE CASCADE, person INTEGER NOT NULL,
    kind TEXT NOT NULL, PRIMARY KEY (answer, person)
) WITHOUT ROWID;
CREATE INDEX votes_by_person ON votes (person);
CREATE TABLE servers (server INTEGER PRIMARY KEY, settings TEXT, departed INTEGER);
"""
_ANSWER = "number, id, server, channel, message, asker, question, refused, created"
_OF_SERVERS = ("servers", "answers", "watches")
_NAMING = ("quotes", "watches", "seen")
_ID_BYTES = 16
_ID = re.compile(r"[\w-]{22}", re.ASCII)
# Its checksum stays until the answer says that the source is gone.
_GONE = "UPDATE quotes SET article = '', start = 0, \"end\" = 0 WHERE article = ?"
# Old answers go in strokes, not one by one.
_STROKE = 100


class All:
    """Every server and all direct messages."""


ALL: Final = All()


def look(path: Path, read: Callable[["Records"], list[T]]) -> list[T]:
    """What the records at `path` know; nothing where there are none: looking makes none."""
    if not path.is_file():
        return []
    with Records(path) as records:
        return read(records)


class Records:
    """The file `path`, opened once; any number of threads and processes use it. Raises RecordsError.

    Nothing blocks for long, but all of it touches the disk: call it in a thread. Times carry their zone.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, watches.SCHEMA)
        self.watches = Watches(self._database)
        # Whether the file may hold something of rows that were deleted, as by a process that was killed.
        self._traces = True

    def close(self) -> None:
        """Frees the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def keep(self, answer: Answer, *, server: int | None, channel: int, asker: int) -> str:
        """Stores where an answer's quotes stand, none of their words; an id that nobody can guess.

        Of answers without votes the newest 100,000 stay.
        """
        id = secrets.token_urlsafe(_ID_BYTES)
        with self._database.change():
            self._database.run(
                "INSERT INTO answers (id, server, channel, asker, question, refused, created)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (id, server, channel, asker, answer.question, answer.refused, _seconds(_now())),
            )
            ((number,),) = self._database.rows("SELECT number FROM answers WHERE id = ?", (id,))
            self._database.run_each(
                "INSERT INTO quotes VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (number, position, c.number, c.passage.article.id, c.start, c.end, digest(c.quote))
                    for position, c in enumerate(answer.citations)
                ],
            )
            if number % _STROKE == 0:
                self._drop_old(number - MOST_ANSWERS)
        return id

    def place(self, id: str, message: int) -> None:
        """The answer stands in this message."""
        self._database.run("UPDATE answers SET message = ? WHERE id = ?", (message, id))

    def find(self, id: str) -> KeptAnswer | None:
        """An answer by its id, which may be any text. Who may see it is the caller's to check."""
        if not _ID.fullmatch(id):
            return None
        rows = self._database.rows(f"SELECT {_ANSWER} FROM answers WHERE id = ?", (id,))
        return next((self._answer(row) for row in rows), None)

    def vote(self, id: str, person: int, kind: Vote) -> Vote | None:
        """A person's vote on an answer: replaces another, takes the same back. What stands now, if anything.

        Nothing stands for an answer that is not there.
        """
        with self._database.change():
            for (number,) in self._database.rows("SELECT number FROM answers WHERE id = ?", (id,)):
                which = (number, person)
                same = self._database.run(
                    "DELETE FROM votes WHERE answer = ? AND person = ? AND kind = ?", (*which, kind)
                )
                if not same:
                    self._database.run("INSERT OR REPLACE INTO votes VALUES (?, ?, ?)", (*which, kind))
                    return kind
        return None

    def votes(self, server: int | All | None = ALL) -> list[VotedAnswer]:
        """The answers with votes, oldest first: of one server, of direct messages (None), or ALL."""
        where, values = _of(server)
        voted = f"number IN (SELECT answer FROM votes) {where}"
        query = f"SELECT {_ANSWER} FROM answers WHERE {voted} ORDER BY number"
        answers = self._database.rows(query, values)
        return [VotedAnswer(self._answer(row), self._counts(row[0])) for row in answers]

    def refused(self, server: int | All | None = ALL) -> list[Refused]:
        """The questions that were refused, oldest first, but for those that were forgotten."""
        where, values = _of(server)
        which = f"refused AND question IS NOT NULL {where} ORDER BY number"
        rows = self._database.rows(f"SELECT question, created FROM answers WHERE {which}", values)
        return [Refused(question, _moment(created)) for question, created in rows]

    def citing(self, articles: frozenset[str], since: datetime.datetime) -> list[KeptAnswer]:
        """The answers since then that stand in a message and cite any of these articles, newest first.

        Likewise those that cite one that was forgotten before they said so.
        """
        cited = "number IN (SELECT answer FROM quotes WHERE article = ? AND digest != '')"
        query = f"SELECT {_ANSWER} FROM answers WHERE message IS NOT NULL AND created >= ? AND {cited}"
        rows = {row for id in {"", *articles} for row in self._database.rows(query, (_seconds(since), id))}
        return [self._answer(row) for row in sorted(rows, reverse=True)]

    def disown(self, id: str, numbers: Sequence[int]) -> None:
        """These quotes of an answer no longer stand, which it says by now."""
        self._database.run_each(
            "UPDATE quotes SET digest = ''"
            " WHERE answer = (SELECT number FROM answers WHERE id = ?) AND number = ?",
            [(id, number) for number in numbers],
        )

    def settings(self, server: int) -> ServerSettings:
        """What the server's managers settled, or the defaults."""
        query = "SELECT settings FROM servers WHERE server = ? AND settings IS NOT NULL"
        rows = self._database.rows(query, (server,))
        return next((read_settings(text) for (text,) in rows), ServerSettings())

    def closed(self) -> frozenset[int]:
        """The servers whose members may not ask in direct messages."""
        rows = self._database.rows("SELECT server, settings FROM servers WHERE settings IS NOT NULL")
        return frozenset(server for server, text in rows if not read_settings(text).direct_messages)

    def change(self, server: int, settings: ServerSettings) -> None:
        """In force from the next question on."""
        self._put(server, "settings", written(settings))

    def left(self, server: int, now: datetime.datetime) -> None:
        """The bot is no longer in the server; said again, the first time counts."""
        if not self._database.rows(
            "SELECT 1 FROM servers WHERE server = ? AND departed IS NOT NULL", (server,)
        ):
            self._put(server, "departed", _seconds(now))

    def returned(self, server: int) -> None:
        """The bot is in the server again: nothing of it is due any more."""
        self._database.run("UPDATE servers SET departed = NULL WHERE server = ?", (server,))

    def due(self, now: datetime.datetime) -> list[int]:
        """The servers that the bot left 30 days ago or more."""
        rows = self._database.rows("SELECT server FROM servers WHERE departed <= ?", (_seconds(now - GRACE),))
        return [server for (server,) in rows]

    def servers(self) -> set[int]:
        """Every server of which anything is stored."""
        rows = self._database.rows(f"SELECT server FROM {' UNION SELECT server FROM '.join(_OF_SERVERS)}")
        return {server for (server,) in rows if server is not None}

    def forget_server(self, server: int) -> None:
        """Deletes all that is stored of a server, from the disk as well."""
        with self._database.change():
            for table in _OF_SERVERS:
                self._database.run(f"DELETE FROM {table} WHERE server = ?", (server,))
        self._scrub()

    def forget_person(self, person: int) -> None:
        """Deletes a person's votes, watches and questions and who asked them, from the disk as well.

        Their answers stay, for the buttons below them.
        """
        with self._database.change():
            votes = self._database.run("DELETE FROM votes WHERE person = ?", (person,))
            watched = self.watches.forget(person)
            asked = self._database.run(
                "UPDATE answers SET asker = NULL, question = NULL WHERE asker = ?", (person,)
            )
        # Done again and again it must cost others nothing; what a failure left is done with the next.
        self._traces = self._traces or bool(votes + watched + asked)
        if self._traces:
            self._scrub()

    def forget_articles(self, known: Set[str]) -> None:
        """Deletes what names an article that is not among `known`, from the disk as well.

        The id of an article has words of its title.
        """
        with self._database.change():
            rows = self._database.rows(f"SELECT article FROM {' UNION SELECT article FROM '.join(_NAMING)}")
            gone = frozenset(id for (id,) in rows if id and id not in known)
            self._database.run_each(_GONE, [(id,) for id in gone])
            self.watches.forget_articles(gone)
        if self._traces or gone:
            self._scrub()

    def _scrub(self) -> None:
        self._traces = True
        self._database.scrub()
        self._traces = False

    def _answer(self, row: Row) -> KeptAnswer:
        number, id, server, channel, message, asker, question, refused, created = row
        quotes = self._database.rows(
            'SELECT number, article, start, "end", digest FROM quotes WHERE answer = ? ORDER BY position',
            (number,),
        )
        return KeptAnswer(
            id=id,
            server=server,
            channel=channel,
            message=message,
            asker=asker,
            question=question,
            refused=bool(refused),
            created=_moment(created),
            quotes=tuple(KeptQuote(*quote) for quote in quotes),
        )

    def _counts(self, number: int) -> Mapping[Vote, int]:
        return Counter(Vote(kind) for (kind,) in self._database.rows(_KINDS, (number,)))

    def _put(self, server: int, column: str, value: object) -> None:
        self._database.run(
            f"INSERT INTO servers (server, {column}) VALUES (?, ?)"
            f" ON CONFLICT (server) DO UPDATE SET {column} = excluded.{column}",
            (server, value),
        )

    def _drop_old(self, until: int) -> None:
        self._database.run(
            "DELETE FROM answers WHERE number <= ? AND number NOT IN (SELECT answer FROM votes)", (until,)
        )


_KINDS = "SELECT kind FROM votes WHERE answer = ? ORDER BY kind"


def _of(server: int | All | None) -> tuple[str, tuple[int | None, ...]]:
    """A further condition, and its values: the answers of one server, of direct messages (None), or ALL."""
    return ("", ()) if isinstance(server, All) else ("AND server IS ?", (server,))


def _moment(seconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def _seconds(moment: datetime.datetime) -> int:
    return int(moment.timestamp())


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
