"""The feeds that are subscribed to: how each fares, when it is next, which entries were brought in."""

import dataclasses
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from bot.database import Database, Row
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
_FEED = "key, url, title, etag, modified, succeeded, next, every, failures, error"
_MINUTE = 60
_DAY = 24 * 3600
# A feed with news is asked again sooner, one without later.
_OFTEN, _AT_FIRST, _SELDOM = 10 * _MINUTE, 30 * _MINUTE, 60 * _MINUTE
_LONGEST_WAIT = _DAY
# Turns that would come together by chance spread by a tenth.
_JITTER = 0.1
# A turn takes minutes at most; one that was killed gives its feed free after this.
_LEASE = 10 * _MINUTE
# Entries that a feed no longer has are forgotten.
_FORGET = 90 * _DAY
_LONGEST_ERROR = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Subscription:
    """A feed as it stands; moments are seconds since 1970, `succeeded` None before the first success."""

    key: str
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


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """What became of an entry: its article, whether that is the whole page, how often it was tried."""

    digest: str
    article: str
    whole: bool
    tries: int


class Subscriptions:
    """The database at `path`. Threads and processes may share it. Raises RecordsError."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._database = Database(path, _SCHEMA)
        self._now = now

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def add(self, url: str, title: str) -> bool:
        """Subscribes to a feed, which is due at once; False where it is there already."""
        row = (address_key(url), url, title, int(self._now()), _AT_FIRST)
        return bool(
            self._database.run(
                "INSERT OR IGNORE INTO feeds VALUES (?, ?, ?, '', '', NULL, ?, ?, 0, '', 0)", row
            )
        )

    def remove(self, name: str) -> Subscription:
        """Ends a subscription, named by address or title. Its articles stay. Raises FeedError."""
        everything = self.all()
        key, folded = address_key(name), name.strip().casefold()
        found = [feed for feed in everything if feed.key == key]
        found = found or [feed for feed in everything if feed.title.casefold() == folded]
        if len(found) != 1:
            what = "Several feeds are called" if found else "There is no feed"
            raise FeedError(f"{what} {name}.", "`citebot feeds list` lists them; name one by its address.")
        self._database.run("DELETE FROM feeds WHERE key = ?", (found[0].key,))
        return found[0]

    def all(self) -> list[Subscription]:
        """Every feed, by title."""
        rows = self._database.rows(f"SELECT {_FEED} FROM feeds ORDER BY title COLLATE NOCASE, url")
        return [_subscription(row) for row in rows]

    def due(self) -> list[Subscription]:
        """The feeds whose turn it is: also those that a clock since set back has put off for days."""
        now = int(self._now())
        rows = self._database.rows(
            f"SELECT {_FEED} FROM feeds WHERE (next <= ? OR next > ?) AND (busy <= ? OR busy > ?)"
            " ORDER BY next",
            (now, now + 2 * _LONGEST_WAIT, now, now + _LEASE),
        )
        return [_subscription(row) for row in rows]

    def take(self, feed: Subscription) -> bool:
        """Takes a feed for a turn; False where another thread or process has it, or it is gone."""
        now = int(self._now())
        statement = "UPDATE feeds SET busy = ? WHERE key = ? AND (busy <= ? OR busy > ?)"
        return bool(self._database.run(statement, (now + _LEASE, feed.key, now, now + _LEASE)))

    def give_free(self, feed: Subscription) -> None:
        """Ends a turn that came to nothing."""
        self._database.run("UPDATE feeds SET busy = 0 WHERE key = ?", (feed.key,))

    def known(self, feed: Subscription) -> dict[str, Known]:
        """The entries that were brought in, by their links."""
        rows = self._database.rows(
            "SELECT link, digest, article, whole, tries FROM entries WHERE feed = ?", (feed.key,)
        )
        return {
            link: Known(digest, article, bool(whole), tries) for link, digest, article, whole, tries in rows
        }

    def keep(self, feed: Subscription, link: str, known: Known) -> None:
        """Notes what became of an entry; nothing where the feed was removed meanwhile."""
        self._database.run(
            "INSERT OR REPLACE INTO entries SELECT ?, ?, ?, ?, ?, ?, ? WHERE EXISTS"
            " (SELECT 1 FROM feeds WHERE key = ?)",
            (
                feed.key,
                link,
                known.digest,
                known.article,
                known.whole,
                known.tries,
                int(self._now()),
                feed.key,
            ),
        )

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
                "UPDATE feeds SET title = ?, etag = ?, modified = ?, succeeded = ?, next = ?, every = ?,"
                " failures = 0, error = '', busy = 0 WHERE key = ?",
                (
                    title or feed.title,
                    validators.etag,
                    validators.modified,
                    now,
                    now + _jittered(wait),
                    every,
                    feed.key,
                ),
            )
            self._database.run(
                "DELETE FROM entries WHERE feed = ? AND seen < ? AND ? != ''",
                (feed.key, now - _FORGET, title),
            )

    def touch(self, feed: Subscription, links: list[str]) -> None:
        """The entries that the feed still has."""
        now = int(self._now())
        self._database.run_each(
            "UPDATE entries SET seen = ? WHERE feed = ? AND link = ?",
            [(now, feed.key, link) for link in links],
        )

    def failed(self, feed: Subscription, error: str, again: float | None) -> None:
        """A turn went wrong: the next is later each time, and not before the server wants it."""
        wait = min(_LONGEST_WAIT, max(again or 0, feed.every * 2 ** min(feed.failures, 10)))
        self._database.run(
            "UPDATE feeds SET next = ?, failures = failures + 1, error = ?, busy = 0 WHERE key = ?",
            (int(self._now()) + _jittered(wait), error[:_LONGEST_ERROR], feed.key),
        )

    def move(self, feed: Subscription, url: str) -> None:
        """The feed has another address for good."""
        self._database.run(
            "UPDATE OR IGNORE feeds SET url = ?, key = ? WHERE key = ?", (url, address_key(url), feed.key)
        )


def _jittered(seconds: float) -> int:
    return round(seconds * random.uniform(1 - _JITTER, 1 + _JITTER))


def _subscription(row: Row) -> Subscription:
    key, url, title, etag, modified, *rest = row
    return Subscription(key, url, title, Validators(etag, modified), *rest)
