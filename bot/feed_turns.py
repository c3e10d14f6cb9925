"""A feed's turn: what is new in it becomes articles."""

import dataclasses
import time
from collections.abc import Sequence

from bot.collection import Collection
from bot.entries import Known, mark
from bot.plain import one_line
from bot.subscriptions import Subscription, Subscriptions
from index.address import masked
from index.article import Article
from index.errors import ArticleError, CitebotError, FetchError, ShelfFull
from index.feeds import TYPES, Entry, Feed, read_feed_apart
from index.fetch import UNKNOWN, Fetched
from index.shelf import check_length

# One turn's seconds: a site that answers slowly has its other articles brought in by later turns.
_SECONDS = 60.0
_MOST_TRIES = 3
# Turns mostly wait for the net; however many are slow, others have theirs: of one server only so many are
# taken at a time, and of all servers together only so many that the operator's feeds always have some.
AT_ONCE = 8
_OF_A_SERVER = 2
_OF_SERVERS = 6
_LONGEST_WHY = 400
# Less says nothing.
_SHORTEST = 40


@dataclasses.dataclass(frozen=True, slots=True)
class Turn:
    """What came of a turn: new or changed articles; of `partly` of them only what the feed says could be had.

    `left_out` are entries that are no articles, and why. `is_cut_off`: the feed itself came without its end.
    """

    feed: Subscription
    articles: int = 0
    partly: int = 0
    error: str = ""
    left_out: tuple[str, ...] = ()
    is_cut_off: bool = False


def has_room(scope: str, running: Sequence[str]) -> bool:
    """Whether a feed of a scope may have its turn beside those that run, whose scopes are `running`."""
    of_servers = sum(map(bool, running))
    if scope and (running.count(scope) >= _OF_A_SERVER or of_servers >= _OF_SERVERS):
        return False
    return len(running) < AT_ONCE


def take_turn(app: Collection, subscriptions: Subscriptions, feed: Subscription) -> Turn | None:
    """Fetches a feed and what is new in it; None where another thread or process has the feed.

    Whatever a feed holds is no error. Raises RecordsError where it cannot be noted how it went.
    """
    if not subscriptions.take(feed):
        return None
    try:
        found = app.fetcher.get_changed(feed.url, TYPES, feed.validators)
        if found is None:
            subscriptions.succeeded(feed, validators=feed.validators, news=False, least=0, soon=False)
            return Turn(feed)
        return _brought_in(app, subscriptions, feed, found)
    except CitebotError as error:
        if app.fetcher.is_closed:  # which is not the feed's fault
            subscriptions.give_free(feed)
            return Turn(feed)
        return _failed(subscriptions, feed, str(error), getattr(error, "again", None))
    except Exception as error:
        return _failed(
            subscriptions, feed, f"It failed unexpectedly ({type(error).__name__}: {error}).", None
        )


def _failed(subscriptions: Subscriptions, feed: Subscription, error: str, again: float | None) -> Turn:
    said = one_line(masked(error))
    subscriptions.failed(feed, said, again)
    return Turn(feed, error=said)


def _brought_in(app: Collection, subscriptions: Subscriptions, feed: Subscription, found: Fetched) -> Turn:
    read = read_feed_apart(found)
    known = subscriptions.entries.known(feed.number)
    subscriptions.entries.touch(feed.number, [entry.link for entry in read.entries])
    until = time.monotonic() + _SECONDS
    articles = partly = 0
    left_out: list[str] = []
    is_all = not read.is_cut_off
    for entry in read.entries:
        before = known.get(mark(entry.link))
        if before and _is_settled(app, feed, entry, before):
            continue
        if time.monotonic() > until:
            is_all = False
            break
        after = _kept(app, subscriptions, feed.scope, read, entry, before)
        subscriptions.entries.keep(feed.number, entry.link, after)
        is_new = before is None or before.digest != entry.digest or after.whole or not before.article
        articles += after.article != "" and is_new
        partly += after.article != "" and is_new and not after.whole
        left_out += [after.why] * bool(after.why)
        is_all = is_all and (after.whole or after.tries >= _MOST_TRIES)
    subscriptions.succeeded(
        feed,
        title=read.title,
        # What is not all brought in is to be sent again.
        validators=found.validators if is_all else UNKNOWN,
        news=articles > 0,
        least=read.minutes * 60,
        soon=time.monotonic() > until,
    )
    if found.moved != feed.url:
        subscriptions.move(feed, found.moved)
    return Turn(feed, articles, partly, left_out=tuple(left_out), is_cut_off=read.is_cut_off)


def _is_settled(app: Collection, feed: Subscription, entry: Entry, before: Known) -> bool:
    """Whether nothing is to be done for an entry: it is as it was, or a person removed its article."""
    if before.digest == entry.digest and (before.whole or before.tries >= _MOST_TRIES):
        return True
    return before.removed or (before.article != "" and not app.shelves.holds(before.article, feed.scope))


def _kept(
    app: Collection,
    subscriptions: Subscriptions,
    scope: str,
    feed: Feed,
    entry: Entry,
    before: Known | None,
) -> Known:
    """Keeps an entry's article: its page, else what the feed says of it.

    That takes the place of no page: neither of one that was there before, nor of one from elsewhere.
    """
    tries = before.tries + 1 if before and before.digest == entry.digest else 1
    old = before.article if before else ""
    try:
        page = app.fetch(entry.link)
        check_length(page)  # nobody looks at what a feed brings in before it is embedded
        added = _put(app, subscriptions, scope, _completed(page, feed, entry))
        is_whole = True
    except (ArticleError, FetchError) as error:
        if app.fetcher.is_closed:
            raise
        is_whole = before is not None and before.whole
        said = None if is_whole else _standing_in(feed, entry)
        is_elsewhere = not old and app.shelves.has(entry.link, scope)
        if said is None or is_elsewhere:
            why = "" if old or is_elsewhere else one_line(f"{entry.title}: {masked(error.message)}")
            return Known(entry.digest, old, is_whole, tries, why=why[:_LONGEST_WHY])
        added = _put(app, subscriptions, scope, said)
    if old and old != added.id:
        app.shelves.remove(old, scope)
    return Known(entry.digest, added.id, is_whole, tries)


def _put(app: Collection, subscriptions: Subscriptions, scope: str, article: Article) -> Article:
    """Keeps an article; where a server has no room for it, what its feeds brought in first makes some."""
    while True:
        try:
            return app.shelves.put(article, scope)
        except ShelfFull:
            if (oldest := subscriptions.entries.oldest(scope)) is None:
                raise
            app.shelves.remove(oldest, scope)
            subscriptions.entries.dismiss(oldest, scope)


def _completed(page: Article, feed: Feed, entry: Entry) -> Article:
    """A page, with what it does not say of itself and the feed says of it."""
    return dataclasses.replace(
        page,
        published=page.published or entry.published,
        source=page.source or feed.title,
        author=page.author or entry.author,
    )


def _standing_in(feed: Feed, entry: Entry) -> Article | None:
    """What the feed says, in place of a page, saying so; None where that is next to nothing."""
    if len(entry.text) < _SHORTEST:
        return None
    note = f"(This is what the feed “{feed.title}” says; the page itself could not be had.)"
    return Article(
        id="",
        title=entry.title,
        text=f"{entry.text}\n\n{note}",
        url=entry.link,
        source=feed.title,
        published=entry.published,
        author=entry.author,
    )
