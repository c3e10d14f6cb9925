"""What each provider's models are made with."""

import pytest
from pydantic import SecretStr

from bot.providers import provider_of, server
from bot.settings import Settings
from index.errors import ChatModelError

SECRET = SecretStr("secret")


@pytest.mark.parametrize(
    ("name", "provider", "extra"),
    [
        ("openai:gpt-5", "openai", "openai"),
        ("OpenAI:gpt-5", "openai", "openai"),
        ("anthropic:claude", "anthropic", "anthropic"),
        ("google:gemini", "google_genai", "google"),
        ("google-genai:gemini", "google_genai", "google"),
        ("ollama:qwen3:8b", "ollama", "ollama"),
        ("mistralai:small", "mistralai", ""),
    ],
)
def test_a_provider_has_langchain_s_name_and_our_extra(name: str, provider: str, extra: str) -> None:
    found = provider_of(Settings(chat_model=name))
    assert (found.name, found.extra) == (provider, extra)


@pytest.mark.parametrize("name", ["openai:x", "anthropic:x", "google:x"])
def test_a_missing_key_is_named(name: str) -> None:
    settings = Settings(chat_model=name)
    provider = provider_of(settings)
    with pytest.raises(ChatModelError, match=f"{provider.key} is not set"):
        provider.arguments(settings)


def test_keys_stay_secret_on_their_way() -> None:
    settings = Settings(
        openai_api_key=SECRET,
        anthropic_api_key=SECRET,
        google_api_key=SECRET,
        openai_base_url=SecretStr("http://secret"),
    )
    for name in ("openai", "anthropic", "google"):
        found = provider_of(settings.model_copy(update={"chat_model": f"{name}:x"}))
        assert found.arguments(settings)["api_key"] == SECRET
    assert "secret" not in repr(settings)


def test_nobody_but_us_tries_again() -> None:
    settings = Settings(openai_api_key=SECRET, anthropic_api_key=SECRET, google_api_key=SECRET)
    tries = {
        name: provider_of(settings.model_copy(update={"chat_model": f"{name}:x"})).arguments(settings)
        for name in ("openai", "anthropic", "google")
    }
    assert {name: given["max_retries"] for name, given in tries.items()} == {
        "openai": 0,
        "anthropic": 0,
        "google": 1,
    }


def test_ollama_is_told_how_much_it_reads() -> None:
    settings = Settings(chat_model="ollama:qwen3", ollama_host=SecretStr(" 10.0.0.2:11434 "))
    given = provider_of(settings).arguments(settings)
    assert (given["num_ctx"], given["base_url"]) == (8_000, "10.0.0.2:11434")
    wide = settings.model_copy(update={"chat_context": 32_000})
    assert provider_of(wide).arguments(wide)["num_ctx"] == 32_000


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://me:secret@127.0.0.1:8080/v1?key=secret", "127.0.0.1:8080"),
        ("https://models.example/v1", "models.example"),
        ("127.0.0.1:1", "127.0.0.1:1"),
        ("http://[", ""),
        ("http://x:port/", ""),
    ],
)
def test_a_server_is_named_without_its_secrets(address: str, shown: str) -> None:
    settings = Settings(chat_model="ollama:x", ollama_host=SecretStr(address))
    assert server(provider_of(settings), settings) == shown


def test_without_an_address_there_is_no_name() -> None:
    settings = Settings(chat_model="anthropic:x")
    assert server(provider_of(settings), settings) == ""


@pytest.mark.parametrize("name", ["openai", "anthropic", "google"])
@pytest.mark.parametrize(
    "key", ["sk-\u0441\u0435\u043a\u0440\u0435\u0442", "sk-secret\nsk-secret", "sk-secret\x7f"]
)
def test_a_key_that_no_request_can_hold_is_named_and_not_shown(name: str, key: str) -> None:
    settings = Settings(chat_model=f"{name}:x").model_copy(update={f"{name}_api_key": SecretStr(key)})
    with pytest.raises(ChatModelError) as caught:
        provider_of(settings).arguments(settings)
    assert str(caught.value).startswith(f"{name.upper()}_API_KEY is no key.")
    assert "sk-" not in str(caught.value)


def test_white_space_around_a_key_is_not_sent() -> None:
    settings = Settings(chat_model="anthropic:x", anthropic_api_key=SecretStr(" secret\n"))
    assert provider_of(settings).arguments(settings)["api_key"] == SECRET


def test_other_providers_keys_stand_in_the_environment() -> None:
    assert "environment" in provider_of(Settings(chat_model="mistralai:x")).key_hint
    assert provider_of(Settings(chat_model="ollama:x")).key_hint == ""
