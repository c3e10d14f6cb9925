"""/settings: in force at once, for managers only."""

import pytest

from tests.discord_bot import Server
from tests.discord_markdown import words
from tests.discord_server import Discord, Member, Message, NotAllowed

COST = "what did the harbour bridge cost?"
MANAGERS_ONLY = "That is for those who may manage this server (Manage Server)."


def panel(server: Server, **options: object) -> Message:
    return server.boss.command("settings", options, server.general).reply()


def asked(server: Server, member: Member, **options: object) -> str:
    where = options.pop("channel", server.general)
    return words(member.command("ask", {"question": COST, **options}, where).reply().text)  # type: ignore[arg-type]


def told(member: Member) -> list[str]:
    return [message.text for message in member.direct.messages if message.author.is_bot]


def test_the_panel_shows_what_is_in_force_to_the_one_who_asked(server: Server) -> None:
    shown = panel(server)

    assert shown.ephemeral
    assert "Answers are shown to **everyone in the channel**. Direct messages: **on**." in shown.text
    assert "**1000** for a member, **1000** for the server" in shown.text
    assert len(shown.buttons) == 2


def test_only_managers_may_see_or_change_settings(server: Server, discord: Discord) -> None:
    shown = panel(server)
    with pytest.raises(NotAllowed):
        server.ana.command("settings", {}, server.general)

    # An administrator may open a command to everyone; the bot itself asks for the permission all the same.
    allowed = discord.commands["settings"]["default_member_permissions"]
    discord.commands["settings"]["default_member_permissions"] = None
    try:
        refused = server.ana.command("settings", {"private": True}, server.general).reply()
    finally:
        discord.commands["settings"]["default_member_permissions"] = allowed

    assert refused.text == MANAGERS_ONLY
    assert refused.ephemeral
    for custom_id in [button.custom_id for button in shown.buttons]:
        assert custom_id
        pressed = server.ana.forge(server.general, custom_id).reply()
        assert (pressed.text, pressed.ephemeral) == (MANAGERS_ONLY, True)
    assert "everyone in the channel" in panel(server).text


def test_settings_are_none_of_direct_messages(server: Server) -> None:
    assert not server.boss.sees_command("settings")


@pytest.mark.parametrize("custom_id", ["cb-channels", "cb-roles"])
def test_a_forged_choice_changes_nothing(server: Server, custom_id: str) -> None:
    place = server.guild.channel("elsewhere")

    forged = server.ana.forge(server.general, custom_id, [str(place.id)]).reply()

    assert (forged.text, forged.ephemeral) == (MANAGERS_ONLY, True)
    assert "41 million" in asked(server, server.ana)


def test_a_channel_is_chosen_and_the_others_are_closed(server: Server) -> None:
    place = server.guild.channel("questions")
    shown = panel(server)

    changed = server.boss.choose(shown, "cb-channels", [place]).reply()

    assert changed is shown
    chosen = [part["default_values"] for part in changed.components if part.get("default_values")]
    assert [[str(value["id"]) for value in values] for values in chosen] == [[str(place.id)]]
    refused = server.ana.command("ask", {"question": COST}, server.general).reply()
    assert refused.text == "citebot is not for this channel. Ask in one that it is open in."
    assert refused.ephemeral
    assert "41 million" in asked(server, server.ana, channel=place)
    assert "41 million" in asked(server, server.boss)  # managers always may

    server.boss.choose(changed, "cb-channels", []).reply()
    assert "41 million" in asked(server, server.ana)


def test_a_closed_channel_is_closed_for_every_way_of_asking(server: Server, discord: Discord) -> None:
    place = server.guild.channel("questions")
    answer = server.ask(COST)
    message = server.boss.say(server.general, "The bridge cost 41 million euros.")
    server.boss.choose(panel(server), "cb-channels", [place]).reply()
    closed = "citebot is not for this channel."

    assert closed in server.ana.command("search", {"words": COST}, server.general).reply().text
    assert closed in server.ana.command("articles list", {}, server.general).reply().text
    assert closed in server.ana.context("Check against the articles", message).reply().text
    assert closed in server.ana.click(answer, "Thread").reply().text
    server.ana.say(server.general, f"<@{server.guild.bot.id}> {COST}")
    discord.wait_for(lambda: told(server.ana))
    assert closed in told(server.ana)[0]
    assert server.general.threads == []


def test_a_thread_is_open_where_its_channel_is(server: Server) -> None:
    server.boss.choose(panel(server), "cb-channels", [server.general]).reply()
    server.ana.click(server.ask(COST), "Thread").reply()
    (thread,) = server.general.threads

    assert "41 million" in words(server.ana.say(thread, COST).reply().text)


def test_roles_that_may_ask_are_chosen(server: Server) -> None:
    role = server.guild.role("reader")
    reader = server.guild.member("reader", roles=[role])

    server.boss.choose(panel(server), "cb-roles", [role]).reply()

    assert asked(server, server.ana).startswith("citebot is open to some roles of this server only.")
    assert "41 million" in asked(server, reader)
    said = reader.say(server.general, f"<@{server.guild.bot.id}> {COST}")
    assert "41 million" in words(said.reply().text)


def test_answers_become_private_by_a_button(server: Server, discord: Discord) -> None:
    shown = panel(server)

    changed = server.boss.click(shown, "Answers: private").reply()

    assert changed is shown
    assert "Answers are shown to **the one who asks only**." in changed.text
    run = server.ana.command("ask", {"question": COST}, server.general)
    assert run.reply().ephemeral
    found = server.ana.command("search", {"words": COST}, server.general)
    assert found.reply().ephemeral
    server.ana.say(server.general, f"<@{server.guild.bot.id}> {COST}")
    discord.wait_for(lambda: told(server.ana))
    assert told(server.ana) == ["Answers are private in this server. Ask with /ask."]
    assert [m for m in server.general.messages if m.author.is_bot] == []

    server.boss.click(changed, "Answers: public").reply()
    assert not server.ask(COST).ephemeral


def test_rates_are_settled_by_options(server: Server) -> None:
    shown = panel(server, member_per_minute=7, server_per_minute=70)

    assert "**7** for a member, **70** for the server" in shown.text
    with pytest.raises(NotAllowed):
        panel(server, member_per_minute=0)
    with pytest.raises(NotAllowed):
        panel(server, server_per_minute=1001)
