"""Settings: where each value comes from, and what a relative path counts from."""

import os
from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic import SecretStr

from bot import settings
from bot.settings import Settings
from index.embedding import DEFAULT_MODEL
from index.errors import SettingsError

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No setting of the person who runs the tests; the current folder is an empty one."""
    for name in Settings.variables().values():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_lie_in_the_checkout_wherever_it_is_run_from() -> None:
    loaded = Settings()
    assert loaded.articles == (CHECKOUT / "seeds",)
    assert loaded.data == CHECKOUT / "data"
    assert loaded.embedding_model == DEFAULT_MODEL


def test_example_names_every_setting_with_its_default() -> None:
    example = dotenv_values(CHECKOUT / ".env.example")
    assert list(example) == list(Settings.variables().values())
    (Path.cwd() / ".env").write_text("\n".join(f"{name}={value}" for name, value in example.items()))
    here = Settings.load()
    assert here.articles == (Path.cwd() / "seeds",)
    assert here.data == Path.cwd() / "data"
    assert here.embedding_model == Settings().embedding_model


def test_example_explains_every_setting() -> None:
    blocks = (CHECKOUT / ".env.example").read_text().strip().split("\n\n")[1:]
    assert len(blocks) == len(Settings.variables())
    for block in blocks:
        explanation, setting = block.splitlines()
        assert explanation.startswith("# ")
        assert "=" in setting


def test_environment_wins_over_the_file_and_counts_from_the_current_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("CITEBOT_DATA=from-file\nEMBEDDING_MODEL=from/file\n")
    monkeypatch.setenv("CITEBOT_DATA", "from-environment")
    assert Settings.load().data == tmp_path / "from-environment"
    assert Settings.load().embedding_model == "from/file"


def test_empty_values_count_as_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CITEBOT_DATA=kept\nCITEBOT_ARTICLES=\n")
    monkeypatch.setenv("CITEBOT_DATA", "")
    monkeypatch.setenv("EMBEDDING_MODEL", " ")
    loaded = Settings.load()
    assert loaded.data == tmp_path / "kept"
    assert loaded.articles == Settings().articles
    assert loaded.embedding_model == DEFAULT_MODEL


@pytest.mark.parametrize("value", ["", " "])
def test_articles_that_the_environment_leaves_empty_are_warned_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture, value: str
) -> None:
    settings._warn.cache_clear()
    (tmp_path / ".env").write_text("CITEBOT_ARTICLES=news\n")
    monkeypatch.setenv("CITEBOT_ARTICLES", value)
    assert Settings.load(quiet=True).articles == (tmp_path / "news",)
    assert not caplog.messages
    assert Settings.load().articles == Settings.load().articles == (tmp_path / "news",)
    assert caplog.messages == [
        "citebot: CITEBOT_ARTICLES is set, but empty, and counts as not set."
        " Set it to a folder or file of articles."
    ]


def test_several_articles_are_separated_as_in_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    absolute = tmp_path.parent / "elsewhere.jsonl"
    named = os.pathsep.join(["news", "", f" {absolute} ", "~/texts", "../up"])
    monkeypatch.setenv("CITEBOT_ARTICLES", named)
    expected = (tmp_path / "news", absolute, Path.home() / "texts", tmp_path.parent / "up")
    assert Settings.load().articles == expected


def test_a_model_may_be_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EMBEDDING_MODEL", "./models/mine")
    assert Settings.load().embedding_model == str(tmp_path / "models" / "mine")


def test_file_of_the_current_folder_comes_before_that_of_the_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    checkout, here = tmp_path / "checkout", tmp_path / "here"
    checkout.mkdir()
    here.mkdir()
    monkeypatch.setattr(settings, "checkout", lambda: checkout)
    monkeypatch.chdir(here)
    (checkout / ".env").write_text("CITEBOT_DATA=store\n")
    assert Settings.load().data == checkout / "store"
    (here / ".env").write_text("CITEBOT_DATA=store\n")
    assert Settings.load().data == here / "store"


def test_outside_a_checkout_the_user_s_own_folder_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "checkout", lambda: None)
    loaded = Settings.load()
    assert loaded.data.name == "data"
    assert loaded.data.parent.name == "citebot"
    assert loaded.articles == (loaded.data.parent / "articles",)


def test_unknown_names_in_the_file_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CITEBOT_FUTURE=1\nOTHER=2\nCITEBOT_DATA=store\n")
    assert Settings.load().data == tmp_path / "store"


def test_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfCITEBOT_DATA=store\n")
    assert Settings.load().data == tmp_path / "store"


@pytest.mark.parametrize(
    ("name", "value"),
    [("CITEBOT_ARTICLES", os.pathsep), ("EMBEDDING_MODEL", "a\x07b"), ("EMBEDDING_MODEL", "\udcff")],
)
def test_wrong_values_give_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert str(caught.value).startswith(f"{name} is wrong: ")
    assert "\n" not in str(caught.value)
    assert ".env.example" in caught.value.hint


@pytest.mark.parametrize("written", ["int8", "INT8", " Int8 "])
def test_the_precision_is_read_in_any_case(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("EMBEDDING_PRECISION", written)
    assert Settings.load().embedding_precision == "int8"
    monkeypatch.setenv("EMBEDDING_PRECISION", "int4")
    with pytest.raises(SettingsError, match=r"^EMBEDDING_PRECISION is wrong: it is fp32 or int8\. "):
        Settings.load()


def test_unreadable_file_gives_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"CITEBOT_DATA=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"\.env cannot be read") as caught:
        Settings.load()
    assert "\n" not in str(caught.value)


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().data = Path("elsewhere")


def test_construction_reads_neither_environment_nor_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CITEBOT_DATA", "from-environment")
    (tmp_path / ".env").write_text("EMBEDDING_MODEL=from/file\n")
    assert Settings().data == CHECKOUT / "data"
    assert Settings(embedding_model="mine").embedding_model == "mine"


def test_keys_may_stand_in_the_file_and_are_never_shown(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-secret\nOLLAMA_HOST=http://me:sk-secret@host\n")
    loaded = Settings.load()
    assert loaded.openai_api_key
    assert loaded.openai_api_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in f"{loaded!r} {loaded.model_dump()} {loaded.model_dump_json()}"


def test_networks_and_ports_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEBOT_FETCH_NETWORKS", "10.1.0.0/16, fd12::/48,192.168.7.1")
    monkeypatch.setenv("CITEBOT_FETCH_PORTS", "80, 8080")
    loaded = Settings.load()
    assert list(map(str, loaded.fetch_networks)) == ["10.1.0.0/16", "fd12::/48", "192.168.7.1/32"]
    assert loaded.fetch_ports == (80, 8080)
    assert (Settings().fetch_networks, Settings().fetch_ports) == ((), (80, 443))


def test_each_server_database_and_collection_has_a_folder_of_its_own() -> None:
    assert Settings().index == CHECKOUT / "data" / "index"
    named = [
        Settings(chroma_url="http://a:8000"),
        Settings(chroma_url="https://a:8000"),
        Settings(chroma_url="http://a:8000", chroma_database="b"),
        Settings(chroma_url="http://a:8000", chroma_collection="two"),
        Settings(chroma_cloud_api_key=SecretStr("key")),
        Settings(chroma_cloud_api_key=SecretStr("key"), chroma_cloud_database="b"),
    ]
    assert len({settings.index for settings in named}) == len(named)
    assert named[0].index == Settings(chroma_url=" http://a:8000/ ", chroma_token=SecretStr("t")).index


def test_a_chat_model_is_a_provider_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_MODEL", " ollama:qwen3:8b ")
    assert Settings.load().chat_model == "ollama:qwen3:8b"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("CHAT_MODEL", "gpt-5-mini", "write it as provider:model, for example openai:gpt-5-mini"),
        ("CHAT_MODEL", "openai:", "write it as provider:model"),
        ("CHROMA_URL", "chroma:8000", "it is no address such as http://127.0.0.1:8000"),
        ("CHROMA_URL", "http://me:pw@chroma:8000", "a token goes into CHROMA_TOKEN"),
        ("CHROMA_URL", "http://chroma:8000/api/v2", "it is the address without a path"),
        ("CHROMA_COLLECTION", "my index", "3 to 60 letters and digits"),
        ("CHAT_TIMEOUT", "soon", "number"),
        ("CHAT_TIMEOUT", "0", "greater than 0"),
        ("CHAT_TIMEOUT", "nan", "it is no number."),
        ("WATCH_PAUSE", "NaN", "it is no number."),
        *(
            ("OPENAI_BASE_URL", address, "it is no address such as http://127.0.0.1:8080/v1.")
            for address in (
                "127.0.0.1:8080/v1",
                "ftp://sk-x",
                "http://[",
                "http://sk-x:port/v1",
                "http:///v1",
            )
        ),
        ("DISCORD_API_BASE", "http://[sk-x", "it is no address such as https://discord.example/api/v10."),
        ("CHAT_CONTEXT", "10", "greater than or equal to 1000"),
        ("CHAT_TOKENS_PER_DAY", "-1", "greater than or equal to 0"),
        ("CITEBOT_FETCH_NETWORKS", "10.0.0.0/8, intranet", "not a valid IPv4 network"),
        ("CITEBOT_FETCH_NETWORKS", "10.1.0.0/8", "not a valid IPv4 network"),
        ("CITEBOT_FETCH_PORTS", "80,0", "greater than 0"),
        ("CITEBOT_FETCH_PORTS", "http", "integer"),
    ],
)
def test_wrong_settings_say_what_is_right(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert str(caught.value).startswith(f"{name} is wrong: ")
    assert reason in str(caught.value)
    assert "sk-x" not in str(caught.value)


def test_lines_of_the_file_that_cannot_be_read_are_named_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ".env").write_text('READER_MODEL=none\nCHAT_TIMEOUT="30\nnonsense line\n= x\n')
    for _ in range(2):
        assert Settings.load().reader_model == "none"
    (record,) = caplog.records
    assert f"{tmp_path / '.env'}: lines 2, 3, 4 cannot be read" in record.getMessage()
