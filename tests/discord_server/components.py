"""The components of a message and of a modal: Discord's rules, and what is in them."""

import dataclasses
import re
from collections.abc import Iterator

from tests.discord_server.errors import Form, Json, characters

Path = tuple[str | int, ...]

ROW, BUTTON, SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = {3, 5, 6, 7, 8}
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 18, 19, 21, 22, 23
IN_CONTAINER = {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR}
LINK, PREMIUM = 5, 6


@dataclasses.dataclass(frozen=True, slots=True)
class Button:
    """A button as a person sees it."""

    label: str
    custom_id: str | None
    url: str | None
    style: int
    disabled: bool
    emoji: str | None


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, nested ones and accessories included, in the order of reading."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        yield from walk([component[key] for key in ("accessory", "component") if component.get(key)])


def texts(components: list[Json]) -> list[str]:
    return [
        part["content"]
        for part in walk(components)
        if part.get("type") == TEXT and isinstance(part.get("content"), str)
    ]


def buttons(components: list[Json]) -> list[Button]:
    return [_button(part) for part in walk(components) if part.get("type") == BUTTON]


def _button(raw: Json) -> Button:
    emoji = (raw.get("emoji") or {}).get("name")
    label = raw.get("label") or ""
    return Button(
        label, raw.get("custom_id"), raw.get("url"), raw["style"], raw.get("disabled") or False, emoji
    )


def numbered(components: list[Json]) -> list[Json]:
    """Give an id to each component that has none, as Discord does."""
    taken = {part.get("id") for part in walk(components)}
    free = (number for number in range(1, 1000) if number not in taken)
    for part in walk(components):
        if not part.get("id"):
            part["id"] = next(free)
    return components


class Check:
    """One message's or modal's components against the rules; what is wrong goes into the form."""

    def __init__(self, form: Form, files: set[str]) -> None:
        self._form = form
        self._files = files
        self._seen: set[str] = set()

    def classic(self, components: list[Json]) -> None:
        if len(components) > 5:
            self._size(("components",), 5)
        for number, row in enumerate(components):
            path = ("components", number)
            if self._form.choice((*path, "type"), row.get("type"), {ROW}):
                self._row(path, row)

    def layout(self, components: list[Json]) -> None:
        """Components v2."""
        path = ("components",)
        if not components:
            self._form.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
        if not self._children(path, components, IN_CONTAINER | {CONTAINER}):
            return
        every = list(walk(components))
        if len(every) > 40:
            self._size(path, 40)
        if sum(map(characters, texts(components))) > 4000:
            message = "The combined text of all components cannot exceed 4000 characters."
            self._form.wrong(path, "COMPONENT_MAX_TOTAL_TEXT_LENGTH_EXCEEDED", message)
        ids = [part["id"] for part in every if part.get("id")]
        if len(ids) != len(set(ids)):
            self._form.wrong(path, "COMPONENT_DUPLICATE_ID", "Component ids must be unique.")

    def modal(self, modal: Json) -> None:
        self._form.length(("title",), modal.get("title"), 1, 45)
        self._form.length(("custom_id",), modal.get("custom_id"), 1, 100)
        parts = modal.get("components") or []
        if not 1 <= len(parts) <= 5:
            self._size(("components",), 5)
        for number, part in enumerate(parts):
            self._modal_part(("components", number), part)

    def _modal_part(self, path: Path, part: Json) -> None:
        if not self._form.choice((*path, "type"), part.get("type"), {ROW, TEXT, LABEL}):
            return
        if part["type"] == ROW:
            field = (part.get("components") or [{}])[0]
            self._form.length((*path, "components", 0, "label"), field.get("label"), 1, 45)
            self._field((*path, "components", 0), field, {TEXT_INPUT})
        elif part["type"] == LABEL:
            self._form.length((*path, "label"), part.get("label"), 1, 45)
            self._optional(path, part, "description", 100)
            allowed = SELECTS | {TEXT_INPUT, UPLOAD, RADIO, CHECKBOXES, CHECKBOX}
            self._field((*path, "component"), part.get("component") or {}, allowed)

    def _field(self, path: Path, field: Json, allowed: set[int]) -> None:
        if not self._form.choice((*path, "type"), field.get("type"), allowed):
            return
        if field["type"] in SELECTS:
            self._select(path, field)
            return
        self._custom_id(path, field)
        if field["type"] == TEXT_INPUT:
            self._optional(path, field, "placeholder", 100)
            self._optional(path, field, "value", 4000)
            self._form.choice((*path, "style"), field.get("style"), {1, 2})
            self._form.number((*path, "min_length"), field.get("min_length") or 0, 0, 4000)
            self._form.number((*path, "max_length"), field.get("max_length") or 4000, 1, 4000)

    def _children(self, path: Path, children: list[Json], allowed: set[int]) -> bool:
        checks = {
            ROW: self._row,
            SECTION: self._section,
            TEXT: self._text,
            GALLERY: self._gallery,
            FILE: self._file,
            SEPARATOR: self._separator,
            CONTAINER: self._container,
        }
        good = True
        for number, child in enumerate(children):
            if self._form.choice((*path, number, "type"), child.get("type"), allowed):
                checks[child["type"]]((*path, number), child)
            else:
                good = False
        return good

    def _container(self, path: Path, part: Json) -> None:
        children = part.get("components") or []
        if not children:
            self._form.wrong((*path, "components"), "BASE_TYPE_REQUIRED", "This field is required")
        if part.get("accent_color") is not None:
            self._form.number((*path, "accent_color"), part["accent_color"], 0, 0xFFFFFF)
        self._children((*path, "components"), children, IN_CONTAINER)

    def _text(self, path: Path, part: Json) -> None:
        self._form.length((*path, "content"), part.get("content"), 1, 4000)

    def _section(self, path: Path, part: Json) -> None:
        children = part.get("components") or []
        if not 1 <= len(children) <= 3:
            self._size((*path, "components"), 3)
        self._children((*path, "components"), children, {TEXT})
        accessory = part.get("accessory") or {}
        if not self._form.choice((*path, "accessory", "type"), accessory.get("type"), {BUTTON, THUMBNAIL}):
            return
        if accessory["type"] == BUTTON:
            self._button((*path, "accessory"), accessory)
        else:
            self._media((*path, "accessory", "media"), accessory.get("media"))
            self._optional((*path, "accessory"), accessory, "description", 1024)

    def _gallery(self, path: Path, part: Json) -> None:
        items = part.get("items") or []
        if not 1 <= len(items) <= 10:
            self._size((*path, "items"), 10)
        for number, item in enumerate(items):
            self._media((*path, "items", number, "media"), item.get("media"))
            self._optional((*path, "items", number), item, "description", 1024)

    def _file(self, path: Path, part: Json) -> None:
        url = (part.get("file") or {}).get("url", "")
        if not url.startswith("attachment://"):
            self._form.wrong((*path, "file", "url"), "URL_TYPE_INVALID_SCHEME", "Only attachment:// here.")
        self._media((*path, "file"), part.get("file"))

    def _separator(self, path: Path, part: Json) -> None:
        self._form.choice((*path, "spacing"), part.get("spacing", 1), {1, 2})

    def _media(self, path: Path, media: Json | None) -> None:
        url = (media or {}).get("url", "")
        if url.startswith("attachment://"):
            if url.removeprefix("attachment://") not in self._files:
                self._form.wrong((*path, "url"), "ATTACHMENT_NOT_FOUND", "Attachment not found")
        else:
            self._url((*path, "url"), url, 2048)

    def _row(self, path: Path, row: Json) -> None:
        children = row.get("components") or []
        kinds = {child.get("type") for child in children}
        if not 1 <= len(children) <= 5 or (kinds & SELECTS and len(children) > 1):
            message = "A row holds 1 to 5 buttons or one select."
            self._form.wrong((*path, "components"), "BASE_TYPE_BAD_LENGTH", message)
        for number, child in enumerate(children):
            place = (*path, "components", number)
            if self._form.choice((*place, "type"), child.get("type"), SELECTS | {BUTTON}):
                (self._button if child["type"] == BUTTON else self._select)(place, child)

    def _button(self, path: Path, button: Json) -> None:
        self._optional(path, button, "label", 80)
        if not self._form.choice((*path, "style"), button.get("style"), {1, 2, 3, 4, LINK, PREMIUM}):
            return
        if not button.get("label") and not button.get("emoji") and button["style"] != PREMIUM:
            self._form.wrong(path, "BUTTON_COMPONENT_INVALID", "A button must have a label or an emoji.")
        if button["style"] == LINK:
            self._url((*path, "url"), button.get("url"), 512)
            if button.get("custom_id"):
                message = "A custom id and url cannot both be specified"
                self._form.wrong((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL", message)
        elif button["style"] != PREMIUM:
            self._custom_id(path, button)
            if button.get("url"):
                message = "A custom id and url cannot both be specified"
                self._form.wrong((*path, "url"), "BUTTON_COMPONENT_CUSTOM_ID_URL", message)

    def _select(self, path: Path, select: Json) -> None:
        self._custom_id(path, select)
        self._optional(path, select, "placeholder", 150)
        options = select.get("options") or []
        most = len(options) if select["type"] == SELECT else 25
        least_chosen = select.get("min_values", 1)
        most_chosen = select.get("max_values", 1)
        self._form.number((*path, "min_values"), least_chosen, 0, 25)
        self._form.number((*path, "max_values"), most_chosen, max(1, least_chosen), max(1, most))
        if select["type"] == SELECT:
            self._options((*path, "options"), options)

    def _options(self, path: Path, options: list[Json]) -> None:
        if not 1 <= len(options) <= 25:
            self._size(path, 25)
        values = [option.get("value") for option in options]
        if len(values) != len(set(values)):
            message = "The specified option value is already used"
            self._form.wrong(path, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
        for number, option in enumerate(options):
            self._form.length((*path, number, "label"), option.get("label"), 1, 100)
            self._form.length((*path, number, "value"), option.get("value"), 1, 100)
            self._optional((*path, number), option, "description", 100)

    def _custom_id(self, path: Path, part: Json) -> None:
        custom_id = part.get("custom_id")
        self._form.length((*path, "custom_id"), custom_id, 1, 100)
        if custom_id in self._seen:
            message = "Component custom id cannot be duplicated"
            self._form.wrong((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
        self._seen.add(str(custom_id))

    def _optional(self, path: Path, part: Json, key: str, most: int) -> None:
        if part.get(key) is not None:
            self._form.length((*path, key), part[key], 0, most)

    def _url(self, path: Path, url: object, most: int) -> None:
        if not isinstance(url, str) or not re.match(r"(https?|discord)://[^\s/]", url):
            self._form.wrong(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        else:
            self._form.length(path, url, 1, most)

    def _size(self, path: Path, most: int) -> None:
        message = f"Must be {most} or fewer in length, and not empty."
        self._form.wrong(path, "BASE_TYPE_BAD_LENGTH", message)
