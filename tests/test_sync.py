import contextlib
import datetime
import json
import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import index.writer as index_writer
from index.embedding import Embedder
from index.errors import LibraryEmpty, LibraryError, StoreBusy, StoreMismatch
from index.lock import writing
from index.passages import Cutter
from index.stamp import read_stamp
from index.sync import articles, coverage, sync
from tests.collection import WORDS, Collection, nearest, watch


@pytest.fixture
def collection(tmp_path: Path, embedder: Embedder) -> Collection:
    return Collection(tmp_path, embedder)


def test_the_first_sync_indexes_everything(collection: Collection) -> None:
    front = "---\ntitle: Bridge opens\nsource: Harbour Times\npublished: 2024-06-01\n---\n"
    collection.write("bridge.md", f"{front}The bridge opened on Saturday. Ferries go on.")
    collection.records("many.jsonl", "one", "two")
    report = collection.sync()
    assert (report.added, report.changed, report.removed, report.unchanged) == (3, 0, 0, 0)
    assert (report.passages, report.problems) == (3, ())
    collection.check_equal()
    listed = articles(collection.index)
    assert [info.id for info in listed] == ["articles/bridge.md", "one", "two"]
    assert (listed[0].title, listed[0].source) == ("Bridge opens", "Harbour Times")
    day = datetime.date(2024, 6, 1)
    assert (
        coverage(collection.index).oldest == coverage(collection.index).newest == listed[0].published == day
    )


def test_only_what_changed_is_embedded(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        collection.write(name, f"The story of {name}.")
    assert collection.did() == (3, 0, 0, 0)
    embedded = watch(monkeypatch, "embed", collection.embedder)
    assert collection.did() == (0, 0, 0, 3)
    collection.write("b.txt", "Another story.")
    collection.write("d.txt", "A new story.")
    (collection.root / "c.txt").unlink()
    assert collection.did() == (1, 1, 1, 1)
    assert [len(texts) for texts in embedded if isinstance(texts, list)] == [2]
    collection.check_equal()


def test_nothing_to_do_writes_nothing_and_opens_no_chroma(collection: Collection) -> None:
    collection.write("a.txt", "A story.")
    collection.sync()
    before = read_stamp(collection.index)
    collection.sync()
    assert read_stamp(collection.index) == before
    code = (
        "import sys; from pathlib import Path; from index.embedding import Embedder;"
        "from index.library import Library; from index.passages import Cutter; from index.sync import sync;"
        "e = Embedder(); r = sync(Library([Path(sys.argv[1])]), Cutter(e), e, Path(sys.argv[2]));"
        "print(r.unchanged, [m for m in ('chromadb', 'torch') if m in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(collection.root), str(collection.index)]
    done = subprocess.run(
        command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1 []\n"


def test_of_two_articles_with_one_id_the_first_stands(collection: Collection) -> None:
    collection.records("b.jsonl", "one", "two", text="From b")
    collection.sync()
    collection.records("c.jsonl", "two", "three", text="From c")
    report = collection.sync()
    assert report.added == 1
    (problem,) = report.problems
    assert problem.file == "articles/c.jsonl"
    assert "articles/b.jsonl" in problem.message
    assert '"two"' in problem.message
    assert collection.sync().problems == (problem,)
    collection.check_equal()


def test_a_file_that_comes_before_takes_over(collection: Collection) -> None:
    collection.records("b.jsonl", "one", "two", text="From b")
    collection.sync()
    collection.records("a.jsonl", "two", text="From a")
    report = collection.sync()
    assert (report.added, report.changed) == (0, 1)
    assert [problem.file for problem in report.problems] == ["articles/b.jsonl"]
    collection.check_equal()


def test_when_the_first_goes_away_the_other_comes_in(collection: Collection) -> None:
    first = collection.records("a.jsonl", "one", "two", text="From a")
    collection.records("b.jsonl", "two", text="From b")
    assert len(collection.sync().problems) == 1
    first.unlink()
    report = collection.sync()
    assert (report.changed, report.removed, report.problems) == (1, 1, ())
    collection.check_equal()


def test_when_the_first_is_taken_out_of_its_file_the_other_comes_in(collection: Collection) -> None:
    collection.records("a.jsonl", "one", "two", text="From a")
    collection.records("b.jsonl", "two", text="From b")
    collection.records("c.jsonl", "two", text="From c")
    assert len(collection.sync().problems) == 2
    collection.records("a.jsonl", "one", text="From a")
    report = collection.sync()
    assert report.changed == 1
    assert [problem.file for problem in report.problems] == ["articles/c.jsonl"]
    collection.check_equal()


def test_no_record_takes_the_place_of_a_files_own_article(collection: Collection) -> None:
    collection.records("a.jsonl", "articles/b.txt", text="A claim of")
    collection.sync()
    collection.write("b.txt", "The story itself.")
    report = collection.sync()
    assert (report.added, report.changed) == (0, 1)
    assert "articles/b.txt has" in str(report.problems[0])
    for rebuild in (False, True):
        collection.sync(rebuild=rebuild)
        assert collection.passage_texts() == ["The story itself."]
    (collection.root / "b.txt").unlink()
    assert collection.did() == (0, 1, 0, 0)
    assert collection.passage_texts() == ["A claim of articles/b.txt."]


def test_an_article_that_moves_is_not_embedded_again(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = collection.records("b.jsonl", "one", "two")
    collection.sync()
    embedded = watch(monkeypatch, "embed", collection.embedder)
    path.rename(collection.root / "a.jsonl")
    assert collection.did() == (0, 0, 0, 2)
    (collection.root / "a.jsonl").rename(collection.root / "c.jsonl")
    assert collection.did() == (0, 0, 0, 2)
    assert embedded == []
    collection.check_equal()


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 8))])
def test_whatever_changes_the_index_equals_the_library(collection: Collection, seed: int) -> None:
    """Files that come, go and change, with ids that several of them have."""
    choose = random.Random(seed)
    for _ in range(8):
        for name in choose.sample(["a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl", "e.jsonl"], 2):
            path = collection.root / name
            if path.exists() and choose.random() < 0.4:
                path.unlink()
            else:
                ids = choose.sample(["one", "two", "three", "four", "five"], choose.randint(1, 4))
                collection.records(name, *ids, text=choose.choice(["Words of", "Tales of", f"{name} on"]))
        collection.write("keep.txt", "One that is always there.")
        collection.sync()
        collection.check_equal()


def test_a_bad_file_is_listed_at_each_sync_and_read_once(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection.write("good.txt", "A story.")
    bad = collection.root / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7 cut")
    collection.age(bad, 60)
    (problem,) = collection.sync().problems
    assert problem.file == "articles/bad.pdf"
    assert not collection.pending()
    read = watch(monkeypatch, "read", collection.library)
    assert collection.sync().problems == (problem,)
    assert read == []
    bad.unlink()
    assert collection.sync().problems == ()


def test_an_article_stays_while_its_file_is_broken(collection: Collection) -> None:
    path = collection.write(
        "a.html", "<title>A story</title><p>The mayor opened the bridge on Saturday.</p>" * 3
    )
    collection.write("b.txt", "Another.")
    collection.sync()
    path.write_bytes(b"")
    report = collection.sync()
    assert (report.removed, report.unchanged) == (0, 2)
    assert [problem.file for problem in report.problems] == ["articles/a.html"]
    path.write_bytes(b"\x00\xff" * 100)
    assert collection.did() == (0, 0, 0, 2)
    path.write_text("<title>It is mended</title><p>The mayor closed the bridge on Sunday morning.</p>")
    assert collection.did() == (0, 1, 0, 1)
    collection.check_equal()
    path.write_bytes(b"")
    path.unlink()
    assert collection.did() == (0, 0, 1, 1)


def test_records_stay_while_their_file_is_being_written(collection: Collection) -> None:
    path = collection.records("many.jsonl", "one", "two", "three")
    collection.sync()
    whole = path.read_text()
    collection.write("many.jsonl", whole[: whole.index("two") + 1], age=50)
    report = collection.sync()
    assert (report.removed, report.unchanged, len(report.problems)) == (0, 3, 1)
    collection.write("many.jsonl", whole[: whole.index("two") + 2], age=40)
    assert collection.did() == (0, 0, 0, 3)
    collection.records("many.jsonl", "one", "three")
    assert collection.did() == (0, 0, 1, 2)
    collection.check_equal()


def test_a_line_that_was_always_bad_keeps_no_article_from_being_removed(collection: Collection) -> None:
    bad = '{"id": "no text"}\n'
    collection.records("many.jsonl", "one", "two", more=bad)
    assert len(collection.sync().problems) == 1
    collection.records("many.jsonl", "two", "new", more=bad)
    assert collection.did() == (1, 0, 1, 1)
    collection.check_equal()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read anything")
def test_what_may_not_be_read_stays(collection: Collection) -> None:
    secret = collection.write("a.txt", "A story.")
    folder = collection.root / "folder"
    folder.mkdir()
    collection.write("folder/b.txt", "Another.")
    collection.sync()
    collection.write("a.txt", "A story, changed.")
    secret.chmod(0)
    folder.chmod(0)
    try:
        for _ in range(2):
            report = collection.sync()
            assert (report.removed, report.unchanged, len(report.problems)) == (0, 2, 2)
            assert not collection.pending()
    finally:
        secret.chmod(0o600)
        folder.chmod(0o700)
    assert collection.did() == (0, 1, 0, 1)
    collection.check_equal()


def test_a_file_that_opens_to_nobody_is_tried_again_each_time(collection: Collection) -> None:
    collection.write("a.txt", "A story.")
    (collection.root / "b.txt").symlink_to(collection.root / "nowhere")
    before = [collection.sync().problems, read_stamp(collection.index)]
    assert not collection.pending()
    assert [collection.sync().problems, read_stamp(collection.index)] == before
    (collection.root / "nowhere").write_text("It is there now.")
    assert collection.did() == (1, 0, 0, 1)
    collection.check_equal()


def test_what_became_a_link_out_of_the_folder_is_taken_out(
    collection: Collection, tmp_path_factory: pytest.TempPathFactory
) -> None:
    collection.write("a.txt", "A story.")
    collection.write("b.txt", "Another story.")
    collection.sync()
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    secret.write_text("Another story.")
    (collection.root / "b.txt").unlink()
    (collection.root / "b.txt").symlink_to(secret)
    report = collection.sync()
    assert (report.removed, report.unchanged, len(report.problems)) == (1, 1, 1)
    stamp = read_stamp(collection.index)
    assert not collection.pending()
    assert len(collection.sync().problems) == 1
    assert read_stamp(collection.index) == stamp


def test_a_date_that_is_none_keeps_no_removed_article(collection: Collection) -> None:
    record = '{"id": "%s", "text": "Some words.", "published": "%s"}\n'
    collection.write("a.jsonl", record % ("n1", "2025-04-22") + record % ("n2", "2025-04-22"))
    collection.sync()
    collection.write("a.jsonl", record % ("n1", "32 Foobar 2026"))
    report = collection.sync()
    assert (report.changed, report.removed) == (1, 1)
    [problem] = report.problems
    assert problem.is_read
    assert "32 Foobar 2026" in problem.message


def test_a_folder_that_went_away_removes_nothing(collection: Collection) -> None:
    collection.write("a.txt", "A story.")
    collection.sync()
    collection.root.rename(collection.root.with_name("elsewhere"))
    with pytest.raises(LibraryError):
        collection.sync()
    with pytest.raises(LibraryError):
        collection.pending()
    assert len(articles(collection.index)) == 1


def test_nothing_but_bad_files(collection: Collection) -> None:
    collection.write("bad.jsonl", "{")
    report = collection.sync()
    assert (report.added, report.passages, len(report.problems)) == (0, 0, 1)
    reader = collection.reader()
    assert nearest(reader, collection.question, 5) == []
    collection.write("a.txt", "A story.")
    assert collection.did() == (1, 0, 0, 0)
    assert len(nearest(reader, collection.question, 5)) == 1
    reader.close()
    collection.check_equal()


def test_the_last_article_goes_only_where_that_is_meant(collection: Collection) -> None:
    path = collection.write("a.txt", "A story.")
    collection.sync()
    path.unlink()
    with pytest.raises(LibraryEmpty):
        collection.sync()
    assert coverage(collection.index).articles == 1
    report = sync(
        collection.library, collection.cutter, collection.embedder, collection.index, may_empty=True
    )
    assert (report.removed, report.passages) == (1, 0)
    assert (coverage(collection.index).articles, collection.passage_ids()) == (0, set())
    collection.write("b.txt", "Another story.")
    assert collection.did() == (1, 0, 0, 0)


def test_nothing_of_a_removed_article_is_left_on_the_disk(collection: Collection) -> None:
    collection.write("a.txt", "A story that stays.")
    collection.write("b.txt", "The zanzibarian xylophonist confessed.")
    collection.write("c.txt", "The quixotic yodeller denied it.")
    collection.sync()
    (collection.root / "b.txt").unlink()
    collection.write("c.txt", "Nobody denied anything.")
    collection.sync()
    left = b"".join(path.read_bytes() for path in collection.index.rglob("*") if path.is_file())
    assert b"Nobody denied anything" in left
    for word in (b"zanzibarian", b"xylophonist", b"quixotic", b"yodeller"):
        assert word not in left


def test_many_passages_of_one_article(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_writer, "_BATCH", 4)
    text = "\n\n".join(
        f"The {WORDS[i % 14]} number {i} was in the news again on day {i}." for i in range(220)
    )
    collection.write("long.txt", text)
    told: list[tuple[int, int, str]] = []
    report = sync(
        collection.library,
        collection.cutter,
        collection.embedder,
        collection.index,
        progress=lambda done, todo, what: told.append((done, todo, what)),
    )
    assert report.passages > 8
    assert len(told) >= 3
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1][0] == told[-1][1] == (collection.root / "long.txt").stat().st_size
    collection.check_equal()


def test_a_rebuild_makes_all_anew(collection: Collection) -> None:
    collection.write("a.txt", "A story.")
    collection.sync()
    first = read_stamp(collection.index)
    assert collection.did(rebuild=True) == (1, 0, 0, 0)
    second = read_stamp(collection.index)
    assert first
    assert second
    assert second.generation > first.generation
    collection.check_equal()


class OtherCutter(Cutter):
    """Cuts as ever, under another version."""

    @property
    def settings(self) -> dict[str, int]:
        return {**super().settings, "version": 999}


def test_other_passage_settings_need_a_rebuild(collection: Collection) -> None:
    collection.write("a.txt", "A story.")
    collection.sync()
    before = read_stamp(collection.index)
    collection.cutter = OtherCutter(collection.embedder)
    with pytest.raises(StoreMismatch, match=r"version = .* and this is 999") as error:
        collection.sync()
    assert "citebot index --rebuild" in error.value.hint
    with pytest.raises(StoreMismatch):
        collection.reader().store()
    assert read_stamp(collection.index) == before
    collection.sync(rebuild=True)
    collection.check_equal()


def test_an_index_of_an_older_format_is_rebuilt_with_one_command(collection: Collection) -> None:
    collection.write("a.txt", "A story.")
    collection.sync()
    stamp = json.loads((collection.index / "stamp.json").read_text())
    (collection.index / "stamp.json").write_text(json.dumps({**stamp, "format": 0, "version": "0.0.1"}))
    for ask in (collection.sync, collection.pending, lambda: articles(collection.index)):
        with pytest.raises(StoreMismatch, match=r"0\.0\.1"):
            ask()
    collection.sync(rebuild=True)
    collection.check_equal()


def test_a_second_writer_is_refused(collection: Collection) -> None:
    collection.write("a.txt", "A story.")
    with writing(collection.index, "indexing"), pytest.raises(StoreBusy, match=f"process {os.getpid()}"):
        collection.sync()
    collection.sync()


def test_an_error_on_the_way_leaves_the_index_as_it_was(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection.write("a.txt", "A story.")
    collection.sync()
    before = read_stamp(collection.index)
    collection.write("a.txt", "A story, changed.")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(collection.embedder, "embed", interrupted)
        with pytest.raises(KeyboardInterrupt):
            collection.sync()
    assert read_stamp(collection.index) == before
    collection.check()
    assert collection.did() == (0, 1, 0, 0)


def test_scopes_are_told_apart(collection: Collection) -> None:
    collection.write("a.txt", "A story.")
    collection.sync()
    (manifest,) = collection.index.glob("store-*/manifest.sqlite3")
    with contextlib.closing(sqlite3.connect(manifest)) as database, database:
        database.execute("UPDATE articles SET scope = '1234', published = '2024-05-01'")
    assert [info.scope for info in articles(collection.index)] == ["1234"]
    assert articles(collection.index, [""]) == []
    assert coverage(collection.index, [""]).newest is None
    assert coverage(collection.index, ["", "1234"]).newest == datetime.date(2024, 5, 1)


LIMITED = """
import resource, signal, sys
from pathlib import Path
from index.embedding import Embedder
from index.errors import StoreError
from index.library import Library
from index.passages import Cutter
from index.sync import sync
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
embedder = Embedder()
try:
    sync(Library([Path(sys.argv[1])]), Cutter(embedder), embedder, Path(sys.argv[2]))
except StoreError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(os.name == "nt", reason="limits the size of files as only Unix can")
def test_a_full_disk_loses_nothing(collection: Collection) -> None:
    collection.write("a.txt", "A story.")
    collection.sync()
    before = read_stamp(collection.index)
    collection.write("b.txt", "Another story.")
    command = [sys.executable, "-c", LIMITED, str(collection.root), str(collection.index)]
    done = subprocess.run(
        command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("StoreUnwritable The disk that holds")
    assert read_stamp(collection.index) == before
    assert collection.did() == (1, 0, 0, 1)
    collection.check_equal()
