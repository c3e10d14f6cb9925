"""A question that a chat model may answer, on its way."""

import dataclasses
from collections.abc import Callable

from bot.answer import Answer, Tokens
from bot.patience import Patience

# No model is asked where the extractive answer's confidence is lower. Five-fold, on the development sets (in
# English), it loses 2.0 % of what the articles answer; of what they do not, this saves 65 % (news) and 16 %
# (SQuAD 2).
FLOOR = 0.1


@dataclasses.dataclass(slots=True)
class Asking:
    """One question on its way: who pays, who watches, and what it has cost so far.

    `check` raises where nobody waits for the answer any more. `patience` is what a chat model has for all
    that it is asked, from the first request on. Below the confidence `floor` no model is asked; it is 0 where
    the question is not in the articles' language, since what judges by it reads but one.
    """

    account: str
    check: Callable[[], None]
    partial: Callable[[Answer], None] | None = None
    tokens: Tokens | None = None
    patience: Patience | None = None
    floor: float = FLOOR
