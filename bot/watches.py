"""Watched questions as they are stored, and which articles were there when they were looked at last."""

import dataclasses
import datetime
import secrets
from collections.abc import Mapping

from bot.answer import Citation
from bot.database import Database, Row
from bot.servers import scopes_in
from bot.votes import KeptQuote, digest
from index.errors import NotAllowed

# What of an article's digest is enough to tell that it changed.
_DIGEST = 16
_ID_BYTES = 8

SCHEMA = """
CREATE TABLE watches (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, server INTEGER, channel INTEGER, person INTEGER,
    question TEXT NOT NULL, created INTEGER NOT NULL, told INTEGER, checked INTEGER NOT NULL,
    article TEXT, start INTEGER, "end" INTEGER, digest TEXT
);
CREATE INDEX watches_by_server ON watches (server);
CREATE INDEX watches_by_person ON watches (person);
CREATE TABLE seen (
    place TEXT NOT NULL, article TEXT NOT NULL, digest TEXT NOT NULL, turn INTEGER NOT NULL,
    PRIMARY KEY (place, article)
) WITHOUT ROWID;
CREATE TABLE turns (place TEXT PRIMARY KEY, turn INTEGER NOT NULL) WITHOUT ROWID;
"""
_WATCH = 'id, server, channel, person, question, created, told, checked, article, start, "end", digest'
_QUOTED = 'article = ?, start = ?, "end" = ?, digest = ?'


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where a question is watched: a channel of a server, or of direct messages without one."""

    server: int | None
    channel: int
    person: int


@dataclasses.dataclass(frozen=True, slots=True)
class Watch:
    """A question, and where its best quote stood; `quote` is None where it was refused.

    `place` is None for one of the terminal. `told` is when its answer was last said to have changed.
    """

    id: str
    place: Place | None
    question: str
    quote: KeptQuote | None
    created: datetime.datetime
    told: datetime.datetime | None
    checked: int

    @property
    def scopes(self) -> tuple[str, ...]:
        """Which articles count: everyone's and, in a server, its own."""
        return scopes_in(self.place.server if self.place else None)


@dataclasses.dataclass(frozen=True, slots=True)
class News:
    """Articles that were added, changed or removed since the last look, by their ids."""

    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


class Seen:
    """The articles that were there at the last look; each look that found something new is a turn."""

    def __init__(self, database: Database, place: str) -> None:
        self._database = database
        self._place = place

    def news(self, digests: Mapping[str, str]) -> News:
        """What is new in `digests`, the digests of all articles by id; at the first look nothing is."""
        known: dict[str, str] = dict(self._rows("SELECT article, digest FROM seen WHERE place = ?"))
        if not self.has_looked:
            return News()
        kept = known.keys() & digests.keys()
        return News(
            added=frozenset(digests.keys() - kept),
            changed=frozenset(id for id in kept if known[id] != digests[id][:_DIGEST]),
            removed=frozenset(known.keys() - kept),
        )

    def note(self, digests: Mapping[str, str]) -> None:
        """These are known from now on."""
        with self._database.change():
            news = self.news(digests)
            fresh = news.added | news.changed if self.has_looked else digests.keys()
            turn = self.latest + bool(news)
            self._database.run_each(
                "DELETE FROM seen WHERE place = ? AND article = ?", [(self._place, id) for id in news.removed]
            )
            self._database.run_each(
                "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)",
                [(self._place, id, digests[id][:_DIGEST], turn) for id in fresh],
            )
            self._database.run("INSERT OR REPLACE INTO turns VALUES (?, ?)", (self._place, turn))

    @property
    def has_looked(self) -> bool:
        """Whether there was any look."""
        return bool(self._turns())

    @property
    def latest(self) -> int:
        """The number of the last turn."""
        return sum(self._turns())

    def turn_of(self, article: str) -> int | None:
        """The turn that brought an article as it is now; None where it is not there."""
        rows = self._database.rows(
            "SELECT turn FROM seen WHERE place = ? AND article = ?", (self._place, article)
        )
        return next((int(turn) for (turn,) in rows), None)

    def _turns(self) -> list[int]:
        """The last turn, where there was any look."""
        return [turn for (turn,) in self._rows("SELECT turn FROM turns WHERE place = ?")]

    def _rows(self, query: str) -> list[Row]:
        return self._database.rows(query, (self._place,))


class Watches:
    """The watched questions in the records; all of it touches the disk. Raises RecordsError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Each has its own: what the bot has told of is still to be told in the terminal.
        self.in_discord, self.in_terminal = Seen(database, "discord"), Seen(database, "terminal")

    def add(
        self, question: str, best: Citation | None, place: Place | None, *, per_person: int, per_server: int
    ) -> Watch:
        """Watches a question; asked again in the same place, anew. Raises NotAllowed beyond the limits."""
        created = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        checked = (self.in_discord if place else self.in_terminal).latest
        watch = Watch(secrets.token_urlsafe(_ID_BYTES), place, question, _kept(best), created, None, checked)
        server, channel, person = dataclasses.astuple(place) if place else (None, None, None)
        with self._database.change():
            self._database.run(
                "DELETE FROM watches WHERE channel IS ? AND person IS ? AND question = ?",
                (channel, person, question),
            )
            if place:
                self._check_room(place, per_person, per_server)
            self._database.run(
                f"INSERT INTO watches ({_WATCH}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(watch.id, server, channel, person, question, int(created.timestamp()), None, checked),
                    *_columns(watch.quote),
                ),
            )
        return watch

    def of_person(self, person: int, server: int | None) -> list[Watch]:
        """What a person watches in a server, or in direct messages, oldest first."""
        return self._select("person = ? AND server IS ?", person, server)

    def of_server(self, server: int) -> list[Watch]:
        """Everything that is watched in a server, oldest first."""
        return self._select("server = ?", server)

    def of_terminal(self) -> list[Watch]:
        """What is watched in the terminal, oldest first."""
        return self._select("person IS NULL")

    def due(self, *, in_terminal: bool = False) -> list[Watch]:
        """Those that were not looked at since the articles changed last."""
        seen, which = (
            (self.in_terminal, "person IS NULL") if in_terminal else (self.in_discord, "person IS NOT NULL")
        )
        return self._select(f"{which} AND checked < ?", seen.latest)

    def find(self, id: str) -> Watch | None:
        """A watch by its id, which may be any text. Whose it is, is the caller's to check."""
        return next(iter(self._select("id = ?", id)), None)

    def settle(
        self, watch: Watch, best: Citation | None, turn: int, *, told: datetime.datetime | None = None
    ) -> None:
        """This is its best quote as of `turn`; `told` is when that was said, where it was."""
        self._database.run(
            f"UPDATE watches SET checked = ?, told = coalesce(?, told), {_QUOTED} WHERE id = ?",
            (turn, int(told.timestamp()) if told else None, *_columns(_kept(best)), watch.id),
        )

    def pass_over(self, watch: Watch, turn: int) -> None:
        """Nothing changed for it until `turn`."""
        self._database.run("UPDATE watches SET checked = ? WHERE id = ?", (turn, watch.id))

    def remove(self, id: str) -> None:
        """Watches it no more."""
        self._database.run("DELETE FROM watches WHERE id = ?", (id,))

    def forget(self, person: int) -> int:
        """Deletes what a person watches; how much that was."""
        return self._database.run("DELETE FROM watches WHERE person = ?", (person,))

    def forget_articles(self, gone: frozenset[str]) -> None:
        """Nothing that is stored names these articles any more."""
        self._database.run_each(
            "UPDATE watches SET article = '', start = 0, \"end\" = 0, digest = '' WHERE article = ?",
            [(id,) for id in gone],
        )
        self._database.run_each("DELETE FROM seen WHERE article = ?", [(id,) for id in gone])

    def _check_room(self, place: Place, per_person: int, per_server: int) -> None:
        if len(self._select("person = ?", place.person)) >= per_person:
            raise NotAllowed(
                f"You watch {per_person:,} questions already, which is the most.",
                "/watches lists them and stops some.",
            )
        if place.server is not None and len(self.of_server(place.server)) >= per_server:
            raise NotAllowed(
                f"{per_server:,} questions are watched in this server, which is the most.",
                "Those with Manage Server can stop some with /watches.",
            )

    def _select(self, where: str, *values: object) -> list[Watch]:
        query = f"SELECT {_WATCH} FROM watches WHERE {where} ORDER BY number"
        return [_watch(row) for row in self._database.rows(query, values)]


def _watch(row: Row) -> Watch:
    id, server, channel, person, question, created, told, checked, article, start, end, mark = row
    return Watch(
        id=id,
        place=None if person is None else Place(server, channel, person),
        question=question,
        quote=None if article is None else KeptQuote(1, article, start, end, mark),
        created=datetime.datetime.fromtimestamp(created, datetime.UTC),
        told=None if told is None else datetime.datetime.fromtimestamp(told, datetime.UTC),
        checked=checked,
    )


def _kept(best: Citation | None) -> KeptQuote | None:
    if best is None:
        return None
    return KeptQuote(1, best.passage.article.id, best.start, best.end, digest(best.quote))


def _columns(quote: KeptQuote | None) -> tuple[object, ...]:
    return (quote.article, quote.start, quote.end, quote.digest) if quote else (None, None, None, None)
