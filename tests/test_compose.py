"""Statements become an Answer with markers, quotes and notes."""

import datetime

from bot.answer import Answer
from bot.claims.windows import Support
from bot.compose import composed, stood_in
from bot.draft import Statement
from index.article import Article, Passage, Sentence
from index.embedding import Embedder
from index.errors import ChatModelError
from index.search import Found
from tests.making import STORM, TALKS, article, found

BRIDGE = article(TALKS, title="Bridge", url="https://news.example/b", published="2024-06-01")
VIK = article(f"{STORM} The runway [3] is long.", id="b", title="Storm", published="2024-03-09")
PLAIN = Answer("cost?", "It cost 41. [1]", (), (), False, None, None, confidence=0.4)


def support(article: Article, words: str) -> Support:
    whole = Passage(f"{article.id}#0", article.info, 0, len(article.text), article.text, (Sentence(0, 9),))
    start = article.text.index(words)
    return Support(whole, start, start + len(words))


OPENED = support(BRIDGE, "Mayor Ana Lindqvist opened the harbour bridge on Saturday.")
COST = support(BRIDGE, "She said it had cost 41 million euros.")
CLOSED = support(VIK, "A storm closed the airport of Vik for two days in March 2024.")
RUNWAY = support(VIK, "The runway [3] is long.")


def search(embedder: Embedder) -> Found:
    return found(embedder, "cost?", [])


def test_quotes_are_numbered_as_they_come_and_once(embedder: Embedder) -> None:
    statements = [
        Statement("It shut for two days.", (CLOSED,)),
        Statement("The mayor named the price.", (OPENED, COST)),
        Statement("Storms do that.", (CLOSED,)),
    ]
    answer = composed(search(embedder), statements, PLAIN, "openai:scripted", ("A remark.",))
    assert answer.text == "It shut for two days. [1] The mayor named the price. [2][3] Storms do that. [1]"
    assert [c.quote for c in answer.citations] == [CLOSED.quote, OPENED.quote, COST.quote]
    assert [c.number for c in answer.citations] == [1, 2, 3]
    assert (answer.oldest, answer.newest) == (datetime.date(2024, 3, 9), datetime.date(2024, 6, 1))
    assert (answer.model, answer.confidence, answer.notes) == ("openai:scripted", 0.4, ("A remark.",))


def test_the_article_s_own_sentence_stands_in_quotation_marks(embedder: Embedder) -> None:
    answer = composed(search(embedder), [Statement(RUNWAY.quote, (RUNWAY,), quoted=True)], PLAIN, "m")
    assert answer.text == "“The runway (3) is long.” [1]"
    assert answer.citations[0].quote == "The runway [3] is long."


def test_a_translation_says_so(embedder: Embedder) -> None:
    statements = [Statement("Una tormenta.", (CLOSED,), translated=True)]
    (note,) = composed(search(embedder), statements, PLAIN, "m").notes
    assert note == "Translated: checked for names and numbers only. The quotes are in the original."


def test_what_stands_in_says_why() -> None:
    failure = ChatModelError("It failed.", "Mend it.")
    told = stood_in(PLAIN, failure)
    assert told.notes == ("It failed. These are the articles' own words instead.",)
    assert told.instead == "It failed. Mend it."
    refused = Answer("cost?", "", (), (), True, None, None)
    assert stood_in(refused, failure).notes == ("It failed.",)
