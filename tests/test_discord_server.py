"""The Discord on 127.0.0.1, by what the real discord.py makes of it."""

import asyncio
import contextlib
import json
import threading
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import yarl

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # audioop, which discord.py imports for voice
    import discord
    from discord import app_commands, ui

from tests.discord_server import (
    Channel,
    Discord,
    Flags,
    Guild,
    Intents,
    Member,
    NotAllowed,
    Permissions,
    Refused,
)
from tests.discord_server.commands import check_commands
from tests.discord_server.limits import check_message, pings, previews

Doing = Callable[[discord.Interaction[Any]], Awaitable[Any]]


class Bot(discord.AutoShardedClient):
    """A bot that does what a test tells it to, and keeps what it heard and what went wrong."""

    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(intents=intents, guild_ready_timeout=0.1)
        self.tree = app_commands.CommandTree(self)
        self.doing: Doing
        self.heard: list[discord.Message] = []
        self.errors: list[BaseException] = []
        self.events: list[str] = []
        self._add_commands()

    def _add_commands(self) -> None:
        @self.tree.command(name="do", description="Do what the test says")
        async def do(
            interaction: discord.Interaction[Any], text: app_commands.Range[str, 1, 20] = ""
        ) -> None:
            await self.run_doing(interaction)

        group = app_commands.Group(name="articles", description="The articles", guild_only=True)
        group.default_permissions = discord.Permissions(manage_guild=True)

        @group.command(name="add", description="Add one")
        async def add(interaction: discord.Interaction[Any], file: discord.Attachment) -> None:
            content = await file.read()
            await interaction.response.send_message(f"{file.filename}: {content.decode()}")

        @group.command(name="remove", description="Remove one")
        async def remove(interaction: discord.Interaction[Any], article: str) -> None:
            await interaction.response.send_message(f"removed {article}")

        @remove.autocomplete("article")
        async def complete(
            interaction: discord.Interaction[Any], typed: str
        ) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=f"{typed}bour", value="1")]

        self.tree.add_command(group)

        @self.tree.context_menu(name="Check it")
        async def check(interaction: discord.Interaction[Any], message: discord.Message) -> None:
            await interaction.response.send_message(f"checked: {message.content}", ephemeral=True)

    async def run_doing(self, interaction: discord.Interaction[Any]) -> None:
        try:
            await self.doing(interaction)
        except discord.HTTPException as error:
            self.errors.append(error)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds between two identifies."""

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.append(message)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.type in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            await self.run_doing(interaction)

    async def on_socket_event_type(self, event: str) -> None:
        self.events.append(event)

    def wait(self, work: Awaitable[Any]) -> Any:
        """The result of a coroutine, run on the bot's loop."""

        async def run() -> Any:
            return await work

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(20)


@contextlib.contextmanager
def running(server: Discord, intents: discord.Intents | None = None) -> Iterator[Bot]:
    """The bot, connected to the server."""
    bot = Bot(intents or MESSAGES)
    discord.http.Route.BASE = server.base
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.world.gateway_url)
    thread = threading.Thread(target=lambda: asyncio.run(bot.start(server.token)), daemon=True)
    thread.start()
    try:
        server.wait_until_connected(10)
        server.wait_for(bot.is_ready, 10, "the bot to be ready")
        yield bot
    finally:
        bot.wait(bot.close())
        thread.join(10)


MESSAGES = discord.Intents.default()
MESSAGES.message_content = True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Discord]:
    monkeypatch.setattr(discord.http.Route, "BASE", "")
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", "")
    with Discord() as made:
        made.guild("Readers").channel("general")
        yield made


@pytest.fixture
def guild(server: Discord) -> Guild:
    return server.guild("Readers")


@pytest.fixture
def general(guild: Guild) -> Channel:
    return guild.channel("general")


@pytest.fixture
def ana(guild: Guild) -> Member:
    return guild.member("ana")


@pytest.fixture
def bot(server: Discord) -> Iterator[Bot]:
    with running(server) as made:
        yield made


def layout(text: str, *buttons: ui.Button[Any]) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(ui.TextDisplay(text)))
    if buttons:
        view.add_item(ui.ActionRow(*buttons))
    return view


async def defer_then_edit(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.defer()
    button: ui.Button[Any] = ui.Button(label="Quotes", custom_id="quotes:1")
    await interaction.edit_original_response(view=layout("the *answer*", button))


def test_a_command_is_deferred_then_answered(
    server: Discord, bot: Bot, general: Channel, ana: Member
) -> None:
    bot.doing = defer_then_edit
    run = ana.command("do", {"text": "why?"}, general)
    answer = run.reply(5)
    assert run.deferred_after is not None
    assert run.deferred_after < 1
    assert answer.text == "the *answer*"
    assert Flags.components_v2 in answer.flags
    assert [button.label for button in answer.buttons] == ["Quotes"]
    assert answer.edits == []  # it had only been thinking before
    assert general.messages == [answer]
    assert server.command_puts == 1
    assert server.violations == []


def test_the_first_answer_has_three_seconds(server: Discord, bot: Bot, general: Channel, ana: Member) -> None:
    async def late(interaction: discord.Interaction[Any]) -> None:
        server.advance(3.1)
        await interaction.response.send_message("too late")

    bot.doing = late
    run = ana.command("do", {}, general)
    with pytest.raises(TimeoutError, match="did not respond"):
        run.reply(5)
    server.wait_for(lambda: bot.errors, 5)
    assert "10062" in str(bot.errors[0])
    assert any("10062" in violation for violation in server.violations)
    assert run.messages == []


def test_silence_is_a_violation(server: Discord, bot: Bot, general: Channel, ana: Member) -> None:
    async def nothing(interaction: discord.Interaction[Any]) -> None:
        pass

    bot.doing = nothing
    ana.command("do", {}, general)
    server.wait_for(lambda: server.violations, 5)
    assert server.violations == ["no answer to do within 3 s"]


def test_a_token_lives_fifteen_minutes(server: Discord, bot: Bot, general: Channel, ana: Member) -> None:
    async def slow(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()
        server.expire(server.runs[-1])
        await interaction.edit_original_response(content="an hour later")

    bot.doing = slow
    ana.command("do", {}, general)
    server.wait_for(lambda: bot.errors, 5)
    assert "50027" in str(bot.errors[0])


def test_two_first_answers_are_one_too_many(server: Discord, bot: Bot, general: Channel, ana: Member) -> None:
    async def twice(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("once")
        interaction.response._response_type = None
        await interaction.response.send_message("twice")

    bot.doing = twice
    ana.command("do", {}, general)
    server.wait_for(lambda: bot.errors, 5)
    assert "40060" in str(bot.errors[0])


def test_ephemeral_messages_are_one_persons(
    server: Discord, bot: Bot, guild: Guild, general: Channel, ana: Member
) -> None:
    async def whisper(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("in private: the first follow-up takes the place of the thinking")
        await interaction.followup.send("aloud")

    bot.doing = whisper
    run = ana.command("do", {}, general)
    server.wait_for(lambda: len(run.messages) == 2, 5)
    private, aloud = run.messages
    assert run.ephemeral
    assert private.ephemeral
    assert not aloud.ephemeral
    assert ana.sees(private)
    assert not guild.member("bob").sees(private)
    assert general.messages == [aloud]
    with pytest.raises(discord.NotFound):
        bot.wait(bot.get_partial_messageable(general.id).fetch_message(private.id))


@pytest.mark.parametrize("enabled", [Intents.message_content, Intents(0)])
def test_content_is_hidden_without_the_intent(enabled: Intents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "")
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", "")
    with Discord(enabled=enabled) as server:
        guild = server.guild("Readers")
        general, ana = guild.channel("general"), guild.member("ana")
        with running(server, MESSAGES if enabled else discord.Intents.default()) as bot:
            plain = ana.say(general, "to nobody")
            named = ana.say(general, f"{server.bot.mention} to you")
            private = ana.dm("in a direct message")
            server.wait_for(lambda: len(bot.heard) == 3, 5)
            heard = {message.id: message.content for message in bot.heard}
            fetched = bot.wait(bot.get_partial_messageable(general.id).fetch_message(plain.id))
            assert bot.application_flags.gateway_message_content_limited == bool(enabled)
        assert heard[plain.id] == fetched.content == ("to nobody" if enabled else "")
        assert heard[named.id].endswith("to you")
        assert heard[private.id] == "in a direct message"
        assert server.violations == []


@pytest.mark.parametrize(
    ("token", "error"),
    [("wrong", discord.LoginFailure), ("secret-token", discord.PrivilegedIntentsRequired)],
)
def test_what_a_bot_may_not_log_in_with(
    token: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start(server: Discord) -> None:
        async with Bot(MESSAGES) as bot:
            await bot.start(token)

    with Discord(enabled=Intents(0)) as server:
        monkeypatch.setattr(discord.http.Route, "BASE", server.base)
        with pytest.raises(error):
            asyncio.run(start(server))
        codes = [violation for violation in server.violations if "4014" in violation]
        assert len(codes) == (token != "wrong")


def test_the_gateway_is_open_and_the_rest_is_not(server: Discord) -> None:
    with urllib.request.urlopen(f"{server.base}/gateway") as answer:
        assert json.load(answer) == {"url": server.world.gateway_url}
    with pytest.raises(urllib.error.HTTPError, match="401") as refused:
        urllib.request.urlopen(f"{server.base}/users/@me")
    refused.value.close()


def test_a_429_is_retried(server: Discord, bot: Bot, general: Channel, ana: Member) -> None:
    server.fail("POST", r"/channels/\d+/messages$", status=429, retry_after=0.3, times=2)
    server.fail("POST", r"/channels/\d+/messages$", status=500)
    said = ana.say(general, "hello")
    server.wait_for(lambda: bot.heard, 5)
    bot.wait(bot.heard[0].reply("here"))
    assert said.reply(1).text == "here"
    statuses = [r.status for r in server.requests if r.path.endswith("/messages")]
    assert statuses == [429, 429, 500, 200]
    assert server.violations == []


def test_discord_py_keeps_to_the_limits_by_the_headers(server: Discord, bot: Bot, general: Channel) -> None:
    channel = bot.get_partial_messageable(general.id)

    async def seven() -> None:
        await asyncio.gather(*(channel.send(str(number)) for number in range(7)))

    bot.wait(seven())
    times = sorted(message.sent_at for message in general.messages)
    assert times[5] - times[0] > 4
    assert server.violations == []


def test_a_dropped_gateway_resumes_and_loses_nothing(
    server: Discord, bot: Bot, general: Channel, ana: Member
) -> None:
    server.drop_gateway()
    ana.say(general, "while away")
    server.wait_for(lambda: bot.heard, 10)
    assert bot.heard[0].content == "while away"
    server.drop_gateway(4000)
    server.wait_for(lambda: server.resumed == 2, 10)
    server.reconnect()
    server.wait_for(lambda: server.resumed == 3, 10)
    server.invalidate(resumable=True)
    server.wait_for(lambda: server.resumed == 4, 10)
    assert server.identified == 1
    assert server.violations == []


def test_an_invalid_session_identifies_again(
    server: Discord, bot: Bot, general: Channel, ana: Member
) -> None:
    server.invalidate(resumable=False)
    server.wait_for(lambda: server.identified == 2, 10)
    server.wait_until_connected(10)
    ana.say(general, "back?")
    server.wait_for(lambda: bot.heard, 5)
    assert server.resumed == 0


def test_an_outage_passes(server: Discord, bot: Bot, general: Channel, ana: Member) -> None:
    server.take_offline()
    server.wait_for(lambda: not server.connected, 5)
    with pytest.raises(OSError, match=r"Cannot connect|disconnected|reset"):
        bot.wait(bot.get_partial_messageable(general.id).send("into the void"))
    server.bring_back()
    server.wait_until_connected(30)
    ana.say(general, "hello again")
    server.wait_for(lambda: bot.heard, 10)
    assert server.violations == []


def test_the_heart_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "")
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", "")
    with Discord(heartbeat=0.3) as server:
        server.guild("Readers")
        with running(server) as bot:
            server.wait_for(lambda: server.longest_beat_gap > 0.2, 5)
            assert server.violations == []

            async def block() -> None:
                time.sleep(2.5)  # noqa: ASYNC251

            bot.wait(block())
            server.wait_for(lambda: server.identified == 2, 10)
            assert server.longest_beat_gap > 1
            assert server.violations == ["the heart stopped"]


def test_two_shards_share_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "")
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", "")
    with Discord(shards=2) as server:
        guilds = [server.guild(f"Readers {number}") for number in range(6)]
        with running(server) as bot:
            assert server.identified == 2
            assert {guild.id for guild in bot.guilds} == {guild.id for guild in guilds}
            for guild in guilds:
                guild.member("ana").say(guild.channel("general"), guild.name)
            server.wait_for(lambda: len(bot.heard) == 6, 5)


def test_what_the_bot_lacks_is_refused(server: Discord, bot: Bot, guild: Guild, general: Channel) -> None:
    channel = bot.get_partial_messageable(general.id)
    general.deny(guild.bot_role, Permissions.send_messages)
    with pytest.raises(discord.Forbidden, match="50013"):
        bot.wait(channel.send("hello"))
    general.deny(guild.bot_role, Permissions.view_channel)
    with pytest.raises(discord.Forbidden, match="50001"):
        bot.wait(channel.send("hello"))
    assert len(server.violations) == 2


def test_what_a_member_lacks_the_client_does_not_offer(
    server: Discord, bot: Bot, guild: Guild, general: Channel, ana: Member
) -> None:
    boss = guild.member("boss", permissions=Permissions.manage_guild)
    assert boss.sees_command("articles", general)
    assert not ana.sees_command("articles", general)
    assert not boss.sees_command("articles")  # not in direct messages
    with pytest.raises(NotAllowed, match="may not run"):
        ana.command("articles remove", {"article": "1"}, general)
    with pytest.raises(NotAllowed, match="within"):
        ana.command("do", {"text": "x" * 21}, general)
    with pytest.raises(NotAllowed, match="required"):
        boss.command("articles remove", {}, general)
    general.deny(guild.everyone, Permissions.use_application_commands)
    with pytest.raises(NotAllowed, match="use_application_commands"):
        ana.command("do", {}, general)


def test_permissions_are_in_the_interaction(
    server: Discord, bot: Bot, guild: Guild, general: Channel, ana: Member
) -> None:
    seen: list[discord.Permissions] = []

    async def look(interaction: discord.Interaction[Any]) -> None:
        seen.extend([interaction.permissions, interaction.app_permissions])
        await interaction.response.send_message("seen")

    bot.doing = look
    general.deny(guild.bot_role, Permissions.create_public_threads)
    ana.command("do", {}, general).reply(5)
    assert seen[0].create_public_threads
    assert not seen[1].create_public_threads
    assert not seen[0].manage_guild


def test_attachments_go_through_the_cdn(server: Discord, bot: Bot, guild: Guild, general: Channel) -> None:
    boss = guild.member("boss", permissions=Permissions.manage_guild)
    run = boss.command("articles add", {"file": ("harbour.md", b"# Harbour")}, general)
    assert run.reply(5).text == "harbour.md: # Harbour"
    said = boss.say(general, "see this", files=[("note.txt", b"a note")])
    server.wait_for(lambda: bot.heard, 5)
    assert bot.wait(bot.heard[0].attachments[0].read()) == b"a note"
    assert said.attachments[0].json()["size"] == 6
    server.advance(25 * 3600)
    with pytest.raises(discord.NotFound):
        bot.wait(bot.heard[0].attachments[0].read())


def test_options_complete_themselves(server: Discord, bot: Bot, guild: Guild, general: Channel) -> None:
    boss = guild.member("boss", permissions=Permissions.manage_guild)
    assert boss.autocomplete("articles remove", "article", "har", general) == ["harbour"]


def test_a_context_menu_gets_the_message(server: Discord, bot: Bot, general: Channel, ana: Member) -> None:
    run = ana.context("Check it", ana.say(general, "the bridge cost 41 million"))
    assert run.reply(5).text == "checked: the bridge cost 41 million"
    assert run.ephemeral


def test_buttons_answer_and_update(server: Discord, bot: Bot, general: Channel, ana: Member) -> None:
    bot.doing = defer_then_edit
    answer = ana.command("do", {}, general).reply(5)

    async def press(interaction: discord.Interaction[Any]) -> None:
        assert interaction.data is not None
        if interaction.data.get("custom_id") == "quotes:1":
            await interaction.response.edit_message(view=layout("pressed"))
        else:
            await interaction.response.send_message("forged", ephemeral=True)

    bot.doing = press
    assert ana.click(answer, "Quotes").reply(5) is answer
    assert answer.text == "pressed"
    with pytest.raises(NotAllowed, match="no button"):
        ana.click(answer, "Quotes")
    assert ana.forge(answer, "quotes:999").reply(5).text == "forged"


def test_a_select_gives_the_values(server: Discord, bot: Bot, general: Channel, ana: Member) -> None:
    async def offer(interaction: discord.Interaction[Any]) -> None:
        view = ui.View(timeout=None)
        options = [discord.SelectOption(label="One", value="1"), discord.SelectOption(label="Two", value="2")]
        view.add_item(ui.Select(custom_id="pick", options=options))
        view.add_item(ui.ChannelSelect(custom_id="where"))
        await interaction.response.send_message("pick", view=view)

    chosen: list[Any] = []

    async def pick(interaction: discord.Interaction[Any]) -> None:
        assert interaction.data is not None
        chosen.append(interaction.data.get("values"))
        await interaction.response.defer()
        await interaction.edit_original_response(content="picked", view=None)

    bot.doing = offer
    message = ana.command("do", {}, general).reply(5)
    bot.doing = pick
    with pytest.raises(NotAllowed, match="offers only"):
        ana.choose(message, "pick", ["3"])
    assert ana.choose(message, "where", [general]).reply(5).text == "picked"
    assert chosen == [[str(general.id)]]


def test_a_form_is_shown_filled_in_and_sent(server: Discord, bot: Bot, general: Channel, ana: Member) -> None:
    async def show(interaction: discord.Interaction[Any]) -> None:
        modal = ui.Modal(title="Add", custom_id="add")
        modal.add_item(ui.Label(text="Address", component=ui.TextInput(custom_id="url", max_length=20)))
        await interaction.response.send_modal(modal)

    async def take(interaction: discord.Interaction[Any]) -> None:
        data: Any = interaction.data
        await interaction.response.send_message(data["components"][0]["component"]["value"])

    bot.doing = show
    run = ana.command("do", {}, general).done(5)
    bot.doing = take
    with pytest.raises(NotAllowed):
        ana.submit(run, {"Address": "x" * 21})
    assert ana.submit(run, {"Address": "news.example"}).reply(5).text == "news.example"
    assert server.violations == []


def test_threads_from_a_message_and_without(server: Discord, bot: Bot, general: Channel, ana: Member) -> None:
    said = ana.say(general, "a long story")
    server.wait_for(lambda: bot.heard, 5)
    thread: discord.Thread = bot.wait(bot.heard[0].create_thread(name="The story"))
    assert thread.id == said.id
    bot.wait(thread.send("go on"))
    place = general.threads[0]
    assert said.thread is place
    assert place.messages[-1].text == "go on"
    ana.say(place, "and then?")
    server.wait_for(lambda: any(message.content == "and then?" for message in bot.heard), 5)
    channel: Any = bot.get_channel(general.id)
    alone = bot.wait(channel.create_thread(name="Alone", type=discord.ChannelType.public_thread))
    bot.wait(alone.edit(archived=True))
    bot.wait(alone.send("awake"))
    assert not general.threads[-1].archived
    with pytest.raises(discord.HTTPException, match="160004"):
        bot.wait(bot.heard[0].create_thread(name="Twice"))


def test_replies_and_direct_messages(server: Discord, bot: Bot, general: Channel, ana: Member) -> None:
    said = ana.dm("hello")
    server.wait_for(lambda: bot.heard, 5)

    async def answer() -> None:
        async with bot.heard[0].channel.typing():
            await bot.heard[0].reply("hi", mention_author=False)

    bot.wait(answer())
    reply = said.reply(5)
    assert reply.pings == []
    assert ana.direct.typing
    why = ana.dm("why?", reply_to=reply)
    server.wait_for(lambda: len(bot.heard) == 2, 5)
    reference = bot.heard[1].reference
    assert isinstance(reference.resolved if reference else None, discord.Message)
    assert why.reference is reply
    ana.user.takes_direct_messages = False
    with pytest.raises(discord.Forbidden, match="50007"):
        bot.wait(bot.heard[0].channel.send("more"))


def test_servers_come_and_go(server: Discord, bot: Bot, guild: Guild) -> None:
    late = server.guild("Latecomers")
    server.wait_for(lambda: bot.get_guild(late.id), 5)
    late.go_dark()
    server.wait_for(lambda: bot.get_guild(late.id).unavailable, 5)  # type: ignore[union-attr]
    late.light_up()
    late.kick_bot()
    server.wait_for(lambda: bot.get_guild(late.id) is None, 5)
    with pytest.raises(discord.NotFound):
        bot.wait(bot.fetch_guild(late.id))
    late.invite_bot()
    server.wait_for(lambda: bot.get_guild(late.id), 5)


def test_unknown_routes_are_violations(server: Discord, bot: Bot, guild: Guild) -> None:
    with pytest.raises(discord.NotFound):
        bot.wait(bot.http.request(discord.http.Route("GET", "/guilds/1/nothing")))
    assert server.violations
    server.violations.clear()
    with pytest.raises(discord.NotFound):  # which no client can know
        bot.wait(bot.fetch_channel(1))
    assert server.violations == []


def test_over_long_content_is_refused_as_discord_does(server: Discord, bot: Bot, general: Channel) -> None:
    channel = bot.get_partial_messageable(general.id)
    bot.wait(channel.send("x" * 2000))
    with pytest.raises(discord.HTTPException, match="Must be between 0 and 2000 in length") as refused:
        bot.wait(channel.send("x" * 2001))
    assert refused.value.code == 50035
    assert len(server.violations) == 1


def test_content_gives_way_to_components(server: Discord, bot: Bot, general: Channel) -> None:
    sent = bot.wait(bot.get_partial_messageable(general.id).send("words"))
    with pytest.raises(discord.HTTPException, match="IS_COMPONENTS_V2"):
        bot.wait(sent.edit(view=layout("more words")))
    bot.wait(sent.edit(content=None, view=layout("more words")))
    with pytest.raises(discord.HTTPException, match="IS_COMPONENTS_V2"):
        bot.wait(sent.edit(content="words again"))
    assert general.messages[0].text == "more words"


TEXT = {"type": 10, "content": "text"}
BUTTON = {"type": 2, "style": 1, "label": "press", "custom_id": "a"}
ROW = {"type": 1, "components": [BUTTON]}
SELECT = {"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "1"}]}


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


GOOD = [
    [TEXT, ROW],
    [{"type": 17, "components": [TEXT, ROW, {"type": 14}]}],
    [{"type": 9, "components": [TEXT], "accessory": BUTTON}],
    [row(SELECT)],
    [{"type": 10, "content": "x" * 4000}],
    [TEXT] * 40,
]
BAD = {
    "no component": [],
    "41 components": [TEXT] * 41,
    "40 and one nested": [*[TEXT] * 39, ROW],
    "text over 4,000": [{"type": 10, "content": "x" * 2000}] * 2 + [TEXT],
    "emoji over 4,000": [{"type": 10, "content": "🙂" * 2001}],
    "a container in a container": [{"type": 17, "components": [{"type": 17, "components": [TEXT]}]}],
    "an empty container": [{"type": 17, "components": []}],
    "a bare button": [BUTTON],
    "six buttons": [row(*({**BUTTON, "custom_id": str(number)} for number in range(6)))],
    "a select beside a button": [row(SELECT, BUTTON)],
    "one custom id twice": [ROW, ROW],
    "a long custom id": [row({**BUTTON, "custom_id": "x" * 101})],
    "a long label": [row({**BUTTON, "label": "x" * 81})],
    "no label": [row({**BUTTON, "label": None})],
    "a link without url": [row({"type": 2, "style": 5, "label": "go"})],
    "a link that is no web address": [row({"type": 2, "style": 5, "label": "go", "url": "javascript:1"})],
    "a url that is too long": [
        row({"type": 2, "style": 5, "label": "go", "url": "https://a.b/" + "x" * 512})
    ],
    "26 options": [row({**SELECT, "options": [{"label": "a", "value": str(n)} for n in range(26)]})],
    "a long option": [row({**SELECT, "options": [{"label": "x" * 101, "value": "1"}]})],
    "a section without accessory": [{"type": 9, "components": [TEXT]}],
    "an unknown type": [{"type": 99}],
    "no type": [{"content": "x"}],
}


@pytest.mark.parametrize("components", GOOD)
def test_layouts_that_discord_takes(components: list[dict[str, Any]]) -> None:
    check_message({"components": components}, Flags.components_v2, set())


@pytest.mark.parametrize("components", BAD.values(), ids=BAD.keys())
def test_layouts_that_discord_refuses(components: list[dict[str, Any]]) -> None:
    with pytest.raises(Refused) as refused:
        check_message({"components": components}, Flags.components_v2, set())
    assert refused.value.code == 50035
    assert refused.value.errors


@pytest.mark.parametrize(
    "fields",
    [
        {"content": "🙂" * 1001},
        {"content": "x", "components": [TEXT]},
        {"content": "x", "components": [ROW] * 6},
        {"embeds": [{"description": "x" * 4097}]},
        {"embeds": [{"description": "x" * 4000}] * 2},
        {"embeds": [{"title": "x"}] * 11},
        {"embeds": [{"fields": [{"name": "x", "value": ""}]}]},
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        {"content": "   "},
    ],
)
def test_messages_that_discord_refuses(fields: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        check_message(fields, 0, set())


COMMAND = {"name": "ask", "description": "Ask"}


@pytest.mark.parametrize(
    "bodies",
    [
        [{"name": "Ask", "description": "Ask"}],
        [{"name": "ask me", "description": "Ask"}],
        [{"name": "ask"}],
        [COMMAND, COMMAND],
        [{"name": "x", "type": 3, "description": "no"}],
        [COMMAND | {"description": "x" * 101}],
        [COMMAND | {"contexts": [7]}],
        [COMMAND | {"options": [{"type": 3, "name": "q", "description": "x"}] * 2}],
        [COMMAND | {"options": [{"type": 3, "name": "q", "description": ""}]}],
        [{"name": f"c{number}", "description": "x"} for number in range(101)],
    ],
)
def test_commands_that_discord_refuses(bodies: list[dict[str, Any]]) -> None:
    with pytest.raises(Refused):
        check_commands(bodies)


def test_who_is_pinged() -> None:
    raw = {"content": "<@1> <@!2> <@&3> @everyone `<@4>`"}
    assert pings(raw, None, "5") == ["<@1>", "<@2>", "<@&3>", "@everyone", "<@5>"]
    assert pings(raw, {"parse": []}, "5") == []
    assert pings(raw, {"parse": ["roles"], "users": ["1"], "replied_user": True}, "5") == [
        "<@1>",
        "<@&3>",
        "<@5>",
    ]
    assert pings({"components": [{"type": 10, "content": "@here"}]}, None, None) == ["@here"]


def test_what_is_unfurled() -> None:
    content = "https://a.example/x, <https://b.example> [c](https://c.example/) [d](<https://d.example>) `https://e.f`"
    assert previews({"content": content, "flags": 0}) == ["https://a.example/x", "https://c.example/"]
    assert previews({"content": content, "flags": Flags.suppress_embeds}) == []


def test_a_forged_button_reaches_a_dynamic_item(
    server: Discord, bot: Bot, guild: Guild, general: Channel, ana: Member
) -> None:
    class Quotes(ui.DynamicItem[ui.Button[Any]], template=r"quotes:(?P<answer>\d+)"):
        def __init__(self, answer: int) -> None:
            super().__init__(ui.Button(label="Quotes", custom_id=f"quotes:{answer}"))
            self.answer = answer

        @classmethod
        async def from_custom_id(cls, interaction: Any, item: Any, match: Any, /) -> "Quotes":
            return cls(int(match["answer"]))

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            await interaction.response.send_message(f"quotes of {self.answer}", ephemeral=True)

    async def nothing(interaction: discord.Interaction[Any]) -> None:
        pass

    bot.doing = nothing
    bot.add_dynamic_items(Quotes)
    other = server.guild("Elsewhere")
    assert other.member(ana).forge(other.channel("general"), "quotes:7").reply(5).text == "quotes of 7"
    assert server.violations == []


def test_fifty_at_once_are_all_answered(server: Discord, bot: Bot, guild: Guild, general: Channel) -> None:
    bot.doing = defer_then_edit
    people = [guild.member(f"member {number}") for number in range(50)]
    runs = [person.command("do", {}, general) for person in people]
    assert {run.reply(20).text for run in runs} == {"the *answer*"}
    assert server.violations == []
