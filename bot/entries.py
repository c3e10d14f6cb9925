"""What became of the entries of feeds: which are brought in, and which are to stay away."""

import dataclasses
import hashlib
from collections.abc import Callable

from bot.database import Database

# Hex digits: 128 bits, which no two links share.
_MARK = 32


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """What became of an entry: its article, whether that is the whole page, how often it was tried.

    `removed`: a person removed the article, which is to stay away. `why` there is no article, with its title;
    empty where there is one.
    """

    digest: str
    article: str
    whole: bool
    tries: int
    removed: bool = False
    why: str = ""


class Entries:
    """Those of all feeds, named by the numbers of these. Raises RecordsError."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def known(self, feed: int) -> dict[str, Known]:
        """The entries that were brought in, by the `mark` of their links."""
        rows = self._database.rows(
            "SELECT link, digest, article, whole, tries, removed, why FROM entries WHERE feed = ?", (feed,)
        )
        return {
            link: Known(digest, article, bool(whole), tries, bool(removed), why)
            for link, digest, article, whole, tries, removed, why in rows
        }

    def keep(self, feed: int, link: str, known: Known) -> None:
        """Notes what became of an entry; nothing where the feed was removed meanwhile."""
        stands = (known.digest, known.article, known.whole, known.tries)
        became = (*stands, int(self._now()), known.removed, known.why)
        self._database.run(
            "INSERT OR REPLACE INTO entries SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS"
            " (SELECT 1 FROM subscriptions WHERE number = ?)",
            (feed, mark(link), *became, feed),
        )

    def left_out(self, feed: int) -> list[str]:
        """Which entries are no articles, and why, each in a line."""
        rows = self._database.rows(
            "SELECT why FROM entries WHERE feed = ? AND article = '' AND why != ''"
            " AND NOT removed ORDER BY seen",
            (feed,),
        )
        return [why for (why,) in rows]

    def touch(self, feed: int, links: list[str]) -> None:
        """The entries that the feed still has."""
        now = int(self._now())
        self._database.run_each(
            "UPDATE entries SET seen = ? WHERE feed = ? AND link = ?",
            [(now, feed, mark(link)) for link in links],
        )

    def forget_articles(self, is_there: Callable[[str, str], bool]) -> None:
        """Deletes what names an article that is gone, from the disk as well; its feed keeps away from it.

        `is_there` says it of an id and a scope.
        """
        kept = self._database.rows(
            "SELECT DISTINCT article, scope FROM entries JOIN subscriptions ON feed = number"
            " WHERE article != ''"
        )
        for article, scope in kept:
            if not is_there(article, scope):
                self.dismiss(article, scope)
        self._database.scrub()

    def dismiss(self, article: str, scope: str) -> None:
        """An article is gone, and is to stay away."""
        self._database.run(
            "UPDATE entries SET article = '', removed = 1 WHERE article = ?"
            " AND feed IN (SELECT number FROM subscriptions WHERE scope = ?)",
            (article, scope),
        )

    def oldest(self, scope: str) -> str | None:
        """The article that the feeds of a scope have had least lately; None where they brought in none."""
        rows = self._database.rows(
            "SELECT article FROM entries JOIN subscriptions ON feed = number"
            " WHERE scope = ? AND article != '' ORDER BY seen LIMIT 1",
            (scope,),
        )
        return next((article for (article,) in rows), None)


def mark(link: str) -> str:
    """What is kept of an entry's link: enough to know it again."""
    return hashlib.sha256(link.encode()).hexdigest()[:_MARK]
