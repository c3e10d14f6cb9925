"""Which sentences are quoted, and how."""

import dataclasses

import pytest

from bot.candidates import Candidate, candidates
from bot.extract import MOST_WORDS, Extract, Extractor, Ranked, choose
from bot.linear import load_weights
from index.embedding import Embedder
from tests.making import STORM, TALKS, article, found, passages


def extract(embedder: Embedder, question: str, *texts: str) -> Extract:
    articles = [article(text, id=str(n)) for n, text in enumerate(texts)]
    search = found(embedder, question, passages(embedder, *articles))
    return Extractor(embedder, load_weights()).extract(search)


def ranked(embedder: Embedder, text: str, **scores: float) -> list[Ranked]:
    """The sentences of a text; those that start with a named word have its score, the others none."""
    every = candidates(found(embedder, "?", passages(embedder, article(text))))
    return [Ranked(c, next((s for w, s in scores.items() if c.quote.startswith(w)), -99.0)) for c in every]


def quotes(extracted: Extract) -> list[str]:
    return [span.quote for span in extracted.spans]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("how much did the bridge cost?", "41 million euros"),
        ("when was the airport closed?", "March 2024"),
        ("where did the flights go?", "Lund"),
        ("who is the director of the airport?", "Per Holm"),
    ],
)
def test_the_sentence_that_answers_comes_first(embedder: Embedder, question: str, words: str) -> None:
    assert words in quotes(extract(embedder, question, TALKS, STORM))[0]


def test_a_quote_stands_in_the_article_letter_by_letter(embedder: Embedder) -> None:
    for span in extract(embedder, "who opened the harbour bridge?", TALKS, STORM).spans:
        text = (TALKS, STORM)[int(span.passage.article.id)]
        assert text[span.start : span.end] == span.quote


def test_she_comes_with_the_sentence_that_names_her(embedder: Embedder) -> None:
    (quote,) = quotes(choose(ranked(embedder, TALKS, She=1.0)))
    assert quote == TALKS[: TALKS.index(" The port")]


def test_a_quotation_comes_with_who_says_it(embedder: Embedder) -> None:
    text = "Per Holm runs the airport of Vik. “Nobody was hurt.” Flights went on."
    (quote,) = quotes(choose(ranked(embedder, text, **{"“": 1.0})))
    assert quote == "Per Holm runs the airport of Vik. “Nobody was hurt.”"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "what did Per Holm say?",
            "“It is safe,” said Per Holm, who runs it. “For now. Nobody knows more.”",
        ),
        ("who runs the airport?", "“It is safe,” said Per Holm, who runs it."),
    ],
)
def test_whose_words_are_asked_for_is_quoted_to_the_end(embedder: Embedder, question: str, said: str) -> None:
    text = "“It is safe,” said Per Holm, who runs it. “For now. Nobody knows more.” Flights went on."
    every = candidates(found(embedder, question, passages(embedder, article(text))))
    (quote,) = quotes(choose([Ranked(every[0], 1.0)]))
    assert quote == said


def test_a_quotation_that_does_not_fit_is_not_cut(embedder: Embedder) -> None:
    text = f"“It is safe,” said Per Holm. “For now. {'Nobody knows more. ' * 30}”"
    every = candidates(found(embedder, "what did Per Holm say?", passages(embedder, article(text))))
    assert quotes(choose([Ranked(every[0], 1.0)])) == ["“It is safe,” said Per Holm."]


def test_nobody_is_named_no_sentence_is_added(embedder: Embedder) -> None:
    text = "it was late and it rained. He went home."
    assert quotes(choose(ranked(embedder, text, He=1.0))) == ["He went home."]


def test_the_best_comes_first_and_neighbours_are_one_quote(embedder: Embedder) -> None:
    text = "Ana opened it. Per closed it. Ida sold it. Uwe bought it."
    assert quotes(choose(ranked(embedder, text, Uwe=3.0, Ana=2.0))) == ["Uwe bought it.", "Ana opened it."]
    assert quotes(choose(ranked(embedder, text, Per=3.0, Ana=2.0))) == ["Ana opened it. Per closed it."]


def test_a_second_sentence_far_below_is_left_out(embedder: Embedder) -> None:
    text = "Ana opened it. Per closed it. Ida sold it."
    assert quotes(choose(ranked(embedder, text, Ana=9.0, Ida=1.0))) == ["Ana opened it."]


def test_two_quotes_have_seventy_words_at_most(embedder: Embedder) -> None:
    long, short = "Ana " + "went on " * 30 + "home.", "Per stayed."
    text = f"{long} Ida {long} {short}"
    extracted = choose(ranked(embedder, text, Ana=3.0, Ida=2.5, Per=2.0))
    assert quotes(extracted) == [long, short]
    assert sum(len(quote.split()) for quote in quotes(extracted)) <= MOST_WORDS


def test_a_longer_first_sentence_is_quoted_whole_and_alone(embedder: Embedder) -> None:
    long = "Ana " + "went on " * 40 + "home."
    assert quotes(choose(ranked(embedder, f"{long} Per stayed.", Ana=3.0, Per=2.9))) == [long]


def test_no_hits_no_quotes(embedder: Embedder) -> None:
    assert Extractor(embedder, load_weights()).extract(found(embedder, "bridge?", [])) == Extract((), ())


def test_ties_are_broken_the_same_way_each_time(embedder: Embedder) -> None:
    listed = ranked(embedder, TALKS)
    even = [dataclasses.replace(r, score=1.0) for r in listed]
    first: Candidate = choose(even).spans[0].chosen[0]
    assert all(choose(even).spans[0].chosen[0] == first for _ in range(3))
