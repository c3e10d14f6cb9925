"""A message's limits, whom it pings, and what Discord would unfurl under it."""

import re

from tests.discord_server.components import Check, texts
from tests.discord_server.errors import EMPTY_MESSAGE, Form, Json, Refused, characters
from tests.discord_server.permissions import Flags

CODE = re.compile(r"(`{3}.*?`{3}|``.*?``|`[^`\n]*`)", re.DOTALL)
PING = re.compile(r"<@[!&]?\d+>|@everyone|@here")
URL = re.compile(r"(?<![<\\])https?://[^\s<>]+", re.IGNORECASE)
LEGACY = ("content", "embeds", "poll", "sticker_ids")
EMBED_PARTS = {"title": 256, "description": 4096}


def check_message(fields: Json, flags: int, files: set[str], *, forgiving: bool = False) -> None:
    """Raise Refused for what Discord does not take; `fields` as the message would then be."""
    form = Form()
    if fields.get("content"):
        form.length(("content",), fields["content"], 0, 2000)
    components = fields.get("components") or []
    if flags & Flags.components_v2:
        _check_legacy(form, fields)
        Check(form, files).layout(components)
    else:
        Check(form, files).classic(components)
        _check_embeds(form, fields.get("embeds") or [])
    _check_mentions(form, fields.get("allowed_mentions") or {})
    form.check()
    if not forgiving and empty(fields, files):
        raise Refused(400, EMPTY_MESSAGE)


def empty(fields: Json, files: set[str]) -> bool:
    """Whether nothing would be seen of the message."""
    said = (fields.get("content") or "").strip()
    return not (
        said or files or any(fields.get(key) for key in ("embeds", "components", "poll", "sticker_ids"))
    )


def _check_legacy(form: Form, fields: Json) -> None:
    for key in LEGACY:
        if fields.get(key):
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            form.wrong(
                (key,), code, f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            )


def _check_embeds(form: Form, embeds: list[Json]) -> None:
    if len(embeds) > 10:
        form.wrong(("embeds",), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    total = 0
    for number, embed in enumerate(embeds):
        path = ("embeds", number)
        sized: list[tuple[tuple[str, ...], str | None, int]] = [
            ((key,), embed.get(key), most) for key, most in EMBED_PARTS.items()
        ]
        sized.append((("footer", "text"), (embed.get("footer") or {}).get("text"), 2048))
        sized.append((("author", "name"), (embed.get("author") or {}).get("name"), 256))
        for part, text, most in sized:
            if text is not None:
                form.length((*path, *part), text, 0, most)
        fields = embed.get("fields") or []
        if len(fields) > 25:
            form.wrong((*path, "fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        for place, field in enumerate(fields):
            form.length((*path, "fields", place, "name"), field.get("name"), 1, 256)
            form.length((*path, "fields", place, "value"), field.get("value"), 1, 1024)
            total += characters(f"{field.get('name')}{field.get('value')}")
        total += sum(characters(text or "") for _, text, _ in sized)
    if total > 6000:
        message = "Embed size exceeds maximum size of 6000"
        form.wrong(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", message)


def _check_mentions(form: Form, allowed: Json) -> None:
    parse = allowed.get("parse") or []
    for kind in ("users", "roles"):
        if kind in parse and allowed.get(kind):
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            form.wrong(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
        if len(allowed.get(kind) or []) > 100:
            form.wrong(("allowed_mentions", kind), "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")


def visible(raw: Json) -> str:
    """All the text that a message shows, in the order of reading."""
    parts = [raw.get("content") or ""]
    for embed in raw.get("embeds") or []:
        parts += [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
        for field in embed.get("fields") or []:
            parts += [field["name"], field["value"]]
        parts.append((embed.get("footer") or {}).get("text"))
    return "\n".join(part for part in [*parts, *texts(raw.get("components") or [])] if part)


def pings(raw: Json, allowed: Json | None, replied_to: str | None) -> list[str]:
    """Whom the message notifies, as `<@1>`, `<@&2>`, `@everyone`.

    Counted as if the sender might mention everyone, so that a message is caught whatever the server allows.
    """
    spoken = "\n".join([raw.get("content") or "", *texts(raw.get("components") or [])])
    found = [ping.replace("<@!", "<@") for ping in PING.findall(CODE.sub("", spoken))]
    if allowed is not None:
        found = [ping for ping in found if _may_ping(ping, allowed)]
    if replied_to and (allowed is None or allowed.get("replied_user")):
        found.append(f"<@{replied_to}>")
    return list(dict.fromkeys(found))


def _may_ping(ping: str, allowed: Json) -> bool:
    parse = allowed.get("parse") or []
    if ping.startswith("@"):
        return "everyone" in parse
    kind = "roles" if ping.startswith("<@&") else "users"
    number = re.sub(r"\D", "", ping)
    return kind in parse or number in map(str, allowed.get(kind) or [])


def previews(raw: Json) -> list[str]:
    """The urls under which Discord would show a preview: bare and masked links outside <> and code."""
    if raw["flags"] & (Flags.suppress_embeds | Flags.components_v2):
        return []
    found = URL.findall(CODE.sub("", raw.get("content") or ""))
    return list(dict.fromkeys(url.rstrip(").,;:!?'\"") for url in found))
