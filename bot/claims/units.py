"""The units of amounts, and the words that hedge them."""

import re
from collections.abc import Sequence

from bot.claims.text import Word

UNITS = {
    "dollar": "$", "buck": "$", "usd": "$", "euro": "\u20ac", "eur": "\u20ac", "pound": "\u00a3",
    "sterling": "\u00a3", "gbp": "\u00a3", "yen": "\u00a5", "yuan": "yuan", "renminbi": "yuan",
    "rouble": "ruble", "ruble": "ruble", "rupee": "rupee", "franc": "franc", "krona": "krona", "peso": "peso",
    "cent": "cent", "penny": "cent", "pence": "cent",
    "percent": "%", "pct": "%", "percentage": "%", "%": "%", "$": "$", "\u20ac": "\u20ac",
    "\u00a3": "\u00a3", "\u00a5": "\u00a5",
    "km": "km", "kilometer": "km", "kilometre": "km", "kilometers": "km", "mile": "mile", "mi": "mile",
    "mph": "mile/h", "kph": "km/h", "knot": "knot",
    "meter": "m", "metre": "m", "foot": "ft", "feet": "ft", "ft": "ft", "inch": "in", "inche": "in",
    "yard": "yd", "centimeter": "cm", "centimetre": "cm", "cm": "cm", "mm": "mm", "millimeter": "mm",
    "millimetre": "mm", "acre": "acre", "hectare": "ha", "kg": "kg", "kilogram": "kg", "kilo": "kg",
    "gram": "g", "ounce": "oz", "oz": "oz", "lb": "lb", "ton": "ton", "tonne": "tonne", "liter": "l",
    "litre": "l", "gallon": "gal", "barrel": "bbl", "celsius": "C", "fahrenheit": "F", "watt": "W",
    "kilowatt": "kW", "megawatt": "MW", "gigawatt": "GW", "gigabyte": "GB", "megabyte": "MB",
    "second": "s", "minute": "min", "hour": "h", "day": "day", "week": "week", "fortnight": "week2",
    "month": "month", "year": "year", "decade": "decade", "century": "century", "centurie": "century",
    "night": "night", "degree": "degree", "point": "point", "basis": "basis",
}  # fmt: skip
# Units of one kind, in the smallest: "two weeks" are "14 days".
SIZES = {
    "s": ("time", 1 / 60), "min": ("time", 1), "h": ("time", 60), "day": ("time", 1_440),
    "week": ("time", 10_080), "week2": ("time", 20_160), "month": ("time", 43_830), "year": ("time", 525_960),
    "decade": ("time", 5_259_600), "century": ("time", 52_596_000),
    "basis": ("rate", 0.01), "point": ("rate", 1.0), "points": ("rate", 1.0), "cent": ("dollars", 0.01),
    "$": ("dollars", 1.0),
    "mm": ("length", 1e-3), "cm": ("length", 1e-2), "m": ("length", 1.0), "km": ("length", 1e3),
    "g": ("mass", 1e-3), "kg": ("mass", 1.0), "tonne": ("mass", 1e3), "in": ("yards", 1 / 12),
    "ft": ("yards", 1.0), "yd": ("yards", 3.0), "mile": ("yards", 5280.0), "oz": ("pounds", 1 / 16),
    "lb": ("pounds", 1.0), "ton": ("pounds", 2000.0),
    "kW": ("power", 1e3), "MW": ("power", 1e6), "GW": ("power", 1e9), "W": ("power", 1.0),
}  # fmt: skip
DURATIONS = frozenset("min h day week week2 month year decade century".split())
_ABOUT = frozenset("about around roughly approximately approx some circa".split())
_NEARLY = frozenset("nearly almost".split())
# What stands before a number, and after it, that makes it a bound.
_BEFORE = (
    (r"at least|no (?:less|fewer) than|a minimum of|not less than", "least"),
    (r"at most|up to|within|no more than|as (?:much|many) as|a maximum of", "most"),
    (
        r"more than|above|upwards? of|north of|exceed(?:s|ed|ing)?|in excess of|surpass\w*|top(?:s|ped|ping)"
        r"|beyond|(?:push|climb|soar|ris|rose|surg)\w* past"
        r"|(?:great|larg|bigg|long|high|old|tall|heavi|fast)er than|well over",
        "more",
    ),
    (
        r"less than|fewer than|under|below|south of|shy of|short of"
        r"|(?:small|low|short|young|cheap|slow)er than",
        "less",
    ),
)
_BEHIND = (
    (
        r"(?:or|and) (?:more|older|above|over|up|higher|longer)\b|-?plus\b|\+|minimum\b|at (?:the )?least",
        "least",
    ),
    (r"(?:or|and) (?:less|fewer|younger|below|under)\b|maximum\b", "most"),
    (r"or so\b", "about"),
)
# The words of which such bounds are made.
HEDGES = frozenset(
    "about around roughly approximately nearly almost at least most more less fewer than under over above"
    " below within younger older longer shorter higher lower smaller larger greater".split()
)
_DENIALS = frozenset("no not nobody none nothing never neither nor without cannot".split())
# What a denied bound comes to: "not over 8" is "at most 8".
_LIMITS = {"more": "most", "over": "most", "less": "least"}


def are_of_a_kind(one: str, other: str) -> bool:
    """Whether one unit can be told in the other."""
    return one in SIZES and other in SIZES and SIZES[one][0] == SIZES[other][0]


def unit_of(words: Sequence[Word], begin: int, end: int, kind: str) -> tuple[str, int]:
    """The unit and the end of the amount, unit and all."""
    if kind == "times":
        return "", end
    if kind == "ordinal":
        return kind, end
    before = words[begin - 1].text if begin else ""
    if before in UNITS:
        return UNITS[before], end
    for last in range(end, min(end + 2, len(words))):
        word = words[last]
        if word.text == "-" or (last == end and word.lower == "more"):
            continue
        name = word.lower.rstrip("s") if len(word.lower) > 3 else word.lower
        unit = UNITS.get(word.lower) or UNITS.get(name)
        if word.lower == "per" and last + 1 < len(words) and words[last + 1].lower == "cent":
            return "%", last + 2
        if unit == "%" and last + 1 < len(words) and words[last + 1].lower in ("point", "points"):
            return "points", last + 2
        if unit and not (unit == "point" and kind == "fraction"):
            return unit, last + 1
        if word.lower not in ("us", "u.s", "u.s.", "american", "square", "cubic", "metric", "additional"):
            break
    return ("fraction" if kind == "fraction" else ""), end


def hedge_of(words: Sequence[Word], begin: int, end: int, kind: str) -> str:
    """How the amount in words[begin:end] is hedged; "no more than" and "nobody ... over" make it a limit."""
    if kind == "vague":
        return "vague"
    first = _first_of(words, begin)
    # "Fewer than the 12 of last year" compares.
    compares = words[first].lower == "the"
    before = " ".join(word.lower for word in words[max(first - 4, 0) : first])
    hedge = None if compares else _hedge_before(before)
    if hedge is None:
        after = " ".join(word.lower for word in words[end : end + 3])
        return next((found for pattern, found in _BEHIND if re.match(pattern, after)), "")
    return _LIMITS.get(hedge, hedge) if _is_denied(words, first) else hedge


def _first_of(words: Sequence[Word], begin: int) -> int:
    """Where the amount begins with its sign, article and "another"."""
    first = begin - 1 if begin and words[begin - 1].text in UNITS else begin
    if first and words[first - 1].lower in ("a", "an", "the"):
        first -= 1
    if first and words[first - 1].lower in ("another", "additional", "further"):
        first -= 1
    return first


def _hedge_before(before: str) -> str | None:
    """The hedge that stands before an amount; None where none does."""
    last = before.rsplit(" ", 1)[-1]
    if last in _ABOUT or re.search(r"(?:close to|in the region of|or so)$", before):
        return "about"
    if last in _NEARLY:
        return "nearly"
    if last == "over":
        return "over"
    if re.search(r"(?:%|percent|cent|\d|times|points?) (?:more|less|fewer) than$", before):
        return ""  # "12 percent more than a year ago"
    return next((hedge for pattern, hedge in _BEFORE if re.search(rf"\b(?:{pattern})$", before)), None)


def _is_denied(words: Sequence[Word], first: int) -> bool:
    """Whether the clause denies what it says before the hedge: "nobody waits over", "never more than"."""
    clause = [word.lower for word in words[:first] if word.clause == words[first - 1].clause]
    return any(word in _DENIALS or word.endswith("n't") for word in clause[:-1])
