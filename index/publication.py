"""What is published on a Chroma server: the newest generation's stamp and manifest, for readers to copy.

Both lie in pieces in one collection. Its metadata names the pieces and is written last: that publishes.
"""

import base64
import dataclasses
import secrets
import zlib
from collections.abc import Mapping
from typing import Any, Self

from index.chroma_api import AT_ONCE, ChromaApi
from index.disk import REBUILD
from index.errors import StoreDamaged
from index.stamp import Stamp, parse_stamp, stamp_text

# In text as long as the longest document that Chroma Cloud takes.
_PIECE = 12_000
# A piece is found by its id; Chroma has a vector for everything.
_VECTOR = [1.0]
_FETCHED_AT_ONCE = 100
_TRIES = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Edition:
    """What the collection's metadata says: whose pieces, how many, and what they are once together."""

    key: str
    pieces: int
    size: int
    crc: int

    @classmethod
    def parse(cls, metadata: Mapping[str, Any]) -> Self:
        """Raises StoreDamaged for the metadata of another's collection."""
        try:
            return cls(**{field.name: metadata[field.name] for field in dataclasses.fields(cls)})
        except KeyError:
            raise StoreDamaged(
                "The collection on the Chroma server is not citebot's.",
                "Name another one in CHROMA_COLLECTION, or run `citebot index --rebuild`.",
            ) from None


class Publication:
    """The collection `name` on a server."""

    def __init__(self, api: ChromaApi, name: str) -> None:
        self._api = api
        self._name = name

    def edition(self) -> Edition | None:
        """What is published; None where nothing is. One small request."""
        found = self._api.find(self._name)
        return Edition.parse(found.metadata) if found and found.metadata else None

    def fetch(self) -> tuple[Edition, Stamp, bytes] | None:
        """What is published: its stamp, and its manifest as an SQLite file. None where nothing is."""
        for _ in range(_TRIES):
            found = self._api.find(self._name)
            if not found or not found.metadata:
                return None
            edition = Edition.parse(found.metadata)
            # Where another edition is published meanwhile, pieces of this one may be gone.
            if (content := self._together(found.id, edition)) is not None:
                stamp, _, manifest = content.partition(b"\0")
                place = f"on {self._api.address}"
                return edition, parse_stamp(stamp.decode(errors="replace"), place), manifest
        raise StoreDamaged(f"The index on {self._api.address} cannot be read.", REBUILD)

    def put(self, stamp: Stamp, manifest: bytes) -> Edition:
        """Publishes, and removes the pieces of what was."""
        content = stamp_text(stamp).encode() + b"\0" + manifest
        packed = zlib.compress(content)
        pieces = [packed[i : i + _PIECE] for i in range(0, len(packed), _PIECE)]
        edition = Edition(
            f"{stamp.generation}-{secrets.token_hex(4)}", len(pieces), len(content), zlib.crc32(content)
        )
        found = self._api.find(self._name) or self._api.create(self._name) or self._api.find(self._name)
        assert found  # nobody else makes or drops it while we hold the lease
        ids = _ids(edition)
        most = self._api.most_records()
        for start in range(0, len(ids), most):
            part = slice(start, start + most)
            self._api.put(
                found.id,
                ids=ids[part],
                embeddings=[_VECTOR] * len(ids[part]),
                documents=[base64.b64encode(piece).decode() for piece in pieces[part]],
            )
        self._api.change(found.id, metadata=dataclasses.asdict(edition))
        listed = {id for page in self._api.pages(found.id, []) for id in page["ids"]}
        self._api.remove(found.id, sorted(listed.difference(ids)))
        return edition

    def _together(self, id: str, edition: Edition) -> bytes | None:
        """The content of an edition; None where a piece is missing or not as it was."""
        documents: dict[str, str] = {}
        ids = _ids(edition)
        for start in range(0, len(ids), _FETCHED_AT_ONCE):
            page = self._api.get(id, ["documents"], ids=ids[start : start + _FETCHED_AT_ONCE], limit=AT_ONCE)
            documents.update(zip(page["ids"], page["documents"], strict=True))
        if len(documents) < len(ids):
            return None
        try:
            packed = b"".join(base64.b64decode(documents[piece]) for piece in ids)
            content = zlib.decompressobj().decompress(packed, edition.size + 1)
        except (ValueError, zlib.error):
            return None
        return content if zlib.crc32(content) == edition.crc else None


def _ids(edition: Edition) -> list[str]:
    return [f"{edition.key}-{number}" for number in range(edition.pieces)]
