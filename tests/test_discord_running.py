"""Starting, running and stopping `citebot discord`: the real process in a Discord on 127.0.0.1."""

import asyncio
import contextlib
import datetime
import http.server
import signal
import socket
import threading
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.discord import base
from bot.records import Records
from bot.servers import ServerSettings
from bot.subscriptions import Subscriptions
from index.errors import DiscordError
from tests.discord_bot import BRIDGE, RunningBot, running
from tests.discord_server import Discord, Guild, Intents, Message, Permissions

COST = "what did the bridge cost?"
TUNNEL = """\
---
title: Tunnel under Elm Harbour is flooded
published: 2024-07-01
---
The tunnel under Elm Harbour was flooded on Monday, and will stay closed until the autumn.
Repairs will cost 7 million euros, said the engineer Boris Tamm.
"""
PERMISSIONS = (
    Permissions.view_channel
    | Permissions.send_messages
    | Permissions.send_messages_in_threads
    | Permissions.create_public_threads
    | Permissions.read_message_history
)


def ended(bot: RunningBot, timeout: float = 60) -> str:
    """The log of a bot that gives up, in one line of its own."""
    assert bot.process.wait(timeout) == 1
    assert "Traceback" not in bot.log
    said = [line for line in bot.log.splitlines() if line.startswith("citebot: ")]
    assert len(said) == 1, bot.log
    return said[0]


def refused(discord: Discord, folder: Path, *, base: str = "", **settings: str) -> str:
    given = {"DISCORD_API_BASE": base or discord.base, **settings}
    with running(discord, folder, connect=False, **given) as bot:
        return ended(bot)


def asked(guild: Guild, question: str = COST) -> Message:
    return guild.member("ana").command("ask", {"question": question}, guild.channel("general")).reply()


# The token.


@pytest.mark.parametrize("token", ["", "  "])
def test_a_missing_token_is_one_line_that_says_where_to_get_it(tmp_path: Path, token: str) -> None:
    with Discord() as discord:
        said = refused(discord, tmp_path, DISCORD_TOKEN=token)
        assert said.startswith("citebot: DISCORD_TOKEN is not set. Copy the token from https://discord.com/")
        assert discord.requests == []


@pytest.mark.parametrize("token", ["short", 'o"dd \\ %s tøken with spaces', "x" * 5000])
def test_any_token_is_tried_and_a_wrong_one_is_one_line_without_it(tmp_path: Path, token: str) -> None:
    with Discord() as discord:
        with running(discord, tmp_path, connect=False, DISCORD_TOKEN=token) as bot:
            said = ended(bot)
        assert said.startswith(
            "citebot: Discord refuses DISCORD_TOKEN. Copy it anew from https://discord.com/"
        )
        assert token not in bot.log
        assert [r.path for r in discord.requests] == ["/gateway", "/users/@me"]


def test_a_token_that_no_request_can_carry_is_one_line(tmp_path: Path) -> None:
    with Discord() as discord:
        said = refused(discord, tmp_path, DISCORD_TOKEN="to\nken")
        assert discord.requests == []
    assert said.startswith("citebot: DISCORD_TOKEN holds a line break or the like. Copy it anew from")


def test_the_token_is_in_no_traceback(tmp_path: Path) -> None:
    with Discord() as discord:
        discord.fail("GET", "/users/@me", status=503, times=2)
        with running(discord, tmp_path, connect=False) as bot:
            assert ended(bot).startswith("citebot: Discord fails: 503")
        done = bot.command("--debug", "discord")
        assert done.returncode == 1
        assert "Traceback" in done.stderr
        assert discord.token not in bot.log + done.stdout + done.stderr


# The server of the API.


def test_discord_cannot_be_reached(tmp_path: Path) -> None:
    with socket.socket() as free, Discord() as discord:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/api"
        said = refused(discord, tmp_path, base=f"{address}/")
    assert said == f"citebot: There is no answer from {address}. Check DISCORD_API_BASE and the network."


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers every request with `status` and `body`, and keeps what it was asked with."""

    status, body, kind = 200, b"", "application/json"
    asked: list[tuple[str, str | None]]
    base: str

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Authorization")))
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def answering(body: bytes, status: int = 200, kind: str = "application/json") -> Iterator[type[Answering]]:
    """A server that answers like this, its address in `base`."""

    class Handler(Answering):
        pass

    handler = Handler
    handler.body, handler.status, handler.kind, handler.asked = body, status, kind, []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        handler.base = f"http://127.0.0.1:{server.server_port}/api"
        yield handler
        server.shutdown()


@pytest.mark.parametrize(
    ("body", "status", "kind", "said"),
    [
        (b"{}", 404, "application/json", "answered 404."),
        (b"{}", 502, "text/html", "answered 502."),
        (b"<html>Welcome</html>", 200, "text/html", "names no gateway."),
        (b"", 200, "text/plain", "names no gateway."),
        (b"\xff\xfe\x00", 200, "application/json", "names no gateway."),
        (b'["wss://gateway"]', 200, "application/json", "names no gateway."),
        (b'{"url": null}', 200, "application/json", "names no gateway."),
        (b'{"url": 7}', 200, "application/json", "names no gateway."),
        (b'{"url": "wss:"}', 200, "application/json", "names no gateway."),
        (b'{"url": "ws://[::1"}', 200, "application/json", "names no gateway."),
        (b'{"url": "https://gateway.example"}', 200, "application/json", "names no gateway."),
    ],
)
def test_what_is_no_discord_is_one_line(body: bytes, status: int, kind: str, said: str) -> None:
    with answering(body, status, kind) as server:
        with pytest.raises(DiscordError) as raised:
            asyncio.run(base.use(server.base))
        assert str(raised.value) == f"{server.base}/gateway {said} Check DISCORD_API_BASE and the network."
        assert server.asked == [("/api/gateway", None)]  # without the token


# Its life.


def has_exited(bot: RunningBot) -> bool:
    return bot.process.poll() is not None


def test_from_the_first_start_to_the_second(tmp_path: Path) -> None:
    with Discord() as discord:
        guild = discord.guild("Readers")
        with running(discord, tmp_path, DISCORD_API_BASE=f"{discord.base}/") as bot:
            first = [request.path for request in discord.requests]
            assert first[:3] == ["/gateway", "/users/@me", "/oauth2/applications/@me"]
            assert discord.command_puts == 1
            assert set(discord.commands) >= {"ask", "search", "about", "help", "settings", "articles"}
            assert "41 million" in asked(guild).text
            discord.wait_for(lambda: "Invite it with" in bot.log, 10, "the invite link")
            check_invite(bot.log, discord.bot.id)
            bot.process.kill()
            bot.process.wait()

        # Killed, it starts again, with an article that came meanwhile.
        (bot.articles / "tunnel.md").write_text(TUNNEL)
        with running(discord, tmp_path) as bot:
            assert discord.command_puts == 1
            assert "7 million" in asked(guild, "what will the repairs of the tunnel cost?").text
            leave_while_answering(discord, bot, guild)
        assert discord.violations == []
        assert "Traceback" not in bot.log
        assert discord.token not in bot.log


def leave_while_answering(discord: Discord, bot: RunningBot, guild: Guild) -> None:
    """Told to leave, it finishes the answers in flight."""
    discord.fail("PATCH", "/messages/@original", status=None, delay=3)
    run = guild.member("ana").command("ask", {"question": COST}, guild.channel("general"))
    discord.wait_for(lambda: run.deferred_after, 10, "the answer to be under way")
    bot.process.send_signal(signal.SIGINT)
    assert "41 million" in run.reply(timeout=10).text
    assert bot.process.wait(12) == 0
    assert not list(bot.data.glob("bot.sqlite3-*"))  # closed, SQLite leaves but the file


def check_invite(log: str, id: int) -> None:
    """The link asks for just what the bot needs."""
    link = log.split("Invite it with ")[1].split()[0]
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)
    assert query["client_id"] == [str(id)]
    assert set(query["scope"][0].split()) == {"bot", "applications.commands"}
    assert int(query["permissions"][0]) == int(PERMISSIONS)


def test_commands_are_written_only_when_they_changed(tmp_path: Path) -> None:
    with Discord() as discord:

        def puts() -> int:
            """Starts it until its commands are settled; how often they were written by then."""
            with running(discord, tmp_path, connect=False) as bot:
                discord.wait_for(lambda: "Bringing the index" in bot.log or has_exited(bot), 60, "a start")
                assert bot.stop(6) == 0  # it leaves at once, though the index is not made yet
            (tmp_path / "log").unlink()
            return discord.command_puts

        assert puts() == 1
        assert puts() == 1
        with discord.world.lock:
            gone = next(id for id, command in discord.world.commands.items() if command["name"] == "about")
            del discord.world.commands[gone]
        assert puts() == 2
        assert "about" in discord.commands
        (tmp_path / "data" / "discord-commands").write_text("of an older version")
        assert puts() == 3
        discord.register({"name": "ancient", "type": 1, "description": "Of an older version"})
        assert puts() == 4
        assert "ancient" not in discord.commands
        assert puts() == 4
        assert discord.violations == []


def test_a_server_that_grants_no_intent_is_not_asked_for_ever(tmp_path: Path) -> None:
    with Discord() as discord, running(discord, tmp_path) as bot:
        discord.drop_gateway(4014)
        discord.wait_for(lambda: discord.identified == 2, 60, "the bot to come back")
        discord.drop_gateway(4014)
        assert "Discord grants none of the intents. Check them at" in ended(bot)


@pytest.mark.slow
def test_servers_on_two_shards_are_served(tmp_path: Path) -> None:
    with Discord(shards=2) as discord:
        by_shard: dict[int, Guild] = {}
        while len(by_shard) < 2:
            discord.advance(
                0.001
            )  # a server's id is the millisecond when it was made, its shard that modulo 2
            guild = discord.guild(f"Server {len(discord.world.guilds)}")
            by_shard[(guild.id >> 22) % 2] = guild
        with running(discord, tmp_path) as bot:
            discord.wait_for(lambda: "Ready as" in bot.log, 30, "the bot to be ready")
            assert all("41 million" in asked(guild).text for guild in by_shard.values())
            assert "41 million" in by_shard[1].member("ana").dm(COST).reply().text
        assert discord.identified == 2
        assert discord.violations == []


def test_a_chat_model_without_its_key_is_said_at_the_start(tmp_path: Path) -> None:
    keyless = {"CHAT_MODEL": "openai:gpt-5", "OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}
    with Discord() as discord, running(discord, tmp_path, connect=False, **keyless) as bot:
        discord.wait_for(lambda: "The index is up to date" in bot.log or has_exited(bot), 60, "a start")
        said = "OPENAI_API_KEY is not set. "
        (line,) = [line for line in bot.log.splitlines() if said in line]
        assert line.endswith("Until then answers are in the articles' own words.")


def test_a_damaged_index_is_one_line(tmp_path: Path) -> None:
    with Discord() as discord, running(discord, tmp_path, connect=False) as bot:
        data = tmp_path / "data" / "index"
        data.parent.mkdir(exist_ok=True)
        data.write_text("not a folder")
        said = ended(bot)
        assert "index is not a folder. Set CITEBOT_DATA to one." in said
        assert discord.identified == 0


def test_without_the_message_content_intent_commands_and_mentions_are_served(tmp_path: Path) -> None:
    with Discord(enabled=Intents(0)) as discord:
        guild = discord.guild("Readers")
        general, ana = guild.channel("general"), guild.member("ana")
        # An independent server may not know this route.
        discord.fail("GET", "/gateway/bot", status=404, times=9)
        with running(discord, tmp_path) as bot:
            discord.wait_for(lambda: "Ready as" in bot.log, 60, "the bot to be ready")
            assert bot.log.count("The message-content intent is off") == 1
            assert "Traceback" not in bot.log
            answer = asked(guild)
            assert "41 million" in answer.text
            said = ana.say(general, f"{discord.bot.mention} {COST}")
            assert "41 million" in said.reply().text
            # Words that Discord hides are no question: no reply, and nothing in private either.
            thread = ana.click(answer, "Thread").reply().channel.threads[0]
            ana.say(thread, "when did it open?")
            before = len(discord.messages)
            time.sleep(2)
            assert len(discord.messages) == before
            # Idle, it leaves at once.
            began = time.monotonic()
            assert bot.stop() == 0
            assert time.monotonic() - began < 6
        assert [v for v in discord.violations if "4014" not in v] == []


# What belongs to servers that it left.


def left(records: Records, server: int, days: float) -> None:
    records.left(server, datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days))


def stored(folder: Path, server: int) -> tuple[bool, bool, bool, bool]:
    """Whether there are an answer, settings, an article and a feed of a server."""
    articles = folder / "data" / "servers" / str(server) / "articles"
    with Records(folder / "data" / "bot.sqlite3") as records:
        kept, settled = server in records.servers(), records.settings(server) != ServerSettings()
    with Subscriptions(folder / "data" / "feeds.sqlite3") as subscriptions:
        return kept, settled, any(articles.glob("*")), bool(subscriptions.all(str(server)))


def furnish(folder: Path, servers: dict[int, float | None]) -> None:
    """Gives each server an answer, settings, an article and a feed; its number says for how many days it
    has been left.
    """
    with Subscriptions(folder / "data" / "feeds.sqlite3") as subscriptions:
        for server in servers:
            subscriptions.add(f"http://10.0.0.1/{server}", f"Feed of {server}", str(server))
    with Records(folder / "data" / "bot.sqlite3") as records:
        for server, days in servers.items():
            answer = Answer(
                question=COST, text="", citations=(), hits=(), refused=True, newest=None, oldest=None
            )
            records.keep(answer, server=server, channel=1, asker=1)
            records.change(server, ServerSettings(private=True))
            if days is not None:
                left(records, server, days)
    for server in servers:
        articles = folder / "data" / "servers" / str(server) / "articles"
        articles.mkdir(parents=True)
        (articles / "own.md").write_text(BRIDGE.replace("bridge", f"bridge {server}"))


def test_what_belongs_to_a_server_goes_thirty_days_after_the_bot_left(tmp_path: Path) -> None:
    gone, recent, unnoticed, articles_only, feeds_only = 101, 102, 103, 104, 105
    with Discord() as discord:
        here, returned = discord.guild("Readers"), discord.guild("Returned")
        dark = discord.guild("Dark")
        furnish(
            tmp_path,
            {gone: 31, recent: 29, unnoticed: None, returned.id: 31, here.id: None, articles_only: None},
        )
        with Records(tmp_path / "data" / "bot.sqlite3") as records:
            records.forget_server(articles_only)
        with Subscriptions(tmp_path / "data" / "feeds.sqlite3") as subscriptions:
            subscriptions.forget(str(articles_only))
            subscriptions.add("http://10.0.0.1", "A", str(feeds_only))
        with running(discord, tmp_path) as bot, Records(tmp_path / "data" / "bot.sqlite3") as records:
            discord.wait_for(lambda: f"Server {gone} was left" in bot.log, 30, "the server to be forgotten")
            assert stored(tmp_path, gone) == (False, False, False, False)
            for server in (recent, unnoticed, returned.id, here.id):
                assert stored(tmp_path, server) == (True, True, True, True)
            later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=30, hours=1)
            assert sorted(records.due(later)) == [recent, unnoticed, articles_only, feeds_only]
            assert bot.log.count("was left thirty days ago") == 1
            # Nothing is fetched for a server that it has left.
            discord.wait_for(lambda: f"Feed http://10.0.0.1/{here.id}:" in bot.log, 20, "a feed's turn")
            assert f"Feed http://10.0.0.1/{recent}:" not in bot.log

            # What happens while it runs: an outage is no leaving.
            dark.go_dark()
            here.kick_bot()
            discord.wait_for(lambda: here.id in records.due(later), 10, "the leaving to be noted")
            assert dark.id not in records.servers()
            here.invite_bot()
            discord.wait_for(lambda: here.id not in records.due(later), 10, "the return to be noted")
            assert stored(tmp_path, here.id) == (True, True, True, True)
            second_process(discord, tmp_path, returned)
            assert bot.stop() == 0
        assert "Traceback" not in bot.log


def second_process(discord: Discord, folder: Path, guild: Guild) -> None:
    """Started on the same data with the same token, it says so; the people get one answer."""
    identified = discord.identified
    with running(discord, folder, connect=False) as other:
        discord.wait_for(lambda: discord.identified > identified, 60, "the second process")
        before = len(discord.messages)
        run = guild.member("ana").command("search", {"words": "bridge", "private": False}, guild.channel("x"))
        assert "bridge" in run.reply().text
        warning = "is citebot running twice with one token?"
        discord.wait_for(lambda: warning in other.log, 10, "the second to say so")
        assert len(discord.messages) == before + 1
        assert other.stop() == 0
    assert [v for v in discord.violations if "40060" not in v] == []
