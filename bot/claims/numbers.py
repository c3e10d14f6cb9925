"""Whether the amounts of a claim stand in its sources: value, unit and hedge."""

import datetime
import itertools
import math
from collections.abc import Sequence

from bot.claims.amounts import Amount, amounts
from bot.claims.derived import derived
from bot.claims.text import Parsed
from bot.claims.units import DURATIONS, HEDGES, SIZES, are_of_a_kind

# Leaving out "about", or putting it in, is no change that matters; "over" may mean "during".
_LOOSE = frozenset(("", "about", "nearly", "over"))
_TOLERANCE = {
    "about": (0.9, 1.1),
    "nearly": (0.85, 1.0),
    "more": (1.0, 1.35),
    "over": (1.0, 1.35),
    "less": (0.7, 1.0),
    "least": (1.0, 1.35),
    "most": (0.7, 1.0),
}
# What a hedge may stand for where the numbers are the same: "at least 40" is true of "more than 40".
_MAY_BE = {"least": ("", "more"), "most": ("", "less"), "about": ("nearly", "more", "less", "least", "most")}
_EXACT = 1e-6
# A share in words is as near to percent as this.
_SHARE = 0.02
# Larger numbers are rounded to as few digits as this.
_ROUNDABLE, _DIGITS = 1_000, 2


# "Dozens" may stand for so many times that number, "several dozen" for no more than the last.
_DOZENS, _FEW = (2, 10), 6
# What is less than a number may be anything.
_FROM_BELOW = frozenset(("less", "most", "nearly"))

# Words that count what need not be counted in the sources.
_COUNTING = frozenset("both pair duo couple trio single dual".split())


def missing_amount(claim: Parsed, sources: Sequence[Parsed], published: datetime.date | None = None) -> str:
    """Why an amount of the claim neither stands in the sources nor follows from them; empty where all do."""
    found = [amount for source in sources for amount in amounts(source)]
    missing = [amount for amount in amounts(claim) if not any(_supports(amount, other) for other in found)]
    reckoned = derived(claim, sources, published) if missing else ()
    for amount in missing:
        if amount.words[0].lower in _COUNTING or (amount.ordinal and amount.value == 1):
            continue
        if not amount.ordinal and any(
            _supports(amount, other) for other in reckoned if _are_alike(amount, other)
        ):
            continue
        if not _needs_no_source(amount, [a for a in found if not _is_claimed(a, claim)]):
            return f"the number {amount.text} is not in the sources"
    return ""


def same_amounts(claim: Parsed, source: Parsed) -> tuple[frozenset[int], frozenset[int]]:
    """The places of the words of amounts that both state, each in its way, hedges and all."""
    every = itertools.product(amounts(claim), amounts(source))
    pairs = [(a, b) for a, b in every if a.ordinal == b.ordinal and _are_alike(a, b) and _supports(a, b)]
    ours = {place for one, _ in pairs for place in _hedged(one, claim)}
    theirs = {place for _, other in pairs for place in _hedged(other, source)}
    return frozenset(ours), frozenset(theirs)


def _hedged(amount: Amount, text: Parsed) -> range:
    """The places of an amount's words and of those that hedge it."""
    first = amount.words[0].index
    while first and text.words[first - 1].lower in HEDGES:
        first -= 1
    return range(first, amount.words[-1].index + 1)


def missing_figure(claim: Parsed, sources: Sequence[Parsed]) -> str:
    """Why a figure of the claim stands in none of the sources, in whatever language; else empty."""
    stated = {_digits(word.text) for source in sources for word in source.words}
    missing = [w.text for w in claim.words if w.text[0].isdecimal() and _digits(w.text) not in stated]
    return f"the number {missing[0]} is not in the sources" if missing else ""


def _are_alike(claimed: Amount, reckoned: Amount) -> bool:
    """Whether both have a unit or neither: what is reckoned must be meant."""
    return bool(claimed.unit) == bool(reckoned.unit)


def _digits(text: str) -> str:
    return text.replace(".", "").replace(",", "")


def _is_claimed(stated: Amount, claim: Parsed) -> bool:
    return any(_supports(amount, stated) for amount in amounts(claim))


def _needs_no_source(amount: Amount, found: Sequence[Amount]) -> bool:
    """Whether the amount may be counted or meant otherwise: "one", "a year", "two" where names are listed."""
    if amount.words[0].lower in ("a", "an", "another"):
        return all(_ratio(amount, other) is None or not other.unit for other in found)
    if amount.unit not in ("", "ordinal", "times") or amount.value > 3:
        return False
    plain = [a for a in found if a.ordinal == amount.ordinal and a.value <= 20 and a.unit == amount.unit]
    return not plain or (amount.value == 1 and not amount.ordinal)


def _supports(claimed: Amount, stated: Amount) -> bool:
    """Whether what is stated makes the claimed amount true."""
    if claimed.hedge == "vague" and stated.hedge != "vague":
        return _is_roughly(claimed, stated)
    if stated.hedge == "vague":
        return claimed.hedge == stated.hedge and claimed.value == stated.value
    if claimed.ordinal != stated.ordinal and claimed.value != stated.value:
        return False
    if claimed.ordinal != stated.ordinal and {claimed.unit, stated.unit} & DURATIONS:
        return True  # "from the 15th week" for "at 15 weeks"
    ratio = _ratio(claimed, stated)
    if ratio is None:
        return False
    if _is_rounded(claimed, stated, ratio):
        ratio = 1.0
    exact = math.isclose(ratio, 1, rel_tol=_EXACT)
    return (exact or _is_rounder(claimed, stated)) and _hedges_agree(claimed.hedge, stated.hedge, ratio)


def _is_roughly(vague: Amount, stated: Amount) -> bool:
    """Whether "dozens" may stand for a number."""
    if stated.ordinal or stated.unit != vague.unit or stated.hedge in _FROM_BELOW:
        return False
    return _DOZENS[0] <= stated.value / vague.value < (_DOZENS[1] if len(vague.words) == 1 else _FEW)


def _is_rounder(claimed: Amount, stated: Amount) -> bool:
    """Whether the claim's number may stand for another: a rounder one, and none that is itself hedged."""
    if stated.hedge or bool(claimed.unit) != bool(stated.unit):
        return False
    return claimed.unit != stated.unit or _digits_of(claimed.value) < _digits_of(stated.value)


def _digits_of(value: float) -> int:
    """The digits of a number but for the zeros at its ends."""
    return len(f"{value:.6f}".rstrip("0").replace(".", "").strip("0"))


def _is_rounded(claimed: Amount, stated: Amount, ratio: float) -> bool:
    """Whether the claim rounds: "a third" of 33 percent, "3.8 million" of 3,812,000."""
    if {claimed.unit, stated.unit} == {"%", "fraction"}:
        return abs(ratio - 1) <= _SHARE
    if not _ROUNDABLE <= claimed.value <= math.inf or claimed.unit != stated.unit:
        return False
    digits = len(f"{claimed.value:.0f}".rstrip("0"))
    if digits < _DIGITS or f"{stated.value:.0f}" == f"{claimed.value:.0f}":
        return False
    return float(f"{stated.value:.{digits}g}") == claimed.value


def _ratio(claimed: Amount, stated: Amount) -> float | None:
    """The stated amount in units of the claimed; None where the units cannot be compared."""
    one, other = claimed.unit, stated.unit
    if one == other or not one or not other or {one, other} == {"day", "night"}:
        factor = 1.0
    elif are_of_a_kind(one, other):
        factor = SIZES[other][1] / SIZES[one][1]
    elif {one, other} <= {"%", "fraction"}:
        factor = 100.0 if one == "%" else 0.01
    else:
        return None
    if claimed.value == 0:
        return 1.0 if stated.value == 0 else None
    return stated.value * factor / claimed.value


def _hedges_agree(claimed: str, stated: str, ratio: float) -> bool:
    """`ratio` is what is stated, by what is claimed."""
    if math.isclose(ratio, 1, rel_tol=_EXACT):
        loose = {claimed, stated} <= _LOOSE or {claimed, stated} == {"over", "more"}
        return claimed == stated or loose or stated in _MAY_BE.get(claimed, ())
    low, high = _TOLERANCE.get(claimed, (1.0, 1.0))
    up, down = ("more", "over", "least"), ("less", "nearly", "most")
    opposite = (claimed in up and stated in down) or (claimed in down and stated in up)
    return low <= ratio <= high and claimed != "" and not opposite
