"""The check on a made-up article: what may stand, what the article's own words replace, what goes."""

import dataclasses
import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cite import Checked, Checker, Verdict
from bot.verifier.verifier import load_verifier
from index.article import Article, ArticleInfo, Passage, Sentence
from index.embedding import Embedder
from index.passages import Cutter

TEXT = (
    "The new bridge over Elm Harbour opened to traffic on Saturday, nine years after the first plans. "
    "Mayor Ana Lindqvist said the bridge had cost 41 million euros, nine million more than planned. "
    "Ferries will keep crossing the harbour until the end of the summer, the port authority announced. "
    "The council may raise the toll for lorries next spring. "
    "No workers were injured while the bridge was built. "
    'Harbour pilot Tom Berg called it "the end of an era" and said he would miss the ferries.'
)
OTHER = "Rovers beat Wanderers 3-1 in the cup final on Sunday. The winning coach praised her young defence."


@pytest.fixture(scope="module")
def checker(embedder: Embedder) -> Checker:
    return Checker(embedder, load_verifier())


@pytest.fixture(scope="module")
def bridge(embedder: Embedder) -> Passage:
    return _passage(embedder, "bridge", "Harbour bridge opens after nine years", TEXT)


@pytest.fixture(scope="module")
def match(embedder: Embedder) -> Passage:
    return _passage(embedder, "match", "Rovers win the cup", OTHER)


def _passage(embedder: Embedder, id: str, title: str, text: str) -> Passage:
    article = Article(id=id, title=title, text=text, published=datetime.date(2024, 6, 3))
    (passage,) = Cutter(embedder).cut(article)
    return passage


@pytest.mark.parametrize(
    "sentence",
    [
        "Mayor Ana Lindqvist said the bridge had cost 41 million euros [1].",
        "The price came to €41 million by Lindqvist's account, nine million above the plan [1].",
        "The new bridge over Elm Harbour opened to traffic on Saturday [1].",
        "Ferries will cross the harbour until summer ends [1].",
        "Nobody was hurt during construction [1].",
        "Lorries might pay more from next spring [1].",
    ],
)
def test_a_true_sentence_stands(checker: Checker, bridge: Passage, sentence: str) -> None:
    checked = checker.check(sentence, [bridge])
    assert (checked.verdict, checked.reason) == (Verdict.TIED, "")
    assert checked.text == sentence.replace("[1]", "").replace(" .", ".").strip()
    assert checked.cited_right
    _assert_verbatim(checked)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The bridge cost 14 million euros, Lindqvist said.", "the number 14 million euros"),
        ("The bridge cost 41 billion euros, Lindqvist said.", "the number 41 billion euros"),
        ("The bridge cost 41 million dollars, Lindqvist said.", "the number 41 million dollars"),
        ("The bridge cost more than 41 million euros, Lindqvist said.", "the number 41 million euros"),
        ("The bridge over Elm Harbour opened to traffic on Sunday.", "the time sunday"),
        ("The bridge over Oak Harbour opened to traffic on Saturday.", "the name Oak Harbour"),
        ("Mayor Eva Lindqvist said the bridge had cost 41 million euros.", "the name Mayor Eva Lindqvist"),
        ("Tom Berg said the bridge had cost 41 million euros.", "Tom Berg"),
        ("Workers were injured while the bridge was built.", "No"),
        ("The bridge over Elm Harbour did not open to traffic on Saturday.", "not"),
        ("The bridge over Elm Harbour closed to traffic on Saturday.", "the opposite of close"),
        ("The council will raise the toll for lorries next spring.", "less sure"),
        ("Berg called the bridge “the end of the world”.", "the words “the end of the world”"),
        ("The bridge cost 9 million euros, 41 million more than planned.", ""),
    ],
)
def test_a_lie_never_stands(checker: Checker, bridge: Passage, sentence: str, reason: str) -> None:
    checked = checker.check(sentence, [bridge])
    assert checked.verdict is not Verdict.TIED
    assert reason in checked.reason
    _assert_verbatim(checked)


def test_an_invented_clause_is_replaced_by_the_articles_sentence(checker: Checker, bridge: Passage) -> None:
    lie = "The bridge opened to traffic on Saturday, and its architect was arrested for fraud in the evening."
    checked = checker.check(lie, [bridge])
    assert checked.verdict is Verdict.QUOTED
    assert checked.text == TEXT[: TEXT.index(" Mayor")]
    assert [support.quote for support in checked.supports] == [checked.text]


def test_a_true_sentence_with_the_wrong_marker_is_tied_to_the_right_passage(
    checker: Checker, bridge: Passage, match: Passage
) -> None:
    checked = checker.check("Rovers beat Wanderers 3-1 on Sunday [1].", [bridge], [match])
    assert checked.verdict is Verdict.TIED
    assert {support.passage.article.id for support in checked.supports} == {"match"}
    assert not checked.cited_right


def test_what_no_passage_says_is_dropped(checker: Checker, match: Passage) -> None:
    checked = checker.check("The central bank left interest rates at 4 percent.", [match])
    assert checked == Checked(Verdict.DROPPED, "", (), checked.reason, False)
    assert checked.reason.startswith("the number 4 percent")


@pytest.mark.parametrize("sentence", ["", "[1]", "It is.", "..."])
def test_a_sentence_that_says_nothing_is_dropped(checker: Checker, bridge: Passage, sentence: str) -> None:
    assert checker.check(sentence, [bridge]).reason == "it says nothing"


def test_without_passages_nothing_stands(checker: Checker) -> None:
    assert checker.check("The bridge opened.", []).verdict is Verdict.DROPPED


def test_of_a_translation_names_and_numbers_are_checked(checker: Checker, bridge: Passage) -> None:
    true = "El puente costó 41 millones de euros, dijo Lindqvist."
    assert checker.check(true, [bridge], translated=True).verdict is Verdict.TIED
    for lie in (true.replace("41", "14"), true.replace("Lindqvist", "Svensson")):
        assert checker.check(lie, [bridge], translated=True).verdict is Verdict.DROPPED


def test_known_sentences_are_not_embedded_again(checker: Checker, bridge: Passage) -> None:
    sentence = "The bridge cost €41 million, Mayor Ana Lindqvist said."
    assert checker.check(sentence, [bridge]) == checker.check(sentence, [dataclasses.replace(bridge)])


def _assert_verbatim(checked: Checked) -> None:
    for support in checked.supports:
        assert support.quote == TEXT[support.start : support.end]
        assert isinstance(support.passage.article, ArticleInfo)


_PIECES = st.sampled_from(
    "Lindqvist said 41 million euros 1.2.3 \u00b2 \u0663 $ % dozens half a day ago later Feb 31 25:61 9999 0"
    " nobody not Saturday 12-3 -5 \u201c \" [1] because century n't 15th years 99999999999999999 , .".split()
)


@given(st.lists(_PIECES, min_size=1, max_size=12), st.lists(_PIECES, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_words_bring_the_check_down(checker: Checker, claim: list[str], stated: list[str]) -> None:
    text = " ".join(stated)
    passage = Passage(
        "odd#0", ArticleInfo(id="odd", title="Odd"), 0, len(text), text, (Sentence(0, len(text)),)
    )
    for translated in (False, True):
        checked = checker.check(" ".join(claim), [passage], translated=translated)
        assert (checked.text == "") == (checked.verdict is Verdict.DROPPED)
