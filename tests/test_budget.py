"""Tokens are counted by account and day, by threads and processes together."""

import concurrent.futures
from pathlib import Path

import pytest

from bot import budget
from bot.answer import Tokens
from bot.budget import Budget
from index.errors import ChatModelError


def test_each_account_has_its_own(tmp_path: Path) -> None:
    spent = Budget(tmp_path / "data" / "tokens.sqlite3", 100)
    spent.add("one", Tokens(60, 30))
    spent.check("one")
    spent.add("one", Tokens(5, 5))
    with pytest.raises(ChatModelError, match="used up"):
        spent.check("one")
    spent.check("other")
    assert (spent.used("one"), spent.used("other")) == (100, 0)
    spent.close()


def test_what_another_process_spends_counts(tmp_path: Path) -> None:
    file = tmp_path / "tokens.sqlite3"
    ours, theirs = Budget(file, 10), Budget(file, 10)
    ours.check("one")
    theirs.add("one", Tokens(10, 0))
    theirs.close()
    with pytest.raises(ChatModelError):
        ours.check("one")
    ours.close()


def test_many_threads_lose_nothing(tmp_path: Path) -> None:
    spent = Budget(tmp_path / "tokens.sqlite3", 1_000_000)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: spent.add("one", Tokens(2, 1)), range(100)))
    assert spent.used("one") == 300
    spent.close()


def test_a_new_day_begins_at_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spent = Budget(tmp_path / "tokens.sqlite3", 10)
    monkeypatch.setattr(budget, "_today", lambda: "2025-04-21")
    spent.add("one", Tokens(10, 0))
    with pytest.raises(ChatModelError):
        spent.check("one")
    monkeypatch.setattr(budget, "_today", lambda: "2025-04-22")
    spent.check("one")
    spent.add("one", Tokens(1, 0))
    assert spent.used("one") == 1
    monkeypatch.setattr(budget, "_today", lambda: "2025-04-21")
    assert spent.used("one") == 0
    spent.close()


def test_without_a_limit_nothing_is_written(tmp_path: Path) -> None:
    spent = Budget(tmp_path / "tokens.sqlite3", 0)
    spent.add("one", Tokens(10**9, 0))
    spent.check("one")
    assert list(tmp_path.iterdir()) == []


def test_a_count_that_cannot_be_read_spends_nothing(tmp_path: Path) -> None:
    file = tmp_path / "tokens.sqlite3"
    file.write_bytes(b"no database at all, but long enough to be looked at" * 30)
    spent = Budget(file, 10)
    with pytest.raises(ChatModelError, match="cannot be counted"):
        spent.check("one")
    spent.add("one", Tokens(1, 1))
