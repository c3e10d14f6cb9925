"""The index on a Chroma server, or in Chroma Cloud, that the settings name."""

from collections.abc import Callable

from bot.settings import Settings
from index.chroma_api import Address, ChromaApi
from index.errors import SettingsError
from index.server_place import OnServer


def served(settings: Settings, notice: Callable[[str], None]) -> OnServer:
    """Where the settings say, nothing asked yet; `notice` hears of a server that does not answer."""
    return OnServer(ChromaApi(_address(settings), notice), settings.chroma_collection, settings.index)


def _address(settings: Settings) -> Address:
    key, token = settings.chroma_cloud_api_key, settings.chroma_token
    if not settings.chroma_url:
        assert key  # or nothing would be served
        return Address.of_cloud(
            key.get_secret_value().strip(), settings.chroma_cloud_tenant, settings.chroma_cloud_database
        )
    if key:
        raise SettingsError(
            "CHROMA_URL and CHROMA_CLOUD_API_KEY are both set.",
            "Set one of them: the index lies in one place.",
        )
    shown = token.get_secret_value().strip() if token else None
    return Address.of_server(settings.chroma_url, shown, settings.chroma_tenant, settings.chroma_database)
