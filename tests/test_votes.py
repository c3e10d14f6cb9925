"""Votes and the quotes that answers kept."""

import datetime

from bot.votes import KeptAnswer, KeptQuote, Vote, VotedAnswer, digest

QUOTE = "The bridge had cost\n\n41 million euros."
ANSWER = KeptAnswer(
    id="x" * 22,
    server=1,
    channel=2,
    message=None,
    asker=3,
    question="How much?",
    refused=False,
    created=datetime.datetime(2025, 5, 1, tzinfo=datetime.UTC),
    quotes=(),
)


def test_the_stored_names_of_votes_stay() -> None:
    assert [str(vote) for vote in Vote] == ["right", "wrong", "wrong_source"]


def test_a_quote_matches_itself_and_nothing_else() -> None:
    kept = KeptQuote(1, "a", 0, 38, digest(QUOTE))
    assert kept.matches(QUOTE)
    assert kept.matches(QUOTE.replace("\n\n", "  "))
    assert not kept.matches(QUOTE.replace("had cost", "had not cost"))
    assert not kept.matches(QUOTE.replace("41", "14"))
    assert not kept.matches("")


def test_a_digest_tells_nothing_of_the_words() -> None:
    assert len(digest(QUOTE)) == len(digest("")) == 16


def test_an_answer_is_right_where_nobody_doubts_it() -> None:
    assert VotedAnswer(ANSWER, {Vote.RIGHT: 3}).is_right
    assert not VotedAnswer(ANSWER, {Vote.RIGHT: 3, Vote.WRONG_SOURCE: 1}).is_right
    assert not VotedAnswer(ANSWER, {Vote.WRONG: 1}).is_right
