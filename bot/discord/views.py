"""What messages look like: pages of text in a container, and the buttons under them."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import ui

from bot.markdown import length
from bot.render_discord import Page

if TYPE_CHECKING:
    from bot.discord.client import Bot

# One word for what to do, and what it is done to: all that a button knows stands in its custom id, so that
# it works after a restart, and for years.
_PREFIX = "cb"
# Characters that Discord takes in all texts of a message together.
_MOST = 4_000
_TEMPLATE = rf"{_PREFIX}:(?P<action>[a-z]+):(?P<state>[A-Za-z0-9_-]{{0,64}})"
_VOTES = {"good": "\N{THUMBS UP SIGN}", "bad": "\N{THUMBS DOWN SIGN}"}


class Press(ui.DynamicItem[ui.Button[Any]], template=_TEMPLATE):
    """A button whose press is `bot.presses.press(interaction, action, state)`."""

    def __init__(
        self,
        action: str,
        state: str,
        label: str | None = None,
        *,
        emoji: str | None = None,
        disabled: bool = False,
    ) -> None:
        button: ui.Button[Any] = ui.Button(
            label=label,
            emoji=emoji,
            disabled=disabled,
            style=discord.ButtonStyle.secondary,
            custom_id=f"{_PREFIX}:{action}:{state}",
        )
        super().__init__(button)
        self.action, self.state = action, state

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Discord's press as ours."""
        return cls(match["action"], match["state"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """What the press does; errors are told to the one who pressed."""
        bot: Bot = interaction.client
        await bot.presses.press(interaction, self.action, self.state)


def notice(said: str) -> ui.LayoutView:
    """A line of our own."""
    return ui.LayoutView(timeout=None).add_item(ui.TextDisplay(said))


def plain_page(page: Page, *rows: ui.ActionRow[Any] | ui.MediaGallery[Any]) -> ui.LayoutView:
    """A page in a frame, with buttons or a picture under it."""
    view = ui.LayoutView(timeout=None)
    texts: list[ui.Item[Any]] = [ui.TextDisplay(page.body)]
    if page.footer:
        texts += [ui.Separator(), ui.TextDisplay(page.footer)]
    view.add_item(ui.Container(*texts))
    for row in rows:
        view.add_item(row)
    return view


def picture(name: str, description: str) -> ui.MediaGallery[Any]:
    """An attached picture; who does not see it is read its description."""
    return ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{name}", description=description))


def pages(pages: Sequence[Page], *rows: ui.ActionRow[Any]) -> list[ui.LayoutView]:
    """A message a page; the last has the buttons."""
    return [*(plain_page(page) for page in pages[:-1]), plain_page(pages[-1], *rows)]


def answer_row(id: str, *, quotes: bool, thread: bool) -> ui.ActionRow[Any]:
    """The buttons under an answer: what may be pressed depends on what there is."""
    buttons: list[Press] = []
    if quotes:
        buttons.append(Press("quotes", id, "Quotes"))
    if thread:
        buttons.append(Press("thread", id, "Thread"))
    buttons += [Press(action, id, emoji=emoji) for action, emoji in _VOTES.items()]
    if quotes:
        buttons.append(Press("source", id, "Wrong source"))
    return ui.ActionRow(*buttons)


def answer_id(message: discord.Message) -> str | None:
    """The id of the answer that `message` shows, read off its buttons; None where it shows none."""
    for custom_id in _custom_ids(message.components):
        match = re.fullmatch(_TEMPLATE, custom_id)
        if match and match["action"] == "good":
            return match["state"]
    return None


def remarked(message: discord.Message, remark: str) -> ui.LayoutView:
    """A message of ours as it is, with a remark at the end of its page; of its lines those that fit."""
    view = ui.LayoutView.from_message(message, timeout=None)
    assert isinstance(view, ui.LayoutView)
    room = _MOST - sum(map(length, texts(message)))
    page = next((item for item in view.children if isinstance(item, ui.Container)), view)
    if shown := "\n".join(_fitting(remark.split("\n"), room)):
        page.add_item(ui.TextDisplay(shown))
    view.stop()  # its buttons are the bot's, whatever message they are in
    return view


def _fitting(lines: Sequence[str], room: int) -> Iterator[str]:
    for line in lines:
        room -= length(line) + 1
        if room >= 0:
            yield line


def is_page(message: discord.Message) -> bool:
    """Whether `message` is a page of ours: the buttons stand under the last one only."""
    return any(isinstance(component, discord.Container) for component in message.components)


def texts(message: discord.Message) -> list[str]:
    """What `message` says, component by component."""
    return [message.content] if message.content else list(_contents(message.components))


def _custom_ids(components: Sequence[Any]) -> list[str]:
    found = [component.custom_id for component in components if getattr(component, "custom_id", None)]
    for component in components:
        found += _custom_ids(getattr(component, "children", ()))
    return found


def _contents(components: Sequence[Any]) -> list[str]:
    found: list[str] = []
    for component in components:
        if isinstance(component, discord.TextDisplay):
            found.append(component.content)
        found += _contents(getattr(component, "children", ()))
    return found
