"""What the managers of a server settle about the bot in it. Values only."""

import dataclasses
import json
from typing import Any

from index.errors import SettingsError

MOST_PER_MINUTE = 1_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Who may ask, how often, and who sees the answers. Raises SettingsError for a rate out of bounds.

    `channels` and `roles` are ids; an empty set lets all of them ask. `direct_messages`: members may ask in
    direct messages; a person may where one server that they share with the bot lets them. The rates are
    questions a minute, from 1 to 1,000. `private`: answers are shown to the one who asks only.
    """

    channels: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    direct_messages: bool = True
    member_per_minute: int = 5
    server_per_minute: int = 30
    private: bool = False

    def __post_init__(self) -> None:
        for rate in (self.member_per_minute, self.server_per_minute):
            if not 1 <= rate <= MOST_PER_MINUTE:
                raise SettingsError(
                    f"{rate:,} questions a minute is out of bounds.",
                    f"Choose a number from 1 to {MOST_PER_MINUTE:,}.",
                )


def scopes_in(server: int | None) -> tuple[str, ...]:
    """Whose articles count in a server: everyone's and its own; in direct messages everyone's."""
    return ("", str(server)) if server else ("",)


def written(settings: ServerSettings) -> str:
    """The settings as text that `read_settings` takes back."""
    return json.dumps(dataclasses.asdict(settings), default=sorted)


def read_settings(text: str) -> ServerSettings:
    """The settings that were `written`."""
    known: dict[str, Any] = json.loads(text)
    values = {field.name: known[field.name] for field in dataclasses.fields(ServerSettings)}
    sets = {name: frozenset(values[name]) for name in ("channels", "roles")}
    return ServerSettings(**{**values, **sets})
