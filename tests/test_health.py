"""What a running bot tells of itself: /healthz, and /metrics in Prometheus' own form."""

import asyncio
import json
import socket
import urllib.error
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.answer import Answer, Tokens
from bot.health import Health, serving
from bot.metrics import Metrics
from index.errors import SettingsError, TryLater
from tests.discord_bot import RunningBot, Server, free_port
from tests.discord_server import Discord


def fetch(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def values(page: str) -> dict[str, float]:
    """Each sample of a page of metrics, its labels behind its name."""
    samples = [s for family in text_string_to_metric_families(page) for s in family.samples]
    return {" ".join([s.name, *s.labels.values()]): s.value for s in samples}


def answer(*, refused: bool = False, tokens: Tokens | None = None) -> Answer:
    return Answer("Why?", "", (), (), refused, None, None, tokens=tokens)


def test_questions_are_counted_by_what_became_of_them() -> None:
    metrics = Metrics()
    before = values(metrics.page().decode())
    assert before["citebot_questions_total refused"] == before["citebot_tokens_total sent"] == 0
    for given in (answer(tokens=Tokens(100, 7)), answer(refused=True), answer(tokens=Tokens(50, 3))):
        with metrics.question() as answered:
            answered(given)
    with pytest.raises(TryLater), metrics.question():
        raise TryLater("Too many questions.")
    metrics.feed_error()
    metrics.watch_queue(lambda: 5)
    now = values(metrics.page().decode())
    questions = [now[f"citebot_questions_total {outcome}"] for outcome in ("answered", "refused", "failed")]
    assert questions == [2, 1, 1]
    assert (now["citebot_tokens_total sent"], now["citebot_tokens_total received"]) == (150, 10)
    assert now["citebot_question_seconds_count"] == 3
    assert (now["citebot_feed_errors_total"], now["citebot_queue"]) == (1, 5)


@pytest.mark.parametrize(
    ("index", "discord", "status"), [(True, True, 200), (False, True, 503), (True, False, 503)]
)
def test_it_is_well_when_all_of_it_is(index: bool, discord: bool, status: int) -> None:
    async def ask() -> tuple[int, str]:
        port = free_port()
        async with serving("127.0.0.1", port, lambda: Health(index, discord), Metrics()):
            return await asyncio.to_thread(fetch, port, "healthz")

    code, body = asyncio.run(ask())
    assert (code, json.loads(body)) == (status, {"index": index, "discord": discord})


def test_a_port_that_is_taken_and_an_address_of_others_are_one_line() -> None:
    async def serve(host: str, port: int) -> None:
        async with serving(host, port, lambda: Health(True, True), Metrics()):
            pass

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError) as caught:
            asyncio.run(serve("127.0.0.1", port))
        assert str(caught.value) == (
            f"HEALTH_PORT {port} of 127.0.0.1 cannot be opened: another process listens there."
            " Set HEALTH_PORT to another port."
        )
    for host in ("192.0.2.1", "no-such-machine.invalid"):
        with pytest.raises(SettingsError) as caught:
            asyncio.run(serve(host, 65_535))
        assert str(caught.value) == (
            f"HEALTH_PORT 65535 of {host} cannot be opened: this machine has no such address."
            " Set HEALTH_HOST to an address of this machine."
        )


def test_the_running_bot_tells_how_it_is(discord: Discord, bot: RunningBot, server: Server) -> None:
    port = int(bot.settings["HEALTH_PORT"])
    discord.wait_for(lambda: fetch(port, "healthz")[0] == 200, 60, "the bot to be well")
    assert json.loads(fetch(port, "healthz")[1]) == {"index": True, "discord": True}
    before = values(fetch(port, "metrics")[1])["citebot_questions_total answered"]
    server.ask("How much did the bridge cost?")
    now = values(fetch(port, "metrics")[1])
    assert now["citebot_questions_total answered"] == before + 1
    assert now["citebot_question_seconds_count"] >= 1
