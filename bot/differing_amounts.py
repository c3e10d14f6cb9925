"""Whether two sentences give other amounts of the same thing, and which of them sets the other's aside."""

import math
import re
from collections.abc import Iterator

from bot.claims.amounts import Amount, amounts
from bot.claims.numbers import missing_amount
from bot.claims.text import Parsed
from index.words import terms

# "58 million, not 41 million": an amount behind these words is said to be wrong.
_SET_ASIDE = re.compile(
    r"\b(?:not|instead of|rather than)\s+(?:the\s+|about\s+|around\s+)?[$\u20ac\u00a3]?$", re.I
)
# "Passengers aboard: 112": what is counted stands before the number.
_LABEL = re.compile(r"[-*\u2022]?\s*(?P<label>[^\W\d_][^:\d]{0,60}):\s*\S*$")
# Words between an amount and what it counts, at most.
_NEAR = 3
# Amounts of which one is hedged ("about 150") differ where the smaller is less than this of the larger.
_FAR_APART = 0.8
_VAGUE = frozenset(("", "about", "nearly"))

Things = dict[str, list[Amount]]


def amounts_differ(asked: frozenset[str], one: Parsed, other: Parsed) -> bool:
    """Whether both have one amount of a thing, and neither bears the other's out."""
    pairs = list(_pairs(asked, one, other))
    if not pairs or any(len(pair) != 2 or not _are_comparable(*pair) for pair in pairs):
        return False
    if any(mine.value == yours.value for mine, yours in pairs):
        return False
    return bool(missing_amount(one, [other]) and missing_amount(other, [one]))


def amounts_agree(asked: frozenset[str], one: Parsed, other: Parsed) -> bool:
    """Whether both have the same amounts of the same things."""
    pairs = list(_pairs(asked, one, other))
    return bool(pairs) and all(len(pair) == 2 and pair[0].value == pair[1].value for pair in pairs)


def sets_aside(asked: frozenset[str], one: Parsed, other: Parsed) -> bool:
    """Whether `one` has another amount in the place of `other`'s, and says in so many words: "not 41"."""
    wrong = [amount for amount in amounts(one) if _is_set_aside(amount, one)]
    said = [amount for found in _by_thing(asked, one).values() for amount in found]
    theirs = [amount for found in _by_thing(asked, other).values() for amount in found]
    return any(
        math.isclose(no.value, was.value)
        and no.unit in ("", was.unit)
        and any(now.unit == was.unit and now.value != was.value for now in said)
        for no in wrong
        for was in theirs
    )


def is_label(parsed: Parsed) -> bool:
    """Whether a sentence is a line of a list or a table: "Passengers aboard: 112"."""
    return any(_label(amount, parsed) for amount in amounts(parsed))


def _pairs(asked: frozenset[str], one: Parsed, other: Parsed) -> Iterator[tuple[Amount, ...]]:
    """The amounts of each thing that both speak of."""
    ours, theirs = _by_thing(asked, one), _by_thing(asked, other)
    return ((*ours[thing], *theirs[thing]) for thing in ours.keys() & theirs.keys() if thing)


def _are_comparable(one: Amount, other: Amount) -> bool:
    """Whether two amounts can be told apart, however they are hedged."""
    if not (one.hedge or other.hedge):
        return True
    least, most = sorted((one.value, other.value))
    return {one.hedge, other.hedge} <= _VAGUE and least < _FAR_APART * most


def _by_thing(asked: frozenset[str], parsed: Parsed) -> Things:
    """The amounts that are not in the question, by unit or by what they count."""
    found: Things = {}
    for amount in amounts(parsed):
        if not amount.ordinal and asked.isdisjoint(terms(amount.text)) and not _is_set_aside(amount, parsed):
            found.setdefault(_thing(asked, amount, parsed), []).append(amount)
    return found


def _is_set_aside(amount: Amount, parsed: Parsed) -> bool:
    return bool(_SET_ASIDE.search(_before(amount, parsed)))


def _thing(asked: frozenset[str], amount: Amount, parsed: Parsed) -> str:
    """What an amount is of: its unit, else what it counts; "" where that is not clear."""
    if amount.unit:
        return amount.unit
    after = parsed.words[amount.words[-1].index + 1 :][:_NEAR]
    behind = next((word.stem for word in after if word.is_content), "")
    label = terms(_label(amount, parsed))
    return behind or next((term for term in label if term in asked), next(iter(label), ""))


def _label(amount: Amount, parsed: Parsed) -> str:
    found = _LABEL.match(_before(amount, parsed))
    return found["label"] if found else ""


def _before(amount: Amount, parsed: Parsed) -> str:
    return parsed.text[: amount.words[0].start]
