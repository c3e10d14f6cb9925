"""The articles and their index: kept in step with one another, added to and taken from."""

import contextlib
import functools
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Self

from bot.indexed import Indexed, Progress
from bot.version import version
from index.article import Article, ArticleInfo, Passage
from index.errors import LibraryEmpty, ShelfError, StoreBusy, StoreMissing
from index.lock import holder
from index.passages import covering
from index.sync import articles, pending

if TYPE_CHECKING:
    from index.fetch import Fetcher

__all__ = ["Collection", "Progress"]

# How long the forgetting of a server waits for another process that writes the index.
PATIENCE = 60.0
_AGAIN_AFTER = 0.5


class Collection(Indexed):
    """The articles that the settings name and those added at run time, and their index.

    `progress` is told of bytes done, bytes in all and the article at hand while an index is made, `notice`
    of what a person should know. `models` is where exported models lie, if not where the settings say.
    Threads may share it. Every method raises CitebotError.
    """

    def close(self) -> None:
        """Frees the index's files, and ends what is being fetched."""
        if "fetcher" in self.__dict__:
            self.fetcher.close()
        super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def passage(self, article: str, start: int, end: int, *, scopes: Sequence[str]) -> Passage | None:
        """The passage that holds an article's characters `start` to `end`; None where that is gone.

        Likewise where the article is for none of `scopes`. Whether it still says the same is for the caller
        to check.
        """
        try:
            self.refresh()
        except LibraryEmpty:
            return None
        return covering(self._reader.passages(article, start, end, scopes), start, end)

    def passages(self, article: str, *, scopes: Sequence[str]) -> list[Passage]:
        """All passages of an article, in order; none where it is gone, or for none of `scopes`."""
        return self._reader.passages(article, 0, sys.maxsize, scopes)

    def fetch(self, address: str) -> Article:
        """The article at an address of the net. Raises ArticleError and FetchError."""
        from index.page import TYPES, read_page_apart

        return read_page_apart(self.fetcher.get(address, TYPES))

    def add(self, data: bytes, name: str, *, scope: str = "") -> Article:
        """Adds the article in a file, for everyone or for the server `scope`; `name` says what kind of file.

        It is found as soon as this returns, or where another process is writing the index, soon after. Raises
        ShelfError where the index lies on a server and none that writes it would see the file.
        """
        with self._changing():
            return self.shelves.add(data, name, scope)

    def put(self, article: Article, *, scope: str = "") -> Article:
        """Adds an article, or replaces the one with its address, likewise."""
        with self._changing():
            return self.shelves.put(article, scope)

    def remove(self, article: str, *, scope: str = "") -> ArticleInfo | None:
        """Removes an article that was added for `scope`; None where the scope knows no such article.

        Raises ShelfError for one that it knows, but that was not added for it.
        """
        with self._changing():
            removed = self.shelves.remove(article, scope)
        if removed is None and any(article == known.id for known in articles(self._folder, ("", scope))):
            raise ShelfError("This article was not added here.", "Who runs the bot can remove it.")
        return removed

    def forget_scope(self, scope: str) -> None:
        """Deletes a server's articles, from the index as well. Raises StoreBusy where that takes too long.

        Done again, it does what was left.
        """
        until = time.monotonic() + PATIENCE
        with self._refreshing:
            self.shelves.forget(scope)
        if self.settings.is_served:
            return  # whoever writes the index sees that they are gone
        while True:
            try:
                with self._refreshing:
                    self.sync(may_empty=True)
                return
            except StoreBusy:
                if time.monotonic() > until:
                    raise
            time.sleep(_AGAIN_AFTER)

    def scopes(self) -> list[str]:
        """The servers that have articles of their own."""
        return self.shelves.scopes()

    def known(self) -> list[ArticleInfo]:
        """The articles of all scopes as they are now, those that are not indexed yet among them."""
        try:
            changes = pending(self.library, self._folder)
            indexed = articles(self._folder)
        except LibraryEmpty:
            return []
        except StoreMissing:
            indexed = []
        found = {article.id: article for article in indexed if article.id not in changes.gone}
        for file in (*changes.new, *changes.changed):
            read = (item for item in self.library.read(file) if isinstance(item, Article))
            found.update((article.id, article.info) for article in read)
        return list(found.values())

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Brings what is done to the articles into the index, at once or with a later question."""
        if self.settings.is_served and not self.is_followed:
            raise ShelfError(
                "Articles cannot be changed here: what writes the index on the Chroma server does not read "
                "this data folder.",
                "Change them where `citebot index --follow` runs, or let it run on this data folder.",
            )
        with self._refreshing:
            yield
            self._looked = None
            if not self.settings.is_served:
                self._sync_if_possible(may_empty=True)

    @property
    def is_followed(self) -> bool:
        """Whether another process indexes the articles in this data folder, as far as can be seen."""
        return holder(self._folder) is not None

    @functools.cached_property
    def fetcher(self) -> "Fetcher":
        """The way to the net, within the bounds of the settings."""
        from index.fetch import Fetcher

        settings = self.settings
        return Fetcher(version(), opened=settings.fetch_networks, ports=settings.fetch_ports)
