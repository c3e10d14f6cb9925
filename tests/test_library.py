"""Folders of articles: every file once, under a name that stays."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from index.article import Article
from index.errors import LibraryEmpty, LibraryError
from index.library import ArticleFile, Library, Problem, Root

ROOT = Path(__file__).parent.parent
NEWS = ROOT.parent / "shared" / "eval" / "news" / "articles.jsonl"


def put(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Some text in {name}.", encoding="utf-8")
    return folder


def keys(*roots: Path) -> list[str]:
    return [file.key for file in Library(roots).scan().files]


def results(*roots: Path) -> list[Article | Problem]:
    library = Library(roots)
    return [result for file in library.scan().files for result in library.read(file)]


def test_the_seed_is_read_as_it_is() -> None:
    [article] = results(ROOT / "seeds")
    assert isinstance(article, Article)
    assert article.id == "seeds/putin-opens-door-to-direct-talks.txt"
    assert article.title == "Putin Opens Door to Direct Talks with Ukraine Amid Ongoing Conflict"
    assert article.text == (ROOT / article.id).read_text(encoding="utf-8")
    assert article.published is None


def test_scans_deep_and_in_order(tmp_path: Path) -> None:
    root = put(
        tmp_path / "news",
        "b.txt",
        "a/z.md",
        "a/b/c.HTML",
        "x.pdf",
        "y.docx",
        "z.jsonl",
        "m.markdown",
        "h.htm",
    )
    expected = ["a/b/c.HTML", "a/z.md", "b.txt", "h.htm", "m.markdown", "x.pdf", "y.docx", "z.jsonl"]
    assert keys(root) == [f"news/{name}" for name in expected]


def test_passes_over_what_is_hidden_or_of_another_kind(tmp_path: Path) -> None:
    put(tmp_path / "news", "a.txt", ".b.txt", ".git/c.txt", "~$d.docx", "e.csv", "f", "g.txt.bak", "txt")
    os.mkfifo(tmp_path / "news" / "pipe.txt")
    assert keys(tmp_path / "news") == ["news/a.txt"]


def test_a_root_may_be_hidden_or_a_file(tmp_path: Path) -> None:
    put(tmp_path, ".hidden/a.txt", "single.txt")
    assert keys(tmp_path / ".hidden", tmp_path / "single.txt") == [".hidden/a.txt", "single.txt"]


def test_relative_roots_have_their_real_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(put(tmp_path / "news", "a.txt", "sub/b.txt"))
    assert keys(Path()) == ["news/a.txt", "news/sub/b.txt"]
    assert keys(Path("sub/..")) == ["news/a.txt", "news/sub/b.txt"]


def test_says_size_and_time(tmp_path: Path) -> None:
    put(tmp_path / "news", "a.txt")
    os.utime(tmp_path / "news" / "a.txt", ns=(5, 7_000_000_000))
    path = tmp_path / "news" / "a.txt"
    assert Library([tmp_path / "news"]).scan().files == (ArticleFile(path, "news/a.txt", 19, 7_000_000_000),)


def test_links_within_are_followed_and_their_loops_end(tmp_path: Path) -> None:
    root = put(tmp_path / "news", "a.txt", "sub/b.txt", ".kept/c.txt")
    (root / "linked").symlink_to(root / ".kept")
    (root / "sub" / "up").symlink_to(root)
    (root / "self").symlink_to(root / "self")
    (root / "z.txt").symlink_to(root / "a.txt")
    assert keys(root) == ["news/a.txt", "news/linked/c.txt", "news/sub/b.txt"]
    (tmp_path / "link").symlink_to(root)
    assert keys(tmp_path / "link") == ["link/a.txt", "link/linked/c.txt", "link/sub/b.txt"]


def test_a_link_that_leads_out_is_named_and_not_followed(tmp_path: Path) -> None:
    root = put(tmp_path / "news", "a.txt")
    put(tmp_path / "news too", "secret.txt")
    put(tmp_path / "elsewhere", "c.txt", "sub/d.txt")
    (tmp_path / "elsewhere" / "back").symlink_to(root)
    (root / "folder").symlink_to(tmp_path / "elsewhere")
    (root / "file.txt").symlink_to(tmp_path / "elsewhere" / "c.txt")
    (root / "steps.txt").symlink_to(root / "file.txt")
    (root / "sibling.txt").symlink_to("../news too/secret.txt")
    (root / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (root / "system.txt").symlink_to("/etc/passwd")
    (root / "picture.png").symlink_to(tmp_path / "elsewhere" / "c.txt")
    article, *problems = results(root)
    assert isinstance(article, Article)
    assert article.id == "news/a.txt"
    assert [problem.file for problem in problems if isinstance(problem, Problem)] == [
        "news/file.txt",
        "news/folder",
        "news/gone.txt",
        "news/sibling.txt",
        "news/steps.txt",
        "news/system.txt",
    ]
    assert problems[1] == Problem(
        "news/folder",
        f"is a link out of the folder, to {tmp_path / 'elsewhere'}",
        hint="It is not followed: name its target itself where that is to be read.",
    )
    assert keys(root / "file.txt") == ["file.txt"]  # named itself, a link is read
    both = keys(root, tmp_path / "elsewhere")
    assert "news/folder/sub/d.txt" in both  # its target is named


def test_a_server_s_links_stay_in_its_own_folder(tmp_path: Path) -> None:
    put(tmp_path, "news/a.txt", "own/b.txt")
    (tmp_path / "own" / "link.txt").symlink_to(tmp_path / "news" / "a.txt")
    files = Library([tmp_path / "news", Root(tmp_path / "own", "5", "of/5")]).scan().files
    assert [(file.key, file.leads_out) for file in files] == [
        ("news/a.txt", False),
        ("of/5/b.txt", False),
        ("of/5/link.txt", True),
    ]


def test_files_that_nothing_reads_are_counted_by_kind(tmp_path: Path) -> None:
    root = put(tmp_path / "news", "a.txt", "data.csv", "sub/b.CSV", "Makefile", ".hidden.csv", "~$open.csv")
    os.mkfifo(root / "pipe.txt")
    assert sorted(Library([root]).scan().unread) == [".csv", ".csv", "pipes and devices", "without a suffix"]
    assert keys(root) == ["news/a.txt"]


def test_problems_are_named_by_paths_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (put(tmp_path / "far" / "news", "a.txt") / "empty.txt").write_text("")
    scan = Library([tmp_path / "far" / "news"]).scan()
    problems = [Problem("news/empty.txt", "is empty"), Problem("news/gone.txt", "is gone")]
    assert [p.file for p in scan.located(problems)] == [
        str(tmp_path / "far" / "news" / "empty.txt"),
        "news/gone.txt",
    ]
    monkeypatch.chdir(tmp_path)
    assert next(p.file for p in scan.located(problems)) == "far/news/empty.txt"


def test_a_link_to_nothing_is_listed_and_a_problem(tmp_path: Path) -> None:
    root = put(tmp_path / "news", "a.txt")
    (root / "gone.txt").symlink_to(root / "nowhere.txt")
    assert results(root)[1:] == [
        Problem(
            "news/gone.txt",
            "cannot be opened: no such file or directory",
            hint="Allow reading it, or remove it.",
        )
    ]


def test_a_file_that_vanished_is_a_problem(tmp_path: Path) -> None:
    library = Library([put(tmp_path / "news", "a.txt", "b.jsonl")])
    files = library.scan().files
    shutil.rmtree(tmp_path / "news")
    for file in files:
        [problem] = library.read(file)
        assert problem == Problem(
            file.key, "cannot be opened: no such file or directory", hint="Allow reading it, or remove it."
        )


def test_one_file_under_two_roots_is_listed_once(tmp_path: Path) -> None:
    root = put(tmp_path / "news", "a.txt", "sub/b.txt")
    assert keys(root, root / "sub", root, root / "a.txt") == ["news/a.txt", "news/sub/b.txt"]


def test_roots_of_one_name_are_told_apart_by_their_parents(tmp_path: Path) -> None:
    roots = [put(tmp_path / parent / "news", "a.txt") for parent in ("x", "y", "z/y")]
    assert keys(*roots) == ["news/a.txt", "y/news/a.txt", "z/y/news/a.txt"]
    files = [put(tmp_path / parent, "a.txt") / "a.txt" for parent in ("v", "w")]
    assert keys(*files) == ["a.txt", "w/a.txt"]


def test_the_first_of_two_roots_does_not_change_the_names_in_the_second(tmp_path: Path) -> None:
    first, second = put(tmp_path / "x/news", "a.txt"), put(tmp_path / "y/news", "a.txt", "b.txt")
    before = keys(first, second)
    put(first, "b.txt")
    assert set(before) < set(keys(first, second))


def test_no_name_is_taken_twice(tmp_path: Path) -> None:
    put(tmp_path, "x/news/a.txt", "y/news/a.txt", "y2/y/news/a.txt")
    roots = [tmp_path / "x/news", tmp_path / "y/news", tmp_path / "y2/y"]
    assert keys(*roots) == ["news/a.txt", "y/news/a.txt", "y/news/a~2.txt"]


def test_names_that_cannot_be_shown_are_escaped(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path / "news")
    os.mkdir(folder)
    for name in (b"a\xff.txt", b"b\n.txt", "ü.txt".encode()):
        Path(os.fsdecode(folder + b"/" + name)).write_text("Some text.", encoding="utf-8")
    assert keys(tmp_path / "news") == ["news/a\\udcff.txt", "news/b\\n.txt", "news/ü.txt"]
    assert all(isinstance(result, Article) for result in results(tmp_path / "news"))


def test_a_root_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="nowhere cannot be read: no such file or directory") as caught:
        Library([put(tmp_path / "news", "a.txt"), tmp_path / "nowhere"]).scan()
    assert "CITEBOT_ARTICLES" in caught.value.hint


def test_a_root_of_another_kind_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, "table.csv")
    with pytest.raises(LibraryError, match="is not a kind of file that is read"):
        Library([tmp_path / "table.csv"]).scan()


def test_roots_without_an_article_are_an_error(tmp_path: Path) -> None:
    put(tmp_path / "news", "table.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(LibraryError) as caught:
        Library([tmp_path / "news", tmp_path / "empty"]).scan()
    assert str(caught.value) == (
        f"There are no articles in {tmp_path / 'news'}, {tmp_path / 'empty'}. Put some there. "
        "Files that end in .txt, .md, .markdown, .html, .htm, .pdf, .docx or .jsonl are read."
    )
    with pytest.raises(LibraryError, match="no folder at all"):
        Library([]).scan()


def test_what_may_not_be_read(tmp_path: Path) -> None:
    root = put(tmp_path / "news", "a.txt", "b.txt", "sub/c.txt")
    (root / "b.txt").chmod(0)
    (root / "sub").chmod(0)
    if os.access(root / "b.txt", os.R_OK):
        pytest.skip("this user may read everything")
    try:
        good, file, folder = results(root)
        with pytest.raises(LibraryError, match="sub cannot be read: permission denied"):
            Library([root / "sub"]).scan()
    finally:
        (root / "sub").chmod(0o700)
    assert isinstance(good, Article)
    assert file == Problem(
        "news/b.txt", "cannot be opened: permission denied", hint="Allow reading it, or remove it."
    )
    assert folder == Problem(
        "news/sub", "cannot be opened: permission denied", hint="Allow reading it, or remove it."
    )


def test_one_bad_file_stops_no_other(tmp_path: Path) -> None:
    root = put(tmp_path / "news", "a.txt", "z.txt")
    (root / "b.pdf").write_bytes(b"%PDF-1.7 cut off")
    (root / "c.txt").write_bytes(b"\xff\xff")
    (root / "d.docx").write_bytes(b"PK\x03\x04")
    found = results(root)
    assert [type(result) for result in found] == [Article, Problem, Problem, Problem, Article]
    assert str(found[2]) == "news/c.txt, line 1: is not valid UTF-8 (byte 0xff). Save it as UTF-8."


def test_records_keep_their_ids(tmp_path: Path) -> None:
    lines = [{"id": "n1", "text": "One."}, {"id": 2, "text": "Two."}, {"id": "n1", "text": "Three."}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    one, two, three = results(tmp_path / "a.jsonl")
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert (one.id, two.id) == ("n1", "2")
    assert str(three) == 'a.jsonl, line 3: has the id "n1", as line 1 has. Give it another id.'


def test_a_roots_scope_is_its_articles(tmp_path: Path) -> None:
    put(tmp_path, "news/a.txt", "own/a.txt", "own/sub/b.txt")
    record = {"id": "news/a.txt", "scope": "", "text": "A claim."}
    (tmp_path / "own" / "c.jsonl").write_text(json.dumps(record))
    (tmp_path / "own" / "d.md").write_text("---\nscope: ''\nid: news/a.txt\n---\nAnother claim.")
    library = Library([tmp_path / "news", Root(tmp_path / "own", "5", "of/5")])
    read = [item for file in library.scan().files for item in library.read(file)]
    assert [(item.id, item.scope) for item in read if isinstance(item, Article)] == [
        ("news/a.txt", ""),
        ("of/5/a.txt", "5"),
        ("of/5/c.jsonl#news/a.txt", "5"),
        ("of/5/d.md", "5"),
        ("of/5/sub/b.txt", "5"),
    ]


def test_a_root_with_a_scope_is_nobody_elses(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "servers/5/b.txt")
    (tmp_path / "link.txt").symlink_to(tmp_path / "servers" / "5" / "b.txt")
    files = Library([tmp_path, Root(tmp_path / "servers" / "5", "5", "servers/5")]).scan().files
    assert {file.key: file.scope for file in files} == {f"{tmp_path.name}/a.txt": "", "servers/5/b.txt": "5"}


def test_articles_are_found_by_their_ids(tmp_path: Path) -> None:
    root = put(tmp_path / "news", "a.txt", "b.txt", "z.txt")
    lines = [{"id": id, "text": f"Record {id}."} for id in ("n1", "n2", "news/b.txt", "news/gone.txt")]
    (root / "m.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    found = Library([root]).find({"news/a.txt", "n2", "news/b.txt", "news/gone.txt", "nothing"})
    assert {id: article.text for id, article in found.items()} == {
        "news/a.txt": "Some text in a.txt.",
        "n2": "Record n2.",
        "news/b.txt": "Some text in b.txt.",
        "news/gone.txt": "Record news/gone.txt.",
    }
    assert Library([tmp_path / "news"]).find(set()) == {}


def test_a_library_may_be_empty_where_that_is_asked(tmp_path: Path) -> None:
    assert Library([tmp_path]).scan(may_empty=True).files == ()
    with pytest.raises(LibraryEmpty):
        Library([tmp_path]).scan()
    with pytest.raises(LibraryError, match="cannot be read"):
        Library([tmp_path / "gone"]).scan(may_empty=True)


def test_a_thousand_files_are_scanned_at_once(tmp_path: Path) -> None:
    root = put(tmp_path / "news", *(f"{number % 10}/{number}.txt" for number in range(1_000)))
    start = time.perf_counter()
    assert len(Library([root]).scan().files) == 1_000
    assert time.perf_counter() - start < 1


@pytest.mark.skipif(not NEWS.is_file(), reason="the evaluation articles are not here")
def test_reads_the_news_letter_by_letter() -> None:
    records = [json.loads(line) for line in NEWS.read_text(encoding="utf-8").split("\n") if line]
    articles = [result for result in results(NEWS) if isinstance(result, Article)]
    assert len(articles) == len(results(NEWS)) == 698
    for article, record in zip(articles, records, strict=True):
        assert (article.id, article.text) == (record["id"], record["text"])
        assert article.published is not None
        assert article.published.isoformat() == record["published"].replace("/", "-")


def test_a_link_to_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "here.txt").write_text("Some words.")
    (tmp_path / "disk").symlink_to(tmp_path / "not mounted", target_is_directory=True)
    library = Library([tmp_path])
    link, file = library.scan().files
    assert (link.path.name, file.path.name) == ("disk", "here.txt")
    (problem,) = library.read(link)
    assert isinstance(problem, Problem)


def test_a_date_that_is_none_is_a_problem_of_an_article_that_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("---\ntitle: Fire\npublished: 32 Foobar 2026\n---\nA fire.")
    (tmp_path / "b.md").write_text("---\ntitle: Vote\npublished: 2999-01-01\n---\nA vote.")
    days = ("2025-04-22", None, "", "soon", 5, "2999-01-01")
    lines = [{"id": str(n), "text": "Words.", "published": day} for n, day in enumerate(days)]
    (tmp_path / "c.jsonl").write_text("\n".join(map(json.dumps, lines)))
    read = results(tmp_path)
    assert [item.id for item in read if isinstance(item, Article)][2:] == list("012345")
    assert {item.published for item in read if isinstance(item, Article) and item.misdated} == {None}
    problems = [item for item in read if isinstance(item, Problem)]
    assert all(problem.is_read for problem in problems)
    hint = "Write the day it came out, as 2025-04-22."
    assert [str(problem).removeprefix(f"{tmp_path.name}/") for problem in problems] == [
        f'a.txt: is read without a date: "32 Foobar 2026" names no certain day. {hint}',
        f'b.md: is read without a date: "2999-01-01" is yet to come. {hint}',
        f'c.jsonl, line 4: is read without a date, as are 2 more: "soon" names no certain day. {hint}',
    ]
