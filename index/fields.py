"""A passage as Chroma's metadata, and back."""

import datetime
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from index.article import ArticleInfo, Passage, Sentence
from index.disk import REBUILD
from index.errors import StoreDamaged

_CHECKSUM: Final = "checksum"


def to_fields(passage: Passage) -> dict[str, str | int]:
    """A passage as Chroma's metadata. What is not known is left out; sentences count from the passage."""
    info = passage.article
    spans = (f"{s.start - passage.start}-{s.end - passage.start}" for s in passage.sentences)
    known: dict[str, str | int | None] = {
        "article": info.id,
        "title": info.title,
        "url": info.url,
        "source": info.source,
        "folded": folded(info.source) if info.source else None,
        "published": info.published.isoformat() if info.published else None,
        "day": info.published.toordinal() if info.published else None,
        "author": info.author,
        "language": info.language,
        "scope": info.scope,
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "sentences": " ".join(spans),
    }
    fields = {name: value for name, value in known.items() if value is not None}
    return {**fields, _CHECKSUM: _checksum(passage.id, passage.text, fields)}


def to_passage(id: str, text: str, fields: Mapping[str, Any]) -> Passage:
    # An index that is older than the checksums has none.
    if fields.get(_CHECKSUM, "") not in ("", _checksum(id, text, fields)):
        raise StoreDamaged(f"The passage {id} is not as it was written.", REBUILD)
    start = fields["start"]
    spans = (span.split("-") for span in fields["sentences"].split())
    published = fields.get("published")
    info = ArticleInfo(
        id=fields["article"],
        title=fields["title"],
        url=fields.get("url"),
        source=fields.get("source"),
        published=datetime.date.fromisoformat(published) if published else None,
        author=fields.get("author"),
        language=fields.get("language"),
        scope=fields["scope"],
    )
    sentences = tuple(Sentence(start + int(a), start + int(b)) for a, b in spans)
    return Passage(id, info, start, fields["end"], text, sentences, fields.get("page"))


def folded(source: str) -> str:
    """An outlet's name as names are compared: without regard to case and form."""
    return unicodedata.normalize("NFKC", source).strip().casefold()


def _checksum(id: str, text: str | None, fields: Mapping[str, Any]) -> str:
    """Of all that is stored of a passage: SQLite notices no letter that changed on the disk."""
    said = {name: value for name, value in fields.items() if name != _CHECKSUM}
    return hashlib.sha256(json.dumps([id, text, said], sort_keys=True).encode()).hexdigest()[:16]
