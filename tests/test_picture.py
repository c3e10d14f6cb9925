"""The picture in the README shows what the bot sends."""

import itertools
import json
import re
from typing import Any

import pytest
from PIL import Image

from tests import picture
from tests.discord_markdown import words
from tests.discord_server import Discord
from tests.drawing import SHARPNESS
from tests.picture import block, look, wrapped

DRAW_AGAIN = "python -m tests.picture draws it again"
ROOM = 200
LINK, BLURPLE = (0x00, 0xA8, 0xFC), (0x58, 0x65, 0xF2)


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    message: dict[str, Any] = json.loads(picture.RECORDED.read_bytes())
    return message


def texts(component: dict[str, Any]) -> list[str]:
    return [component.get("content", ""), *itertools.chain(*map(texts, component.get("components", ())))]


def without_ids(components: object) -> str:
    return re.sub(r"(cb:[a-z]+:)[\w-]+", r"\1", json.dumps(components))


@pytest.mark.usefixtures("bot")
def test_the_bot_sends_what_was_recorded(discord: Discord, recorded: dict[str, Any]) -> None:
    sent = picture.ask(discord).raw
    assert without_ids(sent["components"]) == without_ids(recorded["components"]), DRAW_AGAIN


def test_the_picture_is_of_the_recorded_message_and_small() -> None:
    with Image.open(picture.PICTURE) as drawn:
        assert drawn.info[picture.DRAWN_FROM] == picture.digest(picture.RECORDED.read_bytes()), DRAW_AGAIN
    assert picture.PICTURE.stat().st_size < 200_000


def test_the_picture_is_as_it_is_drawn_now(recorded: dict[str, Any]) -> None:
    drawn = picture.draw(recorded)
    with Image.open(picture.PICTURE) as kept:
        assert kept.size == drawn.size, DRAW_AGAIN
    assert drawn.width == picture.WIDTH * SHARPNESS
    colors = {color for _, color in drawn.getcolors(drawn.width * drawn.height) or ()}
    assert {LINK, BLURPLE} <= colors


def test_the_face_has_every_letter(recorded: dict[str, Any]) -> None:
    letters = {letter for text in texts({"components": recorded["components"]}) for letter in words(text)}
    style = look("text", 16)
    assert style.lacks("\N{CHECK MARK}")
    assert [letter for letter in letters - {"\n"} if style.lacks(letter)] == []


def test_every_word_is_shown_in_lines_that_fit() -> None:
    markdown = (
        r"Mayor **Ana** Lindqvist said \[sic\] **41 million** euros, [[1]](<https://news.example/a#b>)."
    )
    lines = wrapped(markdown, ROOM)
    shown = ["".join(piece for word in line for piece, _ in word) for line in lines]
    assert "".join(shown) == words(markdown)
    assert len(lines) > 1
    widths = [sum(style.width(piece) for word in line for piece, style in word) for line in lines]
    assert max(widths) <= ROOM + 5  # the last space may stick out
    colors = {piece.strip(): style.color for line in lines for word in line for piece, style in word}
    assert colors["[1]"] != colors["Mayor"] != colors["million"]


def test_a_line_breaks_at_spaces_only() -> None:
    lines = wrapped("**wide**ness " * 30, ROOM)
    assert all("".join(piece for piece, _ in word) == "wideness " for line in lines for word in line)


def test_buttons_take_another_row_where_they_do_not_fit() -> None:
    def height(buttons: int) -> float:
        button = {"type": 2, "style": 2, "label": "Quotes"}
        return block({"type": 1, "components": [button] * buttons}, 300).height

    assert height(1) == height(3) < height(5)


def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(ValueError, match="type 9"):
        block({"type": 9}, 300)
    with pytest.raises(ValueError, match="mention"):
        wrapped("<@1>", ROOM)
