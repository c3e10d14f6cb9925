"""A message of the bot as a picture, in Discord's dark look, about as wide as a phone.

`python -m tests.picture` asks the real bot, keeps what it sent in tests/data/answer.json, and draws
docs/answer.png from that.
"""

import datetime
import hashlib
import itertools
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from PIL.Image import Image
from PIL.PngImagePlugin import PngInfo

from tests.command import CHECKOUT
from tests.discord_bot import running
from tests.discord_markdown import tokens
from tests.discord_server import Discord, Message
from tests.drawing import Block, Pen, Style, image, inset, stack

QUESTION = "How much did the mayor say the bridge had cost?"
RECORDED = CHECKOUT / "tests" / "data" / "answer.json"
PICTURE = CHECKOUT / "docs" / "answer.png"
# In the PNG: the message that it shows.
DRAWN_FROM = "Drawn-From"

WIDTH = 490
_MARGIN, _INDENT, _INSET, _GAP = 16, 68, 14, 8
_GROUND, _FRAME, _EDGE, _BAR = "#313338", "#2b2d31", "#3f4147", "#4e5058"
_TEXT, _BRIGHT, _MUTED, _LINK = "#dbdee1", "#f2f3f5", "#949ba4", "#00a8fc"
_BLURPLE, _BUTTON = "#5865f2", "#404249"
_HAND, _CREASE = "#ffcc4d", "#d98a2b"
_NORMAL, _SMALL = 16, 13
_LABEL = Style(14, _BRIGHT, 0.2)

Json = dict[str, Any]
Word = list[tuple[str, Style]]


def draw(message: Json) -> Image:
    """The picture of a message as Discord's API gives it. Raises ValueError for what it cannot draw."""
    components = [block(component, WIDTH - _INDENT - _MARGIN) for component in message["components"]]
    said = inset(stack([_author(message), *components], 6), _INDENT)
    whole = stack([_command(message), said], 5) if "interaction" in message else said
    return image(inset(whole, 0, _MARGIN), WIDTH, _GROUND)


def wrapped(markdown: str, room: float, size: float = _NORMAL) -> list[list[Word]]:
    """The words of a line of Discord markdown, in lines no wider than `room` unless one word is."""
    lines: list[list[Word]] = [[]]
    used = 0.0
    for word in _words(markdown, size):
        width = sum(style.width(piece) for piece, style in word)
        if lines[-1] and used + sum(style.width(piece.rstrip()) for piece, style in word) > room:
            lines.append([])
            used = 0.0
        lines[-1].append(word)
        used += width
    return lines


def _words(markdown: str, size: float) -> list[Word]:
    """Words, each with the space behind it; within a word the style may change."""
    words: list[Word] = [[]]
    for token in tokens(markdown):
        style = look(token.kind, size)
        for piece in token.shown.replace(" ", " \0").split("\0"):
            words[-1].append((piece, style))
            if piece.endswith(" "):
                words.append([])
    return [word for word in words if any(piece for piece, _ in word)]


def look(kind: str, size: float) -> Style:
    """How a token of Discord markdown looks. Raises ValueError for one that is not drawn."""
    match kind:
        case "text":
            return Style(size, _MUTED if size == _SMALL else _TEXT)
        case "bold":
            return Style(size, _BRIGHT, 0.45)
        case "link":
            return Style(size, _LINK)
    raise ValueError(f"Markdown of the kind {kind} is not drawn.")


def _command(message: Json) -> Block:
    """The line above an answer: who used which command."""
    used = message["interaction"]
    parts = ((used["user"]["username"], _BRIGHT), ("used", _MUTED), (f"/{used['name']}", _LINK))

    def paint(pen: Pen, x: float, y: float) -> None:
        pen.stroke([(36, y + 20), (36, y + 12), (39, y + 9), (62, y + 9)], 2, _BAR)
        x += _INDENT
        for text, color in parts:
            style = Style(14, color)
            pen.text(x, y + 9, text, style)
            x += style.width(f"{text} ")

    return Block(18, paint)


def _author(message: Json) -> Block:
    """The bot's face, name and tag, and when; the face reaches down beside what follows."""
    name, when = message["author"]["username"], datetime.datetime.fromisoformat(message["timestamp"])
    bright = Style(16, _BRIGHT, 0.35)

    def paint(pen: Pen, x: float, y: float) -> None:
        _face(pen, _MARGIN, y)
        pen.text(x, y + 10, name, bright)
        x += bright.width(name) + 6
        pen.box(x, y + 2, 32, 16, _BLURPLE, 4)
        pen.text(x + 4.5, y + 10, "APP", Style(11, "#ffffff", 0.3))
        pen.text(x + 40, y + 10, f"{when:%d/%m/%Y %H:%M}", Style(12, _MUTED))

    return Block(22, paint)


def _face(pen: Pen, x: float, y: float) -> None:
    """Quotation marks on a disc."""
    pen.box(x, y, 40, 40, _BLURPLE, 20)
    for left in (x + 11, x + 21):
        pen.box(left, y + 13, 8, 8, "#ffffff", 4)
        pen.stroke([(left + 6.7, y + 17), (left + 6.2, y + 21.5), (left + 2.8, y + 25.5)], 2.6, "#ffffff")


def block(component: Json, width: float) -> Block:
    """A component of a message, drawn. Raises ValueError for one of a type that is not."""
    match component["type"]:
        case 1:  # action row
            return _buttons(component["components"], width)
        case 10:  # text display
            return stack([_line(line, width) for line in component["content"].split("\n")], 3)
        case 14:  # separator
            return Block(1, lambda pen, x, y: pen.box(x, y, width, 1, _EDGE))
        case 17:
            return _container(component, width)
        case other:
            raise ValueError(f"Components of type {other} are not drawn.")


def _container(component: Json, width: float) -> Block:
    parts = [block(part, width - 2 * _INSET) for part in component["components"]]
    inner, accent = inset(stack(parts, 10), _INSET, 12), component["accent_color"]

    def paint(pen: Pen, x: float, y: float) -> None:
        if accent is not None:
            pen.box(x - 3, y, width + 3, inner.height, f"#{accent:06x}", 8)
        pen.box(x, y, width, inner.height, _FRAME, 8, _EDGE)
        inner.paint(pen, x, y)

    return Block(inner.height, paint)


def _line(markdown: str, width: float) -> Block:
    """A line as it was sent, in as many as it takes; a quote has a bar, small print is small."""
    if markdown.startswith("-# "):
        return _text(markdown.removeprefix("-# "), width, _SMALL)
    if not markdown.startswith("> "):
        return _text(markdown, width, _NORMAL)
    quoted = _text(markdown.removeprefix("> "), width - 14, _NORMAL)

    def paint(pen: Pen, x: float, y: float) -> None:
        pen.box(x, y + 1, 4, quoted.height - 2, _BAR, 2)
        quoted.paint(pen, x + 14, y)

    return Block(quoted.height, paint)


def _text(markdown: str, width: float, size: float) -> Block:
    return stack([_printed(line, size * 1.375) for line in wrapped(markdown, width, size)])


def _printed(line: Iterable[Word], height: float) -> Block:
    def paint(pen: Pen, x: float, y: float) -> None:
        for piece, style in itertools.chain.from_iterable(line):
            pen.text(x, y + height / 2, piece, style)
            x += style.width(piece)

    return Block(height, paint)


def _buttons(buttons: Iterable[Json], width: float) -> Block:
    """Buttons side by side, in as many rows as it takes."""
    rows: list[list[tuple[float, Json]]] = [[]]
    left = 0.0
    for button in buttons:
        if rows[-1] and left + _button_width(button) > width:
            rows.append([])
            left = 0.0
        rows[-1].append((left, button))
        left += _button_width(button) + _GAP
    return stack([_row(row) for row in rows], _GAP)


def _button_width(button: Json) -> float:
    return 28 + (_LABEL.width(button["label"]) if "label" in button else 18)


def _row(row: Sequence[tuple[float, Json]]) -> Block:
    def paint(pen: Pen, x: float, y: float) -> None:
        for left, button in row:
            pen.box(x + left, y, _button_width(button), 34, _BUTTON, 8, _BAR)
            if "label" in button:
                pen.text(x + left + 14, y + 17, button["label"], _LABEL)
            else:
                _thumb(pen, x + left + 14, y + 8, up=button["emoji"]["name"] == "\N{THUMBS UP SIGN}")

    return Block(34, paint)


def _thumb(pen: Pen, x: float, y: float, *, up: bool) -> None:
    """The emoji, 18 wide and high: the face has none."""

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x + right, y + (down if up else 18 - down)) for right, down in points]

    pen.stroke(at((4, 9.5), (4, 15), (7, 15.4), (7, 9.5), (5.5, 13)), 4, _HAND)
    pen.stroke(at((5.5, 9.5), (8.2, 6.5), (8.8, 2.8)), 3.6, _HAND)
    for finger in range(4):
        down = 8.6 + 2.5 * finger
        pen.stroke(at((8, down), (15.2 - 0.5 * finger, down)), 2.6, _HAND)
    for crease in range(3):
        down = 9.85 + 2.5 * crease
        pen.stroke(at((10.5, down), (15.6 - 0.5 * crease, down)), 0.6, _CREASE)


def ask(discord: Discord) -> Message:
    """The answer that the picture shows, in a new server."""
    guild = discord.guild("Readers")
    run = guild.member("ana").command("ask", {"question": QUESTION}, guild.channel("general"))
    return run.reply(timeout=60)


def digest(recorded: bytes) -> str:
    """What ties the picture to the message that it shows."""
    return hashlib.sha256(recorded).hexdigest()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Discord() as discord, running(discord, Path(folder)):
        message = ask(discord).raw
    recorded = (json.dumps(message, indent=1) + "\n").encode()
    RECORDED.write_bytes(recorded)
    origin = PngInfo()
    origin.add_text(DRAWN_FROM, digest(recorded))
    draw(message).quantize(128).save(PICTURE, optimize=True, pnginfo=origin)


if __name__ == "__main__":
    main()
