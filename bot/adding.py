"""`citebot add` and `citebot remove`: articles into the data folder and out of it.

Each is a file there; a bot that runs beside brings it in, else it is done at once.
"""

import dataclasses
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot import edge
from bot.app import App
from bot.commands import left_out
from bot.console import Out, Waiting
from bot.naming import named
from bot.opening import opened
from bot.plain import one_line
from bot.presence import is_present
from index.address import address_key
from index.article import Article, ArticleInfo
from index.errors import (
    ArticleError,
    CitebotError,
    FetchError,
    LibraryError,
    ShelfError,
    StoreBusy,
    StoreUnwritable,
)
from index.library import Library
from index.problem import Problem

# Of any kind: that of one which is not fetched is said where it is refused.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def add(places: Sequence[str]) -> int:
    """Adds what is in files, in folders and at addresses; fails where one gave nothing, after the others."""
    out, waiting = Out(), Waiting()
    is_well, all_added = True, list[Article]()
    with opened(waiting) as app:
        with waiting.during("Reading the articles"):
            for item in (item for place in places for item in _articles(app, waiting, place)):
                if isinstance(item, Article):
                    added = app.shelves.put(item, "")
                    out.line(f"Added {one_line(added.title)} ({added.id})")
                    all_added.append(added)
                else:
                    waiting.notice(str(item))
                    is_well &= isinstance(item, Problem) and item.is_read
        if all_added:
            _name_twins(app, waiting, all_added)
            bring_in(app, waiting)
    return edge.ANSWERED if is_well else edge.FAILED


def remove(names: Sequence[str]) -> int:
    """Removes added articles, named by id, address or title; none where one of the names is not clear."""
    out, waiting = Out(), Waiting()
    with opened(waiting) as app:
        with waiting.during("Reading the articles"):
            known = app.known()
        removed = list(dict.fromkeys(named(known, name, app.shelves.is_added) for name in names))
        for article in removed:
            if app.shelves.remove(article.id, article.scope) is None:
                raise ShelfError(
                    f"{article.id} was not added with citebot.", "Delete it where CITEBOT_ARTICLES has it."
                )
            out.line(f"Removed {one_line(article.title)} ({article.id})")
        _name_twins(app, waiting, removed)
        bring_in(app, waiting)
    return edge.ANSWERED


def _name_twins(app: App, waiting: Waiting, changed: Sequence[ArticleInfo]) -> None:
    """Says which articles that were not added have the address of one that was added or removed now."""
    addresses = {address_key(article.url) for article in changed if article.url and not article.scope}
    if not addresses:
        return
    for other in app.known():
        is_twin = other.url and address_key(other.url) in addresses and not other.scope
        if is_twin and not app.shelves.is_added(other):
            waiting.notice(
                f"{other.id} has the same address ({other.url}) and stays: it was not added. "
                "Delete it where CITEBOT_ARTICLES has it, or answers quote it, too."
            )


def _articles(app: App, waiting: Waiting, place: str) -> Iterator[Article | Problem | CitebotError]:
    """What is at a place, or why nothing is."""
    try:
        if _ADDRESS.match(place):
            yield app.fetch(place)
        elif not os.path.exists(place):
            raise ArticleError(f"There is no file or folder {place}.", "Check its name.")
        else:
            library = Library([Path(place)])
            scan = library.scan()
            for file in scan.files:
                for item in library.read(file):
                    yield (dataclasses.replace(item, file=file.place) if isinstance(item, Problem) else item)
            if unread := scan.unread:
                waiting.notice(left_out(unread))
    except (ArticleError, FetchError, LibraryError) as error:
        yield error


def bring_in(app: App, waiting: Waiting) -> None:
    """Makes the index equal the articles, unless a bot does."""
    if app.settings.is_served:
        follows = "The indexer that runs brings it in within seconds." if app.is_followed else ""
        waiting.notice(follows or "`citebot index` brings it in.")
        return
    if is_present(app.settings.data):
        waiting.notice("The bot that runs brings it in within seconds.")
        return
    try:
        with waiting.during("Bringing the index up to date"):
            app.sync(may_empty=True)
    except (StoreBusy, StoreUnwritable) as error:
        waiting.notice(f"{error} A later question brings it in.")
