"""Articles, passages and searches made by hand, for tests."""

import datetime
from collections.abc import Sequence

import numpy as np

from index.article import Article, Hit, Passage
from index.bm25 import term_weights
from index.embedding import Embedder
from index.passages import Cutter
from index.search import Found
from index.sketch import sketch_of
from index.words import terms

TALKS = (
    "Mayor Ana Lindqvist opened the harbour bridge on Saturday. She said it had cost 41 million euros. "
    "The port authority will keep the ferries until September. Who pays for them is open."
)
STORM = (
    "A storm closed the airport of Vik for two days in March 2024. Flights went to Lund instead. "
    "“Nobody was hurt,” the airport's director, Per Holm, said."
)


def article(text: str, id: str = "a", title: str = "", **fields: str) -> Article:
    published = datetime.date.fromisoformat(fields.pop("published")) if "published" in fields else None
    return Article(id=id, title=title, text=text, published=published, **fields)


def passages(embedder: Embedder, *articles: Article) -> list[Passage]:
    """Each article cut as the index cuts it."""
    return [passage for each in articles for passage in Cutter(embedder).cut(each)]


def found(embedder: Embedder, question: str, listed: Sequence[Passage]) -> Found:
    """What a search over these passages alone would find, nearest first."""
    vector = embedder.embed_question(question)
    vectors = embedder.embed([passage.text for passage in listed]) if listed else np.zeros((0, vector.size))
    similarities = vectors @ vector
    bags = [sketch_of(passage).bag for passage in listed]
    order = np.argsort(-similarities)
    return Found(
        question=question,
        hits=tuple(Hit(listed[i], float(similarities[i])) for i in order),
        similarities=tuple(float(similarities[i]) for i in order),
        bags=tuple(bags[i] for i in order),
        weights=term_weights(terms(question), bags),
        vector=vector,
        sentences={},
    )
