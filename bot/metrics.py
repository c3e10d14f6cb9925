"""What a running bot counts, in the form that Prometheus reads."""

import contextlib
import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.answer import Answer

TYPE = CONTENT_TYPE_LATEST
# From a warm extractive answer on a fast machine to all that a slow chat model is given.
_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """Counts from the start of the process. Threads may share it."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "citebot_questions", "Questions, by what became of them.", ["outcome"], registry=self._registry
        )
        self._seconds = Histogram(
            "citebot_question_seconds",
            "From a question to its answer or refusal.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._tokens = Counter(
            "citebot_tokens", "Tokens of the chat model.", ["direction"], registry=self._registry
        )
        self._feed_errors = Counter(
            "citebot_feed_errors", "Feeds that could not be read.", registry=self._registry
        )
        self._queue = Gauge(
            "citebot_queue", "Pieces of work taken on and not done yet.", registry=self._registry
        )
        # Labels are there from the start: a rate over what appears later would miss its first.
        for outcome in ("answered", "refused", "failed"):
            self._questions.labels(outcome)
        for direction in ("sent", "received"):
            self._tokens.labels(direction)

    @contextlib.contextmanager
    def question(self) -> Iterator[Callable[[Answer], None]]:
        """Counts what goes on inside as a question; it is to call what it is given with its answer."""
        begun = time.perf_counter()
        try:
            yield lambda answer: self._count(answer, time.perf_counter() - begun)
        except Exception:
            self._questions.labels("failed").inc()
            raise

    def feed_error(self) -> None:
        """A feed could not be read."""
        self._feed_errors.inc()

    def watch_queue(self, length: Callable[[], int]) -> None:
        """`length` tells from now on how much work waits."""
        self._queue.set_function(length)

    def page(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)

    def _count(self, answer: Answer, seconds: float) -> None:
        self._questions.labels("refused" if answer.refused else "answered").inc()
        self._seconds.observe(seconds)
        if answer.tokens:
            self._tokens.labels("sent").inc(answer.tokens.sent)
            self._tokens.labels("received").inc(answer.tokens.received)
