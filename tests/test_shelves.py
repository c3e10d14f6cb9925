"""Where articles lie: whose they are is a matter of the folder alone."""

from pathlib import Path

import pytest

from bot import shelves as module
from bot.settings import Settings
from bot.shelves import Shelves
from index.article import Article
from index.errors import ArticleError, LibraryError, ShelfError
from tests.making import STORM, TALKS


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "bridge.txt").write_text(TALKS, encoding="utf-8")
    return Shelves(Settings(articles=(tmp_path / "news",), data=tmp_path / "data"))


def scopes(shelves: Shelves) -> dict[str, str]:
    """The scope of every article there is, by id."""
    library = shelves.library
    items = [item for file in library.scan().files for item in library.read(file)]
    return {item.id: item.scope for item in items if isinstance(item, Article)}


def test_an_articles_scope_is_that_of_its_folder(shelves: Shelves) -> None:
    shelves.add(STORM.encode(), "storm.txt", "")
    shelves.add(STORM.encode(), "storm.txt", "5")
    shelves.add(STORM.encode(), "storm.txt", "6")
    assert scopes(shelves) == {
        "news/bridge.txt": "",
        "articles/storm.md": "",
        "servers/5/articles/storm.md": "5",
        "servers/6/articles/storm.md": "6",
    }
    assert shelves.scopes() == ["5", "6"]


@pytest.mark.parametrize(
    "name",
    [
        "../../x.txt",
        "..\\..\\x.txt",
        "a\x00b.txt",
        f"{'n' * 300}.TXT",
        "CON.txt",
        "\ud800.md",
        "a\nb.markdown",
    ],
)
def test_a_files_name_says_no_more_than_what_kind_it_is(shelves: Shelves, tmp_path: Path, name: str) -> None:
    added = shelves.add(STORM.encode(), name, "5")
    assert added.text == STORM
    assert added.id.startswith("servers/5/articles/")
    assert scopes(shelves)[added.id] == "5"
    (written,) = (tmp_path / "data").rglob("*.md")
    assert written.parent == tmp_path / "data" / "servers" / "5" / "articles"


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a", ".txt", "", "a.txt.exe"])
def test_other_kinds_of_files_are_refused(shelves: Shelves, tmp_path: Path, name: str) -> None:
    data = b'{"id": "news/bridge.txt", "scope": "", "text": "Words."}'
    with pytest.raises(ArticleError, match="is of a kind that is not read"):
        shelves.add(data, name, "5")
    assert not (tmp_path / "data").exists()


def test_a_file_that_is_too_large_is_refused(shelves: Shelves) -> None:
    with pytest.raises(ArticleError, match="is larger than 10 MB, the most that can be added"):
        shelves.add(b"x" * (module.LARGEST_FILE + 1), "a.txt", "5")


@pytest.mark.parametrize("scope", ["..", "5/../6", "x", "-1", "٣", "5 ", "5" * 21])
def test_only_the_ids_of_servers_name_folders(shelves: Shelves, tmp_path: Path, scope: str) -> None:
    (tmp_path / "data" / "servers" / "x" / "articles").mkdir(parents=True)
    (tmp_path / "data" / "servers" / "x" / "articles" / "a.txt").write_text("Words.")
    with pytest.raises(ShelfError, match="is no server's id"):
        shelves.add(STORM.encode(), "storm.txt", scope)
    with pytest.raises(ShelfError, match="is no server's id"):
        shelves.forget(scope)
    assert scopes(shelves) == {"news/bridge.txt": ""}


def test_everyones_articles_are_no_server_to_forget(shelves: Shelves) -> None:
    shelves.add(STORM.encode(), "storm.txt", "")
    with pytest.raises(ShelfError, match="is no server's id"):
        shelves.forget("")
    assert "articles/storm.md" in scopes(shelves)


def test_forgetting_a_server_leaves_nothing_of_it(shelves: Shelves, tmp_path: Path) -> None:
    for scope in ("5", "55"):
        shelves.add(STORM.encode(), "storm.txt", scope)
    shelves.forget("5")
    shelves.forget("5")
    assert shelves.scopes() == ["55"]
    assert [path.name for path in (tmp_path / "data" / "servers").iterdir()] == ["55"]


def test_a_servers_articles_stay_its_own_within_a_folder_of_everyones(tmp_path: Path) -> None:
    shelves = Shelves(Settings(articles=(tmp_path,), data=tmp_path / "data"))
    added = shelves.add(STORM.encode(), "storm.txt", "5")
    (tmp_path / "bridge.txt").write_text(TALKS, encoding="utf-8")
    assert scopes(shelves) == {f"{tmp_path.name}/bridge.txt": "", added.id: "5"}


def test_records_in_a_servers_folder_are_its_own_too(shelves: Shelves, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "servers" / "5" / "articles"
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_text('{"id": "news/bridge.txt", "scope": "", "text": "Words."}\n')
    assert scopes(shelves) == {"news/bridge.txt": "", "servers/5/articles/a.jsonl#news/bridge.txt": "5"}


def test_ids_of_added_articles_are_those_that_the_library_gives_them(tmp_path: Path) -> None:
    # An installed copy has two folders of this name: the operator's and the added articles'.
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "storm.md").write_text(TALKS, encoding="utf-8")
    shelves = Shelves(Settings(articles=(tmp_path / "articles",), data=tmp_path / "data"))
    added = shelves.add(STORM.encode(), "storm.txt", "")
    assert added.id == "data/articles/storm.md"
    assert set(scopes(shelves)) == {"articles/storm.md", added.id}
    removed = shelves.remove(added.id, "")
    assert removed
    assert removed.id == added.id
    assert set(scopes(shelves)) == {"articles/storm.md"}


def test_a_folder_of_servers_that_is_closed_is_no_empty_one(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shelves.add(STORM.encode(), "storm.txt", "5")
    servers = tmp_path / "data" / "servers"
    servers.chmod(0)
    try:
        if not _is_closed(servers):
            pytest.skip("this user may read everything")
        with pytest.raises(LibraryError, match="cannot be read"):
            shelves.scopes()
    finally:
        servers.chmod(0o700)


def _is_closed(folder: Path) -> bool:
    try:
        list(folder.iterdir())
    except PermissionError:
        return True
    return False
