"""The composition root: the only place that builds models and stores. Cheap until something is asked."""

import contextlib
import dataclasses
import datetime
import functools
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.answer import Answer
from bot.answering import Answerer, Dates, refusal
from bot.asking import Asking
from bot.budget import Budget
from bot.collection import Collection, Progress
from bot.compose import noted, stood_in
from bot.followup import as_typed, stand_alone
from bot.language import other_language
from bot.linear import load_weights
from bot.narrowing import Narrowed, narrows
from bot.question import as_sentence, clean
from bot.question_type import question_type
from bot.reader.loading import load_reader, reader_exports
from bot.reader.reader import Reader
from bot.settings import Settings
from bot.votes import Refused
from bot.when import Days, days_asked
from bot.worker import Cancelled
from index.article import Hit
from index.errors import ChatModelError, CitebotError
from index.filter import EVERYONE, Filter
from index.search import Found, Retriever
from index.sync import SyncReport, articles

# What not every question needs is imported where it is needed: a cold one starts the sooner.
if TYPE_CHECKING:
    from bot.cite import Checker
    from bot.gaps import Gap
    from bot.generate import Generator
    from bot.verifying import Verified

__all__ = ["App", "Filter", "Progress", "SyncReport"]


class App(Collection):
    """Everything that a front end asks for. Threads may share it; close it at the end.

    `progress`, `notice` and `models` are those of a Collection. `pulse` is called ten times a second while a
    chat model is waited for; what it raises ends the asking. Every method raises CitebotError.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        progress: Progress | None = None,
        notice: Callable[[str], None] | None = None,
        pulse: Callable[[], None] | None = None,
        models: Path | None = None,
    ) -> None:
        super().__init__(settings, progress=progress, notice=notice, models=models)
        self._budget = Budget(settings.data / "tokens.sqlite3", settings.chat_tokens_per_day)
        self._pulse = pulse
        self._closed = threading.Event()
        self._loading: threading.Thread | None = None
        self._finding = threading.Lock()

    def ask(
        self,
        question: str,
        *,
        filter: Filter = EVERYONE,
        refuse: bool = True,
        history: Sequence[Answer] = (),
        account: str = "",
        partial: Callable[[Answer], None] | None = None,
    ) -> Answer:
        """A cited answer or a refusal; `refuse` False answers whatever happens.

        A chat model's tokens are charged to `account`: a server's id, or "". While it writes, `partial` is
        called in this thread after each checked sentence with the answer so far. Only the answer returned is
        final: it may be another. What `partial` raises ends the asking.
        """
        asked = clean(question)
        self.refresh()
        generator, lack = self._generator_for(account)
        asking = Asking(account, self._go_on, partial)
        understood = _understood(asked, history, generator, asking)
        found, covered, answer = self._quoted(understood, filter, refuse=refuse)
        if answer.refused and (typed := as_typed(asked, understood)):
            # What was brought along from before may be what hinders: who is named here is asked about here.
            alone = self._quoted(typed, filter, refuse=refuse)
            if not alone[2].refused:
                understood, (found, covered, answer) = typed, alone
        if generator and (language := other_language(understood, (hit.passage.text for hit in found.hits))):
            asking.floor = 0.0
            if translated := generator.translated(understood, language, asking):
                found, covered, answer = self._quoted(translated, filter, refuse=refuse)
        if refuse and question_type(asked) == "why" and _repeats(answer, history):
            answer = refusal(found, covered, answer.confidence)
        is_due = not refuse or answer.confidence >= asking.floor
        if lack:
            answer = stood_in(answer, lack) if is_due else noted(answer, lack.message)
        elif generator and is_due:
            # It reads the whole question in its own language, whatever was searched for.
            found = dataclasses.replace(found, question=as_sentence(understood))
            answer = generator.answer(found, covered, answer, asking)
        return dataclasses.replace(answer, question=asked, understood=understood, tokens=asking.tokens)

    def look(self, question: str, *, filter: Filter = EVERYONE) -> Answer:
        """The answer in the articles' own words, whatever chat model there is; the index as it stands."""
        asked = clean(question)
        _, _, answer = self._quoted(asked, filter, refuse=True)
        return dataclasses.replace(answer, question=asked)

    def search(self, question: str, *, filter: Filter = EVERYONE, k: int = 10) -> tuple[Hit, ...]:
        """The `k` best passages."""
        return self.find(question, filter=filter, k=k).hits

    def find(self, question: str, *, filter: Filter = EVERYONE, k: int = 10) -> Found:
        """The `k` best passages with what the ranking knew about them."""
        asked = clean(question)
        self.refresh()
        return self._retriever.search(asked, k, filter)

    def verify(self, text: str, *, filter: Filter = EVERYONE) -> tuple["Verified", ...]:
        """What the articles say to each sentence of a text."""
        from bot.verifying import verify

        self.refresh()
        return verify(text, self._retriever, self._checker, filter)

    def gaps(self, refused: Sequence[Refused]) -> "list[Gap]":
        """What refused questions ask for, near ones together."""
        from bot.gaps import gaps

        return gaps(refused, self._embedder.embed)

    def prepare_reader(self) -> None:
        """Loads the reader; one that is not ours is exported for that, which the first question does too."""
        _ = self._finder

    def load_beside(self) -> None:
        """Begins to load the models that are there, beside whatever else the first question waits for.

        What is wrong with them is said where they are missed.
        """

        def load() -> None:
            with contextlib.suppress(CitebotError):
                if (export := self._embedder.export) and not export.failure:
                    self._embedder.embed_question("")
                    _ = self._finder

        self._loading = threading.Thread(target=load, name="models", daemon=True)
        self._loading.start()

    def warm(self) -> None:
        """Loads the models and brings the index up to date, so that the first question need not wait."""
        self._embedder.embed_question("")
        _ = self._answerer
        if self.settings.chat_model:
            try:
                _ = self._generator
            except ChatModelError as error:
                self._notice(f"{error} Until then answers are in the articles' own words.")
        self.refresh()

    def close(self) -> None:
        """Frees the files, and ends what still waits for a chat model."""
        self._closed.set()
        if self._loading:
            # A process that ends while models are being loaded may crash.
            self._loading.join()
        self._budget.close()
        super().close()

    def _quoted(self, question: str, filter: Filter, *, refuse: bool) -> tuple[Found, Dates, Answer]:
        """The extractive answer and what it rests on: the days that the question names, if these answer."""
        question = as_sentence(question)
        days = None if filter.since or filter.before else days_asked(question, datetime.date.today())
        if days is None:
            return self._quoted_of_all(question, filter, refuse=refuse)
        within = self._quoted_within(question, filter, days)
        is_answered = not within[2].refused
        if is_answered and days.certain:
            return within
        found, covered, answer = self._quoted_of_all(question, filter, refuse=refuse)
        if is_answered and within[2].confidence >= answer.confidence:
            return within
        return found, covered, _of_other_days(answer, days, within[0]) if days.certain else answer

    def _quoted_of_all(self, question: str, filter: Filter, *, refuse: bool) -> tuple[Found, Dates, Answer]:
        """The same, whatever days the question names."""
        found = self._retriever.search(question, where=filter)
        covered = self._covered(filter)
        return found, covered, self._answerer.answer(found, covered, refuse=refuse)

    def _quoted_within(self, question: str, filter: Filter, days: Days) -> tuple[Found, Dates, Answer]:
        """The same from the articles of some days alone, refused where these do not answer."""
        where = dataclasses.replace(filter, since=days.since, before=days.before)
        found = self._retriever.search(days.without(question), where=where)
        covered = Narrowed(where, tuple(articles(self._folder, where.scopes)))
        answer = self._answerer.answer(found, covered)
        return found, covered, noted(answer, days.narrowed)

    def _covered(self, filter: Filter) -> Dates:
        """The dates that a question looks at; says so where its filter leaves nothing to look at."""
        if not narrows(filter):
            return self.coverage(filter.scopes)
        narrowed = Narrowed(filter, tuple(articles(self._folder, filter.scopes)))
        if not narrowed.left:
            self._notice(narrowed.reason)
        return narrowed

    def _generator_for(self, account: str) -> "tuple[Generator | None, ChatModelError | None]":
        """The chat model's part, None where it takes none; and why not, where the settings want it."""
        if not self.settings.chat_model:
            return None, None
        try:
            self._budget.check(account)
            return self._generator, None
        except ChatModelError as error:
            if error.hint:
                self._notice(str(error))
            return None, error

    def _go_on(self) -> None:
        if self._closed.is_set():
            raise Cancelled
        if self._pulse:
            self._pulse()

    @functools.cached_property
    def _generator(self) -> "Generator":
        from bot.chat_model import ChatModel
        from bot.generate import Generator

        model, seconds = ChatModel(self.settings), self.settings.chat_timeout
        return Generator(model, self._checker, self._budget, seconds, self._notice)

    @functools.cached_property
    def _checker(self) -> "Checker":
        from bot.cite import Checker
        from bot.verifier.verifier import load_verifier

        return Checker(self._embedder, load_verifier())

    @functools.cached_property
    def _retriever(self) -> Retriever:
        return Retriever(self._reader, self._embedder)

    @functools.cached_property
    def _answerer(self) -> Answerer:
        return Answerer(self._embedder, load_weights(), self._finder)

    @property
    def _finder(self) -> Reader | None:
        """What finds the words that answer, where the settings want it."""
        with self._finding:
            return self._loaded_reader

    @functools.cached_property
    def _loaded_reader(self) -> Reader | None:
        return load_reader(self.settings.reader_model, reader_exports(self._exports))


def _understood(asked: str, history: Sequence[Answer], generator: "Generator | None", asking: Asking) -> str:
    """The question made to stand alone by a chat model where there is one and it can, else by rule."""
    rewritten = generator.stand_alone(asked, history, asking) if generator and history else None
    return rewritten or stand_alone(asked, history)


def _of_other_days(answer: Answer, days: Days, within: Found) -> Answer:
    """An answer where the articles of the days asked for give none; a refusal shows what these have."""
    if answer.refused and within.hits:
        return noted(dataclasses.replace(answer, hits=within.hits, stories=within.stories), days.nearest)
    return noted(answer, days.lack)


def _repeats(answer: Answer, history: Sequence[Answer]) -> bool:
    """Whether its best quote was in the last answer: that did not say why, so this does not either."""
    best = answer.citations[:1]
    return bool(history) and any(one.overlaps(other) for one in best for other in history[-1].citations)
