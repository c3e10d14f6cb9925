"""What the index asks of a Chroma server or of Chroma Cloud: their HTTP API, version 2.

Not chromadb's own client: it waits for ever for a server that hangs, tells a wrong token from a restart by
the wording of the answer alone, and its import takes several times the time and memory of a question.
"""

import dataclasses
import ssl
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Self

import httpx

from index.errors import StoreDamaged, StoreRefused, StoreUnreachable

CLOUD = "https://api.trychroma.com"
# Chroma Cloud writes and returns no more records at a time; elsewhere it keeps requests small.
AT_ONCE = 300

_CONNECT_SECONDS = 5.0
# How long a request is tried while the server does not answer: a person waits for an answer.
_PATIENCE = 15.0
_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_AUTH = (401, 403)
_CONFLICT, _NOT_FOUND, _GONE, _TOO_MANY = 409, 404, 410, 429
_LONGEST_SAID = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """Where a Chroma server is and how it knows us. Without a tenant and a database, those of the key."""

    url: str
    tenant: str | None
    database: str | None
    headers: Mapping[str, str] = dataclasses.field(repr=False)
    is_cloud: bool = False

    @classmethod
    def of_server(cls, url: str, token: str | None, tenant: str, database: str) -> Self:
        """A server of one's own; the token is for it or for the proxy before it."""
        return cls(url, tenant, database, {"Authorization": f"Bearer {token}"} if token else {})

    @classmethod
    def of_cloud(cls, key: str, tenant: str | None, database: str | None, url: str = CLOUD) -> Self:
        """Chroma Cloud; `url` for what stands in for it."""
        return cls(url, tenant, database, {"x-chroma-token": key}, is_cloud=True)

    def __str__(self) -> str:
        return "Chroma Cloud" if self.is_cloud else f"the Chroma server at {self.url}"


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A collection on the server."""

    id: str
    name: str
    metadata: Mapping[str, Any]


class ChromaApi:
    """One tenant's database on a Chroma server; threads may share it. Raises StoreError.

    A request that fails because the server is away, restarts or is busy is tried again for a while: every
    request here can be. `notice` is told when that begins and when it ends; between, `is_away` is so.
    """

    def __init__(
        self, address: Address, notice: Callable[[str], None], *, patience: float = _PATIENCE
    ) -> None:
        self.address = address
        self.patience = patience
        self._notice = notice
        self.is_away = False
        self._telling = threading.Lock()
        self._home: str | None = None
        self._locating = threading.Lock()
        self._client = httpx.Client(
            base_url=f"{address.url}/api/v2/",
            headers={**address.headers, "Content-Type": "application/json"},
            limits=httpx.Limits(max_connections=10, keepalive_expiry=30),
        )

    def close(self) -> None:
        """Frees the connections."""
        self._client.close()

    def version(self) -> str:
        """The server's version, as it says itself."""
        return str(self._ask("GET", "version"))

    def most_records(self) -> int:
        """How many records it takes at a time."""
        return min(AT_ONCE, int(self._ask("GET", "pre-flight-checks")["max_batch_size"]))

    def find(self, name: str) -> Found | None:
        """The collection of this name. Raises StoreRefused where not even the database is there."""
        found = self._ask("GET", f"{self._collections()}/{name}", missing=None)
        if found is None:
            self._check_database()
        return _found(found) if found else None

    def names(self) -> list[str]:
        """All collections there are."""
        listed: list[str] = []
        while True:
            where = {"limit": AT_ONCE, "offset": len(listed)}
            page = self._ask("GET", f"{self._collections()}?{urllib.parse.urlencode(where)}")
            listed += [item["name"] for item in page]
            if len(page) < AT_ONCE:
                return listed

    def create(
        self,
        name: str,
        metadata: Mapping[str, Any] | None = None,
        *,
        index: Mapping[str, Any] | None = None,
    ) -> Found | None:
        """A new collection; None where one has its name."""
        body = {"name": name, "metadata": metadata, "configuration": index}
        made = self._ask("POST", self._collections(), body, taken=None)
        return _found(made) if made else None

    def change(self, id: str, *, name: str | None = None, metadata: Mapping[str, Any] | None = None) -> bool:
        """Renames a collection or replaces its metadata; whether it is still there."""
        body = {"new_name": name, "new_metadata": metadata}
        return self._ask("PUT", f"{self._collections()}/{id}", body, missing=None) is not None

    def drop(self, name: str) -> None:
        """Deletes a collection, if it is there."""
        self._ask("DELETE", f"{self._collections()}/{name}", missing=None)

    def count(self, id: str) -> int:
        """How many records a collection has."""
        return int(self._of(id, "count", None))

    def query(self, id: str, vector: Sequence[float], n: int, where: Any, include: Sequence[str]) -> Any:
        """The `n` records nearest to a vector, as Chroma gives them."""
        body = {"query_embeddings": [vector], "n_results": n, "where": where, "include": include}
        return self._of(id, "query", body)

    def get(self, id: str, include: Sequence[str], **asked: Any) -> Any:
        """The records that `ids`, `where` and `where_document` name, `limit` of them from `offset` on."""
        return self._of(id, "get", {**asked, "include": include})

    def pages(self, id: str, include: Sequence[str], **asked: Any) -> Iterator[Any]:
        """The same without a limit, some at a time."""
        offset = 0
        while True:
            page = self.get(id, include, **asked, limit=AT_ONCE, offset=offset)
            yield page
            offset += len(page["ids"])
            if len(page["ids"]) < AT_ONCE:
                return

    def put(self, id: str, **columns: Any) -> None:
        """Writes records, over those with the same ids."""
        self._of(id, "upsert", columns)

    def remove(self, id: str, ids: Sequence[str]) -> None:
        """Deletes records, however many."""
        for start in range(0, len(ids), AT_ONCE):
            self._of(id, "delete", {"ids": list(ids[start : start + AT_ONCE])})

    def _of(self, id: str, what: str, body: Any) -> Any:
        path = f"{self._collections()}/{id}/{what}"
        answer = self._ask("GET" if body is None else "POST", path, body, missing=None)
        if answer is None:
            raise StoreDamaged(
                f"A part of the index is missing on {self.address}.", "Run `citebot index --rebuild`."
            )
        return answer

    def _collections(self) -> str:
        return f"{self._located()}/collections"

    def _located(self) -> str:
        """The path of the database; where the settings name none, of the one that the key is for."""
        with self._locating:
            if self._home is None:
                tenant, database = self.address.tenant, self.address.database
                if not (tenant and database):
                    tenant, database = self._known_by_key(tenant, database)
                self._home = f"tenants/{_quoted(tenant)}/databases/{_quoted(database)}"
            return self._home

    def _known_by_key(self, tenant: str | None, database: str | None) -> tuple[str, str]:
        known = self._ask("GET", "auth/identity")
        databases = [name for name in known["databases"] if name != "*"]
        tenant = tenant or known["tenant"]
        if not database and len(databases) == 1:
            database = databases[0]
        if not tenant or tenant == "*" or not database:
            raise StoreRefused(
                f"The key of {self.address} is not for one database alone.",
                "Set CHROMA_CLOUD_TENANT and CHROMA_CLOUD_DATABASE.",
            )
        return tenant, database

    def _check_database(self) -> None:
        if self._ask("GET", self._located(), missing=None) is None:
            names = "CHROMA_CLOUD_TENANT and CHROMA_CLOUD_DATABASE" if self.address.is_cloud else _NAMES
            raise StoreRefused(
                f"There is no such tenant or database on {self.address}.",
                f"Check {names}, or create it there.",
            )

    def _ask(self, method: str, path: str, body: Any = None, **otherwise: Any) -> Any:
        """What the server says; `missing` and `taken` are for what is not there, or there already."""
        response = self._sent(method, path, body)
        status = response.status_code
        try:
            said = response.json()
        except ValueError:
            said = None
        if response.is_success and said is not None:
            return said
        if status in _AUTH:
            name = "CHROMA_CLOUD_API_KEY" if self.address.is_cloud else "CHROMA_TOKEN"
            raise StoreRefused(f"Access to {self.address} is refused ({status}).", f"Check {name}.")
        is_chromas = isinstance(said, dict) and "error" in said
        if not is_chromas or status == _GONE:
            raise StoreRefused(
                f"What answers ({status}) is not {self.address}, or older than version 1.",
                "Check CHROMA_URL: it is the address without a path, such as http://127.0.0.1:8000.",
            )
        if status == _NOT_FOUND and "missing" in otherwise:
            return otherwise["missing"]
        if status == _CONFLICT and "taken" in otherwise:
            return otherwise["taken"]
        words = str(said.get("message", ""))[:_LONGEST_SAID]
        raise StoreRefused(
            f"A request is refused by {self.address}: {words}", "`citebot doctor` may say more."
        )

    def _sent(self, method: str, path: str, body: Any) -> httpx.Response:
        """The answer to a request, sent again while the server is away, busy or at fault."""
        begun, pause = time.monotonic(), _PAUSE
        timeout = httpx.Timeout(max(_CONNECT_SECONDS, self.patience / 2), connect=_CONNECT_SECONDS)
        while True:
            try:
                response = self._client.request(method, path, json=body, timeout=timeout)
            except httpx.TransportError as error:
                why = _why(error)
            else:
                if response.status_code < 500 and response.status_code != _TOO_MANY:
                    self._tell(away="")
                    return response
                why = f"it answers {response.status_code}"
            if time.monotonic() - begun + pause > self.patience:
                check = "the network" if self.address.is_cloud else "that it runs and CHROMA_URL names it"
                raise StoreUnreachable(
                    f"{_begun(str(self.address))} cannot be used: {why}.",
                    f"Check {check}, or try again in a minute.",
                )
            self._tell(away=why)
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _tell(self, *, away: str) -> None:
        """That the server is away, with the reason, or is there again: whichever it was not before."""
        with self._telling:
            if self.is_away == bool(away):
                return
            self.is_away = bool(away)
            said = f"cannot be used: {away}. It is tried again." if away else "answers again."
            self._notice(f"{_begun(str(self.address))} {said}")


_NAMES = "CHROMA_TENANT and CHROMA_DATABASE"


def _found(said: Mapping[str, Any]) -> Found:
    return Found(said["id"], said["name"], said["metadata"] or {})


def _why(error: httpx.TransportError) -> str:
    """Why no answer came. Raises StoreRefused where none will."""
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise StoreRefused(
                f"The certificate of the Chroma server is not trusted: {cause.verify_message}.",
                "For one of your own, name the file of its authority in SSL_CERT_FILE.",
            ) from None
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError):
        return "nothing answers there"
    if isinstance(error, httpx.TimeoutException):
        return "it does not answer in time"
    return "the connection broke"


def _begun(text: str) -> str:
    return text[0].upper() + text[1:]


def _quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="")
