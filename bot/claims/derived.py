"""Amounts that no source states but readers reckon from it: differences, counts, what is left of a whole."""

import datetime
import itertools
import math
import re
from collections.abc import Iterator, Sequence

from bot.claims.amounts import Amount, amounts
from bot.claims.calendar import MONTHS, times
from bot.claims.text import Parsed, parse, stem
from bot.claims.units import UNITS

_CHUNK = re.compile(r"[;:()?!]|\.\s")
_AND = re.compile(r",?\s(?:and|or)\b")
# Words of a thing in a list, at most; what is longer is where the list begins.
_THING = 5
# Two dates, each of a month and a day.
_FROM_TO = re.compile(
    r"\b(?:from|between)\s+(\S+\s+\S+)\s+(?:to|and|until|till|through)\s+(\S+\s+\S+)", re.IGNORECASE
)
_TOTALS = frozenset("total together combined altogether overall".split())
_PARTS = frozenset("among including include includes included".split())
_COMPARING = frozenset("from to than against versus".split())
_RECORD = re.compile(r"(?<![\d-])(\d{1,3})(?:[-\u2013]| to )(\d{1,3})(?![\d-])")
_BEFORE_CHANGE = frozenset("by of".split())
_AFTER_CHANGE = frozenset(
    "more less fewer higher lower cheaper dearer bigger smaller cut rise increase decrease drop fall gain"
    " loss reduction discount lead ahead win victory defeat margin".split()
)
_CHILDREN = frozenset(map(stem, "son daughter boy girl".split()))
_PERSONS = "man men woman women adult soldier civilian officer passenger tourist guide student teacher worker"
_PEOPLE = _CHILDREN | frozenset(map(stem, f"{_PERSONS} child children".split()))
# What is told of both may be told of these.
_KINDS = {stem("children"): _CHILDREN, stem("child"): _CHILDREN, "people": _PEOPLE, stem("person"): _PEOPLE}
_LITTLE = frozenset("a an just only about around roughly some almost nearly".split())
_WON = frozenset(map(stem, "win won beat edge victory defeat lose lost loss".split()))
_FROM_HOUR = re.compile(
    r"(?:\b(?:from|between)\s+)\d[\d:.]*(?:\s*[ap]\.?m\.?)?\s+(?:to|and|until|till)\s+\d"
    r"|\bopens? at\b.*\bcloses? at\b",
    re.IGNORECASE,
)
_HOUR = re.compile(r"[ap]\.?m\.?$", re.IGNORECASE)
# Words before an amount that are looked at.
_FEW = 4
_CLOCK = re.compile(r"(\d+):(\d+)([ap])")
_OTHERS = frozenset(
    "another other others rest remaining remainder else except besides not without outside no never nor"
    " neither failed lacked none".split()
)
_FLIPPED = {
    "more": "less",
    "less": "more",
    "least": "most",
    "most": "least",
    "over": "less",
    "nearly": "more",
}
_IN_A_ROW = frozenset(("straight", "consecutive", "successive"))


def derived(claim: Parsed, sources: Sequence[Parsed], published: datetime.date | None) -> tuple[Amount, ...]:
    """The amounts that follow from the sources for this claim."""
    found = [amount for source in sources for amount in amounts(source)]
    until = published if "ago" in claim.lowers else None
    return (
        *itertools.chain.from_iterable(_spans(source, until) for source in sources),
        *_months_between(sources),
        *_days_between(sources),
        *(change for change in _changes(sources) if change.unit == "points" or _is_told(change, claim)),
        *_sums(claim, sources),
        *_counts(claim, sources),
        *(_left_of(found) if _speaks_of_others(claim) != any(map(_speaks_of_others, sources)) else ()),
        *itertools.chain.from_iterable(map(_runs, sources)),
        *_records(claim, sources),
        *(margin for margin in _margins(claim, sources) if _is_told(margin, claim)),
        *itertools.chain.from_iterable(_hours_between(claim, source) for source in sources),
    )


def _spans(source: Parsed, until: datetime.date | None) -> Iterator[Amount]:
    """Years between two that a sentence names, and from one of them until a day."""
    years = sorted({int(value) for kind, value in times(source) if kind == "year"})
    ends = [*years, until.year] if until else years
    for first, last in itertools.combinations(ends, 2):
        if last > first:
            yield _derived(last - first, "year")


def _months_between(sources: Sequence[Parsed]) -> Iterator[Amount]:
    months = {MONTHS.index(value) for source in sources for kind, value in times(source) if kind == "month"}
    for first, last in itertools.combinations(sorted(months), 2):
        yield _derived(last - first, "month")


def _days_between(sources: Sequence[Parsed]) -> Iterator[Amount]:
    """ "From Dec. 19 to Dec. 21": two days; so are the only two days that the sources name."""
    pairs = [match.groups() for source in sources for match in _FROM_TO.finditer(source.text)]
    spans = [[times(parse(text)) for text in pair] for pair in pairs]
    for found in (*spans, [times(source) for source in sources]):
        months = {value for one in found for kind, value in one if kind == "month"}
        days = {int(value) for one in found for kind, value in one if kind == "day"}
        if len(months) == 1 and len(days) == 2:
            yield _derived(max(days) - min(days), "day")


def _changes(sources: Sequence[Parsed]) -> Iterator[Amount]:
    """ "From 3 to 5 percent": by two points."""
    for source in sources:
        for one, other in itertools.pairwise(amounts(source)):
            between = [w.lower for w in source.words[one.words[-1].index + 1 : other.words[0].index]]
            if (
                _words_before(one, source)[-1:] == ["from"]
                and between[:1] == ["to"]
                and one.unit == other.unit
            ):
                change = abs(other.value - one.value)
                yield _derived(change, "points" if one.unit == "%" else one.unit)
                if one.unit != "%" and one.value and math.isfinite(change / one.value):
                    share = 100 * change / one.value
                    yield from (_derived(value, "%") for value in (share, round(share)))


def _words_before(amount: Amount, text: Parsed) -> list[str]:
    """The few words before an amount and its sign."""
    first = amount.words[0].index
    if first and text.words[first - 1].text in UNITS:
        first -= 1
    return [word.lower for word in text.words[max(first - _FEW, 0) : first]]


def _sums(claim: Parsed, sources: Sequence[Parsed]) -> Iterator[Amount]:
    """What two amounts of a sentence make together, where the claim speaks of a total, of its parts, or of
    what takes in both ("two sons and three daughters": five children)."""
    claimed = {(amount.value, amount.unit) for amount in amounts(claim)}
    is_total, has_parts = not _TOTALS.isdisjoint(claim.lowers), not _PARTS.isdisjoint(claim.lowers)
    for source in sources:
        plain = [amount for amount in amounts(source) if not amount.ordinal and not amount.hedge]
        plain = [amount for amount in plain if not _is_compared(amount, source)]
        for one, other in itertools.combinations(plain, 2):
            is_part = has_parts and bool(claimed & {(one.value, one.unit), (other.value, other.unit)})
            if one.unit == other.unit and (is_part or is_total or _is_one_kind(claim, one, other, source)):
                yield _derived(one.value + other.value, one.unit)


def _is_one_kind(claim: Parsed, one: Amount, other: Amount, source: Parsed) -> bool:
    """Whether the claim counts what two counts are of: "five children" of "two sons and three daughters"."""
    between = [w.lower for w in source.words[one.words[-1].index + 1 : other.words[0].index]]
    things = {_thing(amount, source) for amount in (one, other)}
    counted = {_thing(a, claim) for a in amounts(claim) if a.value == one.value + other.value}
    return (
        len(between) == 2
        and between[1] == "and"
        and any(things <= _KINDS.get(kind, frozenset()) for kind in counted)
    )


def _thing(amount: Amount, text: Parsed) -> str:
    """The stem of the word right after an amount: what it counts."""
    after = text.words[amount.words[-1].index + 1 :][:1]
    return after[0].stem or after[0].lower if after else ""


def _is_compared(amount: Amount, source: Parsed) -> bool:
    """Whether an amount is one that another is held against ("from 30 to 50"): no part of it."""
    first = amount.words[0].index
    return first > 0 and source.words[first - 1].lower in _COMPARING


def _counts(claim: Parsed, sources: Sequence[Parsed]) -> Iterator[Amount]:
    """How many things a sentence lists, where the sources do not count them themselves."""
    if any(_is_count(amount) for source in sources for amount in amounts(source)):
        return
    for text in (claim, *sources):
        for chunk in _CHUNK.split(text.text):
            yield from (_derived(_listed(chunk[: match.start()]), "") for match in _AND.finditer(chunk))


def _is_count(amount: Amount) -> bool:
    return not amount.unit and 1 < amount.value <= 20


def _listed(before: str) -> int:
    """How many things are listed up to the one after "and"; those before it are given."""
    count = 1
    for piece in reversed(before.split(",")):
        words = piece.split()
        if len(words) > _THING or words[:1] in (["and"], ["or"]):
            return count + (not any(map(_is_count, amounts(parse(piece)))))
        count += 1
    return count


def _left_of(found: Sequence[Amount]) -> Iterator[Amount]:
    """What is left of a whole: "less than 10 percent" of "more than 90 percent"."""
    for amount in found:
        whole = {"%": 100.0, "fraction": 1.0}.get(amount.unit, 0.0)
        if amount.value < whole:
            hedge = _FLIPPED.get(amount.hedge, amount.hedge)
            yield Amount(whole - amount.value, amount.unit, hedge, amount.words)


def _speaks_of_others(text: Parsed) -> bool:
    return not _OTHERS.isdisjoint(text.lowers) or any(word.endswith("n't") for word in text.lowers)


def _runs(source: Parsed) -> Iterator[Amount]:
    """ "The sixth straight month": six months."""
    for amount in amounts(source):
        after = [w.lower for w in source.words[amount.words[-1].index + 1 :] if w.is_word][:2]
        is_run = amount.ordinal and math.isfinite(amount.value)
        if is_run and len(after) == 2 and after[0] in _IN_A_ROW:
            yield _derived(int(amount.value), UNITS.get(after[1].removesuffix("s"), ""))


def _records(claim: Parsed, sources: Sequence[Parsed]) -> Iterator[Amount]:
    """ "Lost four of 15" of a record of 11-4: the sum of both, beside one of them."""
    claimed = {amount.value for amount in amounts(claim)}
    for match in (match for source in sources for match in _RECORD.finditer(source.text)):
        won, lost = map(int, match.groups())
        if claimed & {won, lost}:
            yield _derived(won + lost, "")


def _margins(claim: Parsed, sources: Sequence[Parsed]) -> Iterator[Amount]:
    """Of "beat them 25-24", by one; of a sentence with one score, which tells who won."""
    if _WON.isdisjoint(w.stem for w in claim.words):
        return
    for source in sources:
        scores = list(_RECORD.finditer(source.text))
        if len(scores) == 1 and not _WON.isdisjoint(w.stem for w in source.words) and _is_final(source):
            won, lost = map(int, scores[0].groups())
            yield from (_derived(abs(won - lost), unit) for unit in ("", "point"))


def _is_final(source: Parsed) -> bool:
    return source.lowers.isdisjoint(("half-time", "halftime", "half", "aged", "ages", "quarter", "led"))


def _is_told(change: Amount, claim: Parsed) -> bool:
    """Whether the claim has it as what something changed or won by: "by $20", "a $20 cut"."""
    for amount in amounts(claim):
        if amount.value != change.value:
            continue
        before = [word for word in _words_before(amount, claim) if word not in _LITTLE][-1:]
        end = amount.words[-1].index + 1
        after = [word.lower for word in claim.words[end : end + 2]]
        if not (_BEFORE_CHANGE.isdisjoint(before) and _AFTER_CHANGE.isdisjoint(after)):
            return True
    return False


def _hours_between(claim: Parsed, source: Parsed) -> Iterator[Amount]:
    """Of "from 9 a.m. to 3 p.m.", in the clause that the claim is about, on one day."""
    read = [_CLOCK.match(value) for kind, value in times(source) if kind == "clock"]
    days = {value for kind, value in times(source) if kind in ("weekday", "day")}
    if len(read) != 2 or not all(read) or len(days) > 1 or not _FROM_HOUR.search(source.text):
        return
    shared = [len({w.stem for w in clause if w.is_content} & claim.stems) for clause in source.clauses]
    hours = [any(_HOUR.match(w.text) for w in clause) for clause in source.clauses]
    if max(shared) == max(n for n, has_hour in zip(shared, hours, strict=True) if has_hour):
        first, last = (int(m[1]) % 12 + 12 * (m[3] == "p") + int(m[2]) / 60 for m in read if m)
        yield _derived((last - first) % 24, "h")


def _derived(value: float, unit: str) -> Amount:
    return Amount(float(value), unit, "", ())
