"""Checked statements -> the Answer that shows them."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.answer import Answer
from bot.answering import answered, cite, without_markers
from index.search import Found

if TYPE_CHECKING:
    from bot.claims.windows import Support
    from bot.draft import Statement
    from index.errors import ChatModelError

_TRANSLATED = "Translated: checked for names and numbers only. The quotes are in the original."
_STANDS_IN = "These are the articles' own words instead."


def composed(
    found: Found, statements: Sequence["Statement"], plain: Answer, model: str, notes: tuple[str, ...] = ()
) -> Answer:
    """The statements with their markers; the quotes are numbered in the order that they are cited in."""
    supports = dict.fromkeys(support for statement in statements for support in statement.supports)
    numbers = {support: number for number, support in enumerate(supports, 1)}
    cited = [cite(number, support, found.question) for support, number in numbers.items()]
    wrong = [citation for citation in plain.differing if citation.corrected]
    citations = [
        dataclasses.replace(citation, corrected=any(citation.overlaps(other) for other in wrong))
        for citation in cited
    ]
    text = " ".join(_marked(statement, numbers) for statement in statements)
    translated = (_TRANSLATED,) * any(statement.translated for statement in statements)
    answer = answered(found, text, citations, plain.confidence)
    return dataclasses.replace(
        answer, model=model, notes=(*plain.notes, *translated, *notes), differing=plain.differing
    )


def stood_in(plain: Answer, error: "ChatModelError") -> Answer:
    """The extractive answer where the chat model gave none, with a note that says why."""
    note = error.message if plain.refused else f"{error.message} {_STANDS_IN}"
    return dataclasses.replace(noted(plain, note), instead=str(error))


def noted(answer: Answer, note: str) -> Answer:
    """The answer with one remark more."""
    return dataclasses.replace(answer, notes=(*answer.notes, note))


def _marked(statement: "Statement", numbers: Mapping["Support", int]) -> str:
    """A sentence with its markers; the article's own words stand in quotation marks."""
    words = without_markers(statement.text)
    markers = "".join(f"[{numbers[support]}]" for support in statement.supports)
    return f"\u201c{words}\u201d {markers}" if statement.quoted else f"{words} {markers}"
