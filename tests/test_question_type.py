"""What a question asks for."""

import pytest

from bot.question_type import question_type


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many miles from Earth was it?", "amount"),
        ("What percentage of voters agreed?", "amount"),
        ("When did it open?", "time"),
        ("In what year did it open?", "time"),
        ("Who opened it?", "who"),
        ("Which company pays?", "who"),
        ("Where is Vik?", "where"),
        ("Which country won?", "where"),
        ("Why was it closed?", "why"),
        ("What did she demand?", "other"),
        ("", "other"),
    ],
)
def test_question_type(question: str, kind: str) -> None:
    assert question_type(question) == kind
