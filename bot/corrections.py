"""What became of the quotes of recent answers whose articles were corrected or removed."""

import dataclasses
import datetime
import re

from bot.answer import Citation
from bot.app import App
from bot.claims.text import parse
from bot.kept import standing
from bot.links import text_fragment_link
from bot.records import Records
from bot.servers import scopes_in
from bot.votes import KeptAnswer, KeptQuote
from bot.watches import News
from index.article import ArticleInfo

# For how long an answer is kept right.
RECENT = datetime.timedelta(days=30)
# A sentence with so many of the words of another says the same thing, corrected.
_ALIKE = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Lost:
    """A quote that no longer stands; `article` is None where that is gone, too."""

    quote: KeptQuote
    article: ArticleInfo | None


@dataclasses.dataclass(frozen=True, slots=True)
class Correction:
    """An answer that was shown in a message, and its quotes that no longer stand."""

    answer: KeptAnswer
    lost: tuple[Lost, ...]

    @property
    def scopes(self) -> tuple[str, ...]:
        """Which articles counted for it."""
        return scopes_in(self.answer.server)


class Corrections:
    """Finds the answers that are no longer borne out; all of it touches the disk."""

    def __init__(self, app: App, records: Records) -> None:
        self._app = app
        self._records = records

    def due(self, news: News) -> list[Correction]:
        """The answers of the last 30 days that lost a quote to what came, changed or went, newest first."""
        since = datetime.datetime.now(datetime.UTC) - RECENT
        citing = self._records.citing(_concerned(news), since)
        found = (Correction(answer, tuple(self._lost(answer, news))) for answer in citing)
        return [correction for correction in found if correction.lost]

    def now_says(self, correction: Correction, lost: Lost, shown: str) -> Citation | None:
        """What a corrected article says where an answer, `shown` with its markers, quoted it."""
        said = parse(_before_marker(shown, lost.quote.number)).stems
        best: tuple[float, Citation | None] = (_ALIKE, None)
        for passage in self._app.passages(lost.quote.article, scopes=correction.scopes):
            for sentence in passage.sentences:
                words = passage.quote(sentence)
                alike = len(said & parse(words).stems) / max(len(said), 1)
                if alike > best[0]:
                    link = text_fragment_link(passage.article.url, words)
                    best = alike, Citation(1, words, passage, sentence.start, sentence.end, link, None)
        return best[1]

    def told(self, correction: Correction) -> None:
        """The answer's message says so now, or cannot."""
        self._records.disown(correction.answer.id, [lost.quote.number for lost in correction.lost])

    def _lost(self, answer: KeptAnswer, news: News) -> list[Lost]:
        scopes, lost = scopes_in(answer.server), []
        concerned = {"", *_concerned(news)}  # "": forgotten meanwhile
        for quote in answer.quotes:
            if quote.digest and quote.article in concerned:
                if standing(self._app, quote, scopes):
                    continue
                passages = self._app.passages(quote.article, scopes=scopes)
                lost.append(Lost(quote, passages[0].article if passages else None))
        return lost


def _concerned(news: News) -> frozenset[str]:
    """The articles whose quotes may be lost: one that was added may have been quoted and corrected since."""
    return news.added | news.changed | news.removed


def _before_marker(shown: str, number: int) -> str:
    """The words of an answer that the marker [number] stands behind."""
    before, marker, _ = shown.partition(f"[{number}]")
    return re.split(r"\[\d+\]", before)[-1] if marker else ""
