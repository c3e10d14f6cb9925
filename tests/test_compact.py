"""After `citebot index --compact` no word of a removed article is anywhere in the data folder."""

import dataclasses
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.app import App
from bot.corrections import Corrections
from bot.entries import Known
from bot.news import Watcher
from bot.records import Records
from bot.settings import Settings
from bot.subscriptions import Subscriptions
from bot.votes import Vote
from index.embedding import Embedder
from index.graph import clear_room
from index.stamp import read_stamp
from index.sync import compact, dead_share, sync
from tests.collection import Collection
from tests.command import Command, with_model
from tests.making import STORM, TALKS

# Words that no model, no other article and no library has.
SECRET = "The quorvex of Blindemaar weighed 41 zorbels, said Ulfhild Trank. Its vrimlet was stolen in May."
WORDS = ("quorvex", "blindemaar", "zorbels", "ulfhild", "trank", "vrimlet")
WEIGHT = "how much did the quorvex of Blindemaar weigh?"


@pytest.fixture
def citebot(tmp_path: Path) -> Command:
    """The command over two articles, and one of secret words that was added."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "bridge.txt").write_text(TALKS)
    (tmp_path / "own" / "storm.txt").write_text(STORM)
    added = tmp_path / "secret.md"
    added.write_text(f"---\ntitle: The quorvex of Blindemaar\nauthor: Ulfhild Trank\n---\n{SECRET}")
    data = with_model(tmp_path / "data")
    citebot = Command(tmp_path, {"CITEBOT_ARTICLES": str(tmp_path / "own"), "CITEBOT_DATA": str(data)})
    assert citebot.here("add", str(added)).exit_code == 0
    added.unlink()
    return citebot


def holding(folder: Path) -> dict[str, list[str]]:
    """The files that hold one of the words, in whatever case or as UTF-16, or are named after one."""
    found: dict[str, list[str]] = {}
    for path in folder.rglob("*"):
        if path.is_file() and "models" not in path.parts:
            content = path.read_bytes().lower() + path.name.lower().encode()
            for word in WORDS:
                if word.encode() in content or word.encode("utf-16-le") in content:
                    found.setdefault(str(path.relative_to(folder)), []).append(word)
    return found


def keep_answer(app: App, records: Records) -> str:
    """An answer that quotes the secret, as the bot keeps it, with a vote."""
    answer = app.ask(WEIGHT)
    assert any("zorbels" in citation.quote for citation in answer.citations)
    kept = records.keep(nameless(answer), server=1, channel=2, asker=3)
    records.place(kept, message=4)
    records.vote(kept, 3, Vote.RIGHT)
    return kept


def nameless(answer: Answer) -> Answer:
    """The same, asked without its words: a question is its asker's, not the article's."""
    return dataclasses.replace(answer, question="how much did it weigh?")


def test_no_word_of_a_removed_article_is_left(citebot: Command) -> None:
    settings = Settings(articles=(citebot.folder / "own",), data=citebot.folder / "data")
    with App(settings) as app, Records(settings.records) as records:
        kept = keep_answer(app, records)
    assert len(holding(settings.data)) >= 4, "article, Chroma, manifest and records"
    assert citebot.here("remove", "quorvex").exit_code == 0
    done = citebot.here("index", "--compact")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("Compacted: ")
    assert holding(settings.data) == {}
    with Records(settings.records) as records:
        answer = records.find(kept)
        assert answer
        assert [(quote.article, quote.start, quote.end) for quote in answer.quotes] == [("", 0, 0)]
    assert "41 million" in citebot.here("ask", "how much did the harbour bridge cost?").stdout
    assert citebot.here("ask", WEIGHT).exit_code == 3


def test_an_answer_still_says_that_its_source_is_gone(citebot: Command) -> None:
    """However soon it is compacted by hand: a bot that runs, or runs again, looks at it later."""
    settings = Settings(articles=(citebot.folder / "own",), data=citebot.folder / "data")
    with App(settings) as app, Records(settings.records) as records:
        kept = keep_answer(app, records)
        watcher, corrections = (
            Watcher(app, records.watches, records.watches.in_discord),
            Corrections(app, records),
        )
        watcher.begin()
        assert corrections.due(watcher.news(app.digests())) == []
        assert citebot.here("remove", "quorvex").exit_code == 0
        assert citebot.here("index", "--compact").exit_code == 0
        (correction,) = corrections.due(watcher.news(app.digests()))
        assert correction.answer.id == kept
        assert [lost.article for lost in correction.lost] == [None]
        corrections.told(correction)
        assert corrections.due(watcher.news(app.digests())) == []
    assert holding(settings.data) == {}


def test_what_a_feed_brought_in_leaves_nothing_and_stays_away(citebot: Command) -> None:
    link = "https://news.example/the-quorvex-of-blindemaar"
    settings = Settings(articles=(citebot.folder / "own",), data=citebot.folder / "data")
    (article,) = (citebot.folder / "data" / "articles").glob("*.md")
    with Subscriptions(settings.feeds) as subscriptions:
        subscriptions.add("https://news.example/rss", "News")
        (feed,) = subscriptions.all()
        subscriptions.entries.keep(
            feed.number, link, Known("d", f"articles/{article.name}", whole=True, tries=1)
        )
        assert "feeds.sqlite3" in str(holding(settings.data))
        assert citebot.here("remove", "quorvex").exit_code == 0
        assert citebot.here("index", "--compact").exit_code == 0
        assert [known.removed for known in subscriptions.entries.known(feed.number).values()] == [True]
    assert holding(settings.data) == {}


def test_an_edited_article_leaves_nothing_of_what_it_said(citebot: Command) -> None:
    (file,) = (citebot.folder / "data" / "articles").glob("*.md")
    file.rename(file.with_name("plain.md"))
    file.with_name("plain.md").write_text(
        "---\ntitle: Plain\n---\nNothing of the kind was ever weighed by anyone."
    )
    assert citebot.here("index", "--compact").exit_code == 0
    assert holding(citebot.folder / "data") == {}


def test_either_anew_or_compact(citebot: Command) -> None:
    assert citebot.here("index", "--compact", "--rebuild").exit_code == 2


@pytest.fixture
def collection(tmp_path: Path, embedder: Embedder) -> Collection:
    collection = Collection(tmp_path, embedder)
    for number in range(12):
        collection.write(f"{number}.txt", f"Ferry number {number} sails to port {number} every morning.")
    collection.sync()
    return collection


def test_what_was_removed_is_counted_until_it_is_compacted(collection: Collection) -> None:
    assert dead_share(collection.index) == 0.0
    for number in range(4):
        (collection.root / f"{number}.txt").unlink()
    collection.write("4.txt", "Ferry number 4 sails no more.")
    collection.sync()
    assert dead_share(collection.index) == 5 / 13
    before = collection.passage_texts()
    assert compact(collection.index) == 5 / 13
    assert dead_share(collection.index) == 0.0
    assert collection.passage_texts() == before
    collection.check_equal()
    assert collection.did() == (0, 0, 0, 8)
    collection.write("new.txt", "Ferry number 99 is new.")
    assert collection.did() == (1, 0, 0, 8)
    collection.check_equal()


def test_an_empty_index_is_compacted(collection: Collection) -> None:
    for path in collection.root.iterdir():
        path.unlink()
    sync(collection.library, collection.cutter, collection.embedder, collection.index, may_empty=True)
    assert dead_share(collection.index) == 0.0
    compact(collection.index)
    assert collection.passage_ids() == set()


def test_room_for_more_vectors_is_empty(collection: Collection) -> None:
    stamp = read_stamp(collection.index)
    assert stamp
    (vectors,) = (collection.index / stamp.store).rglob("data_level0.bin")
    size = len(vectors.read_bytes()) // 100
    assert not any(vectors.read_bytes()[12 * size :]), "12 vectors in room for 100"
    assert all(any(vectors.read_bytes()[n * size : (n + 1) * size]) for n in range(12))


def test_files_of_another_form_are_left_alone(tmp_path: Path) -> None:
    clear_room(tmp_path)
    (tmp_path / "data_level0.bin").write_bytes(b"words" * 100)
    (tmp_path / "header.bin").write_bytes(b"\x63" * 100)
    clear_room(tmp_path)
    assert (tmp_path / "data_level0.bin").read_bytes() == b"words" * 100
