"""Messages posted and edited, whoever does it: the limits, the events, the files."""

import dataclasses
import time

from tests.discord_server import limits
from tests.discord_server.channel import Channel
from tests.discord_server.components import numbered
from tests.discord_server.errors import INVALID_FORM, Json, Refused, invalid
from tests.discord_server.message import REPLY, SYSTEM, Attachment, Edit, Message
from tests.discord_server.permissions import Flags
from tests.discord_server.users import User

LARGEST_FILE = 10 * 1024 * 1024
KEPT = ("content", "embeds", "components", "poll", "sticker_ids")


@dataclasses.dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes in."""

    filename: str
    content: bytes


def post(
    channel: Channel,
    author: User,
    body: Json,
    *,
    flags: int = 0,
    kind: int = 0,
    reference: Message | None = None,
    only_for: User | None = None,
    files: tuple[Upload, ...] = (),
    extra: Json | None = None,
) -> Message:
    """A new message, checked unless it only says that the bot is thinking."""
    if not flags & Flags.loading:
        limits.check_message(body, flags, _names(files), forgiving=kind in SYSTEM)
    fields = _fields(body) | {"flags": flags} | (extra or {})
    message = Message(channel, author, fields, kind=kind, only_for=only_for)
    message.reference = reference
    message.attachments = _kept(channel, files)
    _unarchive(channel)
    _refresh(message, body.get("allowed_mentions"))
    message.tell("MESSAGE_CREATE")
    return message


def edit(message: Message, body: Json, files: tuple[Upload, ...] = ()) -> None:
    """Change what `body` names; `null` takes a field away."""
    before = message.fields
    flags = _edited_flags(message, body)
    after = before | _fields({key: body[key] for key in KEPT if key in body}, partial=True)
    stays = [a for a in message.attachments if _stays(a, body)]
    names = _names(files) | {a.filename for a in stays}
    limits.check_message(after | {"allowed_mentions": body.get("allowed_mentions")}, flags, names)
    message.fields = after | {"flags": flags}
    message.attachments = stays + _kept(message.channel, files)
    message.edited = message.world.clock.now()
    if before["flags"] & Flags.loading:
        message.sent_at = time.monotonic()
    else:
        message.edits.append(Edit(time.monotonic(), message.text))
    if {"content", "components"} & set(body):
        _refresh(message, body.get("allowed_mentions"))
    message.tell("MESSAGE_UPDATE")


def _edited_flags(message: Message, body: Json) -> int:
    """The flags after an edit: v2 comes and never goes, and it takes the place of the content."""
    before = message.fields["flags"] & ~Flags.loading
    wanted = body.get("flags")
    if wanted is None:
        return int(before)
    settable = Flags.suppress_embeds | Flags.components_v2
    return int((before & ~Flags.suppress_embeds) | (wanted & settable))


def _fields(body: Json, *, partial: bool = False) -> Json:
    fields: Json = {} if partial else {"content": "", "embeds": [], "components": []}
    for key in KEPT:
        if key in body:
            fields[key] = body[key] if body[key] is not None else ("" if key == "content" else [])
    if fields.get("content"):
        fields["content"] = fields["content"].strip()
    if fields.get("components"):
        fields["components"] = numbered(fields["components"])
    return fields


def _names(files: tuple[Upload, ...]) -> set[str]:
    if sum(len(file.content) for file in files) > LARGEST_FILE:
        raise Refused(413, 40005)
    if len(files) > 10:
        raise Refused(400, INVALID_FORM, invalid("files", "BASE_TYPE_MAX_LENGTH", "Max 10 files").errors)
    return {file.filename for file in files}


def _kept(channel: Channel, files: tuple[Upload, ...]) -> list[Attachment]:
    return [Attachment(channel, f.filename, f.content) for f in files]


def _stays(attachment: Attachment, body: Json) -> bool:
    named = body.get("attachments")
    return named is None or any(str(item.get("id")) == str(attachment.id) for item in named)


def _refresh(message: Message, allowed: Json | None) -> None:
    replied = message.reference if message.kind == REPLY else None
    author = str(replied.author.id) if replied and replied.author is not message.author else None
    message.pings = limits.pings(message.fields, allowed, author)


def _unarchive(channel: Channel) -> None:
    if channel.archived:
        channel.archived = False
        channel.world.publish("THREAD_UPDATE", channel.json(), guild=channel.guild)
