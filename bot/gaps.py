"""What was asked and refused, near questions together: it says which articles are missing."""

import dataclasses
import datetime
from collections.abc import Callable, Sequence

from bot.votes import Refused
from index.embedding import Vectors
from index.words import is_number, words

# By their vectors (all-MiniLM-L6-v2): the same asked in other words is nearer, the same of another less near.
_NEAR = 0.75
# Different questions that are compared, the newest: each is embedded.
_MOST = 2_000

Embed = Callable[[Sequence[str]], Vectors]


@dataclasses.dataclass(frozen=True, slots=True)
class Gap:
    """Questions that were refused and ask nearly the same, each wording once, the newest first."""

    questions: tuple[str, ...]
    count: int
    first: datetime.date
    last: datetime.date


@dataclasses.dataclass(slots=True)
class _Group:
    """A gap while it is found, around its newest question."""

    lead: int
    members: list[int]


def gaps(refused: Sequence[Refused], embed: Embed) -> list[Gap]:
    """The gaps that refused questions show, newest first; of very many different ones the newest count."""
    asked: dict[tuple[str, ...], list[Refused]] = {}
    for one in sorted(reversed(refused), key=lambda r: r.created, reverse=True):
        asked.setdefault(tuple(words(one.question)), []).append(one)
    wordings = list(asked.values())[:_MOST]
    if not wordings:
        return []
    groups = _grouped([same[0].question for same in wordings], embed)
    return [_gap([wordings[member] for member in group.members]) for group in groups]


def _grouped(questions: Sequence[str], embed: Embed) -> list[_Group]:
    """Each question with the first that it is near to; what asks for other numbers is never near."""
    nearness = (vectors := embed(questions)) @ vectors.T
    numbers = [frozenset(filter(is_number, words(question))) for question in questions]
    groups: list[_Group] = []
    for n in range(len(questions)):
        near = [g for g in groups if numbers[g.lead] == numbers[n] and nearness[g.lead, n] >= _NEAR]
        if near:
            max(near, key=lambda group: float(nearness[group.lead, n])).members.append(n)
        else:
            groups.append(_Group(n, [n]))
    return groups


def _gap(wordings: Sequence[Sequence[Refused]]) -> Gap:
    days = [one.created.date() for same in wordings for one in same]
    return Gap(tuple(same[0].question for same in wordings), len(days), min(days), max(days))
