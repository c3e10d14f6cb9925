"""Settings: read once in `main` from the environment and a `.env` file, then handed down frozen."""

import functools
import hashlib
import ipaddress
import logging
import os
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from dotenv.parser import parse_stream
from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.setting_values import (
    absolute,
    address,
    collection_name,
    finite,
    listed,
    precision,
    printable,
    provider_and_model,
    secret_address,
    server_address,
    some,
)
from index.errors import SettingsError

log = logging.getLogger(__name__)
# It would say of each line that it cannot read, at each reading, no more than where that is.
logging.getLogger("dotenv.main").setLevel(logging.ERROR)

# A model can be a folder; a bare `owner/name` is a name.
_LOOKS_LIKE_A_PATH = ("./", "../", "~/", ".\\", "..\\", "~\\")
DISCORD_API_BASE = "https://discord.com/api/v10"
UNREAD_HINT = "Write each as NAME=value, with quotation marks closed."
_HINT = "`.env.example` explains every setting."


def checkout() -> Path | None:
    """The folder of the checkout this code runs from; None for an installed copy."""
    folder = Path(__file__).resolve().parents[1]
    return folder if (folder / "pyproject.toml").is_file() else None


def env_file() -> Path | None:
    """The `.env` that is read: the current folder's, else the checkout's, else none."""
    folders = (_current_folder(), checkout())
    return next((folder / ".env" for folder in folders if folder and (folder / ".env").is_file()), None)


def unread_lines(file: Path) -> str:
    """Which lines of a `.env` cannot be read, in a sentence; empty where all can."""
    with file.open(encoding="utf-8-sig") as stream:
        lines = [binding.original.line for binding in parse_stream(stream) if binding.error]
    if not lines:
        return ""
    named = f"line{'s' * (len(lines) > 1)} {', '.join(map(str, lines))}"
    return f"{file}: {named} cannot be read and count for nothing."


@functools.cache
def _warn(message: str, hint: str) -> None:
    """Once, however often settings are read."""
    log.warning("citebot: %s %s", message, hint)


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except OSError:
        raise SettingsError("The current folder is gone.", "Change to one that exists.") from None


def _default_articles() -> tuple[Path, ...]:
    root = checkout()
    return (root / "seeds" if root else user_data_path("citebot", appauthor=False) / "articles",)


def _default_data() -> Path:
    return (checkout() or user_data_path("citebot", appauthor=False)) / "data"


AnyPath = Annotated[Path, AfterValidator(absolute)]
_Finite = Annotated[float, BeforeValidator(finite)]
_Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
_Ports = tuple[Annotated[int, Field(gt=0, lt=65_536)], ...]


def _warn_of_empty() -> None:
    """Warns where the environment names no articles, though it sets them.

    What is empty counts as not set, as for any other setting; but here that may be other articles than those
    meant, and answers from them: a script's `CITEBOT_ARTICLES="$NEWS"` where NEWS is not there.
    """
    name = _variable("articles")
    if not os.environ.get(name, "unset").strip():
        _warn(f"{name} is set, but empty, and counts as not set.", "Set it to a folder or file of articles.")


def _anchored(value: Any, field: FieldInfo, folder: Path) -> Any:
    """Paths as absolute text, relative ones counted from `folder`; any other value as it is."""
    if not value or not value.strip():
        return None
    if field.annotation == tuple[AnyPath, ...]:
        return tuple(_joined(folder, part) for part in value.split(os.pathsep) if part.strip())
    if field.annotation is Path or value.strip().startswith(_LOOKS_LIKE_A_PATH):
        return _joined(folder, value)
    return value


def _joined(folder: Path, path: str) -> str:
    return os.path.normpath(folder / os.path.expanduser(path.strip()))


class _Environment(EnvSettingsSource):
    def prepare_field_value(self, name: str, field: FieldInfo, value: Any, is_complex: bool) -> Any:
        return _anchored(value, field, _current_folder())


class _EnvFile(DotEnvSettingsSource):
    def prepare_field_value(self, name: str, field: FieldInfo, value: Any, is_complex: bool) -> Any:
        return _anchored(value, field, cast(Path, self.env_file).parent)


class Settings(BaseSettings):
    """Every setting, by the name of its environment variable without `CITEBOT_`; all paths are absolute.

    The environment wins over `.env`. Relative paths count from the current folder in the environment,
    from its own folder in a `.env`.
    """

    model_config = SettingsConfigDict(
        env_prefix="CITEBOT_",
        env_ignore_empty=True,
        env_file_encoding="utf-8-sig",
        extra="ignore",
        frozen=True,
        validate_by_name=True,
        hide_input_in_errors=True,
    )

    articles: Annotated[tuple[AnyPath, ...], AfterValidator(some)] = Field(default_factory=_default_articles)
    data: AnyPath = Field(default_factory=_default_data)
    fetch_networks: Annotated[_Networks, BeforeValidator(listed)] = ()
    fetch_ports: Annotated[_Ports, BeforeValidator(listed)] = (80, 443)
    embedding_model: Annotated[str, AfterValidator(printable)] = Field(
        default="sentence-transformers/all-MiniLM-L6-v2", validation_alias="EMBEDDING_MODEL"
    )
    embedding_precision: Annotated[Literal["fp32", "int8"], BeforeValidator(precision)] = Field(
        default="fp32", validation_alias="EMBEDDING_PRECISION"
    )
    reader_model: Annotated[str, AfterValidator(printable)] = Field(
        default="citebot-reader", validation_alias="READER_MODEL"
    )
    chat_model: Annotated[str, AfterValidator(provider_and_model)] | None = Field(
        default=None, validation_alias="CHAT_MODEL"
    )
    chat_timeout: _Finite = Field(default=60, gt=0, le=3600, validation_alias="CHAT_TIMEOUT")
    chat_context: int | None = Field(default=None, ge=1_000, validation_alias="CHAT_CONTEXT")
    chat_tokens_per_day: int = Field(default=0, ge=0, validation_alias="CHAT_TOKENS_PER_DAY")
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: Annotated[SecretStr, AfterValidator(secret_address)] | None = Field(
        default=None, validation_alias="OPENAI_BASE_URL"
    )
    anthropic_api_key: SecretStr | None = Field(default=None, validation_alias="ANTHROPIC_API_KEY")
    google_api_key: SecretStr | None = Field(default=None, validation_alias="GOOGLE_API_KEY")
    ollama_host: SecretStr | None = Field(default=None, validation_alias="OLLAMA_HOST")
    discord_token: SecretStr | None = Field(default=None, validation_alias="DISCORD_TOKEN")
    discord_api_base: Annotated[str, AfterValidator(address)] = Field(
        default=DISCORD_API_BASE, validation_alias="DISCORD_API_BASE"
    )
    discord_direct_messages: bool = Field(default=True, validation_alias="DISCORD_DIRECT_MESSAGES")

    watches_per_person: int = Field(default=10, ge=0, validation_alias="WATCHES_PER_PERSON")
    watches_per_server: int = Field(default=100, ge=0, validation_alias="WATCHES_PER_SERVER")
    watch_seconds: _Finite = Field(default=60, ge=1, le=86_400, validation_alias="WATCH_SECONDS")
    watch_pause: _Finite = Field(default=60, ge=0, le=100_000, validation_alias="WATCH_PAUSE")

    feeds_per_server: int = Field(default=20, ge=0, validation_alias="FEEDS_PER_SERVER")

    chroma_url: Annotated[str, AfterValidator(server_address)] | None = Field(
        default=None, validation_alias="CHROMA_URL"
    )
    chroma_token: SecretStr | None = Field(default=None, validation_alias="CHROMA_TOKEN")
    chroma_tenant: str = Field(default="default_tenant", validation_alias="CHROMA_TENANT")
    chroma_database: str = Field(default="default_database", validation_alias="CHROMA_DATABASE")
    chroma_collection: Annotated[str, AfterValidator(collection_name)] = Field(
        default="citebot", validation_alias="CHROMA_COLLECTION"
    )
    chroma_cloud_api_key: SecretStr | None = Field(default=None, validation_alias="CHROMA_CLOUD_API_KEY")
    chroma_cloud_tenant: str | None = Field(default=None, validation_alias="CHROMA_CLOUD_TENANT")
    chroma_cloud_database: str | None = Field(default=None, validation_alias="CHROMA_CLOUD_DATABASE")

    health_port: int | None = Field(default=None, ge=1, le=65535, validation_alias="HEALTH_PORT")
    health_host: Annotated[str, AfterValidator(printable)] = Field(
        default="127.0.0.1", validation_alias="HEALTH_HOST"
    )

    @property
    def index(self) -> Path:
        """The folder of the index, which can be deleted: it is made of the articles.

        Of an index on a Chroma server it holds a copy of what is small, for each server and database another.
        """
        if not self.is_served:
            return self.data / "index"
        digest = hashlib.sha256("\n".join(map(str, self._server_named)).encode()).hexdigest()
        return self.data / f"server-{digest[:12]}"

    @property
    def is_served(self) -> bool:
        """Whether the passages lie on a Chroma server, or in Chroma Cloud."""
        return bool(self.chroma_url or self.chroma_cloud_api_key)

    @property
    def _server_named(self) -> tuple[str | None, ...]:
        if self.chroma_url:
            return self.chroma_url, self.chroma_tenant, self.chroma_database, self.chroma_collection
        return "cloud", self.chroma_cloud_tenant, self.chroma_cloud_database, self.chroma_collection

    @property
    def models(self) -> Path:
        """The folder of exported models, which can be deleted, or copied from another machine."""
        return self.data / "models"

    @property
    def records(self) -> Path:
        """The database of answers, votes and servers' settings."""
        return self.data / "bot.sqlite3"

    @property
    def feeds(self) -> Path:
        """The database of the feeds that are subscribed to."""
        return self.data / "feeds.sqlite3"

    @property
    def has_own_discord(self) -> bool:
        """Whether another server than Discord's own is to be talked to."""
        return self.discord_api_base != DISCORD_API_BASE

    def secrets(self) -> list[str]:
        """What may never be shown or logged."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]

    @classmethod
    def load(cls, *, quiet: bool = False) -> "Settings":
        """The settings of this process: its environment, then a `.env`. Raises SettingsError.

        Articles that are set but empty are warned of, and lines of the `.env` that cannot be read, unless
        `quiet`.
        """
        if not quiet:
            _warn_of_empty()
        file = env_file()
        try:
            if file and not quiet and (unread := unread_lines(file)):
                _warn(unread, UNREAD_HINT)
            from_file = _EnvFile(cls, env_file=file)() if file else {}
            return cls(**{**from_file, **_Environment(cls)()})
        except ValidationError as error:
            raise _settings_error(error) from None
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{file} cannot be read: {error}.", "Mend the file or remove it.") from None

    @classmethod
    def variables(cls) -> dict[str, str]:
        """The environment variable of each field."""
        return {name: _variable(name) for name in cls.model_fields}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing is read on construction: `load` does that, knowing where relative paths count from."""
        return (init_settings,)


def _variable(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias
    return str(alias) if alias else f"CITEBOT_{field}".upper()


def _settings_error(error: ValidationError) -> SettingsError:
    first = error.errors(include_url=False)[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    name = _variable(field) if field in Settings.model_fields else field
    reason = first.get("ctx", {}).get("error", first["msg"])
    return SettingsError(f"{name} is wrong: {reason}.", _HINT)
