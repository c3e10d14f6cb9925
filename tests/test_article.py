"""Values: articles and passages."""

import dataclasses
import datetime
from typing import Any

import pytest

from index.article import Article, ArticleInfo, Hit, Passage, Sentence

ARTICLE = Article(
    id="bridge",
    title="Bridge opens",
    url="https://news.example/bridge",
    source="Harbour Times",
    published=datetime.date(2024, 6, 1),
    author="Ana Lindqvist",
    language="en",
    scope="",
    text="It opened.\fIt cost 41 million.\fFerries go on.",
)
PASSAGE = Passage(
    "bridge#1", ARTICLE.info, 11, 46, ARTICLE.text[11:46], (Sentence(11, 30), Sentence(31, 46)), page=2
)


def test_info_is_the_article_without_its_text() -> None:
    fields = {field.name: getattr(ARTICLE, field.name) for field in dataclasses.fields(ARTICLE)}
    del fields["text"], fields["misdated"]
    assert dataclasses.asdict(ARTICLE.info) == fields
    assert type(ARTICLE.info) is ArticleInfo


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Article) if field.compare])
def test_any_change_changes_the_digest(field: str) -> None:
    value: Any = datetime.date(2024, 6, 2) if field == "published" else "something else"
    changed = dataclasses.replace(ARTICLE, **{field: value})
    assert changed.digest != ARTICLE.digest


def test_the_same_article_has_the_same_digest() -> None:
    assert dataclasses.replace(ARTICLE).digest == ARTICLE.digest


def test_a_word_that_moves_to_the_next_field_changes_the_digest() -> None:
    one = Article(id="a", title="b c", text="d")
    assert one.digest != Article(id="a b", title="c", text="d").digest


def test_a_digest_stays_what_it_was_in_indexes_in_use() -> None:
    digest = "270e5a812ee328a2c259c8904fb3c0a4f469efa6ecc18f272dd06aa18e585034"
    assert Article(id="a", title="b", text="c").digest == digest


def test_unknown_is_not_the_word_none() -> None:
    known, unknown = (Article(id="a", title="b", text="c", author=author) for author in ("None", None))
    assert known.digest != unknown.digest


@pytest.mark.parametrize("value", [ARTICLE, ARTICLE.info, PASSAGE, Hit(PASSAGE, 0.5), Sentence(0, 3)])
def test_values_can_be_hashed_and_not_changed(value: Article) -> None:
    assert len({value, dataclasses.replace(value)}) == 1
    for field in dataclasses.fields(value):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field.name, None)


def test_a_sentence_is_quoted_letter_by_letter() -> None:
    assert [PASSAGE.quote(sentence) for sentence in PASSAGE.sentences] == [
        "It cost 41 million.",
        "Ferries go on.",
    ]


def test_form_feeds_count_pages() -> None:
    assert [PASSAGE.page_at(sentence.start) for sentence in PASSAGE.sentences] == [2, 3]


def test_without_pages_there_is_no_page_to_name() -> None:
    assert dataclasses.replace(PASSAGE, page=None).page_at(31) is None
