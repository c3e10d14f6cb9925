"""What Discord refuses, as it says so."""

import dataclasses
from typing import Any

Json = dict[str, Any]

LATE, ALREADY_ANSWERED, INVALID_FORM, EMPTY_MESSAGE = 10062, 40060, 50035, 50006
NO_ACCESS, NO_PERMISSION, NO_DIRECT_MESSAGES = 50001, 50013, 50007
WORDS = {
    10002: "Unknown Application",
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10007: "Unknown Member",
    10008: "Unknown Message",
    10011: "Unknown Role",
    10013: "Unknown User",
    10015: "Unknown Webhook",
    10062: "Unknown interaction",
    10063: "Unknown application command",
    30032: "Maximum number of application commands reached (100)",
    40005: "Request entity too large",
    40060: "Interaction has already been acknowledged.",
    50001: "Missing Access",
    50005: "Cannot edit a message authored by another user",
    50006: "Cannot send an empty message",
    50007: "Cannot send messages to this user",
    50013: "Missing Permissions",
    50024: "Cannot execute action on this channel type",
    50027: "Invalid Webhook Token",
    50035: "Invalid Form Body",
    50083: "Thread is archived",
    50109: "The request body contains invalid JSON.",
    160002: "Cannot reply without permission to read message history",
    160004: "A thread has already been created for this message",
}


class NotAllowed(Exception):
    """What a person tried, the Discord client does not offer: no such button, command or channel for them."""


@dataclasses.dataclass
class Refused(Exception):
    """An answer with a status of 400 or more and Discord's body."""

    status: int
    code: int
    errors: Json | None = None
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    extra: Json = dataclasses.field(default_factory=dict)

    @property
    def body(self) -> Json:
        body: Json = {"message": WORDS.get(self.code, "400: Bad Request"), "code": self.code, **self.extra}
        return body | ({"errors": self.errors} if self.errors else {})

    def __str__(self) -> str:
        return f"{self.status} {self.body}"


def unknown(code: int) -> Refused:
    return Refused(404, code)


def lacking(code: int = NO_PERMISSION) -> Refused:
    return Refused(403, code)


class Form:
    """Collects what is wrong with a body, by the path to the field."""

    def __init__(self) -> None:
        self.errors: Json = {}

    def wrong(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        place = self.errors
        for step in path:
            place = place.setdefault(str(step), {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: tuple[str | int, ...], text: object, least: int, most: int) -> None:
        """`text` is a string of `least` to `most` characters, by code points and by UTF-16 units alike."""
        if not isinstance(text, str):
            self.wrong(path, "BASE_TYPE_BAD_STRING", "This field must be a string.")
        elif not text.strip() and least:
            self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif characters(text) > most or len(text) < least:
            message = f"Must be between {least} and {most} in length."
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", message)

    def number(self, path: tuple[str | int, ...], value: object, least: float, most: float) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif not least <= value <= most:
            message = f"Value should be between {least} and {most}."
            self.wrong(path, "NUMBER_TYPE_RANGE", message)

    def choice(self, path: tuple[str | int, ...], value: object, allowed: set[int]) -> bool:
        if value in allowed:
            return True
        listed = ", ".join(map(str, sorted(allowed)))
        self.wrong(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")
        return False

    def check(self) -> None:
        if self.errors:
            raise Refused(400, INVALID_FORM, self.errors)


def characters(text: str) -> int:
    """The length by the stricter count, UTF-16 code units: clients count those, the API code points."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def invalid(field: str, code: str, message: str) -> Refused:
    """400 for one field; dots in `field` nest."""
    form = Form()
    form.wrong(tuple(field.split(".")), code, message)
    return Refused(400, INVALID_FORM, form.errors)
