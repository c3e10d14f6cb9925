"""Asking in Discord, and what everybody there sees of it."""

import importlib.util
import re

import pytest

from tests.discord_bot import RunningBot, Server, server_in
from tests.discord_markdown import kinds, targets, words
from tests.discord_server import Channel, Discord, Flags, Intents, Member, Message, User

COST = "what did the harbour bridge cost?"
REFUSAL = "The articles do not answer this."
CHECK = "Check against the articles"


def heard(member: Member) -> list[str]:
    """What the bot wrote to a member in direct messages."""
    return [message.text for message in member.direct.messages if message.author.is_bot]


def said_by_bot(channel: Channel) -> list[Message]:
    return [message for message in channel.messages if message.author.is_bot]


def assert_silent(server: Server, channel: Channel, marker: Member) -> None:
    """The bot says nothing to what was said in `channel`: a later question is answered, and only that."""
    asked = marker.say(server.general, f"<@{server.guild.bot.id}> {COST}")
    asked.reply()
    assert [m for m in said_by_bot(channel) if m.reference is not asked and m.kind not in (18, 21)] == []


def test_ask_is_deferred_and_then_answered_with_its_source(server: Server) -> None:
    run = server.ana.command("ask", {"question": COST}, server.general)

    answer = run.reply()

    assert run.deferred_after is not None
    assert run.deferred_after < 1
    lines = answer.text.split("\n")
    assert lines[0] == f"> {COST}"
    assert "the bridge had cost 41 million euros" in words(lines[1])
    marker, source = targets(answer.text)
    assert re.match(r"https://news\.example/bridge#:~:text=\w", marker)
    assert source == "https://news.example/bridge"
    assert words(lines[1]).endswith("[1]")
    assert "Harbour Times, 1 June 2024" in answer.text
    assert lines[-1] == "-# As of 1 June 2024"
    assert not answer.ephemeral
    assert (answer.pings, answer.previews) == ([], [])
    assert answer.flags & Flags.components_v2


def test_what_the_articles_do_not_answer_is_refused_with_what_lies_nearest(server: Server) -> None:
    answer = server.ask("who won the chess match in Reykjavik?")

    assert REFUSAL in answer.text
    assert "Nearest" in answer.text
    assert "Harbour bridge opens" in answer.text
    assert "Quotes" not in [button.label for button in answer.buttons]


@pytest.mark.parametrize(
    ("since", "found"),
    [("2024-06-01", True), ("1 June 2024", True), ("2024-06-02", False), ("yesterday", False)],
)
def test_since_is_a_day_in_words(server: Server, since: str, found: bool) -> None:
    answer = server.ask(COST, since=since)

    assert ("41 million euros" in words(answer.text)) is found


def test_a_since_that_leaves_no_article_is_said(server: Server) -> None:
    answer = server.ask(COST, since="2024-06-02")

    assert answer.text.endswith("-# No article is of 2 June 2024 or later.")


def test_a_since_that_is_no_day_is_told_to_the_one_who_asked(server: Server) -> None:
    answer = server.ask(COST, since="when pigs @everyone fly")

    assert "is not a day" in answer.text
    assert answer.ephemeral
    assert answer.pings == []
    assert said_by_bot(server.general) == []


def test_a_private_answer_is_seen_by_nobody_else(server: Server) -> None:
    run = server.ana.command("ask", {"question": COST, "private": True}, server.general)

    answer = run.reply()

    assert run.ephemeral
    assert "41 million euros" in words(answer.text)
    assert "Thread" not in [button.label for button in answer.buttons]
    assert server.general.messages == []


def test_a_mention_is_answered_by_a_reply(server: Server) -> None:
    said = server.ana.say(server.general, f"<@{server.guild.bot.id}> {COST}")

    answer = said.reply()

    assert "41 million euros" in words(answer.text)
    assert not answer.text.startswith(">")  # the question stands right above
    assert answer.pings == []
    assert server.general.typing


def test_a_mention_of_the_bots_role_is_one_of_the_bot(server: Server) -> None:
    said = server.ana.say(server.general, f"{COST} {server.guild.bot_role.mention}")

    assert "41 million euros" in words(said.reply().text)


def test_a_mention_alone_asks_what_the_message_above_asks(server: Server) -> None:
    above = server.boss.say(server.general, COST)

    said = server.ana.say(server.general, f"<@{server.guild.bot.id}>", reply_to=above)

    assert "41 million euros" in words(said.reply().text)


@pytest.mark.parametrize("question", ["?!", "\N{PARTY POPPER}"])
def test_a_question_without_words_is_told_so_in_private(server: Server, question: str) -> None:
    said = server.ask(question)

    assert said.text == "The question has no words. Ask in words: what did Zelensky demand?"
    assert said.ephemeral


def test_a_mention_without_a_question_is_told_so_in_private(server: Server, discord: Discord) -> None:
    server.ana.say(server.general, f"<@{server.guild.bot.id}>")

    discord.wait_for(lambda: heard(server.ana))

    assert heard(server.ana) == ["There is no question. Write it behind the mention, or use /ask."]
    assert said_by_bot(server.general) == []


@pytest.mark.slow
def test_one_who_takes_no_direct_messages_gets_a_reply_that_goes_again(
    server: Server, discord: Discord
) -> None:
    server.ana.user.takes_direct_messages = False

    said = server.ana.say(server.general, f"<@{server.guild.bot.id}>")

    notice = said.reply()
    assert notice.text.startswith("There is no question.")
    assert notice.pings == []
    discord.wait_for(lambda: notice.deleted, 20)


def test_a_follow_up_is_understood_by_the_replies_above_it(server: Server) -> None:
    first = server.ana.say(server.general, f"<@{server.guild.bot.id}> what did the mayor say of the bridge?")
    second = server.ana.say(server.general, "how much did it cost?", reply_to=first.reply())

    third = server.boss.say(server.general, "when did it open?", reply_to=second.reply())

    assert "41 million euros" in words(second.reply().text)
    assert "opened to traffic on Saturday" in words(third.reply().text)
    assert third.reply().reference is third


def test_a_follow_up_to_a_slash_command_reads_the_question_off_the_answer(server: Server) -> None:
    answer = server.ask("how long did the harbour bridge take from the first plans?")

    said = server.ana.say(server.general, "and what did it cost?", reply_to=answer, ping=False)

    assert "41 million euros" in words(said.reply().text)


def test_a_follow_up_is_understood_though_the_question_was_deleted(server: Server) -> None:
    said = server.ana.say(server.general, f"<@{server.guild.bot.id}> what did the harbour bridge cost?")
    answer = said.reply()
    server.ana.delete(said)

    then = server.boss.say(server.general, "and when did it open?", reply_to=answer)

    assert "opened to traffic on Saturday" in words(then.reply().text)


def test_however_long_a_conversation_only_its_end_is_read(server: Server, discord: Discord) -> None:
    said = server.ana.say(server.general, f"<@{server.guild.bot.id}> {COST}")
    for _ in range(7):
        said = server.ana.say(server.general, "and when did it open?", reply_to=said.reply(), ping=False)
    answer = said.reply()
    before = len(discord.requests)

    server.ana.say(server.general, "and what did it cost?", reply_to=answer, ping=False).reply()

    read = [request for request in discord.requests[before:] if request.method == "GET"]
    assert 0 < len(read) <= 10


def test_why_is_not_answered_with_what_was_just_said(server: Server) -> None:
    answer = server.ask(COST)

    why = server.ana.say(server.general, "why?", reply_to=answer)

    assert REFUSAL in why.reply().text


def test_a_question_alone_is_not_read_as_a_follow_up(server: Server) -> None:
    server.ask(COST)

    said = server.ana.say(server.general, f"<@{server.guild.bot.id}> how much did it cost in Paris?")

    assert "41 million" not in words(said.reply().text).split("-# ")[0]


def test_in_a_thread_of_the_bot_no_mention_is_needed(server: Server, discord: Discord) -> None:
    answer = server.ask("when did the harbour bridge open?")
    opened = server.ana.click(answer, "Thread").reply()
    (thread,) = server.general.threads

    said = server.ana.say(thread, "what did it cost?")

    assert thread.mention in opened.text
    assert opened.ephemeral
    assert thread.name == "when did the harbour bridge open?"
    assert "41 million euros" in words(said.reply().text)
    assert "Thread" not in [button.label for button in said.reply().buttons]


def test_talk_between_people_is_left_alone(server: Server, discord: Discord) -> None:
    first = server.ana.say(server.general, COST)
    server.boss.say(server.general, "41 million", reply_to=first)
    server.boss.say(server.general, f"{server.ana.mention} what did the ferries cost?")
    theirs = server.ana.thread(first, "our own thread")
    server.ana.say(theirs, COST)

    assert_silent(server, server.general, server.boss)
    assert_silent(server, theirs, server.boss)


def test_other_bots_are_not_answered(server: Server) -> None:
    robot = server.guild.member(User(server.guild.world, "robot", bot=True))

    ignored = [
        robot.say(server.general, f"<@{server.guild.bot.id}> {COST}"),
        robot.say(server.general, COST, reply_to=server.ask(COST)),
    ]

    server.ana.say(server.general, f"<@{server.guild.bot.id}> {COST}").reply()
    assert all(message.reference not in ignored for message in said_by_bot(server.general))


def test_in_a_thread_of_the_bot_words_to_others_are_left_alone(server: Server) -> None:
    answer = server.ask(COST)
    server.ana.click(answer, "Thread").reply()
    (thread,) = server.general.threads
    remark = server.ana.say(thread, f"{server.boss.mention} what do you think of the cost?")

    server.boss.say(thread, "what a price that is!", reply_to=remark)

    assert_silent(server, thread, server.boss)


def published(server: Server, discord: Discord, **changed: object) -> None:
    """Discord tells the bot of a message with other fields than people's own have."""
    raw = server.ana.say(server.general, "look at this").raw
    raw |= {"id": str(discord.world.new_id()), "guild_id": str(server.guild.id), **changed}
    discord.world.publish("MESSAGE_CREATE", raw, guild=None, needs=Intents.guild_messages)


def test_a_forwarded_answer_is_no_question(server: Server, discord: Discord) -> None:
    answer = server.ask(COST)
    reference = {"type": 1, "message_id": str(answer.id), "channel_id": str(server.general.id)}

    published(server, discord, content="", message_reference=reference)

    server.boss.say(server.general, f"<@{server.guild.bot.id}> {COST}").reply()
    assert heard(server.ana) == []


def test_in_a_server_that_is_not_known_yet_nothing_is_a_direct_message(
    server: Server, discord: Discord
) -> None:
    before = said_by_bot(server.general)

    published(server, discord, content=COST, guild_id=str(discord.world.new_id()))

    server.boss.dm(COST).reply()
    assert said_by_bot(server.general) == before


def test_refusals_do_not_flood_the_one_who_provokes_them(server: Server, discord: Discord) -> None:
    for _ in range(8):
        server.ana.say(server.general, f"<@{server.guild.bot.id}>")
    server.boss.say(server.general, f"<@{server.guild.bot.id}> {COST}").reply()

    discord.wait_for(lambda: len(heard(server.ana)) == 5)
    with pytest.raises(TimeoutError):
        discord.wait_for(lambda: len(heard(server.ana)) > 5, 2)


def test_a_reply_to_a_notice_of_the_bot_is_no_question(server: Server, discord: Discord) -> None:
    server.ana.user.takes_direct_messages = False
    notice = server.ana.say(server.general, f"<@{server.guild.bot.id}>").reply()

    server.ana.say(server.general, "what did the bridge cost?", reply_to=notice, ping=False)

    asked = server.boss.say(server.general, f"<@{server.guild.bot.id}> {COST}")
    asked.reply()
    assert {m.reference for m in said_by_bot(server.general)} <= {notice.reference, asked}


def test_a_direct_message_is_answered_and_followed_up(server: Server) -> None:
    first = server.ana.dm(COST)
    first.reply()

    then = server.ana.dm("when did it open?")

    assert "41 million euros" in words(first.reply().text)
    assert server.ana.direct.typing
    assert "opened to traffic on Saturday" in words(then.reply().text)


def test_commands_work_in_direct_messages(server: Server) -> None:
    answer = server.ana.command("ask", {"question": COST}).reply()

    assert "41 million euros" in words(answer.text)
    assert "Nobody" not in server.ana.click(answer, "Quotes").reply().text
    assert server.ana.sees_command("search")
    assert not server.ana.sees_command("settings")


def test_a_message_is_checked_sentence_by_sentence(server: Server) -> None:
    message = server.boss.say(
        server.general,
        "Ferries will keep crossing the harbour until the end of the summer, the port authority announced. "
        "The moon is blue, said @everyone.",
    )

    run = server.ana.context(CHECK, message)

    found = run.reply()
    assert run.ephemeral
    assert found.text.startswith("**The articles support 1 of 2 sentences.**")
    assert "✓ Ferries will keep crossing" in found.text
    assert "✗ The moon is blue" in found.text
    assert "> Ferries will keep crossing" in found.text
    assert "Harbour Times" in found.text
    assert found.pings == []


def test_of_an_answer_the_bots_own_words_are_checked(server: Server) -> None:
    answer = server.ask(COST)

    found = server.ana.context(CHECK, answer).reply()

    assert re.match(r"The articles support (\d) of \1 sentences?\.", words(found.text))
    assert "what did the" not in found.text


def test_what_is_no_sentence_is_not_checked(server: Server) -> None:
    message = server.boss.say(server.general, "\N{PARTY POPPER} !!!\n\nThe ferries stop today. \N{SHIP}")

    found = server.ana.context(CHECK, message).reply()

    assert "of 1 sentence" in words(found.text)


def test_a_message_without_words_cannot_be_checked(server: Server) -> None:
    picture = server.boss.say(server.general, "", files=[("harbour.png", b"picture")])

    found = server.ana.context(CHECK, picture).reply()

    assert found.text == "There are no words in that message. Choose one that says something."
    assert found.ephemeral


HOSTILE = (
    "@everyone @here <@{id}> <@&{id}> <#{id}> [harbour](https://evil.example) https://evil.example/x "
    "||spoiler|| **bold** `code` ```block``` <:smile:123456789012345678> <t:0> :smile: \n# heading\n> quote\n"
    "- list\n-# small harbour bridge cost?"
)


def test_a_hostile_question_neither_pings_nor_formats_nor_links(server: Server) -> None:
    question = HOSTILE.format(id=server.boss.id)

    by_command = server.ask(question)
    by_message = server.ana.say(server.general, f"<@{server.guild.bot.id}> {question}").reply()

    for answer in (by_command, by_message):
        assert (answer.pings, answer.previews) == ([], [])
        assert kinds(answer.text) <= {"text", "quote", "bold", "link", "small", "list"}
    assert "[harbour](https://evil.example)" in words(by_command.text.split("\n")[0])


def test_a_hostile_article_neither_pings_nor_formats_nor_links_elsewhere(server: Server) -> None:
    hostile = HOSTILE.format(id=server.boss.id).replace("\n", " ")
    server.add(
        "hostile.md",
        f'---\ntitle: "# @everyone {hostile[:80]}"\nsource: "<@{server.boss.id}> [a](https://evil.example)"\n'
        "url: https://news.example/hostile\n---\n"
        f"The lighthouse keeper of Vardo earned 512 crowns. The keeper said {hostile} of his 512 crowns.\n",
    )

    answer = server.ask("what did the lighthouse keeper of Vardo earn?")
    quotes = server.ana.click(answer, "Quotes").reply()
    found = server.ana.command("search", {"words": "lighthouse keeper of Vardo"}, server.general).reply()
    listed = server.ana.command("articles list", {}, server.general).reply()

    assert "512 crowns" in answer.text
    for message in (answer, quotes, found, listed):
        assert (message.pings, message.previews) == ([], [])
        assert kinds(message.text) <= {"text", "quote", "bold", "link", "small", "list"}
        assert all(target.startswith("https://news.example/") for target in targets(message.text))


def test_long_passages_are_split_and_nothing_is_lost(server: Server) -> None:
    items = "salmon reindeer cloudberry harbour timber railway copper".split()
    lines = [f"The treaty of Kiruna settles the {item} trade: {f'{item} quota, ' * 60}end." for item in items]
    server.add("treaty.txt", "The treaty of Kiruna\n\n" + "\n\n".join(lines))

    answer = server.ask("what does the treaty of Kiruna settle?")
    run = server.ana.click(answer, "Quotes")
    run.reply().settled()

    quoted = words("\n".join(message.text for message in run.messages))
    assert sum(len(message.text) for message in run.messages) > 500
    assert "trade" in quoted


def test_checking_a_long_message_takes_several_messages(server: Server) -> None:
    sentences = [f"Bridge number {n} cost 41 million euros, said Mayor Ana Lindqvist." for n in range(26)]
    message = server.boss.say(server.general, " ".join(sentences))

    run = server.ana.context(CHECK, message)
    run.reply().settled()

    shown = "\n".join(part.text for part in run.messages)
    assert len(run.messages) > 1
    assert all(part.ephemeral for part in run.messages)
    assert all(f"number {n} " in shown for n in range(25))
    assert shown.endswith("-# Of a message at most 25 sentences are checked.")


def test_a_search_shows_passages_with_their_articles(server: Server) -> None:
    found = server.ana.command("search", {"words": "ferries"}, server.general).reply()
    private = server.ana.command("search", {"words": "ferries", "private": True}, server.general)

    assert "Ferries will keep crossing" in found.text
    assert "[Harbour bridge opens after nine years](<https://news.example/bridge>)" in found.text
    assert found.previews == []
    assert "Ferries will keep crossing" in private.reply().text
    assert private.ephemeral


def test_about_says_what_it_knows_and_how_it_answers(server: Server) -> None:
    about = server.ana.command("about", {}, server.general).reply()

    assert "**Articles** 1, from 1 June 2024" in about.text
    assert "no chat model" in about.text
    assert "never an article's text" in about.text
    assert about.ephemeral
    if importlib.util.find_spec("matplotlib"):
        assert [attachment.filename for attachment in about.attachments] == ["articles.png"]
        assert about.attachments[0].content.startswith(b"\x89PNG")


def test_help_names_every_command(server: Server, discord: Discord) -> None:
    help = server.ana.command("help", {}, server.general).reply()

    for name in discord.commands:
        assert name in help.text
    assert f"<@{server.guild.bot.id}>" in help.text
    assert help.pings == []
    assert help.ephemeral


def test_the_limit_is_told_in_private_with_the_time_to_wait(discord: Discord, bot: RunningBot) -> None:
    server = server_in(discord, "few questions")
    server.boss.command("settings", {"member_per_minute": 2}, server.general).reply()
    for _ in range(2):
        server.ask(COST)

    refused = server.ana.command("ask", {"question": COST}, server.general)
    server.ana.say(server.general, f"<@{server.guild.bot.id}> {COST}")

    assert re.fullmatch(r"That is too many questions\. Ask again in \d+ s\.", refused.reply().text)
    assert refused.reply().ephemeral
    discord.wait_for(lambda: heard(server.ana))
    assert "Ask again in" in heard(server.ana)[0]
    assert "41 million" in server.boss.command("ask", {"question": COST}, server.general).reply().text
    assert discord.violations == []


def test_the_limit_of_a_server_counts_all_its_members(discord: Discord, bot: RunningBot) -> None:
    server = server_in(discord, "a small server")
    server.boss.command("settings", {"server_per_minute": 2}, server.general).reply()
    other = server.guild.member("ben")
    server.ask(COST)
    other.command("search", {"words": COST}, server.general).reply()

    refused = other.command("ask", {"question": COST}, server.general).reply()
    elsewhere = server_in(discord, "another server").ask(COST)

    assert "That is too many questions." in refused.text
    assert "41 million" in words(elsewhere.text)
