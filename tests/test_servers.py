"""The settings of a server."""

import pytest

from bot.servers import ServerSettings
from index.errors import SettingsError


def test_by_default_everyone_may_ask_everywhere() -> None:
    settings = ServerSettings()
    assert not settings.channels
    assert not settings.roles
    assert settings.direct_messages
    assert not settings.private
    assert 1 <= settings.member_per_minute <= settings.server_per_minute


@pytest.mark.parametrize("rate", [0, -1, 1_001])
def test_rates_out_of_bounds_are_refused(rate: int) -> None:
    with pytest.raises(SettingsError, match=r"out of bounds\. Choose a number from 1 to 1,000\."):
        ServerSettings(member_per_minute=rate)
    with pytest.raises(SettingsError):
        ServerSettings(server_per_minute=rate)
