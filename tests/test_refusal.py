"""What speaks for and against an answer."""

import pytest

from bot.extract import Extractor
from bot.linear import load_weights
from bot.refusal import evidence
from index.embedding import Embedder
from tests.making import STORM, TALKS, article, found, passages


def known(embedder: Embedder, question: str) -> dict[str, float]:
    articles = [article(TALKS, id="talks"), article(STORM, id="storm")]
    search = found(embedder, question, passages(embedder, *articles))
    return evidence(search, Extractor(embedder, load_weights()).extract(search))


def probability(embedder: Embedder, question: str) -> float:
    return load_weights().refusal.probability(known(embedder, question))


def test_the_fitted_model_knows_each_feature(embedder: Embedder) -> None:
    assert set(known(embedder, "who opened the bridge?")) == set(load_weights().refusal.features)


def test_a_name_that_no_passage_has_is_counted_and_costs(embedder: Embedder) -> None:
    there, absent = "who is Ana Lindqvist?", "who is Ola Nordmann?"
    assert known(embedder, there)["names_missing_everywhere"] == 0
    assert known(embedder, absent)["names_missing_everywhere"] == 2
    assert probability(embedder, absent) < probability(embedder, there)


def test_a_number_that_no_passage_has_is_counted(embedder: Embedder) -> None:
    features = known(embedder, "when did the bridge cost 53 million euros?")
    assert features["numbers_missing_passage"] == features["numbers_missing_everywhere"] == 1


def test_a_first_word_is_no_name_for_its_capital(embedder: Embedder) -> None:
    assert known(embedder, "Ferries go where?")["names_missing_everywhere"] == 0


def test_negation_on_one_side_is_seen(embedder: Embedder) -> None:
    features = known(embedder, "who did not open the harbour bridge?")
    assert features["negated"] == features["negated_question_only"] == 1
    assert known(embedder, "who opened the harbour bridge?")["negated"] == 0


def test_the_order_of_the_words_counts(embedder: Embedder) -> None:
    assert known(embedder, "storm closed airport?")["in_order"] == pytest.approx(1)
    assert known(embedder, "airport closed storm?")["in_order"] == pytest.approx(1 / 3)


def test_an_opposite_is_seen(embedder: Embedder) -> None:
    assert known(embedder, "who reopened the unopened bridge?")["opposite"] == 1


@pytest.mark.parametrize(
    "question",
    [
        "how much did the harbour bridge cost?",
        "when did a storm close the airport of Vik?",
        "who is the director of the airport?",
    ],
)
def test_what_the_articles_say_is_answered(embedder: Embedder, question: str) -> None:
    assert probability(embedder, question) >= load_weights().threshold


@pytest.mark.parametrize(
    "question",
    [
        "who won the world cup?",
        "what is the capital of France?",
        "how many people did the storm in Oslo kill in 1999?",
        "why did Ola Nordmann resign?",
    ],
)
def test_what_they_do_not_say_is_refused(embedder: Embedder, question: str) -> None:
    assert probability(embedder, question) < load_weights().threshold
