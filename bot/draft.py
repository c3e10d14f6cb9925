"""What a chat model writes, sentence by sentence: each is checked, and only what holds is kept."""

import dataclasses
import re
from collections.abc import Sequence

from bot.cite import Checker, Verdict
from bot.claims.windows import Support
from bot.cutting import Drafted
from bot.instructions import asks_about_instructions, is_request, is_to_machine
from bot.language import language_of
from bot.prompt import SENTINEL
from index.article import Passage

# Sentences an answer has at most; the prompt asks for five.
MOST = 12
# An answer stands where so many of its sentences do, and one of them in the model's own words.
_ENOUGH = 0.5
# An answer's words neither link nor ping: articles are linked by their citations.
_STEERS = re.compile(r"://|\bwww\.|\]\(|<[@#:a/]|@(?:everyone|here)\b", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that is borne out by `supports`: the model's, or with `quoted` the article's own."""

    text: str
    supports: tuple[Support, ...]
    quoted: bool = False
    translated: bool = False


class Draft:
    """The checked sentences of one answer to `question`, in their order; passage n is `passages[n - 1]`."""

    def __init__(self, checker: Checker, question: str, passages: Sequence[Passage]) -> None:
        self._checker = checker
        self._passages = passages
        self._language = language_of(question)
        self._orders_wanted = asks_about_instructions(question)
        self._written = self._kept = 0
        self._seen: set[str] = set()
        self._statements: list[Statement] = []
        self.says_nothing = False

    @property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(self._statements)

    @property
    def is_full(self) -> bool:
        return self._written >= MOST

    @property
    def stands(self) -> bool:
        """Whether enough of it is left to be an answer."""
        own = any(not statement.quoted for statement in self._statements)
        return own and self._kept >= _ENOUGH * self._written

    def take(self, drafted: Drafted) -> bool:
        """Checks a sentence; whether the answer so far has grown by it."""
        if SENTINEL in drafted.text:
            self.says_nothing = True
            return False
        if drafted.text in self._seen or self.is_full:
            return False
        self._seen.add(drafted.text)
        self._written += 1
        statement = None if _is_order(drafted.text) else self._checked(drafted)
        self._kept += statement is not None
        if statement is None or self._is_said(statement):
            return False
        self._statements.append(statement)
        return True

    def _checked(self, drafted: Drafted) -> Statement | None:
        known = [n for n in drafted.cited if 1 <= n <= len(self._passages)]
        cited = [self._passages[n - 1] for n in known]
        others = [p for n, p in enumerate(self._passages, 1) if n not in known]
        translated = self._is_translated(drafted.text, cited)
        checked = self._checker.check(
            drafted.text, cited, () if translated else others, translated=translated
        )
        if checked.verdict is Verdict.DROPPED:
            return None
        # Whoever asks for an order may read one, in the article's words; in the model's, it would be its own.
        if not self._orders_wanted and any(_is_order(support.quote) for support in checked.supports):
            return None
        return Statement(
            checked.text, checked.supports, quoted=checked.verdict is Verdict.QUOTED, translated=translated
        )

    def _is_translated(self, sentence: str, cited: Sequence[Passage]) -> bool:
        """Whether a sentence is in the question's language and every passage it cites in another.

        Translations are checked less: where it is not certain that this is one, it is none.
        """
        if self._language is None or language_of(sentence) != self._language:
            return False
        languages = {language_of(passage.text) for passage in cited}
        return bool(languages) and None not in languages and self._language not in languages

    def _is_said(self, statement: Statement) -> bool:
        """Whether a quote repeats what the sentence before it rests on, or is."""
        if not statement.quoted or not self._statements:
            return False
        return set(statement.supports) <= set(self._statements[-1].supports)


def _is_order(words: str) -> bool:
    """Whether words would do something where they are shown, or have whoever reads them do it."""
    return bool(_STEERS.search(words)) or is_to_machine(words) or is_request(words)
