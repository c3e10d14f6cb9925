"""Application commands: what Discord takes for one, and what a person may type into it."""

import re
import unicodedata
from typing import Any

from tests.discord_server.errors import Form, Json, NotAllowed, Refused, characters
from tests.discord_server.world import World

CHAT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, PERSON, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(
    1, 12
)
MOST = {CHAT: 100, USER: 15, MESSAGE: 15}
PYTHON: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    NUMBER: (int, float),
}
Path = tuple[str | int, ...]


def check_commands(bodies: list[Json]) -> None:
    """Raise Refused unless these may be all the commands of an application."""
    form = Form()
    seen: set[tuple[int, str]] = set()
    for number, body in enumerate(bodies):
        path: Path = (number,) if len(bodies) > 1 else ()
        _check_command(form, path, body)
        key = (body.get("type", CHAT), str(body.get("name")))
        if key in seen:
            form.wrong((*path, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Names must be unique.")
        seen.add(key)
    form.check()
    for kind, most in MOST.items():
        if sum(key[0] == kind for key in seen) > most:
            raise Refused(400, 30032)


def _check_command(form: Form, path: Path, body: Json) -> None:
    kind = body.get("type", CHAT)
    if not form.choice((*path, "type"), kind, {CHAT, USER, MESSAGE}):
        return
    _check_name(form, path, body, free=kind != CHAT)
    if kind == CHAT:
        form.length((*path, "description"), body.get("description"), 1, 100)
        _check_options(form, (*path, "options"), body.get("options") or [], depth=0)
        if _size(body) > 8000:
            form.wrong(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
    elif body.get("description") or body.get("options"):
        message = "Context menu commands cannot have description or options"
        form.wrong(path, "APPLICATION_COMMAND_CONTEXT_MENU", message)
    for key, allowed in (("contexts", {0, 1, 2}), ("integration_types", {0, 1})):
        for number, value in enumerate(body.get(key) or []):
            form.choice((*path, key, number), value, allowed)
    permissions = body.get("default_member_permissions")
    if permissions is not None and not str(permissions).isdigit():
        form.wrong((*path, "default_member_permissions"), "BASE_TYPE_BAD_INT", "Not a permission set.")


def _check_name(form: Form, path: Path, body: Json, *, free: bool) -> None:
    name = body.get("name")
    form.length((*path, "name"), name, 1, 32)
    if free or not isinstance(name, str):
        return
    if name != name.lower() or not all(_in_a_name(letter) for letter in name):
        message = f"{name!r} is not lowercase letters, digits, - and _."
        form.wrong((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", message)


def _in_a_name(letter: str) -> bool:
    return letter in "-_'" or unicodedata.category(letter)[0] in "LN"


def _check_options(form: Form, path: Path, options: list[Json], depth: int) -> None:
    if len(options) > 25:
        form.wrong(path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    names = [option.get("name") for option in options]
    if len(names) != len(set(names)):
        form.wrong(path, "APPLICATION_COMMAND_OPTIONS_NAME_UNIQUE", "Option names must be unique")
    kinds = {option.get("type") for option in options}
    nested = kinds & {SUBCOMMAND, GROUP}
    if nested and kinds - {SUBCOMMAND, GROUP}:
        message = "Sub-command and options cannot be mixed"
        form.wrong(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    optional = False
    for number, option in enumerate(options):
        _check_option(form, (*path, number), option, depth)
        if option.get("required") and optional:
            message = "Required options must be placed before non-required options"
            form.wrong((*path, number), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional = optional or not option.get("required")


def _check_option(form: Form, path: Path, option: Json, depth: int) -> None:
    allowed = set(range(STRING, ATTACHMENT + 1)) | ({SUBCOMMAND} if depth < 2 else set())
    allowed |= {GROUP} if depth == 0 else set()
    if not form.choice((*path, "type"), option.get("type"), allowed):
        return
    _check_name(form, path, option, free=False)
    form.length((*path, "description"), option.get("description"), 1, 100)
    kind = option["type"]
    if kind in (SUBCOMMAND, GROUP):
        _check_options(form, (*path, "options"), option.get("options") or [], depth + (2 if kind == 1 else 1))
        return
    choices = option.get("choices") or []
    check_choices(form, (*path, "choices"), choices)
    if choices and option.get("autocomplete"):
        message = "Choices and autocomplete are mutually exclusive"
        form.wrong(path, "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE", message)
    for key, least in (("min_length", 0), ("max_length", 1)):
        if option.get(key) is not None:
            form.number((*path, key), option[key], least, 6000)


def check_choices(form: Form, path: Path, choices: list[Json]) -> None:
    if len(choices) > 25:
        form.wrong(path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for number, choice in enumerate(choices):
        form.length((*path, number, "name"), choice.get("name"), 1, 100)
        if isinstance(choice.get("value"), str):
            form.length((*path, number, "value"), choice["value"], 1, 100)


def _size(part: Json) -> int:
    """The characters of names, descriptions and values, which Discord counts together."""
    own = sum(characters(str(part.get(key) or "")) for key in ("name", "description", "value"))
    return own + sum(_size(child) for key in ("options", "choices") for child in part.get(key) or [])


def stored(world: World, body: Json, guild_id: int | None = None) -> Json:
    """The command as Discord gives it back."""
    kind = body.get("type", CHAT)
    known = [
        command
        for command in world.commands.values()
        if (command["name"], command["type"]) == (body["name"], kind)
        and command.get("guild_id") == (str(guild_id) if guild_id else None)
    ]
    direct = body.get("dm_permission", True) is not False
    command = {
        "id": known[0]["id"] if known else str(world.new_id()),
        "application_id": str(world.bot.id),
        "version": str(world.new_id()),
        "type": kind,
        "name": body["name"],
        "name_localizations": body.get("name_localizations"),
        "description": body.get("description") or "",
        "description_localizations": body.get("description_localizations"),
        "options": body.get("options") or [],
        "default_member_permissions": body.get("default_member_permissions"),
        "contexts": body.get("contexts") or ([0, 1] if direct else [0]),
        "integration_types": body.get("integration_types") or [0],
        "dm_permission": direct,
        "nsfw": body.get("nsfw") or False,
    }
    if guild_id:
        command["guild_id"] = str(guild_id)
    world.commands[int(command["id"])] = command
    return command


def find(world: World, words: list[str], kind: int, guild_id: int | None) -> Json:
    """The command of this name here, or NotAllowed."""
    name = words[0] if kind == CHAT else " ".join(words)
    for command in world.commands.values():
        here = command.get("guild_id") in (None, str(guild_id))
        if here and (command["type"], command["name"]) == (kind, name):
            return command
    raise NotAllowed(f"no command {name!r} is registered")


def way(command: Json, words: list[str]) -> list[Json]:
    """The group and subcommand that the words after the command's name lead to."""
    steps: list[Json] = []
    options = command["options"]
    for word in words[1:]:
        found = [o for o in options if o["name"] == word and o["type"] in (SUBCOMMAND, GROUP)]
        if not found:
            raise NotAllowed(f"/{' '.join(words)} is no subcommand")
        steps.append(found[0])
        options = found[0].get("options") or []
    if any(option["type"] in (SUBCOMMAND, GROUP) for option in options):
        raise NotAllowed(f"/{' '.join(words)} needs a subcommand")
    return steps


def filled(registered: list[Json], values: dict[str, Any], *, focused: str | None = None) -> list[Json]:
    """The options as the interaction carries them, checked as the client checks them."""
    known = {option["name"]: option for option in registered}
    if strange := set(values) - set(known):
        raise NotAllowed(f"no option {sorted(strange)}; there are {sorted(known)}")
    missing = [name for name, option in known.items() if option.get("required") and name not in values]
    if missing and focused is None:
        raise NotAllowed(f"the options {missing} are required")
    return [_filled(known[name], value, focused == name) for name, value in values.items()]


def _filled(option: Json, value: Any, focused: bool) -> Json:
    if not focused:
        _check_value(option, value)
    if option["type"] not in PYTHON:
        value = str(value.id)
    raw = {"name": option["name"], "type": option["type"], "value": value}
    return raw | ({"focused": True} if focused else {})


def _check_value(option: Json, value: Any) -> None:
    name, kind = option["name"], option["type"]
    wanted = PYTHON.get(kind)
    if wanted and (not isinstance(value, wanted) or (isinstance(value, bool) and kind != BOOLEAN)):
        raise NotAllowed(f"{name}: {value!r} is not {wanted[0].__name__}")
    if isinstance(value, str) and not 1 <= len(re.sub(r"\s+", " ", value)) <= 6000:
        raise NotAllowed(f"{name}: an empty text, or one of over 6,000 characters")
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise NotAllowed(f"{name}: {value!r} is none of {choices}")
    size = len(value) if kind == STRING else value
    for least, most in (("min_length", "max_length"), ("min_value", "max_value")):
        low, high = option.get(least), option.get(most)
        if (low is not None and size < low) or (high is not None and size > high):
            raise NotAllowed(f"{name}: {value!r} is not within {low} and {high}")
