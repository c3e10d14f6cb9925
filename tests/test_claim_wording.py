"""What a claim that is nearly the article's own sentence changes in it."""

import pytest

from bot.claims.text import parse
from bot.claims.wording import changed_words, names_for_pronouns

SAME = [
    (
        "Sometimes the ferry waits at the pier for an hour.",
        "The ferry sometimes waits at the pier for an hour.",
    ),
    ("The harbour in the U.S. was shut in May.", "The harbour in the United States was shut in May."),
    (
        "The ferry sank in May, the third since 2019.",
        "The ferry sank in May, the third since 2019, Elm News reports.",
    ),
    ("Two boats saw the ferry before it sank.", "Two boats from Elmau saw the ferry before it sank."),
    ("It was built in a new harbour of the town.", "It was built as part of a new harbour of the town."),
]


@pytest.mark.parametrize(("claim", "source"), SAME)
def test_leaves_what_is_said(claim: str, source: str) -> None:
    assert changed_words(parse(claim), parse(source)) == ""


CHANGED = [
    ("The bank partly repaid the loan in May.", "The bank repaid the loan in May."),
    ("The bank repaid the loan in May.", "The bank reportedly repaid the loan in May."),
    ("The bank repaid part of the loan in May.", "The bank repaid the loan in May."),
    ("The bank repaid the loan in May.", "The bank repaid part of the loan in May."),
    ("The mayor was killed on Monday in the storm.", "The mayor was reported killed on Monday in the storm."),
    ("Lund met Berg, who reportedly sold the ferry.", "Lund reportedly met Berg, who sold the ferry."),
    ("The bank sued the suspected insurer over a loss.", "The suspected bank sued the insurer over a loss."),
    (
        "The ban on boats runs in June in all of Elmau.",
        "The ban on boats runs from late June in all of Elmau.",
    ),
    ("Iran attacked the port of Elmau in May.", "The US attacked the port of Elmau in May."),
    ("Unicef warned of cholera in the camps on Monday.", "WHO warned of cholera in the camps on Monday."),
    ("Police missed the ferry to Elmau in May.", "He missed the ferry to Elmau in May."),
    ("Japan saw 5,042 new boats on Thursday.", "Tokyo saw 5,042 new boats on Thursday."),
    ("Lund missed the ferry to Elmau in May.", "Berg missed the ferry to Elmau in May."),
    ("Lund missed the ferry to Elmau in May.", "Never in May has he missed the ferry to Elmau."),
]


@pytest.mark.parametrize(("claim", "source"), CHANGED)
def test_notices_what_changed(claim: str, source: str) -> None:
    assert changed_words(parse(claim), parse(source)) != ""


def test_a_name_for_a_pronoun_is_told_apart() -> None:
    source = parse("But he missed the ferry to Elmau in May, and sold his boat.")
    assert (
        names_for_pronouns(parse("Lund missed the ferry to Elmau in May, and sold his boat."), source)
        == "Lund"
    )
    assert changed_words(parse("Lund missed the ferry to Elmau in May, and sold his boat."), source) == ""
    assert names_for_pronouns(parse("He missed the ferry to Elmau in May, and sold his boat."), source) == ""
