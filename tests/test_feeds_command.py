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
    for command in ("list", "sync"):
        assert "`citebot feeds add URL`" in citebot.here("feeds", command).stderr
    assert "There is no feed nothing" in citebot.here("feeds", "remove", "nothing").stderr


def test_what_is_left_out_is_named_with_the_reason(citebot: Command) -> None:
    with Web() as web:
        web.pages["/1"] = page(f"<article><p>{STORY.format(1) * 3}</p></article>")
        web.pages["/2"] = page(
            "<article><p>The mayor told us. Subscribe to read the full story.</p></article>"
        )
        web.pages["/feed"] = feed_of(web, 1, 2, text="Teaser {}.")
        citebot.here("feeds", "add", web.url("/feed"), settings=web.settings())
        with present(citebot.folder / "data"):  # lest the model be loaded
            done = citebot.here("feeds", "sync", settings=web.settings())
            first, second = done.stdout.splitlines()
            assert first == "Courier: 1 new or changed."
            assert second.startswith("    left out: Story 2: ")
            assert second in citebot.here("feeds", "list").stdout.splitlines()
            again = citebot.here("feeds", "sync", settings=web.settings()).stdout.splitlines()
            assert again[0] == "Courier: 0 new or changed."
    (feed,) = listed(citebot)
    assert len(feed["left_out"]) == 1  # type: ignore[arg-type]


def test_only_what_is_new_is_counted_as_the_feed_has_it(citebot: Command) -> None:
    with Web() as web:
        web.pages["/feed"] = feed_of(web, 1, text=STORY)  # the page is not there
        citebot.here("feeds", "add", web.url("/feed"), settings=web.settings())
        with present(citebot.folder / "data"):
            told = [citebot.here("feeds", "sync", settings=web.settings()).stdout for _ in range(2)]
    assert told == [
        "Courier: 1 new or changed, 1 of them only as the feed has them.\n",
        "Courier: 0 new or changed.\n",
    ]


def test_a_list_names_what_is_no_feed(citebot: Command) -> None:
    file = citebot.folder / "mine.opml"
    file.write_text(
        '<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/rss"/>'
        '<outline text="Bad" xmlUrl="not a url"/><outline text="folder"/></body></opml>'
    )
    done = citebot.here("feeds", "import", str(file))
    assert done.stdout == "Added 1 of 1 feeds; the others were there.\n"
    assert "Left out: Bad (not a url)." in done.stderr
    assert "folder" not in done.stderr
