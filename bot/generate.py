"""The answer with a chat model: prompt, stream, check; where that fails, the extractive answer stands in."""

import contextlib
import dataclasses
import random
from collections.abc import Callable, Iterator, Sequence

from bot.answer import Answer, Tokens
from bot.answering import Dates, refusal
from bot.asking import Asking
from bot.budget import Budget
from bot.chat_model import ChatModel, Reply
from bot.cite import Checker
from bot.compose import composed, stood_in
from bot.cutting import Drafted, Sentences
from bot.draft import Draft
from bot.instructions import asks_about_instructions, orders
from bot.patience import Patience
from bot.prompt import Prompt, for_answer, for_follow_up, for_translation
from bot.rewrite import is_sensible, is_translated
from index.article import Passage
from index.errors import ChatModelError, ContextOverflow
from index.search import Found

_TRIES = 3
# How much later each try is, in seconds, whatever the server asks to wait.
_LATER = 0.5
# A question is one short sentence; who waits for it longer could have had the answer.
_REWRITING = 10.0
_CUT = "The chat model wrote more than fits: the end is left out."


@dataclasses.dataclass(frozen=True, slots=True)
class _Task:
    """What an answer is made of: a search, the extractive answer to it, and the time there is."""

    found: Found
    plain: Answer
    asking: Asking
    patience: Patience


class Generator:
    """Has a chat model answer, and lets through what the articles bear out; threads may share it.

    A model has so many `seconds` for an answer. `notice` is told what its operator can do about a failure.
    """

    def __init__(
        self,
        model: ChatModel,
        checker: Checker,
        budget: Budget,
        seconds: float,
        notice: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._model = model
        self._checker = checker
        self._budget = budget
        self._seconds = seconds
        self._notice = notice

    def stand_alone(self, question: str, history: Sequence[Answer], asking: Asking) -> str | None:
        """The question as it would be asked without the history; None where the model is of no help."""
        try:
            prompt = for_follow_up(question, history, self._model.context)
        except ContextOverflow:
            return None
        said = self._rewritten(prompt, asking)
        return said if is_sensible(said, question, history) else None

    def translated(self, question: str, language: str, asking: Asking) -> str | None:
        """The question in the articles' language, to search with; None where the model is of no help."""
        said = self._rewritten(for_translation(question, language), asking)
        return said if is_translated(said, question, language) else None

    def answer(self, found: Found, covered: Dates, plain: Answer, asking: Asking) -> Answer:
        """The model's answer, a refusal where it says that the articles have none, else `plain`, noted.

        `plain` is the extractive answer to the same search. Raises what `partial` and `check` raise.
        """
        task = _Task(found, plain, asking, self._patience(asking))
        try:
            return self._judged(task, covered)
        except ChatModelError as error:
            if error.hint:
                self._notice(str(error))
            return stood_in(plain, error)

    def _patience(self, asking: Asking) -> Patience:
        """One for all that the model is asked for an answer."""
        asking.patience = asking.patience or Patience(self._seconds, asking.check)
        return asking.patience

    def _rewritten(self, prompt: Prompt, asking: Asking) -> str:
        """What the model makes of a question, whatever it is; empty where it fails."""
        # The answer needs the rest.
        patience = Patience(min(_REWRITING, self._patience(asking).left / 2), asking.check)
        try:
            with self._paid(asking) as reply:
                return self._model.say(prompt, patience, reply)
        except ChatModelError:
            return ""

    def _judged(self, task: _Task, covered: Dates) -> Answer:
        draft, cut = self._drafted(task)
        if draft.stands:
            answer = composed(task.found, draft.statements, task.plain, self._model.name, (_CUT,) * cut)
            return dataclasses.replace(answer, forced=task.plain.confidence < task.asking.floor)
        if not draft.says_nothing or draft.statements:
            raise ChatModelError("Too little of what the chat model wrote is borne out by the articles.")
        if task.plain.forced:
            return task.plain
        refused = refusal(task.found, covered, task.plain.confidence)
        return dataclasses.replace(refused, model=self._model.name, notes=task.plain.notes)

    def _drafted(self, task: _Task) -> tuple[Draft, bool]:
        """A draft, and whether it was cut; asked for again, later or with fewer passages, if that helps."""
        passages, tried = _harmless(task.found), 1
        while True:
            prompt, number = for_answer(task.found.question, passages, self._model.context)
            try:
                return self._draft(task, prompt, passages[:number])
            except ContextOverflow:
                if number < 2:
                    raise
                passages = passages[: number // 2]
            except ChatModelError as error:
                pause = _pause(error, tried)
                if tried == _TRIES or pause is None or pause >= task.patience.left:
                    raise
                task.patience.wait(pause)
                tried += 1

    def _draft(self, task: _Task, prompt: Prompt, passages: Sequence[Passage]) -> tuple[Draft, bool]:
        draft = Draft(self._checker, task.found.question, passages)
        sentences = Sentences()
        with self._paid(task.asking) as reply:
            with contextlib.closing(self._model.stream(prompt, task.patience, reply)) as words:
                for some in words:
                    self._take(sentences.add(some), draft, task)
                    if draft.is_full:
                        return draft, True
            if not reply.text.strip():
                raise ChatModelError("The chat model said nothing.", again=0)
            rest = sentences.end()
            self._take(rest[:-1] if reply.cut else rest, draft, task)
        return draft, reply.cut

    def _take(self, written: Sequence[Drafted], draft: Draft, task: _Task) -> None:
        for sentence in written:
            if draft.take(sentence) and task.asking.partial:
                so_far = composed(task.found, draft.statements, task.plain, self._model.name)
                task.asking.partial(so_far)

    @contextlib.contextmanager
    def _paid(self, asking: Asking) -> Iterator[Reply]:
        """A reply whose tokens are charged, whatever becomes of it."""
        reply = Reply()
        try:
            yield reply
        finally:
            asking.tokens = (asking.tokens or Tokens()) + reply.tokens
            self._budget.add(asking.account, reply.tokens)


def _harmless(found: Found) -> list[Passage]:
    """The passages of articles in which nobody gives orders to machines. Raises ChatModelError for none.

    What surrounds an order is its author's, too: the check could only tell that it stands there.
    """
    passages = [hit.passage for hit in found.hits]
    if not asks_about_instructions(found.question):
        planted = {p.article.id for p in passages if any(orders([p.quote(s) for s in p.sentences]))}
        passages = [passage for passage in passages if passage.article.id not in planted]
    if not passages:
        raise ChatModelError("What was found holds orders to machines: the chat model was not asked.")
    return passages


def _pause(error: ChatModelError, tried: int) -> float | None:
    """The seconds before the next try, None where it would not help: longer each time, never in step."""
    if error.again is None:
        return None
    later: float = 2 ** (tried - 1) - 1 + random.uniform(0, 0.5)
    return error.again + _LATER * later
