"""An interaction from its dispatch to its last follow-up."""

import time
from typing import TYPE_CHECKING, Any

from tests.discord_server import components, posting
from tests.discord_server.channel import Channel
from tests.discord_server.commands import MESSAGE as MESSAGE_MENU
from tests.discord_server.commands import USER as USER_MENU
from tests.discord_server.commands import check_choices
from tests.discord_server.errors import (
    ALREADY_ANSWERED,
    LATE,
    Form,
    Json,
    NotAllowed,
    Refused,
    invalid,
    unknown,
)
from tests.discord_server.message import MENU_COMMAND, REPLY, SLASH_COMMAND, Message
from tests.discord_server.permissions import Flags
from tests.discord_server.posting import Upload
from tests.discord_server.users import User
from tests.discord_server.world import World, wait_for

if TYPE_CHECKING:
    from tests.discord_server.people import Member

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
MESSAGE, THINKING, DEFERRED_UPDATE, UPDATE, CHOICES, SHOW_MODAL = 4, 5, 6, 7, 8, 9
OPTIONAL = {
    "app_permissions",
    "authorizing_integration_owners",
    "context",
    "entitlements",
    "guild",
    "guild_locale",
}
FIRST_ANSWER, TOKEN_LIFE = 3.0, 15 * 60.0
SETTABLE = Flags.suppress_embeds | Flags.ephemeral | Flags.suppress_notifications | Flags.components_v2


class Run:
    """What became of a command, a click, a choice or a form that a person sent."""

    def __init__(
        self,
        world: World,
        person: User,
        channel: Channel,
        kind: int,
        data: Json,
        source: Message | None = None,
    ) -> None:
        self.world = world
        self.id = world.new_id()
        self.token = f"aW50{self.id}.{person.id:x}"
        self.person = person
        self.channel = channel
        self.kind = kind
        self.data = data
        self.source = source
        self.created = world.clock.now()
        self.sent_at = time.monotonic()
        self.answer: int | None = None
        self.answered_after: float | None = None
        self.original: Message | None = None
        self.followups: list[Message] = []
        self.modal: Json | None = None
        self.choices: list[Json] | None = None
        self.forged: Json | None = None
        self._source_changed = False
        world.runs[self.token] = self

    @property
    def name(self) -> str:
        """For people: /articles list, or the custom id."""
        return str(self.data.get("name") or self.data.get("custom_id"))

    # What a test asks.

    @property
    def deferred_after(self) -> float | None:
        """Seconds until the bot said that it is thinking; None when it answered otherwise or not at all."""
        return self.answered_after if self.answer in (THINKING, DEFERRED_UPDATE) else None

    @property
    def failed(self) -> bool:
        """Whether the person reads "The application did not respond"."""
        return self.answer is None and self.world.clock.now() - self.created > FIRST_ANSWER

    @property
    def messages(self) -> list[Message]:
        """All that it brought forth and that still stands, but for "is thinking"."""
        with self.world.lock:
            every = [*([self.original] if self.original else []), *self.followups]
            return [message for message in every if not message.deleted and not message.thinking]

    @property
    def ephemeral(self) -> bool:
        """Whether the first answer, the thinking included, is only for the person who asked."""
        return self.original is not None and self.original.ephemeral

    def reply(self, timeout: float = 30) -> Message:
        """The first message that says something, or the updated message of a button."""
        what = f"an answer to {self.name}"
        return wait_for(self._reply, timeout, what)

    def _reply(self) -> Message | None:
        if self.failed:
            raise TimeoutError(f"{self.name}: the application did not respond within 3 s")
        if self.messages:
            return self.messages[0]
        return self.source if self._source_changed else None

    def done(self, timeout: float = 30) -> "Run":
        """This, once the bot has acknowledged it in any way."""
        wait_for(lambda: self.failed or self.answer, timeout, f"a response to {self.name}")
        if self.failed:
            raise TimeoutError(f"{self.name}: the application did not respond within 3 s")
        return self

    # What the bot does.

    def expired(self) -> bool:
        return self.world.clock.now() - self.created > TOKEN_LIFE

    def respond(self, body: Json, files: tuple[Upload, ...]) -> Json:
        """The first answer."""
        if self.answer is not None:
            raise Refused(400, ALREADY_ANSWERED)
        if self.failed:
            raise unknown(LATE)
        kind = body.get("type")
        data = body.get("data") or {}
        if kind not in self._possible():
            raise invalid(
                "type", "BASE_TYPE_CHOICES", f"{kind} is no answer to an interaction of type {self.kind}"
            )
        message = self._answer(kind, data, files)
        self.answer = kind
        self.answered_after = time.monotonic() - self.sent_at
        return self._callback(kind, message)

    def _possible(self) -> set[int]:
        if self.kind == AUTOCOMPLETE:
            return {CHOICES}
        updates = {DEFERRED_UPDATE, UPDATE} if self.source else set()
        return {MESSAGE, THINKING} | updates | ({SHOW_MODAL} if self.kind != MODAL else set())

    def _answer(self, kind: int, data: Json, files: tuple[Upload, ...]) -> Message | None:
        if kind == CHOICES:
            self._offer(data.get("choices") or [])
        elif kind == SHOW_MODAL:
            form = Form()
            components.Check(form, set()).modal(data)
            form.check()
            self.modal = data | {"components": components.numbered(data["components"])}
        elif kind == UPDATE:
            assert self.source is not None
            posting.edit(self.source, data, files)
            self._source_changed = True
            return self.source
        elif kind in (MESSAGE, THINKING):
            loading = Flags.loading if kind == THINKING else 0
            self.original = self._post(data, files, loading)
            return self.original
        return self.source if kind == DEFERRED_UPDATE else None

    def _offer(self, choices: list[Json]) -> None:
        form = Form()
        check_choices(form, ("data", "choices"), choices)
        form.check()
        self.choices = choices

    def _post(self, data: Json, files: tuple[Upload, ...], extra_flags: int = 0) -> Message:
        flags = (data.get("flags") or 0) & SETTABLE | extra_flags
        reference = self.original or self.source
        kinds = {
            COMMAND: MENU_COMMAND if self.data.get("type") in (USER_MENU, MESSAGE_MENU) else SLASH_COMMAND
        }
        return posting.post(
            self.channel,
            self.world.bot,
            data,
            flags=flags,
            kind=REPLY if reference else kinds.get(self.kind, 0),
            reference=reference,
            only_for=self.person if flags & Flags.ephemeral else None,
            files=files,
            extra=self._origin(),
        )

    def _origin(self) -> Json:
        number = str(self.world.bot.id)
        metadata = {
            "id": str(self.id),
            "type": self.kind,
            "user": self.person.json(),
            "authorizing_integration_owners": owners(self.channel),
        }
        if self.source:
            metadata["interacted_message_id"] = str(self.source.id)
        origin: Json = {"application_id": number, "webhook_id": number, "interaction_metadata": metadata}
        if self.kind == COMMAND:
            legacy = {"id": str(self.id), "type": self.kind, "name": self.name, "user": self.person.json()}
            origin["interaction"] = legacy
        return origin

    def _callback(self, kind: int, message: Message | None) -> Json:
        told: Json = {"id": str(self.id), "type": self.kind}
        if message is None:
            return {"interaction": told, "resource": {"type": kind}}
        told["response_message_id"] = str(message.id)
        told["response_message_loading"] = message.thinking
        told["response_message_ephemeral"] = message.ephemeral
        return {"interaction": told, "resource": {"type": kind, "message": message.json()}}

    def follow_up(self, data: Json, files: tuple[Upload, ...]) -> Message:
        """Another message; the first one after "is thinking" takes its place, private or not as that was."""
        if self.answer in (None, CHOICES):
            raise unknown(10015)
        if self.original and self.original.thinking and not self.original.deleted:
            posting.edit(self.original, data, files)
            return self.original
        message = self._post(data, files)
        self.followups.append(message)
        return message

    def find(self, which: str) -> Message:
        """The message that the token opens: @original or an id."""
        if which == "@original":
            message = self.original or (self.source if self.answer in (DEFERRED_UPDATE, UPDATE) else None)
        else:
            every = [self.original, *self.followups, self.source]
            message = next((m for m in every if m and str(m.id) == which), None)
        if message is None or message.deleted:
            raise unknown(10008)
        return message

    def change(self, which: str, body: Json, files: tuple[Upload, ...]) -> Message:
        message = self.find(which)
        posting.edit(message, body, files)
        self._source_changed = self._source_changed or message is self.source
        return message


def owners(channel: Channel) -> Json:
    return {"0": str(channel.guild.id) if channel.guild else "0"}


def payload(run: Run, member: "Member | None") -> Json:
    """The INTERACTION_CREATE event; `member` is the person in the server, if there is one."""
    channel = run.channel
    may = channel.permissions_of(member or run.person)
    raw: Json = {
        "id": str(run.id),
        "application_id": str(run.world.bot.id),
        "type": run.kind,
        "token": run.token,
        "version": 1,
        "data": run.data,
        "channel_id": str(channel.id),
        "channel": channel.json() | {"permissions": str(int(may))},
        "app_permissions": str(int(channel.for_bot)),
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": owners(channel),
        "context": 0 if channel.guild else 1,
        "attachment_size_limit": posting.LARGEST_FILE,
    }
    if channel.guild and member:
        raw |= {"guild_id": str(channel.guild.id), "guild": channel.guild.partial(), "guild_locale": "en-US"}
        raw["member"] = member.json() | {"permissions": str(int(may))}
    else:
        raw["user"] = run.person.json()
    if run.world.foreign:
        raw = {key: value for key, value in raw.items() if key not in OPTIONAL}
        raw.get("member", {}).pop("permissions", None)
    return raw | ({"message": _source_json(run, run.source)} if run.source else {})


def _source_json(run: Run, source: Message) -> Json:
    """The message under the button; a forged button is in it, or discord.py would ignore the press."""
    raw = source.json()
    if run.forged:
        raw["components"] = [
            *raw["components"],
            {"type": components.ROW, "id": 899, "components": [run.forged]},
        ]
    return raw


def send(run: Run, member: "Member | None") -> Run:
    """Dispatch it, and hold the bot to its 3 seconds."""
    world = run.world
    reached = world.publish("INTERACTION_CREATE", payload(run, member), guild=run.channel.guild)

    def overdue() -> None:
        if run.answer is None and reached:
            world.violation(f"no answer to {run.name} within {FIRST_ANSWER:g} s")

    world.later(FIRST_ANSWER, overdue)
    return run


def submit_data(modal: Json, values: dict[str, Any]) -> Json:
    """A filled-in form, by custom id or by label."""
    left = dict(values)
    parts = [_submitted(part, left) for part in modal["components"] if part["type"] != components.TEXT]
    if left:
        raise NotAllowed(f"the form has no field {sorted(left)}")
    return {"custom_id": modal["custom_id"], "components": parts}


def _submitted(part: Json, left: dict[str, Any]) -> Json:
    row = part["type"] == components.ROW
    field = part["components"][0] if row else part["component"]
    label = field.get("label") if row else part["label"]
    given = left.pop(field["custom_id"], left.pop(label, None))
    answer = {
        "type": field["type"],
        "id": field["id"],
        "custom_id": field["custom_id"],
        **_value(field, given),
    }
    shape = {"type": part["type"], "id": part["id"]}
    return shape | ({"components": [answer]} if row else {"component": answer})


def _value(field: Json, given: Any) -> Json:
    if field["type"] not in (components.TEXT_INPUT, components.RADIO, components.CHECKBOX):
        return {"values": list(given or [])}
    if field["type"] != components.TEXT_INPUT:
        return {"value": given}
    text = field.get("value") or "" if given is None else given
    low, high = field.get("min_length") or 0, field.get("max_length") or 4000
    if (field.get("required", True) and not text) or (text and not low <= len(text) <= high):
        raise NotAllowed(f"{field['custom_id']}: {text!r} does not fit")
    return {"value": text}
