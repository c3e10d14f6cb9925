"""Routes: messages, and the answers to interactions."""

from tests.discord_server import posting
from tests.discord_server.channel import Channel
from tests.discord_server.errors import NO_DIRECT_MESSAGES, Json, Refused, invalid, lacking, unknown
from tests.discord_server.message import REPLY, Message
from tests.discord_server.permissions import Flags, Intents, Permissions
from tests.discord_server.rest import Call, Routes

SETTABLE = Flags.suppress_embeds | Flags.suppress_notifications | Flags.components_v2


routes = Routes()


def _as_seen(call: Call, message: Message) -> Json:
    return message.json(intent=Intents.message_content in call.world.enabled)


@routes.add("GET", "/channels/{channel}/messages")
def messages(call: Call) -> list[Json]:
    channel = call.channel()
    if Permissions.read_message_history not in channel.for_bot:
        return []
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise invalid("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
    found = channel.messages
    if "after" in call.query:
        found = [m for m in found if m.id > int(call.query["after"])][:limit]
    elif "around" in call.query:
        middle = int(call.query["around"])
        nearest = sorted(found, key=lambda m: abs(m.id - middle))[:limit]
        found = sorted(nearest, key=lambda m: m.id)
    elif "before" in call.query:
        found = [m for m in found if m.id < int(call.query["before"])]
    return [_as_seen(call, m) for m in reversed(found[-limit:])]


@routes.add("GET", "/channels/{channel}/messages/{message}")
def message(call: Call) -> Json:
    return _as_seen(call, call.message(Permissions.read_message_history))


@routes.add("POST", "/channels/{channel}/messages")
def send(call: Call) -> Json:
    channel = call.channel()
    if channel.speaking not in channel.for_bot:
        raise lacking()
    if channel.recipient and not channel.recipient.takes_direct_messages:
        raise lacking(NO_DIRECT_MESSAGES)
    if channel.archived and channel.locked:
        raise Refused(400, 50083)
    _need_for_files(call, channel)
    reference = _reference(call, channel)
    sent = posting.post(
        channel,
        call.world.bot,
        call.body,
        flags=int((call.body.get("flags") or 0) & SETTABLE),
        kind=REPLY if reference else 0,
        reference=reference,
        files=call.files,
    )
    return sent.json()


def _need_for_files(call: Call, channel: Channel) -> None:
    if call.files and Permissions.attach_files not in channel.for_bot:
        raise lacking()
    if call.body.get("embeds") and Permissions.embed_links not in channel.for_bot:
        raise lacking()


def _reference(call: Call, channel: Channel) -> Message | None:
    told = call.body.get("message_reference")
    if not told:
        return None
    if Permissions.read_message_history not in channel.for_bot:
        raise Refused(400, 160002)
    found = call.world.messages.get(int(told.get("message_id") or 0))
    if found and found.channel is channel and not found.deleted and not found.ephemeral:
        return found
    if told.get("fail_if_not_exists", True):
        raise invalid("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
    return None


@routes.add("PATCH", "/channels/{channel}/messages/{message}")
def edit(call: Call) -> Json:
    message = call.message()
    if message.author is not call.world.bot:
        raise Refused(403, 50005)
    posting.edit(message, call.body, call.files)
    return message.json()


@routes.add("DELETE", "/channels/{channel}/messages/{message}")
def delete(call: Call) -> None:
    message = call.message()
    if message.author is not call.world.bot and Permissions.manage_messages not in message.channel.for_bot:
        raise lacking()
    message.delete()


# Interactions: their token is all that they need.


@routes.add("POST", "/interactions/{interaction}/{token}/callback", open=True)
def respond(call: Call) -> Json | None:
    run = call.world.runs.get(call.parts["token"])
    if run is None or str(run.id) != call.parts["interaction"]:
        raise unknown(10062)
    told = run.respond(call.body, call.files)
    wanted = call.query.get("with_response", "").lower() in ("1", "true")
    return told if wanted else None


@routes.add("POST", "/webhooks/{application}/{token}", open=True)
def follow_up(call: Call) -> Json:
    return call.run().follow_up(call.body, call.files).json()


@routes.add("GET", "/webhooks/{application}/{token}/messages/{which}", open=True)
def get_response(call: Call) -> Json:
    return call.run().find(call.parts["which"]).json()


@routes.add("PATCH", "/webhooks/{application}/{token}/messages/{which}", open=True)
def edit_response(call: Call) -> Json:
    return call.run().change(call.parts["which"], call.body, call.files).json()


@routes.add("DELETE", "/webhooks/{application}/{token}/messages/{which}", open=True)
def delete_response(call: Call) -> None:
    call.run().find(call.parts["which"]).delete()
