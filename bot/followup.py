"""A follow-up question -> one that stands alone."""

from collections.abc import Sequence

from bot.answer import Answer


def stand_alone(question: str, history: Sequence[Answer]) -> str:
    """The question as it would be asked without the history."""
    return question
