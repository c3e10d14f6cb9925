"""The index for LangChain users: a BaseRetriever over the search, with all that a citation needs.

Nothing else in index/ imports langchain_core.
"""

import asyncio
import datetime
from pathlib import Path
from typing import Any, Self

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from index.article import Passage
from index.clean import storable
from index.embedding import DEFAULT_MODEL, Embedder
from index.exports import Exports
from index.filter import Filter
from index.generations import Reader
from index.passages import Cutter
from index.search import Retriever
from index.sync import make_recipe


class CitebotRetriever(BaseRetriever):
    """The `k` best passages of an index as Documents, best first; threads may share it.

    The fields from `k` on narrow every search; `invoke(question, k=2, source="Reuters")` one alone. A wrong
    value or an unknown name is a pydantic ValidationError, everything else that fails a CitebotError.
    """

    model_config = ConfigDict(extra="forbid")

    reader: Reader = Field(repr=False)
    embedder: Embedder = Field(repr=False)
    k: int = Field(4, ge=1)
    since: datetime.date | None = None
    before: datetime.date | None = None
    source: str | None = None
    scopes: tuple[str, ...] = ("",)

    @classmethod
    def open(
        cls,
        index_folder: Path | str,
        *,
        embedding_model: str = DEFAULT_MODEL,
        models: Path | str | None = None,
        precision: str = "fp32",
        **fields: Any,
    ) -> Self:
        """Over the index that `citebot index` made with `embedding_model` in `precision`; `fields` as above.

        The model is exported into `models` where it is not: by default beside the index, as in a data folder.
        Sees what is indexed later, too. Close it at the end, or use it in a `with`. Raises StoreMissing
        where nothing is indexed, StoreMismatch where it was done otherwise, StoreDamaged and ModelError.
        """
        folder = Path(models) if models else Path(index_folder).absolute().parent / "models"
        embedder = Embedder(embedding_model, Exports(folder, precision=precision))
        reader = Reader(Path(index_folder), make_recipe(Cutter(embedder), embedder))
        opened = cls(reader=reader, embedder=embedder, **fields)
        reader.store()
        return opened

    def close(self) -> None:
        """Frees the index's files; the next question opens them again."""
        self.reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **changes: Any
    ) -> list[Document]:
        return self._search(query, changes)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **changes: Any
    ) -> list[Document]:
        return await asyncio.to_thread(self._search, query, changes)

    def _search(self, query: str, changes: dict[str, Any]) -> list[Document]:
        asked = type(self)(**{**self.__dict__, **changes}) if changes else self
        where = Filter(asked.since, asked.before, asked.source, asked.scopes)
        # What chains pass on need not be text that can be encoded, and the tokenizer would trip over it.
        found = Retriever(self.reader, self.embedder).search(storable(query), asked.k, where)
        return [
            _document(hit.passage, hit.score, similarity)
            for hit, similarity in zip(found.hits, found.similarities, strict=True)
        ]


def _document(passage: Passage, score: float, similarity: float) -> Document:
    """Every key is there, None where it is unknown, so that a prompt may name any of them."""
    article = passage.article
    return Document(
        id=passage.id,
        page_content=passage.text,
        metadata={
            "article": article.id,
            "title": article.title,
            "url": article.url,
            "source": article.source,
            "published": article.published.isoformat() if article.published else None,
            "author": article.author,
            "language": article.language,
            "scope": article.scope,
            "passage": passage.id,
            "start": passage.start,
            "end": passage.end,
            "page": passage.page,
            "score": score,
            "similarity": similarity,
        },
    )
