"""`citebot feeds`, as an operator runs it."""

import json
from pathlib import Path

import pytest

from bot.presence import present
from tests.command import Command
from tests.test_feed_turns import STORY, feed_of
from tests.web import Web, page, reply


@pytest.fixture
def citebot(tmp_path: Path) -> Command:
    (tmp_path / "own").mkdir()
    return Command(
        tmp_path, {"CITEBOT_ARTICLES": str(tmp_path / "own"), "CITEBOT_DATA": str(tmp_path / "data")}
    )


def listed(citebot: Command) -> list[dict[str, object]]:
    return [json.loads(line) for line in citebot.here("feeds", "list", "--json").stdout.splitlines()]


def test_three_feeds_from_first_to_last(citebot: Command) -> None:
    with Web() as web:
        for n in (1, 2):
            web.pages[f"/{n}"] = page(f"<article><p>{STORY.format(n) * 3}</p></article>")
        web.pages |= {
            "/feed": feed_of(web, 1, 2),
            "/other": feed_of(web, 1),
            "/page": page("Hello", '<link rel="alternate" type="application/rss+xml" href="/other">'),
        }
        urls = [web.url(path) for path in ("/feed", "/page", "/no", "/1")]
        done = citebot.here("feeds", "add", *urls, settings=web.settings())
        assert done.exit_code == 1
        assert done.stdout.splitlines() == [
            f"Added Courier ({web.url('/feed')}), 2 articles",
            f"Added Courier ({web.url('/other')}), 1 article",
        ]
        assert "/no answers 404" in done.stderr
        assert "/1 is no feed" in done.stderr
        assert [feed["last_success"] for feed in listed(citebot)] == [None, None]

        web.pages["/other"] = reply(b"", 500)
        with present(citebot.folder / "data"):  # lest the model be loaded
            done = citebot.here("feeds", "sync", settings=web.settings())
        assert done.exit_code == 1
        first, second = sorted(done.stdout.splitlines())
        assert first == "Courier: 2 new or changed."
        assert "/other answers 500" in second
        assert len(list((citebot.folder / "data" / "articles").glob("*.md"))) == 2

        shown = citebot.here("feeds", "list").stdout
        assert "failures in a row: 1, the last: " in shown
        assert "last success never, next turn 20" in shown
        assert [bool(feed["last_error"]) for feed in listed(citebot)] == [False, True]

        assert citebot.here("feeds", "remove", "Courier").exit_code == 1  # two are called so
        assert citebot.here("feeds", "remove", web.url("/other")).exit_code == 0
        assert [feed["url"] for feed in listed(citebot)] == [web.url("/feed")]


def test_subscriptions_come_from_other_readers_and_go_to_them(citebot: Command) -> None:
    file = citebot.folder / "mine.opml"
    file.write_text(
        '<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/rss"/>'
        '<outline text="B"><outline text="C" xmlUrl="https://c.example/rss"/></outline></body></opml>'
    )
    for added in (2, 0):
        done = citebot.here("feeds", "import", str(file))
        assert done.stdout == f"Added {added} of 2 feeds; the others were there.\n"
    exported = citebot.here("feeds", "export").stdout
    file.write_text(exported)
    for name in ("a", "c"):
        citebot.here("feeds", "remove", name)
    assert listed(citebot) == []
    assert "Added 2 of 2" in citebot.here("feeds", "import", str(file)).stdout
    file.write_text("no list")
    done = citebot.here("feeds", "import", str(file))
    assert (done.exit_code, done.stderr) == (
        1,
        "citebot: The file is no OPML. Export the list again from your feed reader.\n",
    )


def test_without_feeds_it_says_what_to_do(citebot: Command) -> None:
    assert "`citebot feeds add URL`" in citebot.here("feeds", "list").stderr
    assert "There is no feed nothing" in citebot.here("feeds", "remove", "nothing").stderr
