"""What new articles change: which watched questions have another answer now."""

import dataclasses
import datetime
from collections.abc import Mapping

from bot.answer import Answer, Citation
from bot.app import App, Filter
from bot.kept import standing
from bot.repeats import says_same
from bot.votes import digest
from bot.watches import News, Seen, Watch, Watches


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """A watched question whose answer is another now.

    `before` is what was quoted, where that still stands; None with `was_refused` where nothing was.
    """

    watch: Watch
    before: Citation | None
    now: Citation

    @property
    def was_refused(self) -> bool:
        return self.watch.quote is None


class Watcher:
    """Looks at watched questions again, once their articles have changed; `seen` knows when that was."""

    def __init__(self, app: App, watches: Watches, seen: Seen) -> None:
        self._app = app
        self._watches = watches
        self._seen = seen

    def begin(self) -> None:
        """At the very first look, what is there is nothing new."""
        if not self._seen.has_looked:
            self.notice(self._app.digests())

    def news(self, digests: Mapping[str, str]) -> News:
        """What is new in `digests`, those of all articles by id, since the last `notice`."""
        return self._seen.news(digests)

    def notice(self, digests: Mapping[str, str]) -> None:
        """From here on, `due` names the watches that the articles that are new in `digests` may concern."""
        self._seen.note(digests)

    def look(self, watch: Watch) -> Change | None:
        """What changed for a watch, still to be told; where nothing did, that is noted."""
        turn = self._seen.latest
        answer = self._app.look(watch.question, filter=Filter(scopes=watch.scopes))
        best = next(iter(_said(answer)), None)
        before = standing(self._app, watch.quote, watch.scopes) if watch.quote else None
        if now := self._news(watch, answer, before):
            return Change(watch, before, now)
        if best is None and before:
            self._watches.pass_over(watch, turn)  # doubts alone change no answer
        else:
            self._watches.settle(watch, best, turn)
        return None

    def _news(self, watch: Watch, answer: Answer, before: Citation | None) -> Citation | None:
        """What is to be told: another best quote, or else what an article that came since says otherwise.

        The best is the newest of what differs; an article without a date, or of an earlier day, is not, but
        says otherwise all the same.
        """
        came = [c for c in answer.differing if self._is_new(c.passage.article.id, watch)]
        for now in (*_said(answer)[:1], *came):
            if self._is_news(watch, now) and not (before and _says_again(now, before)):
                return now
        return None

    def tell(self, change: Change) -> None:
        """A change was told."""
        now = datetime.datetime.now(datetime.UTC)
        self._watches.settle(change.watch, change.now, self._seen.latest, told=now)

    def _is_news(self, watch: Watch, best: Citation) -> bool:
        """Whether other words are best, and because of an article that came, changed or went."""
        old = watch.quote
        if old is None:
            return self._is_new(best.passage.article.id, watch)
        if old.digest == digest(best.quote):
            return False
        return self._is_new(best.passage.article.id, watch) or self._is_new(old.article, watch)

    def _is_new(self, article: str, watch: Watch) -> bool:
        """Whether an article came, changed or went since a watch was looked at."""
        turn = self._seen.turn_of(article)
        return turn is None or turn > watch.checked


def _said(answer: Answer) -> tuple[Citation, ...]:
    """What counts as the answer, the best first: of what differs, all of it."""
    return answer.differing or answer.citations


def _says_again(one: Citation, other: Citation) -> bool:
    """Whether both say the same, or one has the words of the other, of the same article, and more."""
    words, others = " ".join(one.quote.split()), " ".join(other.quote.split())
    return says_same(words, others) or (one.overlaps(other) and (words in others or others in words))
