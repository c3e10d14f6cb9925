"""Answer and Citation: what every front end shows. Values only."""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping

from index.article import ArticleInfo, Hit, Passage
from index.stories import Story


@dataclasses.dataclass(frozen=True, slots=True)
class Citation:
    """A quote that stands in its article at `start:end`; marker `[number]` in the answer's text.

    `link` is the article's address with a text fragment that opens the page at the quote.
    `focus` are the offsets within `quote` of the words that answer, where they are known.
    `corrected`: a newer quote beside it says that this is not so.
    """

    number: int
    quote: str
    passage: Passage
    start: int
    end: int
    link: str | None
    page: int | None
    focus: tuple[int, int] | None = None
    corrected: bool = False

    def overlaps(self, other: "Citation") -> bool:
        """Whether both quote some of the same words of an article."""
        same = self.passage.article.id == other.passage.article.id
        return same and self.start < other.end and other.start < self.end


@dataclasses.dataclass(frozen=True, slots=True)
class Tokens:
    """What a chat model was sent and what it wrote, in its own tokens, or estimated where it does not say."""

    sent: int = 0
    received: int = 0

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(self.sent + other.sent, self.received + other.received)

    @property
    def total(self) -> int:
        return self.sent + self.received


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or with `refused` the reasons to look elsewhere: `hits` and the dates covered.

    `newest` and `oldest` are dates of the cited articles; of all articles when refused.
    `confidence` is the estimated probability that the citations answer the question.
    `forced` marks an answer that would have been refused without --no-refuse. `understood` is what was
    searched for: the question, made to stand alone where it was a follow-up.

    `model` is "extractive", or the chat model whose words these are ("openai:…"); its every sentence was
    checked against the quotes that it cites. `stories` are those of the hits' articles that have copies, by
    id. `notes` are remarks for people, a sentence or two each: why the
    extractive answer stands in, that this is a translation. `tokens` is None where no chat model was asked.
    `differing` are quotes of different days or outlets that say different things, newest first;
    with `is_disputed` they are the citations, too: of the same thing for sure, and no one answer.
    `closest` is the quote that comes closest to an answer where one is refused for want of certainty.
    `instead` is why this is extractive although a chat model was to answer, and what to do about it.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    refused: bool
    newest: datetime.date | None
    oldest: datetime.date | None
    model: str = "extractive"
    confidence: float = 0.0
    forced: bool = False
    understood: str = ""
    notes: tuple[str, ...] = ()
    tokens: Tokens | None = None
    stories: Mapping[str, Story] = dataclasses.field(default_factory=dict)
    differing: tuple[Citation, ...] = ()
    is_disputed: bool = False
    closest: Citation | None = None
    instead: str = ""

    @property
    def sources(self) -> tuple[ArticleInfo, ...]:
        """The cited articles in the order of their first marker; of copies of one story the first."""
        return self._told_once(c.passage.article for c in self.citations)

    @property
    def nearest(self) -> tuple[ArticleInfo, ...]:
        """The three articles nearest to the question, for a refusal; of copies of one story the first."""
        return self._told_once(h.passage.article for h in self.hits)[:3]

    def is_same_source(self, one: ArticleInfo, other: ArticleInfo) -> bool:
        """Whether both are one article, or copies of one story."""
        return self._source(one) == self._source(other)

    def _told_once(self, articles: Iterable[ArticleInfo]) -> tuple[ArticleInfo, ...]:
        first: dict[str, ArticleInfo] = {}
        for article in articles:
            first.setdefault(self._source(article), article)
        return tuple(first.values())

    def _source(self, article: ArticleInfo) -> str:
        story = self.stories.get(article.id)
        return story.id if story else article.id
