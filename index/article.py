"""The nouns of the index: Article, Sentence, Passage, Hit. Values only, no I/O."""

import dataclasses
import datetime
import hashlib
import json


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ArticleInfo:
    """What is known about an article besides its text; unknown stays None, never guessed.

    `scope` is "" for everyone's articles, else the id of the one server that may see it.
    """

    id: str
    title: str
    url: str | None = None
    source: str | None = None
    published: datetime.date | None = None
    author: str | None = None
    language: str | None = None
    scope: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Article(ArticleInfo):
    """An article as it is stored: every offset in the project counts characters of `text`.

    A form feed in `text` starts a new page (PDF), so that a citation can name its page. `misdated` says what
    stands where its date should and why that is none: for whoever reads it in, and not part of what it is.
    """

    text: str
    misdated: str = dataclasses.field(default="", compare=False)

    @property
    def info(self) -> ArticleInfo:
        return ArticleInfo(**{f.name: getattr(self, f.name) for f in dataclasses.fields(ArticleInfo)})

    @property
    def digest(self) -> str:
        """SHA-256 over every field that is compared, so that any change counts as a change."""
        fields = [getattr(self, f.name) for f in dataclasses.fields(self) if f.compare]
        return hashlib.sha256(json.dumps(fields, default=str).encode()).hexdigest()


@dataclasses.dataclass(frozen=True, slots=True)
class Sentence:
    """Offsets of a sentence into its article's text."""

    start: int
    end: int


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences of one article: `article.text[start:end] == text`."""

    id: str
    article: ArticleInfo
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]
    page: int | None = None

    def quote(self, sentence: Sentence) -> str:
        """The words of one of `sentences`, letter by letter."""
        return self.words(sentence.start, sentence.end)

    def words(self, start: int, end: int) -> str:
        """The article's characters `start:end`, which this passage holds."""
        return self.text[start - self.start : end - self.start]

    def page_at(self, offset: int) -> int | None:
        """The page on which the article's character `offset` stands; None where there are no pages."""
        if self.page is None:
            return None
        return self.page + self.text.count("\f", 0, offset - self.start)


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question; a higher score is a better match."""

    passage: Passage
    score: float
