"""Articles added at run time: a readable file each, whatever their titles and texts hold."""

import dataclasses
import datetime
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index import shelf as module
from index.article import Article
from index.clean import make_article, one_line, plain_text, web_address
from index.errors import ArticleError, LibraryError, ShelfError
from index.library import Library, Root
from index.shelf import Shelf
from tests.making import STORM, TALKS

NOT_GIVEN = ("~", "null")
ADDRESS = "https://news.example/a?b=c#d:e"
lines = st.text().map(one_line).filter(lambda line: line and line not in NOT_GIVEN)
texts = st.text().map(plain_text).filter(str.strip)
fields = st.fixed_dictionaries(
    {},
    optional={
        "source": lines,
        "author": lines,
        "published": st.dates(datetime.date(1600, 1, 1), datetime.date(2024, 1, 1)),
        "language": st.sampled_from(["en", "pt", "no", "zho"]),
        "url": st.text().map(lambda tail: web_address(f"{ADDRESS}{tail}")),
    },
)


def made(text: str = TALKS, title: str = "Harbour bridge opens", **fields: Any) -> Article:
    return make_article("given", text, title=title, **fields)


def shelf(folder: Path, scope: str = "5") -> Shelf:
    return Shelf(root(folder, scope))


def root(folder: Path, scope: str = "5") -> Root:
    return Root(folder / "articles", scope, "servers/5/articles", plain=True)


def read(folder: Path, scope: str = "5") -> dict[str, Article]:
    """The articles that lie there, as the index reads them."""
    library = Library([root(folder, scope)])
    items = [item for file in library.scan().files for item in library.read(file)]
    assert all(isinstance(item, Article) for item in items), items
    return {item.id: item for item in items if isinstance(item, Article)}


def test_an_article_is_a_file_that_people_can_read(tmp_path: Path) -> None:
    added = shelf(tmp_path).add(
        made(
            source="Harbour Times: News",
            url=ADDRESS,
            published=datetime.date(2024, 6, 1),
            author="A. Writer",
            language="en",
        )
    )
    name = f"harbour-bridge-opens-{module._mark(ADDRESS)}.md"
    assert (added.id, added.scope) == (f"servers/5/articles/{name}", "5")
    assert (tmp_path / "articles" / name).read_text(encoding="utf-8") == (
        "---\n"
        "title: Harbour bridge opens\n"
        "published: '2024-06-01'\n"
        "source: 'Harbour Times: News'\n"
        f"url: {ADDRESS}\n"
        "author: A. Writer\n"
        "language: en\n"
        "format: plain\n"
        f"---\n{TALKS}"
    )
    assert read(tmp_path) == {added.id: added}


def test_a_file_says_the_same_where_it_is_read_from_elsewhere(tmp_path: Path) -> None:
    text = "1. *Not* a list:\n\n<b>a_b_c</b> costs 2 * 3 * 4 euros"
    added = shelf(tmp_path).add(made(text))
    library = Library([tmp_path])
    (item,) = (item for file in library.scan().files for item in library.read(file))
    assert isinstance(item, Article)
    assert item.text == added.text == text


def test_a_file_of_before_formats_were_named_is_not_written_again(tmp_path: Path) -> None:
    added = shelf(tmp_path).add(made())
    path = tmp_path / "articles" / added.id.rpartition("/")[2]
    old = path.read_text().replace("format: plain\n", "")
    path.write_text(old)
    assert shelf(tmp_path).add(made()) == added
    assert path.read_text() == old
    assert len(read(tmp_path)) == 1


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts, lines, fields)
@example("\n\n---\nscope: ''\n---\n", "---", {"source": "- a", "author": "&a *b"})
@example("\f page \f", "title: 'a' # \"b\" {c} [d]", {"source": "!!python/object:x", "author": "@x %y"})
@example("\ufffe\uffff\U0010ffff", "\ufffe 😀", {"source": "yes", "author": "\u00ad"})
def test_what_a_reader_gives_comes_back_letter_for_letter(
    tmp_path: Path, text: str, title: str, fields: dict[str, Any]
) -> None:
    given = make_article("given", text, title=title, **fields)
    added = shelf(tmp_path).add(given)
    assert added == read(tmp_path)[added.id]
    assert dataclasses.replace(added, id="given", scope="") == given


@pytest.mark.parametrize("title", NOT_GIVEN)
def test_a_title_that_says_nothing_is_guessed_anew(tmp_path: Path, title: str) -> None:
    assert shelf(tmp_path).add(made(title=title)).title


def test_what_no_reader_gives_is_cleaned(tmp_path: Path) -> None:
    dirty = Article(id="x", title="A\n---\nscope: 6\x00\ud800", text="One\r\ntwo\x00\ud800.", author="a\nb")
    added = shelf(tmp_path).add(dirty)
    assert (added.title, added.text, added.author) == ("A --- scope: 6 \ufffd", "One\ntwo \ufffd.", "a b")
    assert added == read(tmp_path)[added.id]
    assert shelf(tmp_path).add(Article(id="x", title="", text="No title at all, but words.")).title


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "etc-passwd.md"),
        ("..", "article.md"),
        ("/", "article.md"),
        (".hidden", "hidden.md"),
        ("~$open", "open.md"),
        ("CON", "article-con.md"),
        ("lpt1", "article-lpt1.md"),
        ("a\x00b", "a-b.md"),
        ("Ｆｕｌｌ　Ｗｉｄｔｈ", "full-width.md"),  # noqa: RUF001
        ("Straße nach Ænes", "strasse-nach-ænes.md"),
        ("俄罗斯 总统", "俄罗斯-总统.md"),
        ("x" * 300, f"{'x' * 80}.md"),
        ("界" * 300, f"{'界' * 26}.md"),
        ("😀", "article.md"),
    ],
)
def test_a_files_name_is_tame_whatever_the_title(tmp_path: Path, title: str, name: str) -> None:
    added = shelf(tmp_path).add(made(title=title))
    assert added.id == f"servers/5/articles/{name}"
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != ".lock"]
    assert files == [tmp_path / "articles" / name]
    assert list(read(tmp_path)) == [added.id]


def test_an_article_claims_neither_scope_nor_id(tmp_path: Path) -> None:
    claims = "---\ntitle: T\nscope: ''\nid: seeds/bridge.txt\npath: /etc/passwd\n---\nWords."
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "claims.md").write_text(claims)
    added = shelf(tmp_path).add(Article(id="seeds/bridge.txt", title="T", text=claims, scope=""))
    assert added.text == claims
    assert [(a.id, a.scope) for a in read(tmp_path).values()] == [
        ("servers/5/articles/claims.md", "5"),
        ("servers/5/articles/t.md", "5"),
    ]


def test_articles_of_one_title_stand_side_by_side_and_none_twice(tmp_path: Path) -> None:
    first, second = (shelf(tmp_path).add(made(text)) for text in (TALKS, STORM))
    assert [Path(first.id).name, Path(second.id).name] == [
        "harbour-bridge-opens.md",
        "harbour-bridge-opens-2.md",
    ]
    assert shelf(tmp_path).add(made(STORM)) == second
    assert [article.text for article in read(tmp_path).values()] == [STORM, TALKS]


def test_an_address_has_one_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shelf(tmp_path).add(made(url=ADDRESS))
    shelf(tmp_path).add(made(STORM, url="https://news.example/a?b=d"))
    monkeypatch.setattr(module, "MOST_ARTICLES", 2)
    second = shelf(tmp_path).add(
        made("It cost more.", "Bridge dearer", url="http://www.news.example/a/?utm_source=feed&b=c")
    )
    assert (second.id, second.title, second.text) == (first.id, "Bridge dearer", "It cost more.")
    assert len(read(tmp_path)) == 2
    assert read(tmp_path)[first.id] == second


def test_many_add_at_once(tmp_path: Path) -> None:
    added: list[Article] = []

    def add(number: int) -> None:
        for turn in range(5):
            added.append(shelf(tmp_path).add(made(f"Text {number} of turn {turn}.")))

    threads = [threading.Thread(target=add, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(added) == 30
    assert {article.id: article for article in added} == read(tmp_path)


def test_an_article_is_removed_by_its_id_alone(tmp_path: Path) -> None:
    added, other = shelf(tmp_path).add(made()), shelf(tmp_path).add(made(STORM, "Storm"))
    outside = tmp_path / "outside.md"
    outside.write_text("Words.")
    for id in ("", "..", "servers/5/articles/../../outside.md", str(outside), "storm.md", "a\x00b", ".lock"):
        assert shelf(tmp_path).remove(id) is None
    assert shelf(tmp_path).remove(added.id) == added.info
    assert shelf(tmp_path).remove(added.id) is None
    assert list(read(tmp_path)) == [other.id]
    assert outside.exists()


def test_looking_for_what_is_not_there_makes_no_folder(tmp_path: Path) -> None:
    assert shelf(tmp_path).remove("servers/5/articles/a.md") is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_removed_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "broken-scan.pdf").write_bytes(b"%PDF-1.7 cut off")
    removed = shelf(tmp_path).remove("servers/5/articles/broken-scan.pdf")
    assert removed
    assert (removed.title, removed.scope) == ("Broken scan", "5")
    assert not (tmp_path / "articles" / "broken-scan.pdf").exists()


def test_a_server_has_room_for_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ARTICLES", 2)
    first = shelf(tmp_path).add(made("One."))
    shelf(tmp_path).add(made("Two."))
    with pytest.raises(ShelfError, match=r"There are 2 added articles already; 2 are the most\. Remove some"):
        shelf(tmp_path).add(made("Three."))
    assert shelf(tmp_path).add(made("One.")) == first
    assert len(read(tmp_path)) == 2
    everyones = shelf(tmp_path, scope="")
    assert everyones.add(made("Three.")).scope == ""


def test_a_server_has_room_for_so_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArticleError, match=r"has 500,001 characters; 500,000 are the most\. Split it"):
        shelf(tmp_path).add(made("x" * 500_001))
    monkeypatch.setattr(module, "MOST_BYTES", 1_000)
    shelf(tmp_path).add(made("x" * 600))
    with pytest.raises(ShelfError, match="would take more than"):
        shelf(tmp_path).add(made("y" * 600))
    assert len(read(tmp_path)) == 1


def test_what_a_kill_left_half_written_is_no_article(tmp_path: Path) -> None:
    added = shelf(tmp_path).add(made())
    (tmp_path / "articles" / "storm.md.tmp").write_text("---\ntitle: Half")
    assert list(read(tmp_path)) == [added.id]
    assert shelf(tmp_path).add(made(STORM, "Storm")).text == STORM
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anything")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(LibraryError, match=r"cannot be changed: permission denied\. Allow writing there"):
            shelf(tmp_path).add(made())
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "articles").write_text("")
    with pytest.raises(LibraryError, match="cannot be changed"):
        shelf(tmp_path).add(made())


def test_who_waits_too_long_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from filelock import FileLock

    monkeypatch.setattr(module, "_PATIENCE", 0.1)
    (tmp_path / "articles").mkdir()
    with FileLock(tmp_path / "articles" / ".lock"), pytest.raises(ShelfError, match="Try again in a moment"):
        shelf(tmp_path).add(made())


def test_what_looks_like_markdown_is_kept_letter_for_letter(tmp_path: Path) -> None:
    text = "# Not a heading\n- 2 *times* [three](4)"
    added = shelf(tmp_path).add(made(text))
    assert added.text == text
    assert read(tmp_path) == {added.id: added}
