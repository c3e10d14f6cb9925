"""Article -> Passages: whole sentences, never over what the embedding model reads."""

import bisect
import dataclasses
import functools
import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from index.article import Article, Passage, Sentence
from index.sentences import split_sentences, trimmed

# Part of the index's stamp: raise it whenever the same article would be cut differently.
CUT_VERSION = 1
# Measured on the development sets: 160 pieces cost 8 points of hit@1 on news; an overlap of 60 costs 4.
PASSAGE_PIECES = 250
# Three times an ordinary passage: to the model a key of 5,000 characters is one piece, to a reader a page.
PASSAGE_CHARACTERS = 4_000
_TITLE_SHARE = 4
_LEAST_BODY = 16


class Counter(Protocol):
    """What cutting asks of an embedding model: its limit and its own tokenizer."""

    @property
    def max_pieces(self) -> int: ...
    def count(self, texts: Sequence[str]) -> list[int]: ...
    def offsets(self, text: str) -> list[tuple[int, int]]: ...


@dataclasses.dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a part of one too long for the model, with its length in word pieces."""

    sentence: Sentence
    pieces: int


class Cutter:
    """Cuts articles for one embedding model; `settings` go into the index's stamp."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    @property
    def settings(self) -> dict[str, int]:
        return {"version": CUT_VERSION, "pieces": self._limit}

    def cut(self, article: Article) -> list[Passage]:
        """Passages in order, covering every sentence; ids are the article's id and a running number."""
        title = self._title(article.title)
        room = max(self._limit - self._counter.count([title])[0] - 1, _LEAST_BODY)
        pieces = list(self._pieces(article, room))
        spans: list[tuple[int, int]] = []
        begin = 0
        while begin < len(pieces):
            end = self._fill(article, title, pieces, begin, room)
            spans.append((begin, end))
            begin = end
        pages = [match.end() for match in re.finditer("\f", article.text)]
        return [
            _passage(article, n, [p.sentence for p in pieces[a:b]], pages) for n, (a, b) in enumerate(spans)
        ]

    def embedding_text(self, passage: Passage) -> str:
        """What is embedded for a passage: its article's title, then its words."""
        return _joined(self._title(passage.article.title), passage.text)

    @property
    def _limit(self) -> int:
        return min(PASSAGE_PIECES, self._counter.max_pieces)

    def _title(self, title: str) -> str:
        """The title, or as much of it as leaves the passage most of the model's attention."""
        most = self._limit // _TITLE_SHARE
        offsets = self._counter.offsets(title)
        return title if len(offsets) <= most else title[: offsets[most - 1][1]]

    def _pieces(self, article: Article, room: int) -> Iterator[_Piece]:
        paragraphs = split_sentences(article.text, article.language)
        sentences = [sentence for paragraph in paragraphs for sentence in paragraph]
        counts = self._counter.count([article.text[s.start : s.end] for s in sentences])
        for sentence, count in zip(sentences, counts, strict=True):
            if count <= room and sentence.end - sentence.start <= PASSAGE_CHARACTERS:
                yield _Piece(sentence, count)
            else:
                yield from self._parts(article.text, sentence, room)

    def _parts(self, text: str, sentence: Sentence, room: int) -> Iterator[_Piece]:
        """A sentence too long for a passage, in parts: at white space where there is any."""
        begin = sentence.start
        while begin < sentence.end:
            window = text[begin : min(begin + PASSAGE_CHARACTERS, sentence.end)]
            is_last = begin + len(window) == sentence.end
            end = begin + self._length_of_part(window, room, is_last)
            part = trimmed(text, begin, end)
            if part.start < part.end:
                yield _Piece(part, self._counter.count([text[part.start : part.end]])[0])
            begin = end

    def _length_of_part(self, window: str, room: int, is_last: bool) -> int:
        """How much of `window` fits into `room` pieces; all of it only where nothing follows."""
        offsets = self._counter.offsets(window)
        if len(offsets) <= room:
            return len(window) if is_last else _after_white_space(window, len(window))
        length = 1
        # Cut off from what follows, a part can have more pieces than it had; not in every tokenizer.
        for token in range(room, 0, -1):
            length = _after_white_space(window, max(offsets[token][0], 1))
            if self._counter.count([window[:length]])[0] <= room:
                break
        return length

    def _fill(self, article: Article, title: str, pieces: list[_Piece], begin: int, room: int) -> int:
        """The end of the passage that starts at `begin`: as many sentences as fit."""
        end, used = begin, 0
        longest = pieces[begin].sentence.start + PASSAGE_CHARACTERS
        while end < len(pieces) and used + pieces[end].pieces <= room and pieces[end].sentence.end <= longest:
            used += pieces[end].pieces
            end += 1
        end = max(end, begin + 1)
        # Counts of sentences need not add up in every tokenizer: the whole is counted again.
        while end > begin + 1 and not self._fits(article, title, pieces, begin, end):
            end -= 1
        return end

    def _fits(self, article: Article, title: str, pieces: list[_Piece], begin: int, end: int) -> bool:
        words = article.text[pieces[begin].sentence.start : pieces[end - 1].sentence.end]
        return self._counter.count([_joined(title, words)])[0] <= self._limit


def covering(passages: Sequence[Passage], start: int, end: int) -> Passage | None:
    """The one of an article's `passages` that holds its characters `start` to `end`, or neighbours joined.

    `passages` are in order, none left out between two; None where they do not hold all.
    """
    for passage in passages:
        if passage.start <= start < end <= passage.end:
            return passage
    if not passages or not passages[0].start <= start < end <= passages[-1].end:
        return None
    return functools.reduce(_join, passages)


def _join(one: Passage, other: Passage) -> Passage:
    """Two neighbours as one. Which white space stood between them is not known, only how much of it."""
    gap = other.start - one.end
    turned = (other.page or 0) - (one.page_at(one.end) or 0)
    return dataclasses.replace(
        one,
        end=other.end,
        text=one.text + ("\f" * turned).ljust(gap) + other.text,
        sentences=one.sentences + other.sentences,
    )


def _passage(article: Article, number: int, sentences: list[Sentence], pages: list[int]) -> Passage:
    """`pages` are the offsets at which the article's second page and those after it begin."""
    start, end = sentences[0].start, sentences[-1].end
    page = 1 + bisect.bisect(pages, start) if pages else None
    text = article.text[start:end]
    return Passage(f"{article.id}#{number}", article.info, start, end, text, tuple(sentences), page)


def _joined(title: str, words: str) -> str:
    return f"{title}\n{words}" if title else words


def _after_white_space(text: str, end: int) -> int:
    """The last place in the second half of `text[:end]` that follows white space, else `end`."""
    return next((place for place in range(end, end // 2, -1) if text[place - 1].isspace()), end)
