"""`citebot chat`: questions in a conversation, with commands on what was answered."""

import contextlib
import os
from collections.abc import Callable

from rich.console import RenderableType
from rich.text import Text

from bot import chat_input, edge, render, render_terminal
from bot.answer import Answer
from bot.app import App
from bot.console import Out, Waiting
from bot.question import clean
from bot.settings import Settings
from bot.watching import watching
from bot.worker import Result, Worker
from index.errors import QuestionError
from index.sync import Coverage

# Follow-ups refer to what was just said; older answers only cost time.
_REMEMBERED = 10
_HELP = """\
Ask in your own words; a follow-up may leave out what was said before.
/sources       the sources of the last answer
/quote N       quote N of the last answer within its passage
/search WORDS  the passages nearest to WORDS
/new           start a new conversation
/help          this list
/quit          leave, as Ctrl-D does
Ctrl-C gives up a running answer, or clears the line."""


class Chat:
    """A conversation: one line in, its reply out. `answers` are the ones so far, newest last."""

    def __init__(self, app: App, out: Out, waiting: Waiting, worker: Worker) -> None:
        self._app, self._out, self._waiting, self._worker = app, out, waiting, worker
        self.answers: list[Answer] = []
        self._commands: dict[str, Callable[[str], RenderableType]] = {
            "/sources": self._sources,
            "/quote": self._quote,
            "/search": self._search,
            "/new": self._new,
            "/help": lambda _: Text(_HELP),
        }

    @property
    def commands(self) -> list[str]:
        return [*self._commands, "/quit"]

    def greet(self) -> None:
        """Say how many articles there are, and of which dates."""
        known = _known(self._during("Reading the articles", self._covered))
        self._out.show(Text(f"{known} Ask away; /help lists the commands, Ctrl-D leaves."))

    def _covered(self) -> Coverage:
        self._app.refresh()
        return self._app.coverage()

    def reply(self, line: str) -> bool:
        """Answer one line; False where it asks to leave. Errors are shown; Ctrl-C is raised."""
        word, _, rest = line.strip().partition(" ")
        if word in ("/quit", "/exit"):
            return False
        try:
            if word:
                self._out.show(self._replied(word, rest.strip(), line))
                self._out.line("")
        except BrokenPipeError:
            raise
        except Exception as error:
            self._out.show(Text(edge.explain(error), "red"))
        return True

    def give_up(self) -> None:
        """Say that a reply was given up; another Ctrl-C meanwhile is no news."""
        with contextlib.suppress(KeyboardInterrupt):
            self._out.show(Text("Given up.", "dim"))

    def _replied(self, word: str, rest: str, line: str) -> RenderableType:
        if not word.startswith("/"):
            return self._answered(line)
        if command := self._commands.get(word):
            return command(rest)
        raise QuestionError(f"There is no command {word}.", "/help lists them.")

    def _answered(self, line: str) -> RenderableType:
        # Here already, so that a slip of the finger need not wait for the model.
        question, history = clean(line), tuple(self.answers)
        with watching(self._out, self._waiting) as show:

            def partial(answer: Answer) -> None:
                self._worker.check()
                show(answer)

            answer = self._worker.call(lambda: self._app.ask(question, history=history, partial=partial))
        self.answers = [*self.answers, answer][-_REMEMBERED:]
        return render_terminal.answer(answer, self._out.width)

    def _during(self, what: str, work: Callable[[], Result]) -> Result:
        with self._waiting.during(what):
            return self._worker.call(work)

    def _last(self) -> Answer:
        """The last answer, whatever was refused since."""
        answered = [answer for answer in self.answers if not answer.refused]
        if not answered:
            raise QuestionError("Nothing has been answered yet.", "Ask a question first.")
        return answered[-1]

    def _sources(self, _: str) -> RenderableType:
        return render_terminal.sources(self._last(), self._out.width)

    def _quote(self, number: str) -> RenderableType:
        citations = {str(citation.number): citation for citation in self._last().citations}
        if number.strip("[]") in citations:
            return render_terminal.quote(citations[number.strip("[]")])
        known = ", ".join(citations) or "none"
        raise QuestionError("Which quote?", f"The last answer has: {known}. Example: /quote 1")

    def _search(self, words: str) -> RenderableType:
        hits = self._during("Searching", lambda: self._app.search(words, k=5))
        return render_terminal.hits(hits) if hits else Text("No passage found.")

    def _new(self, _: str) -> RenderableType:
        self.answers = []
        return Text("A new conversation.")


def run() -> None:
    """Chat until the end of the input."""
    settings, waiting, worker = Settings.load(), Waiting(), Worker()

    def progress(done: int, total: int, at: str) -> None:
        worker.check()
        waiting.progress(done, total, at)

    made = App(settings, progress=progress, notice=waiting.notice, pulse=worker.check)
    with contextlib.closing(made) as app:
        try:
            _converse(app, Chat(app, Out(), waiting, worker), worker)
        except KeyboardInterrupt:
            _leave(worker, edge.INTERRUPTED)
            raise
        _leave(worker, edge.ANSWERED)


def _leave(worker: Worker, code: int) -> None:
    """Close the worker; where it does not end in time, end the process with `code`."""
    # A library being imported cannot be stopped; an index being made can be killed at any time.
    if not worker.close():
        os._exit(code)


def _converse(app: App, chat: Chat, worker: Worker) -> None:
    chat.greet()
    # While the first question is typed, the model is loaded.
    worker.begin(app.warm)
    for line in chat_input.lines(app.settings.data / "chat-history", chat.commands):
        try:
            if not chat.reply(line):
                return
        except KeyboardInterrupt:
            chat.give_up()


def _known(covered: Coverage) -> str:
    count = f"{covered.articles:,} article{'s' * (covered.articles != 1)}"
    if covered.oldest is None or covered.newest is None:
        return f"{count}."
    return f"{count}, {render.span(covered.oldest, covered.newest)}."
