"""The amounts in a sentence: value, unit and hedge, in figures and in words."""

import dataclasses
import functools
from collections.abc import Iterator, Sequence

from bot.claims.calendar import clock_in_words, is_part_of_time
from bot.claims.numerals import SCALES, number
from bot.claims.text import Parsed, Word
from bot.claims.units import SIZES, are_of_a_kind, hedge_of, unit_of

_OFTEN = frozenset("times once twice hours days dollars euros pounds people percent %".split())
_RATIO_WORDS = (("out", "of", "every"), ("out", "of"), ("of", "every"), ("in", "every"), ("in",))
_LINKS = frozenset("to or and through -".split())
# "$25 and $40 billion": a number that has no scale of its own.
_SCALED_FROM = 1_000
# After an amount: it is one of its own.
_OTHER_MATTERS = frozenset(
    "of less more longer shorter slower faster after before later earlier respectively for on".split()
)
# Words from "of every 100" to the part, at most.
_FAR = 4
_WHOLES = frozenset((*range(2, 11), 12, 20, 50, 100, 1_000))


@dataclasses.dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit ("" where none is told) and hedge: "", about, nearly, more, less, vague."""

    value: float
    unit: str
    hedge: str
    words: tuple[Word, ...]
    ordinal: bool = False

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@functools.lru_cache(maxsize=4_096)
def amounts(parsed: Parsed) -> tuple[Amount, ...]:
    """The amounts of a sentence, in order; years, days of the month and hours are not among them."""
    return tuple(_joined(list(_amounts(parsed.words)), parsed.words))


def _amounts(words: Sequence[Word]) -> Iterator[Amount]:
    position = 0
    while position < len(words):
        clock = clock_in_words(words, position)
        read = None if clock else number(words, position)
        if read is None:
            position = clock[1] if clock else position + 1
            continue
        value, end, kind = read
        if not _is_date_or_clock(words, position, end, kind):
            amount = _amount(words, position, end, value, kind)
            if kind != "article" or not _is_rate(words, position):
                yield amount
        position = end


def _is_date_or_clock(words: Sequence[Word], begin: int, end: int, kind: str) -> bool:
    return kind in ("figure", "ordinal", "word") and is_part_of_time(words, begin, end)


def _is_rate(words: Sequence[Word], begin: int) -> bool:
    """Whether "a week" tells how often ("$5 a week"), not how long."""
    before = words[begin - 1] if begin else None
    return before is not None and (
        before.text[0].isdecimal() or before.lower in _OFTEN or before.lower in SCALES
    )


def _amount(words: Sequence[Word], begin: int, end: int, value: float, kind: str) -> Amount:
    unit, last = unit_of(words, begin, end, kind)
    hedge = hedge_of(words, begin, last, kind)
    return Amount(value, unit, hedge, tuple(words[begin:last]), kind == "ordinal")


def _joined(found: list[Amount], words: Sequence[Word]) -> Iterator[Amount]:
    """Those that are one amount as one: "one in ten", "5 dollars and 99 cents"; units shared."""
    position = 0
    while position < len(found):
        amount = found[position]
        following = found[position + 1] if position + 1 < len(found) else None
        position += 1
        if following and (part := _ratio(amount, following, words) or _every(amount, following, words)):
            position += 1
            yield part
        elif following and _are_coins(amount, following):
            position += 1
            yield dataclasses.replace(amount, value=amount.value + following.value / 100)
        elif following and _goes_on(amount, following, words):
            position += 1
            more = following.value * SIZES[following.unit][1] / SIZES[amount.unit][1]
            whole = amount.words + following.words
            yield dataclasses.replace(amount, value=amount.value + more, words=whole)
        elif following and _is_range(amount, following, words):
            yield dataclasses.replace(amount, value=amount.value * _scale(following), unit=following.unit)
        elif following and not amount.unit and _gap(amount, following) == 2 and _are_linked(amount, words):
            shared = following.unit not in ("", "ordinal", "fraction")
            yield dataclasses.replace(amount, unit=following.unit) if shared else amount
        else:
            yield amount


def _are_linked(one: Amount, words: Sequence[Word]) -> bool:
    return words[one.words[-1].index + 1].lower in _LINKS


def _is_range(one: Amount, other: Amount, words: Sequence[Word]) -> bool:
    """ "$25 and $40 billion", "2 to 3 million": the scale of the second is the first's, too."""
    near = _gap(one, other) in (2, 3) and _are_linked(one, words)
    alike = one.unit in ("", other.unit) and one.value < _SCALED_FROM and len(one.words) == 1
    return near and alike and _scale(other) > 1


def _scale(amount: Amount) -> float:
    return max((SCALES.get(word.lower, 1.0) for word in amount.words), default=1.0)


def _ratio(one: Amount, other: Amount, words: Sequence[Word]) -> Amount | None:
    """ "one in ten", "33 out of every 100", "$6 out of $10": a part of the whole; None where it is none."""
    between = tuple(w.lower for w in words[one.words[-1].index + 1 : other.words[0].index] if w.is_word)
    is_part = one.unit == other.unit and one.unit in ("", "$") and 0 < one.value < other.value
    after = words[other.words[-1].index + 1 : other.words[-1].index + 2]
    if between[1:] in _RATIO_WORDS and not (after and after[0].is_content):  # "four flights in five"
        between = between[1:]
    if between not in _RATIO_WORDS or not is_part or other.value not in _WHOLES or one.ordinal:
        return None
    return Amount(one.value / other.value, "fraction", one.hedge, one.words + other.words)


def _every(whole: Amount, part: Amount, words: Sequence[Word]) -> Amount | None:
    """ "Of every 100 voters 33": the part after the whole; None where it is none."""
    before = [w.lower for w in words[max(whole.words[0].index - 2, 0) : whole.words[0].index]]
    is_part = 0 < part.value < whole.value and whole.value in _WHOLES and not whole.unit and not part.unit
    if before not in (["of", "every"], ["in", "every"]) or not is_part or _gap(whole, part) > _FAR:
        return None
    return Amount(part.value / whole.value, "fraction", part.hedge, whole.words + part.words)


def _are_coins(one: Amount, other: Amount) -> bool:
    """Whether the second amount is the cents of the first."""
    whole = one.unit == "$" and other.unit == "cent" and one.value == int(one.value)
    return whole and _gap(one, other) == 2


def _goes_on(one: Amount, other: Amount, words: Sequence[Word]) -> bool:
    """Whether both are one: "seven years and six months", "6 feet 2 inches"."""
    between = {word.lower for word in words[one.words[-1].index + 1 : other.words[0].index]}
    after = {word.lower for word in words[other.words[-1].index + 1 : other.words[-1].index + 2]}
    smaller = are_of_a_kind(one.unit, other.unit) and SIZES[other.unit][1] < SIZES[one.unit][1]
    plain = not (one.ordinal or other.ordinal or other.hedge)
    return smaller and plain and between <= {"and"} and after.isdisjoint(_OTHER_MATTERS)


def _gap(one: Amount, other: Amount) -> int:
    return other.words[0].index - one.words[-1].index
