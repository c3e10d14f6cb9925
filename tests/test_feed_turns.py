"""What a feed's turn brings in, and what befalls it. No model is needed: turns write files."""

import dataclasses
import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.collection import Collection
from bot.feed_turns import Turn, has_room, take_turn
from bot.settings import Settings
from bot.subscriptions import Subscription, Subscriptions
from index.fetch import Limits
from tests.web import LOOPBACK, Request, Web, page, redirect, reply

STORY = "The council of Ghent decided on Monday to close the bridge number {}, and said at some length why. "
MINUTE = 60


@dataclasses.dataclass
class Desk:
    """A web, a feed in it, and the collection that takes its turns; `now` is the clock."""

    web: Web
    app: Collection
    subscriptions: Subscriptions
    now: float

    def publish(self, *stories: int, text: str = STORY, **headers: str) -> None:
        """The feed has these stories, and each has its page."""
        for n in stories:
            self.web.pages[f"/{n}"] = page(
                f"<article><h1>Story {n}</h1><p>{text.format(n) * 3}</p></article>"
            )
        self.web.pages["/feed"] = feed_of(self.web, *stories, text=text, **headers)

    @property
    def feed(self) -> Subscription:
        (feed,) = self.subscriptions.all()
        return feed

    def turn(self) -> Turn:
        turn = take_turn(self.app, self.subscriptions, self.feed)
        assert turn
        return turn

    def files(self, scope: str = "") -> list[str]:
        folder = self.app.settings.data / (f"servers/{scope}/articles" if scope else "articles")
        return sorted(path.read_text() for path in folder.glob("*.md"))


def feed_of(web: Web, *stories: int, text: str = STORY, **headers: str) -> bytes:
    items = (
        f"<item><title>Story {n}</title><link>{web.url(f'/{n}')}</link>"
        f"<description>{text.format(n)}</description>"
        f"<pubDate>Sat, 0{n} Jun 2024 10:00:00 GMT</pubDate></item>"
        for n in stories
    )
    body = f'<rss version="2.0"><channel><title>Courier</title>{"".join(items)}</channel></rss>'
    return reply(body, content_type="application/rss+xml", **headers)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Web() as web:
        settings = Settings(
            articles=(tmp_path,), data=tmp_path / "data", fetch_networks=(LOOPBACK,), fetch_ports=(web.port,)
        )
        with Collection(settings) as app:
            app.fetcher = web.fetcher(limits=Limits(seconds=2.0))
            made = Desk(web, app, None, 1_700_000_000.0)  # type: ignore[arg-type]
            with Subscriptions(settings.feeds, now=lambda: made.now) as subscriptions:
                made.subscriptions = subscriptions
                subscriptions.add(web.url("/feed"), "Courier")
                yield made


def test_what_is_new_becomes_an_article_once(desk: Desk) -> None:
    desk.publish(1, 2)
    turn = desk.turn()
    assert (turn.articles, turn.partly, turn.error) == (2, 0, "")
    first, second = desk.files()
    assert "title: Story 1" in first
    assert "published: '2024-06-01'" in first or "published: 2024-06-01" in first
    assert "source: Courier" in first
    assert "bridge number 2" in second
    asked = len(desk.web.requests)

    desk.publish(1, 2, 3)
    assert desk.turn().articles == 1
    assert desk.web.paths()[asked:] == ["/feed", "/3"]
    assert len(desk.files()) == 3


def test_a_feed_that_has_nothing_new_is_not_sent(desk: Desk) -> None:
    desk.publish(1)
    whole = feed_of(desk.web, 1, etag='"1"')
    desk.web.pages["/feed"] = lambda request: (
        reply(b"", 304) if request.headers.get("if-none-match") == '"1"' else whole
    )
    assert desk.turn().articles == 1
    assert desk.turn().articles == 0
    assert not desk.feed.error
    assert desk.web.requests[-1].headers["if-none-match"] == '"1"'


def test_an_edited_article_replaces_what_was_there(desk: Desk) -> None:
    desk.publish(1)
    desk.turn()
    desk.publish(1, text=STORY.replace("Monday", "Friday"))
    assert desk.turn().articles == 1
    (only,) = desk.files()
    assert "Friday" in only
    assert "Monday" not in only


def test_the_feed_s_text_stands_in_and_says_so_until_the_page_can_be_had(desk: Desk) -> None:
    desk.publish(1)
    whole = desk.web.pages["/1"]
    desk.web.pages["/1"] = reply(b"", 503)
    assert (desk.turn().partly, len(desk.files())) == (1, 1)
    assert "This is what the feed “Courier” says; the page itself could not be had." in desk.files()[0]
    desk.web.pages["/1"] = whole
    assert desk.turn().articles == 1
    (only,) = desk.files()
    assert "could not be had" not in only
    desk.turn()
    assert desk.web.paths().count("/1") == 2


def test_no_feed_takes_the_place_of_another_s_page(desk: Desk) -> None:
    desk.publish(1)
    desk.turn()
    (before,) = desk.files()
    desk.web.pages |= {
        "/lies": feed_of(desk.web, 1, text="It was all a lie. " + STORY),
        "/1": reply(b"", 503),
    }
    desk.subscriptions.remove(desk.feed)
    desk.subscriptions.add(desk.web.url("/lies"), "Liar")
    assert not desk.turn().error
    assert desk.files() == [before]


def test_what_is_stopped_during_a_turn_is_not_the_feed_s_fault(desk: Desk) -> None:
    desk.publish(1, 2)
    whole = desk.web.pages["/1"]

    def stop(request: Request) -> bytes:
        desk.app.fetcher.close()
        assert isinstance(whole, bytes)
        return whole

    desk.web.pages["/1"] = stop
    assert not desk.turn().error
    assert (desk.feed.failures, len(desk.files())) == (0, 1)
    desk.app.fetcher = desk.web.fetcher()
    assert desk.turn().articles == 1


@pytest.mark.parametrize("scope", ["", "5"])
def test_what_was_removed_stays_away_however_the_feed_changes(desk: Desk, scope: str) -> None:
    desk.subscriptions.remove(desk.feed)
    desk.subscriptions.add(desk.web.url("/feed"), "Courier", scope)
    desk.publish(1, 2)
    desk.web.pages["/2"] = reply(b"", 503)  # to be tried again
    assert desk.turn().articles == 2
    for known in desk.subscriptions.entries.known(desk.feed.number).values():
        assert desk.app.shelves.remove(known.article, scope)
    for text in (STORY, STORY.replace("Monday", "Friday"), STORY.replace("Monday", "Sunday")):
        desk.publish(1, 2, text=text)
        turn = desk.turn()
        assert (turn.articles, turn.error, desk.files()) == (0, "", [])
        # What names them is forgotten, not that they are to stay away.
        desk.subscriptions.entries.forget_articles(desk.app.shelves.holds)
        assert {known.article for known in desk.subscriptions.entries.known(desk.feed.number).values()} == {
            ""
        }


def test_a_feed_that_two_servers_and_the_operator_have_brings_each_its_own(desk: Desk) -> None:
    for scope in ("5", "6"):
        assert desk.subscriptions.add(desk.web.url("/feed"), "Courier", scope)
        assert not desk.subscriptions.add(desk.web.url("/feed"), "Courier", scope)
    desk.publish(1, 2)
    for feed in desk.subscriptions.all():
        turn = take_turn(desk.app, desk.subscriptions, feed)
        assert turn
        assert (turn.articles, turn.error) == (2, "")
    assert [len(desk.files(scope)) for scope in ("", "5", "6")] == [2, 2, 2]
    (theirs,) = desk.subscriptions.all("5")
    ids = {known.article for known in desk.subscriptions.entries.known(theirs.number).values()}
    assert {desk.app.shelves.remove(id, "6") for id in ids} == {None}
    for id in ids:
        desk.app.shelves.remove(id, "5")
    desk.subscriptions.remove(theirs)
    assert [feed.scope for feed in desk.subscriptions.all()] == ["", "6"]
    assert [len(desk.files(scope)) for scope in ("", "5", "6")] == [2, 0, 2]


def test_what_a_feed_brought_in_first_makes_room_in_a_server(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.shelf.MOST_ARTICLES", 3)
    desk.subscriptions.remove(desk.feed)
    desk.subscriptions.add(desk.web.url("/feed"), "Courier", "5")
    own = desk.app.shelves.add(STORY.format("zero").encode(), "own.txt", "5")
    for stories in ((1, 2), (2, 3), (3, 4)):
        desk.now += MINUTE
        desk.publish(*stories)
        turn = desk.turn()
        assert (turn.error, turn.articles) == ("", 2 if stories == (1, 2) else 1)
    assert [n for n in ("zero", *range(1, 5)) if f"number {n}," in "".join(desk.files("5"))] == ["zero", 3, 4]
    assert desk.turn().articles == 0
    # What people added makes no room.
    monkeypatch.setattr("index.shelf.MOST_ARTICLES", 1)
    desk.publish(3, 4, 5)
    assert "There are 1 added articles already; 1 are the most." in desk.turn().error
    (only,) = desk.files("5")
    assert only.endswith(own.text)


def test_an_article_too_long_for_a_server_does_not_keep_the_others_away(desk: Desk) -> None:
    desk.subscriptions.remove(desk.feed)
    desk.subscriptions.add(desk.web.url("/feed"), "Courier", "5")
    desk.publish(1, 2)
    words = "The bridge of Ghent is closed, as the council decided on Monday. " * 9_000
    desk.web.pages["/1"] = page(f"<article><h1>Story 1</h1><p>{words}</p></article>")
    turn = desk.turn()
    assert (turn.articles, turn.partly, turn.error) == (2, 1, "")
    first, second = desk.files("5")
    assert "could not be had" in first
    assert "bridge number 2" in second


def test_a_page_that_is_lost_later_does_not_cost_its_article(desk: Desk) -> None:
    desk.publish(1)
    desk.turn()
    (before,) = desk.files()
    desk.web.pages |= {"/1": reply(b"", 404), "/feed": feed_of(desk.web, 1, text="Changed. " + STORY)}
    desk.turn()
    assert desk.files() == [before]


def test_a_paywall_is_tried_three_times_and_what_was_removed_stays_away(desk: Desk) -> None:
    desk.publish(1)
    desk.web.pages["/1"] = page(
        "<article><p>Short.</p></article><p>Subscribe to continue reading this story.</p>"
    )
    for _ in range(5):
        desk.turn()
    assert desk.web.paths().count("/1") == 3
    for file in (desk.app.settings.data / "articles").glob("*.md"):
        file.unlink()
    desk.turn()
    assert desk.files() == []


def drip(request: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss version='2.0'>"
    while True:
        time.sleep(0.05)
        yield b" "


def endless(request: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n"
    while True:
        yield b"<item>" * 20_000


ENTITIES = reply("<!DOCTYPE r [" + '<!ENTITY e "x">' * 350_000 + "]><rss/>", content_type="text/xml")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (drip, "It takes longer than 2 seconds"),
        (endless, "It is larger than 10 MB"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<rss version='2.0'>", "It ended before its end"),
        (reply(b"\xff\xfe\x00broken", content_type="text/xml"), "is no feed"),
        (ENTITIES, "declares entities"),
        (redirect("/feed"), "leads back to where it began"),
        (redirect("http://10.0.0.1/"), "is not fetched from"),
        (reply(b"", 500), "answers 500"),
        (reply("<html>Hello</html>", content_type="text/html"), "is no feed"),
    ],
    ids=["slow", "endless", "truncated", "encoding", "entities", "loop", "inside", "fails", "page"],
)
def test_a_feed_that_fails_is_one_line_and_its_next_turn_goes_on(desk: Desk, sent: object, said: str) -> None:
    desk.web.pages["/feed"] = sent  # type: ignore[assignment]
    turn = desk.turn()
    assert said in turn.error
    assert "\n" not in turn.error
    assert desk.feed.error == turn.error
    assert desk.feed.failures == 1
    desk.publish(1)
    assert desk.turn().articles == 1
    assert (desk.feed.error, desk.feed.failures, desk.feed.succeeded) == ("", 0, int(desk.now))


def slow_page(request: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<article>"
    while True:
        time.sleep(0.05)
        yield b"<p>"


def endless_page(request: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    while True:
        yield b"<p>More and more of it." * 20_000


@pytest.mark.parametrize(
    "sent",
    [
        slow_page,
        endless_page,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n<article><p>Story",
        reply(b"\xff\xfe\x00\xd8" * 50, content_type="text/html; charset=utf-7"),
        page(f"<p>{'&lol;' * 1_000_000}</p>"),
        redirect("/1"),
        redirect("http://169.254.169.254/latest/meta-data"),
        reply(b"%PDF-1.7 broken", content_type="application/pdf"),
    ],
    ids=["slow", "endless", "truncated", "encoding", "entities", "loop", "inside", "pdf"],
)
def test_a_page_that_fails_costs_no_other_and_the_feeds_text_stands_in(desk: Desk, sent: object) -> None:
    desk.publish(1, 2)
    whole, desk.web.pages["/1"] = desk.web.pages["/1"], sent  # type: ignore[assignment]
    turn = desk.turn()
    assert (turn.articles, turn.partly, turn.error) == (2, 1, "")
    first, second = desk.files()
    assert "could not be had" in first
    assert "could not be had" not in second
    desk.web.pages["/1"] = whole
    assert desk.turn().partly == 0
    assert "could not be had" not in "".join(desk.files())


@pytest.mark.parametrize("stated", ["Sat, 01 Jun 2199 10:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "soon"])
def test_a_publishers_wrong_clock_makes_nothing_newer(desk: Desk, stated: str) -> None:
    desk.publish(1)
    feed = feed_of(desk.web, 1)
    body = feed.partition(b"\r\n\r\n")[2].replace(b"Sat, 01 Jun 2024 10:00:00 GMT", stated.encode())
    desk.web.pages["/feed"] = reply(body, content_type="text/xml")
    assert desk.turn().articles == 1
    (only,) = desk.files()
    assert "2199" not in only
    assert f"{time.gmtime().tm_year}-" not in only


@pytest.mark.parametrize("sent", [reply(b"", 500), reply(b"", content_type="image/png"), ENTITIES, b"?"])
def test_a_feed_s_key_is_in_no_error(desk: Desk, sent: bytes) -> None:
    desk.subscriptions.remove(desk.feed)
    desk.web.pages["/feed?key=s3cret"] = sent
    desk.subscriptions.add(desk.web.url("/feed?key=s3cret"), "Courier")
    error = desk.turn().error
    assert f"{desk.web.url('/feed')}?key=…" in error
    assert "s3cret" not in error
    assert desk.feed.error == error
    assert "s3cret" not in desk.feed.shown


def test_a_disk_that_is_full_is_one_line(desk: Desk) -> None:
    desk.publish(1)
    (desk.app.settings.data / "articles").write_text("no folder")
    assert "cannot be changed" in desk.turn().error
    (desk.app.settings.data / "articles").unlink()
    assert desk.turn().articles == 1


def test_each_feed_has_its_own_pace(desk: Desk) -> None:
    def waits() -> float:
        return (desk.feed.next - desk.now) / MINUTE

    desk.publish(1)
    desk.turn()
    assert 13 <= waits() <= 17  # it has news
    for _ in range(9):
        desk.turn()
    assert 54 <= waits() <= 66
    desk.web.pages["/feed"] = reply(b"", 500)
    failing = []
    for _ in range(8):
        desk.turn()
        failing.append(waits())
    assert all(later > 1.5 * earlier for earlier, later in itertools.pairwise(failing[:4]))
    assert failing[-1] <= 24 * 60 * 1.1
    desk.web.pages["/feed"] = reply(b"", 429, retry_after="7200")
    desk.publish(1)
    desk.turn()
    desk.web.pages["/feed"] = reply(b"", 429, retry_after="7200")
    desk.turn()
    assert waits() >= 107


def test_it_is_left_alone_as_long_as_it_wants(desk: Desk) -> None:
    body = "<rss version='2.0'><channel><title>C</title><ttl>300</ttl></channel></rss>"
    desk.web.pages["/feed"] = reply(body, content_type="text/xml")
    desk.turn()
    assert 269 <= (desk.feed.next - desk.now) / MINUTE <= 331


def test_turns_of_many_feeds_spread(desk: Desk) -> None:
    desk.publish()
    nexts = set()
    for _ in range(12):
        desk.turn()
        nexts.add(desk.feed.next)
    assert len(nexts) > 3


def test_a_clock_that_was_wrong_puts_nothing_off(desk: Desk) -> None:
    desk.publish(1)
    desk.now += 400 * 24 * 3600
    desk.turn()
    desk.now -= 400 * 24 * 3600
    assert desk.subscriptions.due() == [desk.feed]
    assert not desk.turn().error


def test_no_server_takes_the_turns_of_the_others_or_all_of_the_operators() -> None:
    running: list[str] = []
    for scope in ["5"] * 9 + ["6", "7", "8"] * 3 + [""] * 9:
        if has_room(scope, running):
            running.append(scope)
    assert running == ["5", "5", "6", "7", "8", "6", "", ""]


def test_two_never_take_one_feed_at_a_time(desk: Desk) -> None:
    desk.publish(1)
    assert desk.subscriptions.take(desk.feed)
    assert take_turn(desk.app, desk.subscriptions, desk.feed) is None
    assert desk.subscriptions.due() == []
    desk.now += 11 * MINUTE  # it was killed
    assert desk.turn().articles == 1


def test_a_feed_that_moved_is_known_by_its_new_address(desk: Desk) -> None:
    desk.publish(1)
    desk.web.pages |= {"/new": desk.web.pages["/feed"], "/feed": redirect("/new", 301)}
    desk.turn()
    assert desk.feed.url == desk.web.url("/new")
    assert desk.turn().articles == 0


def test_a_feed_that_is_removed_during_its_turn_is_gone(desk: Desk) -> None:
    desk.publish(1)
    sent = desk.web.pages["/1"]
    feed = desk.feed

    def remove(request: Request) -> bytes:
        desk.subscriptions.remove(desk.feed)
        assert isinstance(sent, bytes)
        return sent

    desk.web.pages["/1"] = remove
    turn = take_turn(desk.app, desk.subscriptions, feed)
    assert turn
    assert not turn.error
    assert desk.subscriptions.all() == []
