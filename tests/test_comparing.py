"""Two evaluations against each other: what is better, what is worse, what nobody can tell from chance."""

import pytest

from bot.comparing import compare
from bot.scoring import Score


def score(question: str, outcome: str, rank: int | None = 1, *, answerable: bool = True) -> Score:
    return Score(
        question=question,
        answerable=answerable,
        refused=outcome == "refused",
        rank=rank,
        right=outcome == "right",
        first=False,
        quotes=1,
        verbatim=1,
        offsets=1,
        tied=True,
        words=10,
        confidence=0.5,
    )


def test_each_change_is_for_better_or_worse() -> None:
    before = [score("a", "wrong"), score("b", "right"), score("c", "refused", 2), score("d", "right")]
    after = [score("a", "refused"), score("b", "wrong"), score("c", "refused", None), score("d", "right")]
    compared = compare(before, after)
    assert [(change.after.question, change.what) for change in compared.changes] == [
        ("b", "right → wrong"),
        ("a", "wrong → refused"),
        ("c", "passage 2 → none"),
    ]
    assert (compared.better, compared.worse) == (1, 1)


def test_only_questions_in_both_count_in_whatever_order() -> None:
    before = [score("a", "right"), score("b", "right"), score("x", "right", answerable=False)]
    after = [score("x", "right"), score("b", "wrong"), score("a", "right"), score("new", "right")]
    compared = compare(before, after)
    assert [s.question for s in compared.before] == [s.question for s in compared.after] == ["b", "a"]
    assert compared.worse == 1


@pytest.mark.parametrize(
    ("better", "worse", "chance"), [(0, 0, 1.0), (1, 1, 1.0), (0, 5, 0.0625), (9, 1, 0.0215)]
)
def test_few_changes_may_be_chance(better: int, worse: int, chance: float) -> None:
    names = [f"q{n}" for n in range(better + worse)]
    before = [score(name, "refused") for name in names]
    after = [score(name, "right" if n < better else "wrong") for n, name in enumerate(names)]
    assert compare(before, after).chance == pytest.approx(chance, abs=1e-4)
