"""A Discord on 127.0.0.1, for a real bot over real sockets: REST v10, gateway, CDN.

It runs in a thread of its own; all below may be called from any thread. It enforces what Discord enforces;
what a client does against the rules is in `discord.violations`, which a test asserts to be empty.

    with Discord(token="secret-token") as discord:          # enabled=Intents(0): no message-content intent
        guild = discord.guild("Readers")
        general = guild.channel("general")
        ana = guild.member("ana")
        boss = guild.member("boss", permissions=Permissions.manage_guild)
        start_the_bot(DISCORD_API_BASE=discord.base, DISCORD_TOKEN=discord.token)
        discord.wait_until_connected()

        run = ana.command("ask", {"question": "what did the mayor say?"}, general)
        answer = run.reply(timeout=30)                       # the first message that is not "thinking"
        assert run.deferred_after is not None and run.deferred_after < 1
        assert "41 million" in answer.text and answer.pings == [] and answer.previews == []
        assert ana.click(answer, "Quotes").reply().ephemeral

        said = ana.say(general, f"{discord.bot.mention} what did it cost?")
        why = ana.say(general, "why?", reply_to=said.reply())
        assert why.replies(timeout=10, count=1)[0].reference is why
        assert discord.violations == []

A `Member` can say, dm, edit, delete, thread; command, autocomplete, context, sees_command; click, choose,
forge, submit; sees. What the Discord client would not offer raises NotAllowed. A `Run` is what became of an
interaction: deferred_after, reply, messages, ephemeral, modal, choices, failed, done. A `Message` has text,
buttons, components, raw, flags, edits, shortest_edit_gap, pings, previews, attachments, thread, deleted;
reply, replies, settled. A `Channel` has messages, threads, typing; allow, deny, delete, archive, remove. A
`Guild` has channel, role, member, set_permissions, kick_bot, invite_bot, go_dark, light_up. `Discord` has
wait_for, fail, drop_gateway, reconnect, invalidate, take_offline, bring_back, advance, expire, register, and
counts what the client did: requests, refusals, command_puts, identified, resumed, longest_beat_gap.
"""

from tests.discord_server.channel import Channel
from tests.discord_server.errors import NotAllowed, Refused
from tests.discord_server.guild import Guild
from tests.discord_server.interactions import Run
from tests.discord_server.message import Message
from tests.discord_server.people import Member
from tests.discord_server.permissions import Flags, Intents, Permissions
from tests.discord_server.server import Discord
from tests.discord_server.users import Role, User

__all__ = [
    "Channel",
    "Discord",
    "Flags",
    "Guild",
    "Intents",
    "Member",
    "Message",
    "NotAllowed",
    "Permissions",
    "Refused",
    "Role",
    "Run",
    "User",
]
