"""`citebot feeds`: subscriptions begun, ended, listed, and brought up to date at once."""

import concurrent.futures
import datetime
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot import edge
from bot.adding import bring_in
from bot.app import App
from bot.console import Out, Waiting
from bot.feed_turns import AT_ONCE, Turn, take_turn
from bot.opening import opened
from bot.plain import one_line
from bot.settings import Settings
from bot.subscriptions import Subscription, Subscriptions
from index.errors import FeedError, FetchError
from index.feeds import Feed, find_feed
from index.opml import Outline, read_opml, write_opml

_NO_FEEDS = "There are no feeds. `citebot feeds add URL` subscribes to one."
_CUT_OFF = "the feed is damaged: it is cut off"


def add(addresses: Sequence[str]) -> int:
    """Subscribes to feeds, once each was read; fails where one is none, after the others."""
    out, waiting = Out(), Waiting()
    is_well, is_new = True, False
    with opened(waiting) as app, Subscriptions(app.settings.feeds) as subscriptions:
        for address in addresses:
            try:
                with waiting.during("Reading the feed"):
                    url, feed = find_feed(app.fetcher, address)
            except (FeedError, FetchError) as error:
                waiting.notice(str(error))
                is_well = False
                continue
            was_added = subscriptions.add(url, feed.title)
            is_new = is_new or was_added
            out.line(f"{'Added' if was_added else 'Already there:'} {feed.title} ({url}), {_counted(feed)}")
    if is_new:
        waiting.notice("A bot that runs brings them in by itself; `citebot feeds sync` does it now.")
    return edge.ANSWERED if is_well else edge.FAILED


def remove(names: Sequence[str], scope: str) -> None:
    """Ends subscriptions of a scope."""
    out = Out()
    with _subscriptions() as subscriptions:
        for name in names:
            removed = subscriptions.find(name, scope)
            subscriptions.remove(removed)
            out.line(f"Removed {one_line(removed.title)} ({removed.url}); its articles stay.")


def show(*, as_json: bool) -> None:
    """The feeds, those of servers among them, each with its last success, next turn and last error."""
    out = Out(as_json=as_json)
    with _subscriptions() as subscriptions:
        feeds = [(feed, subscriptions.entries.left_out(feed.number)) for feed in subscriptions.all()]
    for feed, left_out in feeds:
        out.line(_as_json(feed, left_out) if as_json else _described(feed, left_out))
    if not feeds and not as_json:
        Waiting().notice(_NO_FEEDS)


def sync() -> int:
    """A turn of each of the operator's feeds, now; fails where one failed, after the others."""
    out, waiting = Out(), Waiting()
    is_well, is_new = True, False
    with opened(waiting) as app, Subscriptions(app.settings.feeds) as subscriptions:
        if not subscriptions.all(""):
            waiting.notice(_NO_FEEDS)
        with waiting.during("Fetching the feeds"):
            for feed, turn in _turns(app, subscriptions):
                out.line(_told(feed, turn))
                is_well = is_well and turn is not None and not turn.error
                is_new = is_new or (turn is not None and turn.articles > 0)
        if is_new:
            bring_in(app, waiting)
    return edge.ANSWERED if is_well else edge.FAILED


def take_in(file: Path) -> None:
    """Subscribes to the feeds of an OPML file."""
    listed = read_opml(file.read_bytes())
    with _subscriptions() as subscriptions:
        count = sum(subscriptions.add(outline.url, outline.title) for outline in listed.feeds)
    for named in listed.others:
        Waiting().notice(f"Left out: {named}. A feed's address begins with http:// or https://.")
    Out().line(f"Added {count:,} of {len(listed.feeds):,} feeds; the others were there.")


def export() -> None:
    """The subscriptions as OPML."""
    with _subscriptions() as subscriptions:
        outlines = [Outline(feed.url, feed.title) for feed in subscriptions.all("")]
    Out().line(write_opml(outlines).rstrip())


def _subscriptions() -> Subscriptions:
    return Subscriptions(Settings.load().feeds)


def _turns(app: App, subscriptions: Subscriptions) -> Iterator[tuple[Subscription, Turn | None]]:
    """Each feed's turn, as they end: none waits for another."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE, "feeds") as pool:
        running = {pool.submit(take_turn, app, subscriptions, feed): feed for feed in subscriptions.all("")}
        try:
            for done in concurrent.futures.as_completed(running):
                yield running[done], done.result()
        except BaseException:
            app.fetcher.close()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _told(feed: Subscription, turn: Turn | None) -> str:
    title = one_line(feed.title)
    if turn is None:
        return f"{title}: is being fetched by another process."
    if turn.error:
        return f"{title}: {turn.error}"
    partly = f", {turn.partly:,} of them only as the feed has them" if turn.partly else ""
    damaged = f"; {_CUT_OFF}" if turn.is_cut_off else ""
    told = f"{title}: {turn.articles:,} new or changed{partly}{damaged}."
    return "\n".join([told, *map(_left_out, turn.left_out)])


def _left_out(why: str) -> str:
    return f"    left out: {one_line(why)}"


def _described(feed: Subscription, left_out: Sequence[str]) -> str:
    where = f" (server {feed.scope})" if feed.scope else ""
    lines = [
        f"{one_line(feed.title)}{where}  {feed.url}",
        f"    last success {_moment(feed.succeeded)}, next turn {_moment(feed.next)}",
    ]
    if feed.error:
        lines.append(f"    failures in a row: {feed.failures:,}, the last: {feed.error}")
    return "\n".join([*lines, *map(_left_out, left_out)])


def _as_json(feed: Subscription, left_out: Sequence[str]) -> str:
    stated = {
        "url": feed.url,
        "title": feed.title,
        "server": feed.scope or None,
        "last_success": _iso(feed.succeeded),
        "next_turn": _iso(feed.next),
        "failures": feed.failures,
        "last_error": feed.error or None,
        "left_out": list(left_out),
    }
    return json.dumps(stated, ensure_ascii=False)


def _moment(seconds: int | None) -> str:
    """A moment in this machine's time zone, to the minute."""
    if seconds is None:
        return "never"
    return datetime.datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")


def _iso(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()


def _counted(feed: Feed) -> str:
    counted = f"{len(feed.entries):,} article{'s' * (len(feed.entries) != 1)}"
    return f"{counted}; {_CUT_OFF}" if feed.is_cut_off else counted
