"""Routes: the application, users, servers, channels, threads."""

from tests.discord_server.channel import PRIVATE_THREAD, PUBLIC_THREAD, direct_channel
from tests.discord_server.errors import NO_ACCESS, NO_DIRECT_MESSAGES, Json, invalid, lacking
from tests.discord_server.permissions import Intents, Permissions
from tests.discord_server.rest import Call, Routes
from tests.discord_server.threads import open_thread

routes = Routes()


# The application and the gateway.


@routes.add("GET", "/gateway", open=True)
def gateway(call: Call) -> Json:
    return {"url": call.world.gateway_url}


@routes.add("GET", "/gateway/bot")
def gateway_for_bot(call: Call) -> Json:
    limit = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}
    return {**gateway(call), "shards": call.world.shards, "session_start_limit": limit}


@routes.add("GET", "/applications/@me")
@routes.add("GET", "/oauth2/applications/@me")
def application(call: Call) -> Json:
    world = call.world
    owner = next(iter(world.guilds.values())).owner.user if world.guilds else world.bot
    return {
        "id": str(world.bot.id),
        "name": world.name,
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": owner.json(),
        "verify_key": "0" * 64,
        "team": None,
        "flags": world.flags,
        "bot": world.bot.json(),
        "interactions_endpoint_url": None,
        "approximate_guild_count": len(world.guilds),
    }


@routes.add("GET", "/applications/{application}/emojis")
def emojis(call: Call) -> Json:
    return {"items": []}


# Users and servers.


@routes.add("GET", "/users/@me")
def me(call: Call) -> Json:
    return call.world.bot.json() | {"verified": True, "mfa_enabled": False, "flags": 0, "locale": "en-US"}


@routes.add("GET", "/users/{user}")
def user(call: Call) -> Json:
    return call.world.find(call.world.users, call.number("user"), 10013).json()


@routes.add("POST", "/users/@me/channels")
def open_direct_messages(call: Call) -> Json:
    recipient = call.world.find(call.world.users, int(call.body.get("recipient_id") or 0), 10013)
    if recipient.is_bot:
        raise lacking(NO_DIRECT_MESSAGES)
    return direct_channel(recipient).json()


@routes.add("GET", "/users/@me/guilds")
def my_guilds(call: Call) -> list[Json]:
    own = [guild for guild in call.world.guilds.values() if guild.present]
    return [
        {"id": str(g.id), "name": g.name, "icon": None, "owner": False, "permissions": "0", "features": []}
        for g in own
    ]


@routes.add("DELETE", "/users/@me/guilds/{guild}")
def leave(call: Call) -> None:
    call.guild().kick_bot()


@routes.add("GET", "/guilds/{guild}")
def guild(call: Call) -> Json:
    return call.guild().json()


@routes.add("GET", "/guilds/{guild}/channels")
def channels(call: Call) -> list[Json]:
    return [c.json() for c in call.guild().channels.values() if not c.is_thread]


@routes.add("GET", "/guilds/{guild}/roles")
def roles(call: Call) -> list[Json]:
    return [role.json() for role in call.guild().roles.values()]


@routes.add("GET", "/guilds/{guild}/threads/active")
def active_threads(call: Call) -> Json:
    every = [c for c in call.guild().channels.values() if c.is_thread and not c.archived and c.seen_by_bot]
    return {"threads": [c.json() for c in every], "members": [], "has_more": False}


@routes.add("GET", "/guilds/{guild}/members/{user}")
def member(call: Call) -> Json:
    found: Json = call.world.find(call.guild().members, call.number("user"), 10007).json()
    return found


@routes.add("GET", "/guilds/{guild}/members")
def members(call: Call) -> list[Json]:
    if Intents.guild_members not in call.world.enabled:
        raise lacking(NO_ACCESS)
    return [found.json() for found in call.guild().members.values()]


# Channels and threads.


@routes.add("GET", "/channels/{channel}")
def channel(call: Call) -> Json:
    return call.channel().json()


@routes.add("PATCH", "/channels/{channel}")
def edit_channel(call: Call) -> Json:
    channel = call.channel()
    own = channel.owner is call.world.bot
    if not channel.is_thread or not (own or Permissions.manage_threads in channel.for_bot):
        raise lacking()
    channel.archived = call.body.get("archived", channel.archived)
    channel.locked = call.body.get("locked", channel.locked)
    channel.name = call.body.get("name", channel.name)
    call.world.publish("THREAD_UPDATE", channel.json(), guild=channel.guild)
    return channel.json()


@routes.add("DELETE", "/channels/{channel}")
def delete_channel(call: Call) -> Json:
    channel = call.channel(Permissions.manage_threads)
    channel.remove()
    return channel.json()


@routes.add("POST", "/channels/{channel}/typing")
def typing(call: Call) -> None:
    channel = call.channel()
    if channel.speaking not in channel.for_bot:
        raise lacking()
    channel.typing.append(call.world.clock.now())


@routes.add("POST", "/channels/{channel}/threads")
def new_thread(call: Call) -> Json:
    kind = call.body.get("type", PRIVATE_THREAD)
    if kind not in (PUBLIC_THREAD, PRIVATE_THREAD):
        raise invalid("type", "BASE_TYPE_CHOICES", "Value must be one of {11, 12}.")
    public, private = Permissions.create_public_threads, Permissions.create_private_threads
    parent = call.channel(public if kind == PUBLIC_THREAD else private)
    return open_thread(parent, call.world.bot, call.body, kind).json()


@routes.add("POST", "/channels/{channel}/messages/{message}/threads")
def thread_from_message(call: Call) -> Json:
    start = call.message(Permissions.create_public_threads, Permissions.read_message_history)
    return open_thread(start.channel, call.world.bot, call.body, PUBLIC_THREAD, start).json()


@routes.add("PUT", "/channels/{channel}/thread-members/{who}")
def join_thread(call: Call) -> None:
    call.channel().joined.add(_who(call))


@routes.add("DELETE", "/channels/{channel}/thread-members/{who}")
def leave_thread(call: Call) -> None:
    call.channel().joined.discard(_who(call))


@routes.add("GET", "/channels/{channel}/thread-members")
def thread_members(call: Call) -> list[Json]:
    thread = call.channel()
    stamp = thread.json().get("thread_metadata", {}).get("create_timestamp")
    shape = {"id": str(thread.id), "join_timestamp": stamp, "flags": 0}
    return [shape | {"user_id": str(number)} for number in sorted(thread.joined)]


def _who(call: Call) -> int:
    return call.world.bot.id if call.parts["who"] == "@me" else call.number("who")
