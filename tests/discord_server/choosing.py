"""The data of the interactions that a person's clicks, choices and commands send."""

from collections.abc import Iterable, Sequence
from typing import Any

from tests.discord_server import components
from tests.discord_server.channel import Channel
from tests.discord_server.errors import Json, NotAllowed
from tests.discord_server.message import Attachment, Message
from tests.discord_server.users import Role, User


def command_data(command: Json, way: list[Json], options: list[Json], values: Iterable[Any]) -> Json:
    """Of a slash command; `way` are the group and subcommand on the way to its options."""
    for step in reversed(way):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    return menu_data(command) | {"options": options} | resolved(values)


def menu_data(command: Json) -> Json:
    keys = ("id", "name", "type", "guild_id")
    return {key: command[key] for key in keys if key in command}


def pressed(message: Message, label: str, custom_id: str | None) -> Json:
    """Of a press on the button with this label, emoji or custom id."""
    for part in message.components:
        names = (part.get("label"), (part.get("emoji") or {}).get("name"))
        wanted = part.get("custom_id") == custom_id if custom_id else label in names
        if part["type"] != components.BUTTON or not wanted or not part.get("custom_id"):
            continue
        if part.get("disabled"):
            raise NotAllowed(f"the button {label or custom_id!r} is disabled")
        return {"custom_id": part["custom_id"], "component_type": components.BUTTON, "id": part["id"]}
    labels = [button.label or button.emoji for button in message.buttons]
    raise NotAllowed(f"no button {label or custom_id!r} to press; there are {labels}")


def chosen(message: Message, custom_id: str, values: Sequence[Any]) -> Json:
    """Of a choice in a select."""
    selects = [part for part in message.components if part["type"] in components.SELECTS]
    found = [part for part in selects if part["custom_id"] == custom_id and not part.get("disabled")]
    if not found:
        raise NotAllowed(f"no select {custom_id!r} to choose in")
    select = found[0]
    told = [str(getattr(value, "id", value)) for value in values]
    low, high = select.get("min_values", 1), select.get("max_values", 1)
    if not low <= len(told) <= high:
        raise NotAllowed(f"{custom_id} takes {low} to {high} values")
    offered = [option["value"] for option in select.get("options") or []]
    if select["type"] == components.SELECT and not set(told) <= set(offered):
        raise NotAllowed(f"{custom_id} offers only {offered}")
    data = {"custom_id": custom_id, "component_type": select["type"], "id": select["id"], "values": told}
    return data | resolved(values)


def forged(custom_id: str, values: Sequence[str]) -> tuple[Json, Json]:
    """The data of a press or choice that nothing offered, and the component to go with it."""
    if not values:
        button = {"type": components.BUTTON, "style": 1, "label": "forged", "custom_id": custom_id, "id": 900}
        return {"custom_id": custom_id, "component_type": components.BUTTON, "id": 900}, button
    options = [{"label": value, "value": value} for value in values]
    select = {"type": components.SELECT, "custom_id": custom_id, "options": options, "id": 900}
    data = {"custom_id": custom_id, "component_type": components.SELECT, "id": 900, "values": list(values)}
    return data, select


def resolved(values: Iterable[Any]) -> Json:
    """What the ids among the values stand for."""
    found: Json = {}
    for value in values:
        number = str(getattr(value, "id", ""))
        if isinstance(value, Attachment):
            found.setdefault("attachments", {})[number] = value.json()
        elif isinstance(value, Channel):
            found.setdefault("channels", {})[number] = value.json() | {"permissions": "0"}
        elif isinstance(value, Role):
            found.setdefault("roles", {})[number] = value.json()
        elif isinstance(user := getattr(value, "user", None), User):
            found.setdefault("users", {})[number] = user.json()
            member = value.json(user=False) | {"permissions": "0"}
            found.setdefault("members", {})[number] = member
    return {"resolved": found} if found else {}
