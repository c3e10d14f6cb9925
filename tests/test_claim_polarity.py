"""Denials and opposites: what a claim may deny, and what it must not leave out."""

import pytest

from bot.claims.polarity import contradiction, denies_alone, is_negator
from bot.claims.text import parse

AGREE = [
    ("The museum will not reopen this year.", "The museum is not going to reopen before January."),
    ("Nobody in the league is taller than Okafor.", "Okafor is the tallest player in the league."),
    ("She had never before won a race.", "It was the first race she won."),
    ("The council would not say what the stadium cost.", "The council refused to say what the stadium cost."),
    ("Fares did not fall in March.", "Fares rose in March."),
    ("Fares rose at a rate not seen in decades.", "Fares rose at the fastest rate in decades."),
    ("More pay would mean shutting the foundry.", "The foundry cannot pay more without shutting."),
    ("Hagen ruled out a third term.", "Hagen said he would not seek a third term."),
    ("Rovers lost the final to Wanderers.", "Wanderers defeated Rovers in the final."),
    ("Tickets are sold at the pier.", "Tickets can be purchased at the pier."),
    ("The rule leaves the fee unpaid.", "The fee was not paid under the rule."),
    ("Rovers suffered a 2-0 defeat by Wanderers.", "Rovers suffered a 2-0 loss to Wanderers."),
    ("Sales were up 4 percent in May.", "Sales rose 4 percent in May."),
    ("Rovers beat Wanderers by two goals.", "Rovers handed Wanderers a rare defeat by two goals."),
    ("The build-up took weeks before the concert.", "Crowds fell silent after the concert."),
    ("Buying a $2 ticket pays for the pier.", "Tickets, which are sold for $2, pay for the pier."),
    ("Hagen bought the ferry.", "Lund sold the ferry to Hagen."),
    ("The ferry was bought by Hagen.", "Lund sold the ferry to Hagen."),
    ("The bank did not repay the loan until June.", "Not before June did the bank repay the loan."),
]
DISAGREE = [
    (
        "The two sides refuse to meet a mediator.",
        "The two sides will meet a mediator, but neither is hopeful.",
    ),
    ("The fever can be cured.", "There is no cure, and the flies have grown resistant."),
    ("Fans reacted with anger.", "Fans reacted with sympathy rather than anger."),
    ("The premier has a majority.", "A vote could come on Friday, but the premier lacks a majority."),
    ("Both countries did not withdraw their troops.", "They met when both countries withdrew their troops."),
    ("The museum no longer keeps its harbour gallery.", "The museum will keep its harbour gallery."),
    (
        "The mayor did not visit the flooded village.",
        "The mayor visited the flooded village in the northwest on Sunday.",
    ),
    ("The bridge was never closed to lorries.", "The bridge was closed to lorries after the inspections."),
    ("Okafor won the league title.", "Okafor was never able to win the league title."),
    ("Hagen has withdrawn none of her testimony.", "Hagen has withdrawn part of her testimony."),
    ("Hagen will be tried again.", "Hagen will not be retried."),
    (
        "The film has no songs but the old ones.",
        "The film has four songs - the first time they sang together.",
    ),
    ("Lund sold the ferry.", "Lund bought the ferry."),
    ("The city sold 40 buses this year.", "This year the city bought 40 electric buses."),
    ("The shares were sold by Acme.", "The shares were bought by Acme."),
    ("Lund sold the ferry.", "The company bought the ferry."),
    ("Selling the ferry was a mistake.", "Buying the ferry was a mistake."),
    ("In March it sold 40 buses.", "In July it bought 40 buses."),
    ("Lund is selling the ferry.", "Lund is buying the ferry."),
    ("Acme sold its shares in Bolt.", "The company bought more shares in Bolt."),
    ("Berg said the city sold 40 buses.", "Lund said the city bought 40 buses."),
    (
        "The bank never repaid the loan before the deadline.",
        "The bank repaid the loan in March, weeks early.",
    ),
    ("Sales of bicycles rose in May.", "Sales of bicycles fell in May."),
    ("Rovers beat Wanderers in the final.", "Rovers lost to Wanderers in the final."),
    ("Rovers beat Wanderers in the final.", "Rovers suffered a defeat by Wanderers in the final."),
    ("Rovers beat Wanderers in the final.", "Rovers were handed a rare defeat by Wanderers in the final."),
    ("Rovers beat Wanderers in May.", "On the other hand Rovers suffered a defeat by Wanderers in May."),
    ("The talks did not start on Monday.", "The talks kicked off on Monday."),
    ("The talks began two days after the storm.", "The talks began two days before the storm."),
    ("Visitors are obliged to wear a badge.", "A badge for visitors is voluntary."),
]


@pytest.mark.parametrize(("claim", "source"), AGREE)
def test_allows_what_the_source_says(claim: str, source: str) -> None:
    assert contradiction(parse(claim), [parse(source)]) == ""


@pytest.mark.parametrize(("claim", "source"), DISAGREE)
def test_objects_to_the_contrary(claim: str, source: str) -> None:
    assert contradiction(parse(claim), [parse(source)]) != ""


def test_a_denial_counts_only_in_the_sentence_that_is_about_the_same() -> None:
    source = parse("The mayor visited the flooded village.")
    further = parse("The baker was not at home.")
    claim = parse("The mayor no longer visits the flooded village.")
    assert contradiction(claim, [source], [further]) == "the sources do not deny it"


def test_what_is_denied_in_other_words_is_only_doubtful() -> None:
    claim = parse("The storm hit Malmo, and the ferry did not sail.")
    source = parse("The storm hit Malmo, and the ferry stayed in the harbour.")
    assert contradiction(claim, [source]) == ""
    assert denies_alone(claim, [source])
    assert not denies_alone(claim, [parse("The storm kept the ferry from sailing, so it never left.")])


def test_negators_by_form_and_by_meaning() -> None:
    words = {w.text: is_negator(w) for w in parse("He refused and did not, didn't, pay").words}
    assert words["refused"]
    assert words["not"]
    assert words["didn't"]
    assert not words["pay"]
