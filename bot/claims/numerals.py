"""Reads the number at a place in a sentence: figures, words, ordinals, fractions, "twice"."""

import math
from collections.abc import Sequence

from bot.claims.text import Word
from bot.claims.units import DURATIONS, UNITS

ONES = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
        " sixteen"
        " seventeen eighteen nineteen".split(),
        range(20),
        strict=True,
    )
)
_TENS = dict(
    zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True)
)
SCALES = {
    "hundred": 100, "thousand": 1_000, "k": 1_000, "million": 1_000_000, "m": 1_000_000, "mn": 1_000_000,
    "billion": 1_000_000_000, "bn": 1_000_000_000, "b": 1_000_000_000, "trillion": 10**12, "tn": 10**12,
    "dozen": 12,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10,
    "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40,
    "fiftieth": 50,
    "hundredth": 100,
}  # fmt: skip
_FRACTIONS = {"half": 0.5, "halves": 0.5, "third": 1 / 3, "thirds": 1 / 3, "quarter": 0.25, "quarters": 0.25}
_FRACTIONS |= {"fifths": 0.2, "tenths": 0.1, "fifth": 0.2, "tenth": 0.1, "sixths": 1 / 6, "eighths": 0.125}
_VULGAR = {"\u00bd": 0.5, "\u00bc": 0.25, "\u00be": 0.75, "\u2153": 1 / 3, "\u2154": 2 / 3, "\u215b": 0.125}
_TIMES = {
    "double": 2, "doubled": 2, "doubles": 2, "doubling": 2, "twice": 2, "twofold": 2, "triple": 3,
    "tripled": 3, "triples": 3, "tripling": 3, "thrice": 3, "quadruple": 4, "quadrupled": 4, "dual": 2,
    "pair": 2, "duo": 2, "trio": 3, "both": 2, "single": 1, "couple": 2,
}  # fmt: skip
_OF_A_PART = frozenset("of off more less fewer larger smaller higher lower bigger cheaper dearer".split())
_BEFORE_A_PART = frozenset("by about around roughly nearly almost over under than".split())
_VAGUE = frozenset("dozens scores hundreds thousands millions billions trillions".split())

# Value, end and kind of a number.
Read = tuple[float, int, str]


def number(words: Sequence[Word], begin: int) -> Read | None:
    """Value, end and kind (figure, word, ordinal, fraction, times, vague, article) of the number at a place.

    None where no number begins there.
    """
    lower = words[begin].lower
    if words[begin].text[0].isdecimal():
        return _and_a_half(words, begin, _figure(words, begin))
    if words[begin].text in _VULGAR:
        return _VULGAR[words[begin].text], begin + 1, "fraction"
    if lower in _VAGUE:
        return float(SCALES.get(lower[:-1], 20)), begin + 1, "vague"
    if lower in ("several", "few") and begin + 1 < len(words) and f"{words[begin + 1].lower}s" in _VAGUE:
        scale = words[begin + 1].lower
        return float(SCALES.get(scale, 20)), begin + 2, "vague"
    if lower in _TIMES or (lower.endswith("fold") and lower[:-4] in ONES):
        return float(_TIMES.get(lower) or ONES[lower[:-4]]), begin + 1, "times"
    if lower in ("half", "halves", "quarter", "quarters", "thirds"):
        return _part(words, begin)
    if lower in _ORDINALS:
        return _ordinal(words, begin)
    if lower in ("a", "an", "another") and begin + 1 < len(words):
        return _after_article(words, begin)
    if lower in ONES or lower in _TENS or lower == "dozen":
        return _and_a_half(words, begin, _spelt(words, begin))
    return None


def _ordinal(words: Sequence[Word], begin: int) -> Read | None:
    """ "third" is an ordinal, or a part: "a third of", "by a third"."""
    lower = words[begin].lower
    before = words[begin - 1].lower if begin else ""
    after = words[begin + 1].lower if begin + 1 < len(words) else ""
    if lower == "second" and before in ("a", "per", "each", "every"):
        return None
    if lower in _FRACTIONS and before in ("a", "one") and (after in _OF_A_PART or _is_share(words, begin)):
        return _FRACTIONS[lower], begin + 1, "fraction"
    return float(_ORDINALS[lower]), begin + 1, "ordinal"


def _is_share(words: Sequence[Word], begin: int) -> bool:
    """Whether "by", "about" or "over" stands before "a third"."""
    return begin > 1 and words[begin - 2].lower in _BEFORE_A_PART


def _after_article(words: Sequence[Word], begin: int) -> Read | None:
    after = words[begin + 1].lower
    if after in SCALES and len(after) > 2:
        return float(SCALES[after]), begin + 2, "word"
    return _single(words, begin) if UNITS.get(after) in DURATIONS else None


def _part(words: Sequence[Word], begin: int) -> Read | None:
    """ "half", "half a million", "half a century": a fraction, or the part of what follows."""
    part, lower = _FRACTIONS[words[begin].lower], words[begin].lower
    lead = [w.lower for w in words[max(begin - 3, 0) : begin]]
    if lead[1:] == ["and", "a"] and UNITS.get(lead[0]) in DURATIONS:
        return None
    if begin and words[begin - 1].lower in ("first", "second", "opening", "final"):
        return None
    skip = begin + 1
    if words[skip : skip + 1] and words[skip].lower == "past":
        return None
    if [word.lower for word in words[skip : skip + 2]] in (["of", "a"], ["of", "an"]) and lower == "quarter":
        skip += 1
    while skip < len(words) and words[skip].lower in ("a", "an", "-"):
        skip += 1
    after = words[skip].lower if skip < len(words) else ""
    if after in SCALES and len(after) > 2:
        return part * SCALES[after], skip + 1, "word"
    if (UNITS.get(after) in DURATIONS or after == "point") and skip > begin + 1:
        return part, skip, "word"
    is_period = lower == "quarter" and begin and words[begin - 1].lower not in ("a", "one", "-")
    return None if is_period else (part, begin + 1, "fraction")


def _and_a_half(words: Sequence[Word], begin: int, read: Read) -> Read:
    """ "six and a half", "6-and-a-half": the number and a half or a quarter more."""
    value, end, kind = read
    after = [(word.lower, n) for n, word in enumerate(words[end : end + 6], end + 1) if word.text != "-"][:3]
    if kind == "fraction" or [word for word, _ in after[:2]] != ["and", "a"] or len(after) < 3:
        return read
    part, last = after[2]
    return (value + _FRACTIONS[part], last, kind) if part in ("half", "quarter", "third") else read


def _single(words: Sequence[Word], begin: int) -> Read:
    """ "a week", "an hour and a half": one of a unit of time."""
    after = [word.lower for word in words[begin + 2 : begin + 5]]
    return (1.5 if after == ["and", "a", "half"] else 1.0), begin + 1, "article"


def _with_part(words: Sequence[Word], begin: int, value: float) -> Read | None:
    """ "7 1/2" and "7\u00bd": a figure with the part after it; None where it has none."""
    after = words[begin + 1 : begin + 4]
    if after and after[0].text in _VULGAR:
        return value + _VULGAR[after[0].text], begin + 2, "figure"
    if len(after) < 3 or after[1].text != "/" or not after[0].text.isdecimal():
        return None
    below = float(after[2].text) if after[2].text.isdecimal() else 0.0
    part = float(after[0].text) / below if below else 1.0
    return (value + part, begin + 4, "figure") if part < 1 and value.is_integer() else None


def _figure(words: Sequence[Word], begin: int) -> Read:
    text = words[begin].text.rstrip(".,")
    try:
        value = float(text.replace(",", ""))
    except ValueError:  # "1.2.3"
        return math.nan, begin + 1, "figure"
    if read := _with_part(words, begin, value):
        return read
    end, kind = begin + 1, "figure"
    if (
        end < len(words)
        and words[end].start == words[begin].end
        and words[end].lower in ("st", "nd", "rd", "th")
    ):
        return value, end + 1, "ordinal"
    skip = end + 1 if end < len(words) and words[end].text == "-" else end
    if skip < len(words) and words[skip].lower in SCALES:
        attached = words[skip].start == words[begin].end
        if len(words[skip].lower) > 2 or attached:
            return value * SCALES[words[skip].lower], skip + 1, kind
    if end + 2 < len(words) and words[end].text == "/" and words[end + 1].text.isdecimal():
        below = float(words[end + 1].text)
        if below and value < below:
            return value / below, end + 2, "fraction"
    return value, end, kind


def _spelt(words: Sequence[Word], begin: int) -> Read:
    """ "twenty-five thousand" and the like: tens, ones and scales as they follow one another."""
    total, current, position, last = 0.0, 0.0, begin, ""
    while position < len(words):
        lower = words[position].lower
        if lower in _TENS and last == "":
            current, last = current + _TENS[lower], "ten"
        elif lower in ONES and (last in ("", "hundred") or (last == "ten" and 0 < ONES[lower] < 10)):
            current, last = current + ONES[lower], "one"
        elif lower in SCALES and len(lower) > 2:
            if lower == "hundred":
                current, last = (current or 1) * 100, "hundred"
            else:
                total, current, last = total + (current or 1) * SCALES[lower], 0.0, ""
        elif lower in ("-", "and") and position + 1 < len(words) and _goes_on(words, position, last):
            pass
        else:
            break
        position += 1
    value, end = total + current, position
    if end + 1 < len(words) or end < len(words):
        skip = end + (words[end].text == "-")
        if skip < len(words) and words[skip].lower in _FRACTIONS and words[skip].lower != "second":
            part = words[skip].lower
            if part.endswith("s") or part in ("half", "quarter") or value == 1:
                return value * _FRACTIONS[part], skip + 1, "fraction"
        if skip < len(words) and last == "ten" and words[skip].lower in _ORDINALS:
            return value + _ORDINALS[words[skip].lower], skip + 1, "ordinal"
    return value, end, "word"


def _goes_on(words: Sequence[Word], position: int, last: str) -> bool:
    following = words[position + 1].lower
    if words[position].lower == "and":
        return last == "hundred" and (following in ONES or following in _TENS)
    if following in SCALES and len(following) > 2:
        return last != ""
    return last == "ten" and following in ONES
