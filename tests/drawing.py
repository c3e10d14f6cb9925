"""What a picture is made of: letters, boxes and strokes, in blocks that stand below one another."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

# Pixels of the picture for one that is counted in; it is drawn at twice that, which makes edges smooth.
SHARPNESS = 2
_SCALE = 2 * SHARPNESS


@dataclass(frozen=True, slots=True)
class Style:
    """How letters look. There is one face; `weight` makes its strokes thicker."""

    size: float
    color: str
    weight: float = 0

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        font = ImageFont.load_default(self.size * _SCALE)
        assert isinstance(font, ImageFont.FreeTypeFont)
        return font

    def width(self, text: str) -> float:
        return self.font.getlength(text) / _SCALE

    def lacks(self, letter: str) -> bool:
        """Whether the face shows an empty box for it."""
        return bytes(self.font.getmask(letter)) == bytes(self.font.getmask("\uffff"))


class Pen:
    """Draws on an image."""

    def __init__(self, image: Image.Image) -> None:
        self._draw = ImageDraw.Draw(image)

    def text(self, x: float, middle: float, text: str, style: Style) -> None:
        """One line, its small letters centred on `middle`."""
        at = (x * _SCALE, (middle + style.size * 0.35) * _SCALE)
        self._draw.text(at, text, style.color, style.font, "ls", stroke_width=style.weight * _SCALE)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        color: str,
        radius: float = 0,
        edge: str | None = None,
    ) -> None:
        corners = (x * _SCALE, y * _SCALE, (x + width) * _SCALE - 1, (y + height) * _SCALE - 1)
        self._draw.rounded_rectangle(corners, radius * _SCALE, color, edge, _SCALE if edge else 0)

    def stroke(self, points: Sequence[tuple[float, float]], width: float, color: str) -> None:
        """A line with round ends and corners."""
        self._draw.line([(x * _SCALE, y * _SCALE) for x, y in points], color, round(width * _SCALE))
        for x, y in points:
            self._draw.circle((x * _SCALE, y * _SCALE), width * _SCALE / 2, color)


@dataclass(frozen=True, slots=True)
class Block:
    """What takes `height`, and is painted with its left upper corner at a place."""

    height: float
    paint: Callable[[Pen, float, float], None]


def stack(blocks: Sequence[Block], gap: float = 0) -> Block:
    """Blocks below one another."""
    tops = list(itertools.accumulate((block.height + gap for block in blocks), initial=0.0))

    def paint(pen: Pen, x: float, y: float) -> None:
        for top, block in zip(tops, blocks, strict=False):
            block.paint(pen, x, y + top)

    return Block(tops[-1] - gap, paint)


def inset(block: Block, left: float, above: float = 0) -> Block:
    """A block with room left of it, and as much below it as above."""
    return Block(block.height + 2 * above, lambda pen, x, y: block.paint(pen, x + left, y + above))


def image(block: Block, width: int, ground: str) -> Image.Image:
    """The block on a ground of its height."""
    height = round(block.height)
    large = Image.new("RGB", (width * _SCALE, height * _SCALE), ground)
    block.paint(Pen(large), 0, 0)
    return large.resize((width * SHARPNESS, height * SHARPNESS), Image.Resampling.LANCZOS)
