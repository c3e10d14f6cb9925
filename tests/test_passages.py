"""Passages: whole sentences, nothing lost, never over what the model reads."""

import dataclasses
import itertools
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from index.article import Article, Passage
from index.embedding import Embedder
from index.passages import PASSAGE_CHARACTERS, PASSAGE_PIECES, Counter, Cutter, covering
from index.stamp import Recipe

STORY = (
    "The new bridge over Elm Harbour opened on Saturday, nine years after the U.S. engineers drew it. "
    "“It cost too much,” Mayor Ana Lindqvist said at 5 p.m. Monday. "
)
FRAGMENTS = [
    *(
        "word ",
        "Bridge",
        "U.S. ",
        "No. ",
        "He left. ",
        "“Go!” ",
        " ",
        "\n",
        "\n\n",
        "\f",
        "\u00a0",
        "\u2028",
        "\t",
    ),
    *(
        "北京。",
        "北京" * 80,
        "ﷺ" * 20,
        "🙂" * 60,
        "e\u0301" * 90,
        "\u200b" * 50,
        "\ufffd",
        "()" * 40,
        "ประเทศไทย" * 20,
    ),
    *(
        "x" * 99,
        "y" * 101,
        "Ab9/" * 60,
        "word " * 300,
        "दिल्ली ",
        "القاهرة؟ ",
        " " * 500,
        "\u200b" * 5000,
        "q" * 5000,
    ),
]
TEXTS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=20), max_size=25).map("".join)
TITLES = st.sampled_from(["", "Bridge opens", "Title " * 400, "标题" * 200, "t" * 5000]) | st.text(
    max_size=300
)
REAL = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class BytePieces:
    """A tokenizer unlike the default model's: each byte is a piece, a character up to four."""

    max_pieces = 40

    def __init__(self) -> None:
        letters = sorted(pre_tokenizers.ByteLevel.alphabet())
        self._tokenizer = Tokenizer(models.BPE({letter: i for i, letter in enumerate(letters)}, []))
        self._tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        self._tokenizer.decoder = decoders.ByteLevel()

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(self._tokenizer.encode(text).ids) for text in texts]

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return [(a, b) for a, b in self._tokenizer.encode(text).offsets]


@pytest.fixture(scope="module")
def cutter(embedder: Embedder) -> Cutter:
    return Cutter(embedder)


def article(text: str, title: str = "Bridge opens", language: str | None = None) -> Article:
    return Article(id="a", title=title, text=text, language=language)


def letters(text: str) -> str:
    return "".join(text.split())


def check(article: Article, cutter: Cutter, counter: Counter) -> list[Passage]:
    """The passages, after a look at all that holds for those of any article."""
    passages = cutter.cut(article)
    sentences = [sentence for passage in passages for sentence in passage.sentences]
    assert letters("".join(p.quote(s) for p in passages for s in p.sentences)) == letters(article.text)
    assert all(one.end <= next.start for one, next in itertools.pairwise(sentences))
    for number, passage in enumerate(passages):
        assert passage.id == f"a#{number}"
        assert passage.article == article.info
        assert article.text[passage.start : passage.end] == passage.text
        assert (passage.start, passage.end) == (passage.sentences[0].start, passage.sentences[-1].end)
        assert all(passage.quote(s) == article.text[s.start : s.end].strip() != "" for s in passage.sentences)
        assert counter.count([cutter.embedding_text(passage)])[0] <= min(PASSAGE_PIECES, counter.max_pieces)
        assert len(passage.text) <= PASSAGE_CHARACTERS
    return passages


@REAL
@given(TEXTS, TITLES, st.sampled_from([None, "en", "zh", "ar", "th"]))
def test_nothing_is_lost_and_nothing_too_long(
    cutter: Cutter, embedder: Embedder, text: str, title: str, language: str | None
) -> None:
    check(article(text, title, language), cutter, embedder)


@REAL
@given(TEXTS, TITLES)
def test_the_same_with_another_tokenizer(text: str, title: str) -> None:
    counter = BytePieces()
    check(article(text[:2000], title), Cutter(counter), counter)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("word " * 5000, 20, 25),
        ("the bridge, which " * 1600 + "stands.", 20, 35),
        ("我们今天去了北京" * 600, 19, 25),
        ("我们今天去了北京。" * 600, 19, 25),
        ("نعم عاد أمس " * 500, 10, 60),
        ("x" * 5000, 2, 2),
        (STORY + "x" * 5000 + " " + STORY, 2, 4),
        ("https://news.example/" + "aB3/" * 2000, 20, 40),
        ("(" * 3000, 12, 13),
        ("\u200b" * 9000 + "word", 3, 3),
        ("First." + "\n" * 50_000 + "Last.", 2, 2),
        (("x" * 5000 + " ") * 20, 20, 60),
    ],
)
def test_sentences_without_end(cutter: Cutter, embedder: Embedder, text: str, least: int, most: int) -> None:
    assert least <= len(check(article(text), cutter, embedder)) <= most


@pytest.mark.parametrize("title", ["Title " * 1000, "标题" * 2000, "t" * 5000, "t-" * 3000])
def test_a_long_title_leaves_most_of_a_passage_to_its_words(
    cutter: Cutter, embedder: Embedder, title: str
) -> None:
    passages = check(article(STORY * 20, title), cutter, embedder)
    assert len(passages) <= 2 * len(cutter.cut(article(STORY * 20, "")))
    assert cutter.embedding_text(passages[0]).startswith(title[:50])


def test_passages_end_at_sentences(cutter: Cutter, embedder: Embedder) -> None:
    passages = check(article(STORY * 20), cutter, embedder)
    assert len(passages) == 4
    assert {passage.text[-6:] for passage in passages} <= {"ew it.", "onday."}
    assert {passage.text[:8] for passage in passages} <= {"The new ", "“It cost"}
    assert sum(len(passage.sentences) for passage in passages) == 40


def test_a_passage_takes_as_many_sentences_as_fit(cutter: Cutter, embedder: Embedder) -> None:
    first, second, *_ = cutter.cut(article(STORY * 20))
    longer = dataclasses.replace(first, text=f"{first.text} {second.quote(second.sentences[0])}")
    assert embedder.count([cutter.embedding_text(longer)])[0] > PASSAGE_PIECES


def test_what_is_embedded_begins_with_the_title(cutter: Cutter) -> None:
    [passage] = cutter.cut(article("It opened."))
    assert cutter.embedding_text(passage) == "Bridge opens\nIt opened."
    [untitled] = cutter.cut(article("It opened.", title=""))
    assert cutter.embedding_text(untitled) == "It opened."


def test_passages_know_the_page_they_begin_on(cutter: Cutter, embedder: Embedder) -> None:
    text = "\f".join([STORY * 3, "", STORY * 3, "The end."])
    passages = check(article(text), cutter, embedder)
    assert [passage.page for passage in passages] == [1 + text.count("\f", 0, p.start) for p in passages]
    assert passages[-1].page_at(text.index("The end.")) == 4
    assert [passage.page for passage in cutter.cut(article(STORY))] == [None]


@REAL
@given(TEXTS, st.data())
def test_any_words_of_an_article_are_covered_by_a_passage_or_neighbours(
    text: str, data: st.DataObject
) -> None:
    whole = article(text[:2000])
    passages = Cutter(BytePieces()).cut(whole)
    sentences = [sentence for passage in passages for sentence in passage.sentences]
    if not sentences:
        return
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(sentences) - 1)] * 2)))
    start, end = sentences[first].start, sentences[last].end
    found = covering([p for p in passages if p.start < end and p.end > start], start, end)
    assert found
    assert found.start <= start < end <= found.end
    assert len(found.text) == found.end - found.start
    words = whole.text[start:end]
    assert letters(found.text[start - found.start : end - found.start]) == letters(words)
    assert found.page_at(end - 1) == next(p for p in passages if p.end >= end).page_at(end - 1)


def test_what_is_not_there_is_covered_by_nothing(cutter: Cutter) -> None:
    passages = cutter.cut(article(STORY * 60))
    assert len(passages) > 2
    end = passages[-1].end
    for start, stop in ((0, end + 1), (end, end + 5), (5, 5), (9, 5), (-1, 5)):
        assert covering(passages, start, stop) is None
    assert covering([], 0, 5) is None
    assert covering(passages, passages[1].start, passages[1].end) == passages[1]


@pytest.mark.parametrize("text", ["", " \n\f\n\u00a0"])
def test_no_words_no_passages(cutter: Cutter, text: str) -> None:
    assert cutter.cut(article(text)) == []


def test_a_sentence_too_long_is_cut_at_white_space(cutter: Cutter) -> None:
    passages = cutter.cut(article("word " * 1000))
    assert {passage.text.replace("word ", "") for passage in passages} == {"word"}


def test_settings_tell_indexes_of_other_passages_apart(cutter: Cutter) -> None:
    assert cutter.settings == {"version": 1, "pieces": PASSAGE_PIECES}
    other = Cutter(BytePieces()).settings
    assert other == {"version": 1, "pieces": 40}
    said = Recipe("model", "digest", cutter.settings).differences(Recipe("model", "digest", other))
    assert said == "with the passage setting pieces = 250, and this is 40"
