"""From what a search found to an Answer."""

import dataclasses
import datetime
import re

from bot.answer import Answer
from bot.answering import Answerer
from bot.linear import load_weights
from index.article import Article
from index.embedding import Embedder
from index.manifest import Coverage
from tests.making import STORM, TALKS, article, found, passages

COVERED = Coverage(2, 2, datetime.date(2020, 1, 1), datetime.date(2024, 6, 1))
COST = "how much did the harbour bridge cost?"
NOT_SAID = "who won the world cup?"


def ask(embedder: Embedder, question: str, *articles: Article, refuse: bool = True) -> Answer:
    weights = load_weights()
    search = found(embedder, question, passages(embedder, *articles))
    return Answerer(embedder, weights).answer(search, COVERED, refuse=refuse)


def test_an_answer_is_quotes_and_markers_alone(embedder: Embedder) -> None:
    answer = ask(embedder, COST, article(TALKS, url="https://news.example/bridge", published="2024-06-01"))
    assert not answer.refused
    assert answer.text == " ".join(f"{c.quote} [{c.number}]" for c in answer.citations)
    for citation in answer.citations:
        assert TALKS[citation.start : citation.end] == citation.quote
        assert citation.link is not None
        assert citation.link.startswith("https://news.example/bridge#:~:text=")
    assert answer.newest == answer.oldest == datetime.date(2024, 6, 1)
    assert not answer.forced


def test_the_words_that_answer_are_set_off(embedder: Embedder) -> None:
    citation = ask(embedder, COST, article(TALKS)).citations[0]
    assert citation.focus is not None
    assert citation.quote[slice(*citation.focus)] == "41 million"


def test_a_refusal_has_no_words_but_the_nearest_headlines(embedder: Embedder) -> None:
    answer = ask(embedder, NOT_SAID, article(TALKS, title="Bridge"), article(STORM, id="b", title="Storm"))
    assert answer.refused
    assert (answer.text, answer.citations) == ("", ())
    assert {info.title for info in answer.nearest} == {"Bridge", "Storm"}
    assert (answer.oldest, answer.newest) == (COVERED.oldest, COVERED.newest)


def test_a_doubtful_answer_is_refused_and_shown_as_what_comes_closest(embedder: Embedder) -> None:
    search = found(embedder, COST, passages(embedder, article(TALKS)))
    weights = load_weights()
    answer = Answerer(embedder, weights).answer(search, COVERED)
    assert (answer.refused, answer.closest) == (False, None)
    doubting = Answerer(embedder, dataclasses.replace(weights, threshold=answer.confidence + 0.01))
    refused = doubting.answer(search, COVERED)
    assert (refused.refused, refused.text, refused.citations) == (True, "", ())
    assert refused.closest == answer.citations[0]
    hopeless = ask(embedder, NOT_SAID, article(TALKS))
    assert (hopeless.refused, hopeless.closest) == (True, None)


def test_not_refusing_says_so(embedder: Embedder) -> None:
    answer = ask(embedder, NOT_SAID, article(TALKS), refuse=False)
    assert answer.forced
    assert answer.citations
    assert answer.confidence < load_weights().threshold


def test_nothing_to_quote_is_refused_even_so(embedder: Embedder) -> None:
    answer = ask(embedder, COST, refuse=False)
    assert answer.refused
    assert answer.confidence == 0.0


def test_markers_within_a_quote_are_not_taken_for_ours(embedder: Embedder) -> None:
    text = "The harbour bridge cost 41 million euros.[7] It opened on Saturday."
    answer = ask(embedder, COST, article(text))
    assert "[7]" in answer.citations[0].quote + answer.citations[-1].quote
    assert {int(n) for n in re.findall(r"\[(\d+)\]", answer.text)} == {c.number for c in answer.citations}


def test_a_citation_names_its_page(embedder: Embedder) -> None:
    pages = "The harbour of Vik is old.\f" + TALKS
    answer = ask(embedder, COST, article(pages), refuse=False)
    assert answer.citations[0].page == 2
    assert pages[answer.citations[0].start : answer.citations[0].end] == answer.citations[0].quote


def test_unknown_dates_stay_unknown(embedder: Embedder) -> None:
    answer = ask(embedder, COST, article(TALKS))
    assert answer.newest is answer.oldest is None
