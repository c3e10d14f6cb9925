"""What the bot stores: answers without words, votes, settings of servers; and what it forgets."""

import contextlib
import dataclasses
import datetime
import random
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import records as module
from bot.answer import Answer, Citation
from bot.records import ALL, GRACE, Records
from bot.servers import ServerSettings
from bot.votes import Vote
from index.article import ArticleInfo, Passage, Sentence

NOW = datetime.datetime(2025, 5, 1, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
TEXT = "Mayor Lindqvist opened the bridge. It had cost 41 million euros. Ferries stay."
COST = "It had cost 41 million euros."


def answer(question: str = "How much did the bridge cost?", *, refused: bool = False) -> Answer:
    """An answer with one quote, or none."""
    info = ArticleInfo(id="seeds/bridge.txt", title="Harbour Opening Title", author="Nobody Important")
    start = TEXT.index(COST)
    passage = Passage("seeds/bridge.txt#0", info, 0, len(TEXT), TEXT, (Sentence(0, 34),))
    quote = Citation(1, COST, passage, start, start + len(COST), None, None)
    return Answer(question, f"{COST} [1]", () if refused else (quote,), (), refused, None, None)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with Records(tmp_path / "bot.sqlite3") as opened:
        yield opened


def kept(records: Records, question: str = "How much?", *, server: int | None = 1, asker: int = 3) -> str:
    return records.keep(answer(question), server=server, channel=2, asker=asker)


def stored(folder: Path) -> bytes:
    """All that is on the disk."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_an_answer_is_found_again(records: Records) -> None:
    id = kept(records, "How much did it cost?")
    records.place(id, 2**62 + 5)
    found = records.find(id)
    assert found
    assert (found.id, found.server, found.channel, found.message, found.asker) == (id, 1, 2, 2**62 + 5, 3)
    assert found.question == "How much did it cost?"
    assert not found.refused
    assert abs(found.created - datetime.datetime.now(datetime.UTC)) < datetime.timedelta(minutes=1)
    (quote,) = found.quotes
    assert (quote.number, quote.article, TEXT[quote.start : quote.end]) == (1, "seeds/bridge.txt", COST)
    assert quote.matches(COST)


def test_a_refusal_has_no_quotes(records: Records) -> None:
    found = records.find(records.keep(answer(refused=True), server=None, channel=2, asker=3))
    assert found
    assert found.refused
    assert found.server is None
    assert found.quotes == ()


def test_a_number_may_be_cited_twice(records: Records) -> None:
    (quote,) = answer().citations
    twice = dataclasses.replace(answer(), citations=(quote, dataclasses.replace(quote, start=0, end=34)))
    found = records.find(records.keep(twice, server=1, channel=2, asker=3))
    assert found
    assert [(q.number, q.start) for q in found.quotes] == [(1, TEXT.index(COST)), (1, 0)]


def test_ids_are_short_and_cannot_be_guessed(records: Records) -> None:
    ids = {kept(records) for _ in range(100)}
    assert len(ids) == 100
    assert all(
        len(id) == 22 and id.isascii() and id.replace("-", "").replace("_", "").isalnum() for id in ids
    )
    assert len({id[:4] for id in ids}) > 95


@pytest.mark.parametrize(
    "id", ["", "1", "x" * 22, "' OR 1=1 --", "\ud800" * 22, "\0", "é" * 22, "x" * 10_000]
)
def test_a_forged_id_finds_nothing(records: Records, id: str) -> None:
    kept(records)
    assert records.find(id) is None


def test_none_of_the_articles_words_are_stored(records: Records, tmp_path: Path) -> None:
    id = kept(records)
    records.vote(id, 3, Vote.RIGHT)
    content = stored(tmp_path)
    assert b"seeds/bridge.txt" in content
    for word in ("million", "euros", "Lindqvist", "Ferries", "Harbour", "Opening", "Important"):
        assert word.encode() not in content


def test_a_vote_replaces_another_and_takes_itself_back(records: Records) -> None:
    id = kept(records)
    assert records.vote(id, 7, Vote.RIGHT) is Vote.RIGHT
    assert records.vote(id, 8, Vote.RIGHT) is Vote.RIGHT
    assert records.vote(id, 7, Vote.WRONG_SOURCE) is Vote.WRONG_SOURCE
    (row,) = records.votes()
    assert row.counts == {Vote.RIGHT: 1, Vote.WRONG_SOURCE: 1}
    assert records.vote(id, 7, Vote.WRONG_SOURCE) is None
    (row,) = records.votes()
    assert row.counts == {Vote.RIGHT: 1}
    assert row.answer == records.find(id)


def test_a_vote_on_no_answer_stands_nowhere(records: Records) -> None:
    assert records.vote("x" * 22, 7, Vote.RIGHT) is None
    assert records.votes() == []


def test_votes_of_one_server_are_its_own(records: Records) -> None:
    here, there, direct = (kept(records, server=server) for server in (1, 2, None))
    for id in (here, there, direct):
        records.vote(id, 7, Vote.RIGHT)
    assert [row.answer.id for row in records.votes(1)] == [here]
    assert [row.answer.id for row in records.votes(2)] == [there]
    assert [row.answer.id for row in records.votes(None)] == [direct]
    assert [row.answer.id for row in records.votes(ALL)] == [here, there, direct]
    assert records.votes(3) == []


def test_old_answers_go_and_those_with_votes_stay(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ANSWERS", 50)
    voted, old = kept(records), kept(records)
    records.vote(voted, 7, Vote.WRONG)
    newer = [kept(records) for _ in range(300)]
    assert records.find(old) is None
    assert records.find(voted)
    assert all(map(records.find, newer[-50:]))
    assert sum(records.find(id) is not None for id in newer) <= 150


def test_settings_are_in_force_at_once_and_after_a_restart(records: Records, tmp_path: Path) -> None:
    assert records.settings(1) == ServerSettings()
    chosen = ServerSettings(
        channels=frozenset({2**62, 5}),
        roles=frozenset({6}),
        direct_messages=False,
        member_per_minute=2,
        server_per_minute=9,
        private=True,
    )
    assert records.closed() == frozenset()
    records.change(1, chosen)
    assert records.closed() == {1}
    assert records.settings(1) == chosen
    assert records.settings(2) == ServerSettings()
    with Records(tmp_path / "bot.sqlite3") as again:
        assert again.settings(1) == chosen
        again.change(1, ServerSettings(private=True))
    assert records.settings(1) == ServerSettings(private=True)


def test_what_belongs_to_a_server_is_due_thirty_days_after_the_bot_left(records: Records) -> None:
    records.change(1, ServerSettings(private=True))
    records.left(1, NOW)
    records.left(1, NOW + 20 * DAY)
    records.left(2, NOW + 20 * DAY)
    assert records.settings(1).private
    assert records.due(NOW + GRACE - datetime.timedelta(seconds=1)) == []
    assert records.due(NOW + GRACE) == [1]
    records.returned(1)
    assert records.due(NOW + GRACE) == []
    assert records.due(NOW + 50 * DAY) == [2]
    assert records.settings(1).private


def test_servers_are_known_by_anything_stored_of_them(records: Records) -> None:
    kept(records, server=1)
    kept(records, server=None)
    records.change(2, ServerSettings())
    records.left(3, NOW)
    assert records.servers() == {1, 2, 3}


def test_a_server_is_forgotten_with_all_that_is_its_own(records: Records, tmp_path: Path) -> None:
    gone, stays = kept(records, "What about Xanadu?", server=1), kept(records, server=2)
    records.vote(gone, 7, Vote.RIGHT)
    records.vote(stays, 7, Vote.RIGHT)
    records.change(1, ServerSettings(private=True))
    records.left(1, NOW)
    assert b"Xanadu" in stored(tmp_path)
    records.forget_server(1)
    assert records.find(gone) is None
    assert [row.answer.id for row in records.votes()] == [stays]
    assert records.settings(1) == ServerSettings()
    assert records.due(NOW + GRACE) == []
    assert records.servers() == {2}
    assert b"Xanadu" not in stored(tmp_path)


def test_a_person_is_forgotten_and_the_answers_stay(records: Records, tmp_path: Path) -> None:
    person, other = 0x7A6B5C4D3E2F10, 0x6A6B5C4D3E2F10
    theirs, others = kept(records, "What about Xanadu?", asker=person), kept(records, asker=other)
    records.vote(theirs, other, Vote.RIGHT)
    records.vote(others, person, Vote.RIGHT)
    assert person.to_bytes(7) in stored(tmp_path)
    records.forget_person(person)
    found = records.find(theirs)
    assert found
    assert (found.asker, found.question) == (None, None)
    assert found.quotes[0].matches(COST)
    assert [(row.answer.id, row.counts) for row in records.votes()] == [(theirs, {Vote.RIGHT: 1})]
    content = stored(tmp_path)
    assert b"Xanadu" not in content
    assert person.to_bytes(7) not in content
    assert other.to_bytes(7) in content


def test_forgetting_one_of_whom_nothing_is_stored_writes_nothing(records: Records, tmp_path: Path) -> None:
    kept(records, asker=7)
    records.forget_person(7)
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as other:
        before = other.execute("PRAGMA data_version").fetchall()
        records.forget_person(7)
        assert other.execute("PRAGMA data_version").fetchall() == before
        kept(records, asker=7)
        assert other.execute("PRAGMA data_version").fetchall() != before


def test_no_trace_of_anyone_forgotten_among_many(records: Records, tmp_path: Path) -> None:
    chance = random.Random(5)
    people = list(range(60))
    for _ in range(600):
        person = chance.choice(people)
        id = kept(records, f"word{person:03d}x " * chance.randrange(1, 200), asker=person)
        records.vote(id, chance.choice(people), chance.choice(list(Vote)))
    chance.shuffle(people)
    for forgotten, person in enumerate(people[:20], 1):
        records.forget_person(person)
        content = stored(tmp_path)
        assert not [p for p in people[:forgotten] if f"word{p:03d}x".encode() in content]
    assert all(f"word{p:03d}x".encode() in content for p in people[20:])


def test_a_second_process_looks_on_while_the_first_writes(records: Records, tmp_path: Path) -> None:
    stop = threading.Event()
    errors: list[Exception] = []

    def write() -> None:
        try:
            while not stop.is_set():
                records.vote(kept(records), 7, Vote.RIGHT)
        except Exception as error:
            errors.append(error)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    with Records(tmp_path / "bot.sqlite3") as other:
        seen = [len(other.votes()) for _ in range(20)]
        other.forget_person(99)
    stop.set()
    for writer in writers:
        writer.join()
    assert errors == []
    assert seen == sorted(seen)


def test_the_file_is_as_it_was_made(tmp_path: Path) -> None:
    Records(tmp_path / "bot.sqlite3").close()
    database = sqlite3.connect(tmp_path / "bot.sqlite3")
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.execute("PRAGMA user_version").fetchone() == (2,)
    database.close()
