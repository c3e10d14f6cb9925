"""What a changed setting or model did: two evaluations of the same questions, held against each other."""

import dataclasses
import math
from collections.abc import Sequence

from bot.scoring import Score

# As `trust` counts: a wrong answer costs what a right one gains.
_WORTH = {"right": 1, "refused": 0, "wrong": -1}


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """A question whose answer became another, or whose best passage moved."""

    before: Score
    after: Score

    @property
    def gain(self) -> int:
        """Above 0 where it is better now, below where it is worse."""
        return _WORTH[self.after.outcome] - _WORTH[self.before.outcome]

    @property
    def what(self) -> str:
        """The change in some words."""
        if self.gain:
            return f"{self.before.outcome} → {self.after.outcome}"
        return f"passage {_place(self.before)} → {_place(self.after)}"


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """The scores of the questions that both evaluations asked, in step, and what changed."""

    before: tuple[Score, ...]
    after: tuple[Score, ...]
    changes: tuple[Change, ...]

    @property
    def better(self) -> int:
        return sum(change.gain > 0 for change in self.changes)

    @property
    def worse(self) -> int:
        return sum(change.gain < 0 for change in self.changes)

    @property
    def chance(self) -> float:
        """How probable so uneven a change is where neither is better (sign test, two-sided)."""
        changed = self.better + self.worse
        tail = sum(math.comb(changed, k) for k in range(min(self.better, self.worse) + 1))
        return float(min(1.0, 2 * tail / 2**changed))


def compare(before: Sequence[Score], after: Sequence[Score]) -> Comparison:
    """`after` against `before`, by the questions' words; first the answers that changed, the worse first."""
    known = {(score.question, score.answerable): score for score in before}
    pairs = [(known[key], s) for s in after if (key := (s.question, s.answerable)) in known]
    changed = [Change(b, a) for b, a in pairs if (b.outcome, b.rank) != (a.outcome, a.rank)]
    changed.sort(key=lambda change: (not change.gain, change.gain))
    return Comparison(tuple(b for b, _ in pairs), tuple(a for _, a in pairs), tuple(changed))


def _place(score: Score) -> str:
    return str(score.rank) if score.rank else "none"
