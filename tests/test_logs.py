"""The log: one line a record, and no secret in it."""

import logging
import sys
import warnings

import pytest

from bot import logs
from bot.logs import LineFormatter

TOKEN = "MTIz.abc.def"


def formatted(message: str, *arguments: object, secrets: tuple[str, ...] = (), error: bool = False) -> str:
    record = logging.LogRecord(
        "bot", logging.WARNING, __file__, 1, message, arguments, sys.exc_info() if error else None
    )
    return LineFormatter(secrets).format(record)


def failed(message: str, secrets: tuple[str, ...] = ()) -> str:
    try:
        raise ValueError(message)
    except ValueError:
        return formatted("It failed", secrets=secrets, error=True)


def test_a_record_is_its_time_its_level_and_one_line() -> None:
    line = formatted("Forged\n2026-01-01 00:00:00 INFO nothing\x1b[2J happened by %s", "Ana\r\nEve")
    assert line.splitlines() == [line]
    assert "\x1b" not in line
    assert line[:4].isdigit()
    assert " WARNING Forged" in line


def test_an_error_is_named_with_the_places_it_came_through() -> None:
    line = failed("a\nb")
    assert line.splitlines() == [line]
    assert "It failed [ValueError: a" in line
    assert "(test_logs.py:" in line
    assert "Traceback" not in line
    assert "raise ValueError" not in line


def test_a_secret_is_hidden_wherever_it_stands() -> None:
    shown = [
        formatted("Bot %s is refused", TOKEN, secrets=(TOKEN,)),
        failed(f"401 for {TOKEN}", secrets=("", TOKEN)),
        formatted("%r", {"Authorization": f"Bot {TOKEN}"}, secrets=(f" {TOKEN}\n",)),
    ]
    assert all(TOKEN not in line and "[hidden]" in line for line in shown)


def test_the_longer_of_two_secrets_is_hidden_first() -> None:
    assert formatted("abcdef", secrets=("abc", "abcdef")).endswith(" WARNING [hidden]")


@pytest.mark.parametrize(
    "address",
    [
        "https://discord.com/api/v10/webhooks/123/aW50ZX.Jh-_Y3Rpb24/messages/@original",
        "https://discord.com/api/v10/interactions/123/aW50ZX.Jh-_Y3Rpb24/callback",
        "POST /webhooks/123/aW50ZX.Jh-_Y3Rpb24?wait=True",
    ],
)
def test_the_tokens_of_interactions_are_hidden(address: str) -> None:
    line = formatted("%s responded with 429", address)
    assert "aW50ZX" not in line
    assert "/123/[hidden]" in line
    assert line.endswith("responded with 429")


def test_libraries_are_heard_from_warnings_on(capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        logs.start([TOKEN])
        logging.getLogger("bot.discord").info("ours")
        logging.getLogger("discord.http").info("theirs")
        logging.getLogger("discord.http").warning("theirs, with %s", TOKEN)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("old", DeprecationWarning, stacklevel=1)
    finally:
        logging.captureWarnings(False)
        logging.basicConfig(handlers=before[0], level=before[1], force=True)
    ours, theirs, warned = capsys.readouterr().err.splitlines()
    assert ours.endswith("INFO ours")
    assert theirs.endswith("WARNING theirs, with [hidden]")
    assert "DeprecationWarning: old" in warned
