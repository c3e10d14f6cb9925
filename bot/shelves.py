"""Where articles lie: the operator's folders, those added for everyone, and those of each server."""

import os
import shutil

from bot.settings import Settings
from index.article import Article, ArticleInfo
from index.errors import LibraryError, ShelfError
from index.library import Library, Root
from index.problem import BadArticle
from index.readers import MEGABYTE, parse_document
from index.shelf import Shelf

LARGEST_FILE = 10 * MEGABYTE
_ARTICLES, _SERVERS = "articles", "servers"
# Longer numbers are no ids of Discord's.
_LONGEST_SCOPE = 20


class Shelves:
    """The folders of articles that the settings name. A scope is "" for everyone, else a server's id."""

    def __init__(self, settings: Settings) -> None:
        self._seeds = settings.articles
        self._everyones = settings.data / _ARTICLES
        self._servers = settings.data / _SERVERS

    @property
    def library(self) -> Library:
        """All articles."""
        added = [Root(self._everyones, plain=True)] if os.path.isdir(self._everyones) else []
        private = [self._root(scope) for scope in self.scopes()]
        return Library([*self._seeds, *added, *(root for root in private if os.path.isdir(root.path))])

    def scopes(self) -> list[str]:
        """The servers that have a folder here."""
        if not os.path.isdir(self._servers):
            return []
        try:
            return sorted(filter(_is_server, os.listdir(self._servers)))
        except OSError as error:
            raise LibraryError(f"{self._servers} cannot be read: {error.strerror}.", "Allow it.") from None

    def add(self, data: bytes, name: str, scope: str) -> Article:
        """Keeps the article in `data`, of the kind that the suffix of `name` says."""
        if len(data) > LARGEST_FILE:
            raise BadArticle(
                f"is larger than {LARGEST_FILE // MEGABYTE} MB, the most that can be added",
                "Split it into smaller files.",
            )
        return self.put(parse_document(data, name), scope)

    def put(self, article: Article, scope: str) -> Article:
        """Keeps an article; the article as it reads from its file, with its new id."""
        return self._shelf(scope).add(article)

    def has(self, address: str, scope: str) -> bool:
        """Whether an article with this address was added for this scope."""
        return self._shelf(scope).has(address)

    def holds(self, id: str, scope: str) -> bool:
        """Whether the article with this id, which was added for this scope, is still there."""
        return self._shelf(scope).holds(id)

    def is_added(self, article: ArticleInfo) -> bool:
        """Whether an article was added, and can be removed."""
        folder = article.id.rpartition("/")[0]
        return folder == self._shelf(article.scope).label and self.holds(article.id, article.scope)

    def remove(self, id: str, scope: str) -> ArticleInfo | None:
        """Deletes an article of this scope; None where it is not there."""
        return self._shelf(scope).remove(id)

    def forget(self, scope: str) -> None:
        """Deletes all articles of a server."""
        folder = self._root(scope).path.parent
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise LibraryError(f"{folder} cannot be removed: {error.strerror}.", "Allow it.") from error

    def _shelf(self, scope: str) -> Shelf:
        if scope:
            return Shelf(self._root(scope))
        return Shelf(
            Root(self._everyones, label=Library([*self._seeds, self._everyones]).label(self._everyones))
        )

    def _root(self, scope: str) -> Root:
        if not _is_server(scope):
            raise ShelfError(f"{scope!r} is no server's id.", "Ask in a server.")
        label = f"{_SERVERS}/{scope}/{_ARTICLES}"
        return Root(self._servers / scope / _ARTICLES, scope, label, plain=True)


def _is_server(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) <= _LONGEST_SCOPE
