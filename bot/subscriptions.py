"""The feeds that are subscribed to: how each fares, when it is next, which entries were brought in.

A scope is "" for the operator's feeds, else the id of the server whose managers subscribed.
"""

import dataclasses
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from bot.database import Database, Row
from bot.entries import Entries
from index.address import address_key, masked
from index.errors import FeedError
from index.fetch import Validators

_SCHEMA = """
CREATE TABLE feeds (
    key TEXT PRIMARY KEY, url TEXT NOT NULL, title TEXT NOT NULL, etag TEXT NOT NULL, modified TEXT NOT NULL,
    succeeded INTEGER, next INTEGER NOT NULL, every INTEGER NOT NULL, failures INTEGER NOT NULL,
    error TEXT NOT NULL, busy INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE entries (
    feed TEXT NOT NULL REFERENCES feeds ON DELETE CASCADE ON UPDATE CASCADE, link TEXT NOT NULL,
    digest TEXT NOT NULL, article TEXT NOT NULL, whole INTEGER NOT NULL, tries INTEGER NOT NULL,
    seen INTEGER NOT NULL, PRIMARY KEY (feed, link)
) WITHOUT ROWID;
"""
# A link is kept as a hash: it has words of its article's title, and outlives it.
_SCOPES = """
DROP TABLE entries;
CREATE TABLE subscriptions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, scope TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL,
    title TEXT NOT NULL, etag TEXT NOT NULL, modified TEXT NOT NULL, succeeded INTEGER, next INTEGER NOT NULL,
    every INTEGER NOT NULL, failures INTEGER NOT NULL, error TEXT NOT NULL, busy INTEGER NOT NULL,
    asked INTEGER NOT NULL, UNIQUE (scope, key)
);
INSERT INTO subscriptions SELECT NULL, '', *, 0 FROM feeds;
DROP TABLE feeds;
CREATE TABLE entries (
    feed INTEGER NOT NULL REFERENCES subscriptions ON DELETE CASCADE, link TEXT NOT NULL,
    digest TEXT NOT NULL, article TEXT NOT NULL, whole INTEGER NOT NULL, tries INTEGER NOT NULL,
    seen INTEGER NOT NULL, removed INTEGER NOT NULL, PRIMARY KEY (feed, link)
) WITHOUT ROWID;
"""
_LEFT_OUT = "ALTER TABLE entries ADD COLUMN why TEXT NOT NULL DEFAULT '';"
_FEED = "number, scope, url, title, etag, modified, succeeded, next, every, failures, error"
_MINUTE = 60
_DAY = 24 * 3600
# A feed with news is asked again sooner, one without later.
_OFTEN, _AT_FIRST, _SELDOM = 10 * _MINUTE, 30 * _MINUTE, 60 * _MINUTE
_LONGEST_WAIT = _DAY
# Turns that would come together by chance spread by a tenth.
_JITTER = 0.1
# A turn takes minutes at most; one that was killed gives its feed free after this.
_LEASE = 10 * _MINUTE
# Entries of which there is no article, and which a feed no longer has, are forgotten.
_FORGET = 90 * _DAY
# Whoever wants a feed now has it asked no more often than this.
_PATIENCE = _MINUTE
_LONGEST_ERROR = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Subscription:
    """A feed as it stands; moments are seconds since 1970, `succeeded` None before the first success."""

    number: int
    scope: str
    url: str
    title: str
    validators: Validators
    succeeded: int | None
    next: int
    every: int
    failures: int
    error: str

    @property
    def shown(self) -> str:
        """The address as it may be shown and logged."""
        return masked(self.url)


class Subscriptions:
    """The database at `path`. Threads and processes may share it. Raises RecordsError."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._database = Database(path, _SCHEMA, _SCOPES, _LEFT_OUT)
        self._now = now
        self.entries = Entries(self._database, now)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def add(self, url: str, title: str, scope: str = "", most: int | None = None) -> bool:
        """Subscribes to a feed, which is due at once; False where it is there already.

        Raises FeedError where the scope has `most` feeds.
        """
        row = (scope, address_key(url), url, title, int(self._now()), _AT_FIRST)
        with self._database.change():
            ((count,),) = self._database.rows("SELECT count(*) FROM subscriptions WHERE scope = ?", (scope,))
            is_new = self._database.run(
                "INSERT OR IGNORE INTO subscriptions"
                " VALUES (NULL, ?, ?, ?, ?, '', '', NULL, ?, ?, 0, '', 0, 0)",
                row,
            )
            if is_new and most is not None and count >= most:
                hint = "Remove one first." if most else "Who runs the bot settles that."
                raise FeedError(f"{most:,} feeds are the most.", hint)
        return bool(is_new)

    def find(self, name: str, scope: str = "") -> Subscription:
        """A feed of a scope by its address or title. Raises FeedError."""
        everything = self.all(scope)
        key, folded = address_key(name), name.strip().casefold()
        found = [feed for feed in everything if address_key(feed.url) == key]
        found = found or [feed for feed in everything if feed.title.casefold() == folded]
        if len(found) != 1:
            what = "Several feeds are called" if found else "There is no feed"
            raise FeedError(
                f"{what} {masked(name)}.", "`citebot feeds list` lists them; name one by its address."
            )
        return found[0]

    def remove(self, feed: Subscription) -> None:
        """Ends a subscription. Its articles stay."""
        self._database.run("DELETE FROM subscriptions WHERE number = ?", (feed.number,))

    def forget(self, scope: str) -> None:
        """Ends all subscriptions of a scope, and deletes them from the disk as well."""
        self._database.run("DELETE FROM subscriptions WHERE scope = ?", (scope,))
        self._database.scrub()

    def all(self, scope: str | None = None) -> list[Subscription]:
        """The feeds of a scope, or of all scopes, by title."""
        rows = self._database.rows(
            f"SELECT {_FEED} FROM subscriptions WHERE scope = ? OR ? ORDER BY title COLLATE NOCASE, url",
            (scope, scope is None),
        )
        return [_subscription(row) for row in rows]

    def scopes(self) -> list[str]:
        """The scopes that have feeds."""
        return [scope for (scope,) in self._database.rows("SELECT DISTINCT scope FROM subscriptions")]

    def hasten(self, scope: str) -> None:
        """Makes all feeds of a scope due now, but for those that were asked within the last minute."""
        now = int(self._now())
        self._database.run(
            "UPDATE subscriptions SET next = ? WHERE scope = ? AND next > ? AND (asked <= ? OR asked > ?)",
            (now, scope, now, now - _PATIENCE, now),
        )

    def due(self) -> list[Subscription]:
        """The feeds whose turn it is: also those that a clock since set back has put off for days."""
        now = int(self._now())
        rows = self._database.rows(
            f"SELECT {_FEED} FROM subscriptions WHERE (next <= ? OR next > ?) AND (busy <= ? OR busy > ?)"
            " ORDER BY next",
            (now, now + 2 * _LONGEST_WAIT, now, now + _LEASE),
        )
        return [_subscription(row) for row in rows]

    def take(self, feed: Subscription) -> bool:
        """Takes a feed for a turn; False where another thread or process has it, or it is gone."""
        now = int(self._now())
        statement = (
            "UPDATE subscriptions SET busy = ?, asked = ? WHERE number = ? AND (busy <= ? OR busy > ?)"
        )
        return bool(self._database.run(statement, (now + _LEASE, now, feed.number, now, now + _LEASE)))

    def give_free(self, feed: Subscription) -> None:
        """Ends a turn that came to nothing."""
        self._database.run("UPDATE subscriptions SET busy = 0 WHERE number = ?", (feed.number,))

    def succeeded(
        self,
        feed: Subscription,
        *,
        title: str = "",
        validators: Validators,
        news: bool,
        least: float,
        soon: bool,
    ) -> None:
        """A turn went well. `least` is how long the feed wants to be left, `soon` that more is to come."""
        now = int(self._now())
        every = max(_OFTEN, feed.every // 2) if news else min(_SELDOM, feed.every * 3 // 2)
        wait = _MINUTE if soon else max(every, min(least, _LONGEST_WAIT))
        with self._database.change():
            self._database.run(
                "UPDATE subscriptions SET title = ?, etag = ?, modified = ?, succeeded = ?, next = ?,"
                " every = ?, failures = 0, error = '', busy = 0 WHERE number = ?",
                (
                    title or feed.title,
                    validators.etag,
                    validators.modified,
                    now,
                    now + _jittered(wait),
                    every,
                    feed.number,
                ),
            )
            self._database.run(
                "DELETE FROM entries WHERE feed = ? AND seen < ? AND article = '' AND ? != ''",
                (feed.number, now - _FORGET, title),
            )

    def failed(self, feed: Subscription, error: str, again: float | None) -> None:
        """A turn went wrong: the next is later each time, and not before the server wants it."""
        wait = min(_LONGEST_WAIT, max(again or 0, feed.every * 2 ** min(feed.failures, 10)))
        self._database.run(
            "UPDATE subscriptions SET next = ?, failures = failures + 1, error = ?, busy = 0"
            " WHERE number = ?",
            (int(self._now()) + _jittered(wait), error[:_LONGEST_ERROR], feed.number),
        )

    def move(self, feed: Subscription, url: str) -> None:
        """The feed has another address for good."""
        self._database.run(
            "UPDATE OR IGNORE subscriptions SET url = ?, key = ? WHERE number = ?",
            (url, address_key(url), feed.number),
        )


def _jittered(seconds: float) -> int:
    return round(seconds * random.uniform(1 - _JITTER, 1 + _JITTER))


def _subscription(row: Row) -> Subscription:
    number, scope, url, title, etag, modified, *rest = row
    return Subscription(number, scope, url, title, Validators(etag, modified), *rest)
