"""Opening threads, from a message or not."""

from tests.discord_server import posting
from tests.discord_server.channel import Channel
from tests.discord_server.errors import Form, Json, Refused
from tests.discord_server.message import THREAD_CREATED, THREAD_STARTER, Message
from tests.discord_server.permissions import Flags
from tests.discord_server.users import User

DURATIONS = {60, 1440, 4320, 10080}


def open_thread(parent: Channel, owner: User, body: Json, kind: int, start: Message | None = None) -> Channel:
    """The new thread; its id is that of the message it starts from."""
    form = Form()
    form.length(("name",), body.get("name"), 1, 100)
    archive_after = body.get("auto_archive_duration") or 1440
    form.choice(("auto_archive_duration",), archive_after, DURATIONS)
    form.check()
    if parent.guild is None or parent.is_thread:
        raise Refused(400, 50024)
    if start and start.thread:
        raise Refused(400, 160004)
    thread = Channel(
        parent.world,
        body["name"],
        kind=kind,
        guild=parent.guild,
        parent=parent,
        number=start.id if start else None,
        owner=owner,
    )
    thread.archive_after = archive_after
    parent.world.publish("THREAD_CREATE", thread.json() | {"newly_created": True}, guild=parent.guild)
    if start:
        _attach(thread, start)
    else:
        posting.post(parent, owner, {"content": thread.name}, kind=THREAD_CREATED)
    return thread


def _attach(thread: Channel, start: Message) -> None:
    start.thread = thread
    start.fields = start.fields | {"flags": int(start.flags | Flags.has_thread)}
    start.tell("MESSAGE_UPDATE")
    posting.post(thread, start.author, {}, kind=THREAD_STARTER, reference=start)
