"""Two real processes that sync at once, on the same data."""

import concurrent.futures
import json
import threading
from pathlib import Path

from bot.presence import present
from tests.command import Command, with_model
from tests.test_feed_turns import STORY, feed_of
from tests.web import Request, Web, page

BUSY = "is in use"


def test_two_that_index_at_once_leave_every_article_there_once(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    for n in range(40):
        (articles / f"{n}.txt").write_text(f"Ferry number {n} sails to port {n} every morning at {n % 24}.")
    settings = {"CITEBOT_ARTICLES": str(articles), "CITEBOT_DATA": str(with_model(tmp_path / "data"))}
    citebot = Command(tmp_path, settings)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: citebot("index"), range(2)))

    # One may have come after the other; else it was told that this one is at it.
    assert any(done.returncode == 0 for done in both)
    assert all(done.returncode == 0 or BUSY in done.stderr for done in both), both
    listed = [json.loads(line)["id"] for line in citebot.here("articles", "--json").stdout.splitlines()]
    assert sorted(listed) == sorted(f"articles/{n}.txt" for n in range(40))
    assert citebot.here("index").stdout.startswith("0 added, 0 changed, 0 removed, 40 unchanged; 40 passages")


def test_a_feed_is_fetched_by_one_of_two_and_the_other_goes_on(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    settings = {"CITEBOT_ARTICLES": str(tmp_path / "own"), "CITEBOT_DATA": str(tmp_path / "data")}
    asked, over = threading.Event(), threading.Event()
    with Web() as web, present(tmp_path / "data"):  # lest the model be loaded
        citebot = Command(tmp_path, {**settings, **web.settings()})
        for n in (1, 2):
            web.pages[f"/{n}"] = page(f"<article><p>{STORY.format(n) * 3}</p></article>")
        held = feed_of(web, 1)

        def hold(request: Request) -> bytes:
            asked.set()
            over.wait(60)
            return held

        web.pages |= {"/held": held, "/other": feed_of(web, 2)}
        assert citebot.here("feeds", "add", web.url("/held"), web.url("/other")).exit_code == 0
        web.pages["/held"] = hold
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            first = pool.submit(citebot, "feeds", "sync")
            try:
                assert asked.wait(60)
                second = citebot("feeds", "sync")
            finally:
                over.set()
            assert first.result(60).returncode == 0
        assert "Courier: is being fetched by another process." in second.stdout
        assert web.paths().count("/held") == 2  # with the one of `add`
        assert web.paths().count("/1") == web.paths().count("/2") == 1
    assert len(list((tmp_path / "data" / "articles").glob("*.md"))) == 2
