"""An index on a Chroma server, as front ends use it: a real `chroma run`, real articles, the real model."""

import contextlib
import dataclasses
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import App, Filter
from bot.settings import Settings
from index import server_draft
from index.article import Article
from index.chroma_api import Address, ChromaApi
from index.embedding import Embedder
from index.errors import (
    SettingsError,
    ShelfError,
    StoreBusy,
    StoreError,
    StoreMissing,
    StoreRefused,
    StoreUnreachable,
)
from index.filter import EVERYONE
from index.generations import Reader
from index.library import Library
from index.passages import Cutter
from index.search import Retriever
from index.server_place import OnServer
from index.sync import make_recipe, sync
from tests.chroma_server import ChromaServer, Door, chroma_server
from tests.command import Command, with_model
from tests.discord_bot import BRIDGE
from tests.making import STORM, TALKS

FERRIES = "The ferry to Port Ellen sails at noon. A ticket costs 12 euros, the harbour master said on Monday."
QUESTIONS = [
    "how much did the harbour bridge cost?",
    "when did a storm close the airport of Vik?",
    "what does a ticket for the ferry cost?",
    "who is the airport's director?",
    "who won the chess championship in Toronto?",
]


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers here ask between two syncs, never during one."""
    monkeypatch.setattr(server_draft, "_GRACE_SECONDS", 0.0)


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """One that none of the tests here kills."""
    with chroma_server(tmp_path_factory.mktemp("chroma")) as server:
        yield server


@dataclasses.dataclass
class Newsroom:
    """A folder of articles, and applications over it with an index on a server."""

    home: Path
    url: str
    name: str
    notices: list[str]

    @property
    def articles(self) -> Path:
        return self.home / "news"

    def app(self, machine: str = "one", **changes: Any) -> App:
        """As a process on some machine opens it: with a data folder of its own."""
        own: dict[str, Any] = {"chroma_url": self.url, "chroma_collection": self.name, **changes}
        settings = Settings(
            articles=(self.articles,), data=with_model(self.home / machine), reader_model="none", **own
        )
        return App(settings, notice=self.notices.append)

    def command(self, machine: str = "one", **changes: str) -> Command:
        settings = {
            "CITEBOT_ARTICLES": str(self.articles),
            "CITEBOT_DATA": str(with_model(self.home / machine)),
            "CHROMA_URL": self.url,
            "CHROMA_COLLECTION": self.name,
            "READER_MODEL": "none",
        }
        return Command(self.home, {**settings, **changes})


@pytest.fixture
def room(tmp_path: Path, chroma: ChromaServer, request: pytest.FixtureRequest) -> Newsroom:
    """Four articles; on the server a name of their own."""
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.removeprefix("test_"))[:40].strip("-")
    made = Newsroom(tmp_path, chroma.url, name, [])
    made.articles.mkdir()
    for file, text in (
        ("bridge.md", BRIDGE),
        ("talks.txt", TALKS),
        ("storm.txt", STORM),
        ("ferry.txt", FERRIES),
    ):
        (made.articles / file).write_text(text, encoding="utf-8")
    return made


def asked(app: App, filter: Filter = EVERYONE) -> list[object]:
    """Answers, hits and scores, as far as two indexes of the same articles must agree on them."""
    given: list[object] = []
    for question in QUESTIONS:
        answer, found = app.ask(question, filter=filter), app.find(question, filter=filter)
        hits = [(hit.passage, round(hit.score, 4)) for hit in found.hits]
        given.append((answer.text, answer.citations, answer.refused, hits))
    return given


def test_answers_are_those_of_the_embedded_index_on_every_machine(room: Newsroom) -> None:
    with room.app("embedded", chroma_url=None) as embedded, room.app() as indexer, room.app("two") as reader:
        embedded.sync()
        report = indexer.sync()
        assert (report.added, report.passages) == (4, embedded.coverage().passages)
        for filter in (Filter(), Filter(source="Harbour Times"), Filter(scopes=())):
            expected = asked(embedded, filter)
            assert asked(indexer, filter) == asked(reader, filter) == expected
        assert "41 million" in embedded.ask(QUESTIONS[0]).text
        assert reader.articles() == embedded.articles()
        assert reader.passages("news/storm.txt", scopes=("",)) == embedded.passages(
            "news/storm.txt", scopes=("",)
        )
    assert not (room.home / "one" / "index").exists()


def test_what_changes_is_seen_by_those_who_read(room: Newsroom) -> None:
    with room.app() as indexer, room.app("two") as reader:
        indexer.sync()
        before, edition = reader.ask(QUESTIONS[1]), reader.edition()
        assert "March 2024" in before.text
        (room.articles / "storm.txt").unlink()
        (room.articles / "ferry.txt").write_text(FERRIES.replace("12", "15"))
        report = indexer.sync()
        assert (report.changed, report.removed, report.unchanged) == (1, 1, 2)
        reader._looked = None  # two seconds later
        assert reader.ask(QUESTIONS[1]).refused
        assert "15 euros" in reader.ask(QUESTIONS[2]).text
        assert reader.edition() != edition
        # Nothing of what was removed stays on the server.
        stamped = indexer._reader.store()
        assert stamped.count() == indexer.coverage().passages
        assert [path.name for path in (room.home / "two").glob("server-*/store-*")] == ["store-2"]


def test_a_rebuild_leaves_one_collection_and_readers_follow(room: Newsroom) -> None:
    with room.app() as indexer, room.app("two") as reader:
        indexer.sync()
        first = asked(reader)
        indexer.sync(rebuild=True)
        reader._looked = None
        assert asked(reader) == first
        named = [name for name in indexer._server.api.names() if name.startswith(f"{room.name}-")]
        assert len(named) == 1


def test_what_a_killed_writer_left_is_neither_seen_nor_kept(room: Newsroom) -> None:
    with room.app() as indexer, room.app("two") as reader:
        indexer.sync()
        first = asked(reader)
        place, base = indexer._server, reader._server
        base.pull()
        with place.writing("indexing"):
            stamp = place.prepare(rebuild=False)
            draft = place.draft(indexer._reader._recipe, stamp, after=stamp.generation if stamp else 0)
            article = Article(id="x", title="Second bridge", text="The new bridge cost 99 million euros.")
            passages = indexer._cutter.cut(article)
            draft.manifest.put_article(article, "x", len(passages))
            draft.store.add(passages, indexer._embedder.embed([p.text for p in passages]))
            draft.discard()
        assert indexer._reader.store().count() > indexer.coverage().passages
        reader._looked = None
        assert asked(reader) == first
        assert indexer.sync().unchanged == 4
        assert indexer._reader.store().count() == indexer.coverage().passages


def test_one_indexer_writes_and_the_lease_of_a_dead_one_expires(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    with room.app() as first, room.app("two") as second:
        with first.indexing():
            first.sync()
            with pytest.raises(
                StoreBusy, match=r"process \d+ has been indexing since .*its lease ends in \d+ s"
            ):
                second.sync()
            # For a minute it does not renew: another takes over, and it publishes no more.
            second.articles()
            monkeypatch.setattr(time, "time", lambda clock=time.time: clock() + 100)
            with second.indexing():
                (room.articles / "ferry.txt").unlink()
                with pytest.raises(StoreBusy, match="One indexer is enough"):
                    first.sync()
                assert second.sync().removed == 1
        assert second.sync().unchanged == 3


def test_an_index_lies_in_one_place(room: Newsroom) -> None:
    with (
        room.app(chroma_cloud_api_key="ck-secret") as app,
        pytest.raises(SettingsError, match="Set one of them"),
    ):
        app.ask(QUESTIONS[0])


def test_nobody_reads_what_nobody_wrote(room: Newsroom) -> None:
    with room.app() as app, pytest.raises(StoreMissing, match=r"Nothing is indexed .* Run `citebot index`"):
        app.ask(QUESTIONS[0])
    done = room.command().here("ask", QUESTIONS[0])
    assert done.exit_code == 1
    assert "Run `citebot index`" in done.stderr


def test_articles_are_added_where_an_indexer_sees_them(room: Newsroom) -> None:
    with room.app() as indexer, room.app() as bot:
        indexer.sync()
        with pytest.raises(ShelfError, match=r"Change them where `citebot index --follow` runs"):
            bot.add(b"Words.", "words.txt", scope="5")
        with indexer.indexing():
            bot.add(b"The lighthouse of Vik was painted red.", "lighthouse.txt", scope="5")
            report = indexer.bring_in()
            assert report
            assert report.added == 1
        bot._looked = None
        own = Filter(scopes=("", "5"))
        assert "painted red" in bot.ask("what colour was the lighthouse of Vik painted?", filter=own).text
        assert bot.ask("what colour was the lighthouse of Vik painted?").refused
    added = room.command().here("add", str(room.articles / "ferry.txt"))
    assert "`citebot index` brings it in." in added.stderr


def test_a_server_that_is_killed_and_started_again_costs_two_lines(tmp_path: Path, room: Newsroom) -> None:
    with chroma_server(tmp_path / "own") as server:
        room.url = server.url
        with room.app() as app:
            app.sync()
            first = asked(app)
            server.kill()
            server.start()
            assert asked(app) == first
            server.kill()
            app._server.api.patience = 1.0
            app._looked = None
            with pytest.raises(StoreUnreachable, match=r"Check that it runs and CHROMA_URL names it"):
                app.ask(QUESTIONS[0])
            assert [
                line for line in room.notices if line.endswith("nothing answers there. It is tried again.")
            ]
            server.start()
            assert asked(app) == first


def test_a_token_is_shown_and_never_said(room: Newsroom, chroma: ChromaServer) -> None:
    with Door(chroma, needs=("authorization", "Bearer open-sesame")) as door:
        room.url = door.url
        with room.app(chroma_token="open-sesame") as app:
            app.sync()
            assert "41 million" in app.ask(QUESTIONS[0]).text
            assert "sesame" not in repr(app.settings) + repr(app._server.api.address)
        with room.app(chroma_token="sesame-street") as app, pytest.raises(StoreRefused) as caught:
            app.ask(QUESTIONS[0])
        assert str(caught.value).endswith(
            f"Access to the Chroma server at {door.url} is refused (401). Check CHROMA_TOKEN."
        )
        assert "sesame" not in str(caught.value)
        # A proxy that restarts, and one that is slow.
        with room.app(chroma_token="open-sesame") as app:
            door.fail = [502, 503, 429]
            assert "41 million" in app.ask(QUESTIONS[0]).text
            assert len([line for line in room.notices if "answers 502. It is tried again" in line]) == 1
            door.delay, app._server.api.patience = 30.0, 1.0
            app._looked = None
            with pytest.raises(StoreUnreachable, match="does not answer in time"):
                app.ask(QUESTIONS[0])


def test_a_certificate_of_ones_own_is_named_to_be_trusted(
    room: Newsroom, chroma: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=chroma.test"
    )
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    try:
        subprocess.run([*made.split(), *files], check=True, capture_output=True)
    except OSError:
        pytest.skip("openssl, which makes the certificate, is not installed")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with Door(chroma, needs=("authorization", "Bearer token"), tls=tls) as door:
        room.url = door.url
        with room.app(chroma_token="token") as app, pytest.raises(StoreRefused, match="SSL_CERT_FILE"):
            app.sync()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with room.app(chroma_token="token") as app:
            assert app.sync().added == 4


def test_what_is_not_there_is_named(room: Newsroom, tmp_path: Path) -> None:
    for wrong, says in (
        ({"chroma_database": "no_such_database"}, "Check CHROMA_TENANT and CHROMA_DATABASE"),
        ({"chroma_tenant": "no_such_tenant"}, "Check CHROMA_TENANT and CHROMA_DATABASE"),
    ):
        with room.app(**wrong) as app, pytest.raises(StoreError, match=says):
            app.ask(QUESTIONS[0])
        with room.app(**wrong) as app, pytest.raises(StoreError):
            app.sync()


def test_a_question_needs_neither_chromadb_nor_a_model_library(room: Newsroom) -> None:
    with room.app() as indexer:
        indexer.sync()
    code = (
        "import sys; from bot.cli import app; app(sys.argv[1:], standalone_mode=False); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "ask", QUESTIONS[0]],
        env=room.command("two").environment,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert {"httpx", "onnxruntime"} <= loaded  # it did answer
    assert not {"chromadb", "torch", "transformers", "opentelemetry", "grpc"} & loaded


def test_doctor_looks_at_the_server(room: Newsroom) -> None:
    command = room.command()
    assert "!! index: Nothing is indexed on the Chroma server" in command.here("doctor").stdout
    assert command.here("index").exit_code == 0
    well = command.here("doctor").stdout
    assert re.search(rf"ok index: 4 articles, \d passages; .* at {room.url}, version 1", well)
    gone = command.here("doctor", settings={"CHROMA_URL": "http://127.0.0.1:9"})
    assert "!! index: The Chroma server at http://127.0.0.1:9 cannot be used" in gone.stdout


def test_chroma_cloud_is_asked_with_its_key_for_what_it_is_for(
    room: Newsroom, chroma: ChromaServer, tmp_path: Path, embedder: Embedder
) -> None:
    with Door(chroma, needs=("x-chroma-token", "ck-secret")) as door:
        door.identity = b'{"user_id": "u", "tenant": "default_tenant", "databases": ["default_database"]}'
        api = ChromaApi(Address.of_cloud("ck-secret", None, None, url=door.url), print)
        with contextlib.closing(OnServer(api, "cloud-index", tmp_path)) as place:
            with pytest.raises(StoreMissing, match="on Chroma Cloud yet"):
                place.pull()
            cutter = Cutter(embedder)
            assert sync(Library([room.articles]), cutter, embedder, place).added == 4
            reader = Reader(place.folder, make_recipe(cutter, embedder), place.open)
            with contextlib.closing(reader):
                found = Retriever(reader, embedder).search(QUESTIONS[2])
            assert found.hits[0].passage.text == FERRIES
        assert "ck-secret" not in repr(api.address)
        door.identity = b'{"user_id": "u", "tenant": "t", "databases": ["one", "two"]}'
        other = ChromaApi(Address.of_cloud("ck-secret", None, None, url=door.url), print)
        refused = pytest.raises(StoreRefused, match="Set CHROMA_CLOUD_TENANT and CHROMA_CLOUD_DATABASE")
        with contextlib.closing(other), refused:
            other.find("cloud-index")
        assert all("x-chroma-token" in headers and "authorization" not in headers for headers in door.seen)
