"""`citebot add` and `citebot remove`, as an operator runs them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.presence import present
from index.walk import ArticleFile, Walk
from tests.command import Command, with_model
from tests.making import STORM, TALKS
from tests.web import Web, page, redirect, reply

ADDRESS = "https://news.example/bridge"
COST = "how much did the harbour bridge cost?"
CLOSED = "when did a storm close the airport of Vik?"


@pytest.fixture
def citebot(tmp_path: Path) -> Command:
    """The command over one article, with some more to add."""
    for name in ("own", "more"):
        (tmp_path / name).mkdir()
    (tmp_path / "own" / "ferry.txt").write_text(
        "The ferry to Lund leaves at nine. It takes an hour to cross."
    )
    (tmp_path / "more" / "bridge.md").write_text(f"---\ntitle: Bridge\nurl: {ADDRESS}\n---\n{TALKS}")
    record = json.dumps({"id": "1", "title": "Storm", "text": STORM})
    (tmp_path / "more" / "records.jsonl").write_text(f"{record}\n{{}}")
    data = with_model(tmp_path / "data")
    return Command(tmp_path, {"CITEBOT_ARTICLES": str(tmp_path / "own"), "CITEBOT_DATA": str(data)})


def files(citebot: Command) -> dict[str, str]:
    folder = citebot.folder / "data" / "articles"
    return {path.name: path.read_text() for path in folder.glob("*.md")} if folder.exists() else {}


def test_a_folder_is_added_and_answered_from(citebot: Command) -> None:
    done = citebot.here("add", str(citebot.folder / "more"), "nowhere.txt", "https://news.example/x")
    assert done.exit_code == 1  # for what gave no article
    assert [line.partition(" (")[0] for line in done.stdout.splitlines()] == ["Added Bridge", "Added Storm"]
    for complaint in ("records.jsonl, line 2", "no file or folder nowhere.txt", "https://news.example/x"):
        assert complaint in done.stderr
    assert "41 million euros" in citebot.here("ask", COST).stdout
    assert "March 2024" in citebot.here("ask", CLOSED).stdout


def test_an_address_has_one_article(citebot: Command) -> None:
    place = citebot.folder / "more" / "bridge.md"
    citebot.here("add", str(place))
    (first,) = files(citebot)
    changed = TALKS.replace("41", "43")
    place.write_text(f"---\ntitle: Bridge dearer\nurl: {ADDRESS}/?utm_source=feed\n---\n{changed}")
    assert citebot.here("add", str(place)).exit_code == 0
    assert list(files(citebot)) == [first]
    answered = citebot.here("ask", COST).stdout
    assert "43 million euros" in answered
    assert "41 million" not in answered


def test_a_twin_in_the_own_folder_stays_and_is_named(citebot: Command) -> None:
    text = (citebot.folder / "more" / "bridge.md").read_text()
    (citebot.folder / "own" / "bridge.txt").write_text(text)
    added = citebot.here("add", str(citebot.folder / "more" / "bridge.md"))
    removed = citebot.here("remove", "Bridge")
    assert removed.stdout.startswith("Removed Bridge (articles/bridge-")
    assert files(citebot) == {}
    for done in (added, removed):
        assert done.exit_code == 0
        assert "own/bridge.txt has the same address" in " ".join(done.stderr.split())


def test_problems_name_paths_from_here_and_a_bad_date_is_no_failure(
    citebot: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(citebot.folder)
    (citebot.folder / "own" / "fire.txt").write_text("---\npublished: 32 Foobar 2026\n---\nA fire in Vik.")
    (citebot.folder / "own" / "data.csv").write_text("1,2")
    (citebot.folder / "own" / ".hidden.csv").write_text("1,2")
    done = citebot.here("index")
    said = " ".join(done.stderr.split())
    assert done.exit_code == 0
    assert 'own/fire.txt: is read without a date: "32 Foobar 2026" names no certain day.' in said
    assert "1 file of a kind that is not read: .csv." in said
    (citebot.folder / "own" / "empty.txt").write_text("")
    done = citebot.here("index")
    assert done.exit_code == 1
    assert "own/empty.txt: is empty." in done.stderr
    assert "more/records.jsonl, line 2: " in citebot.here("add", "more").stderr


def test_one_walk_tells_what_to_index_and_what_is_left_out(
    citebot: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (citebot.folder / "own" / "data.csv").write_text("1,2")
    (citebot.folder / "own" / "empty.txt").write_text("")
    walks, files = [], Walk.files

    def counted(walk: Walk, root: Path, *rest: Any) -> Iterator[ArticleFile]:
        walks.append(root)
        return files(walk, root, *rest)

    monkeypatch.setattr(Walk, "files", counted)
    said = citebot.here("index").stderr
    assert ("empty.txt: is empty." in said, "not read: .csv." in said) == (True, True)
    assert walks == [citebot.folder / "own"]


def test_what_is_removed_is_gone_from_answers(citebot: Command) -> None:
    citebot.here("add", str(citebot.folder / "more"))
    assert citebot.here("ask", CLOSED).exit_code == 0
    done = citebot.here("remove", "storm", ADDRESS)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("Removed Storm (articles/storm.md)\nRemoved Bridge (")
    assert files(citebot) == {}
    assert citebot.here("ask", CLOSED).exit_code == citebot.here("ask", COST).exit_code == 3


@pytest.mark.parametrize("name", ["nothing of the kind", "Ferry"])
def test_nothing_is_removed_where_one_name_is_wrong(citebot: Command, name: str) -> None:
    citebot.here("add", str(citebot.folder / "more" / "bridge.md"))
    done = citebot.here("remove", name, "Bridge")
    assert done.exit_code == 1
    assert "There is no article" in done.stderr or "was not added with citebot" in done.stderr
    assert len(files(citebot)) == 1


def test_beside_a_bot_only_the_file_is_written(citebot: Command) -> None:
    assert citebot.here("index").exit_code == 0
    before = {path: path.stat().st_mtime_ns for path in (citebot.folder / "data" / "index").rglob("*")}
    with present(citebot.folder / "data"):
        done = citebot.here("add", str(citebot.folder / "more" / "bridge.md"))
    assert "within seconds" in done.stderr
    assert len(files(citebot)) == 1
    assert before == {
        path: path.stat().st_mtime_ns for path in (citebot.folder / "data" / "index").rglob("*")
    }


def test_two_quotes_from_copies_of_one_story_are_one_source(citebot: Command) -> None:
    story = (
        "{}The harbour bridge cost 41 million euros. Ana Lindqvist opened the bridge on Saturday. " + TALKS
    )
    for outlet, before in (("Metro", "LUND (AP) — "), ("Harbour Times", "From our reporter. "), ("Post", "")):
        copy = f"---\ntitle: Bridge in {outlet}\nsource: {outlet}\n---\n{story.format(before)}"
        (citebot.folder / "own" / f"{outlet}.md").write_text(copy)
    (answer,) = map(json.loads, citebot.here("ask", "--json", COST).stdout.splitlines())
    assert {citation["story"] for citation in answer["citations"]} == {"own/Harbour Times.md"}
    assert answer["citations"][0]["outlets"] == ["Harbour Times", "Metro", "Post"]
    shown = " ".join(citebot.here("ask", COST).stdout.split())
    assert "AP, in 3 outlets (Harbour Times, Metro, Post)" in shown
    assert shown.count("Bridge in ") == 1
    assert "4 articles, 2 of them copies of another" in citebot.here("articles").stdout


def test_a_page_is_added_from_its_address_once(citebot: Command) -> None:
    head = '<title>Bridge</title><meta name="date" content="2024-06-01">'
    with Web() as web:
        web.pages |= {"/bridge": page(f"<article><p>{TALKS}</p></article>", head), "/to": redirect("/bridge")}
        done = citebot.here("add", web.url("/to"), settings=web.settings())
        assert done.exit_code == 0, done.stderr
        assert done.stdout.startswith("Added Bridge")
        (written,) = files(citebot).values()
        assert f"url: {web.url('/bridge')}" in written
        assert "published: 2024-06-01" in written or "published: '2024-06-01'" in written
        assert "41 million euros" in citebot.here("ask", COST).stdout

        web.pages["/bridge?utm_source=feed"] = page(
            f"<article><p>{TALKS.replace('41', '43')}</p></article>", head
        )
        citebot.here("add", web.url("/bridge?utm_source=feed"), settings=web.settings())
        assert len(files(citebot)) == 1
        assert "43 million euros" in citebot.here("ask", COST).stdout


def test_what_is_no_article_is_said_and_not_kept(citebot: Command) -> None:
    with Web() as web:
        web.pages |= {
            "/login": page("<h1>Sign in</h1><p>Enter your name.</p><form><input type=password></form>"),
            "/paid": page(
                f"<article><p>{TALKS}</p></article><p>Subscribe to continue reading this article.</p>"
            ),
            "/picture": reply(b"GIF89a", content_type="image/gif"),
            "/feed": reply("<rss version='2.0'/>", content_type="application/rss+xml"),
        }
        paths = [*web.pages, "/gone"]
        done = citebot.here("add", *map(web.url, paths), settings=web.settings())
        other = citebot.here("add", "ftp://news.example/bridge.txt")
        closed = citebot.here("add", web.url("/login"))
    assert done.exit_code == closed.exit_code == other.exit_code == 1
    assert "That is no web address." in other.stderr
    assert (done.stdout, files(citebot)) == ("", {})
    said = dict(zip(paths, done.stderr.splitlines(), strict=True))
    assert "is a page to log in at" in said["/login"]
    assert "the rest is behind a paywall" in said["/paid"]
    assert "image/gif, which is not read" in said["/picture"]
    assert "citebot feeds add" in said["/feed"]
    assert "there is no such page" in said["/gone"]
    assert f"Port {web.port} is not fetched from" in closed.stderr
