"""Article -> Passages: whole sentences, never over what the embedding model reads."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Protocol

from index.article import Article, Passage, Sentence
from index.sentences import split_sentences

# Part of the index's stamp: raise it whenever the same article would be cut differently.
CUT_VERSION = 1
# Measured on the development sets: 160 pieces cost 8 points of hit@1 on news; an overlap of 60 costs 4.
PASSAGE_PIECES = 250
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
        return [
            self._passage(article, n, [p.sentence for p in pieces[a:b]]) for n, (a, b) in enumerate(spans)
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
            if count <= room:
                yield _Piece(sentence, count)
            else:
                yield from self._parts(article.text, sentence, room)

    def _parts(self, text: str, sentence: Sentence, room: int) -> Iterator[_Piece]:
        """A sentence longer than the model reads, in parts: at white space where there is any."""
        offsets = self._counter.offsets(text[sentence.start : sentence.end])
        begin, token = sentence.start, 0
        while token < len(offsets):
            stop = min(token + room, len(offsets))
            if stop < len(offsets):
                stop = _at_white_space(offsets, token, stop)
            end = sentence.end if stop == len(offsets) else sentence.start + offsets[stop][0]
            words = text[begin:end].rstrip()
            if words:
                yield _Piece(Sentence(begin, begin + len(words)), stop - token)
            begin, token = end, stop

    def _fill(self, article: Article, title: str, pieces: list[_Piece], begin: int, room: int) -> int:
        """The end of the passage that starts at `begin`: as many sentences as fit."""
        end, used = begin, 0
        while end < len(pieces) and (end == begin or used + pieces[end].pieces <= room):
            used += pieces[end].pieces
            end += 1
        # Counts of sentences need not add up in every tokenizer: the whole is counted again.
        while end > begin + 1 and not self._fits(article, title, pieces, begin, end):
            end -= 1
        return end

    def _fits(self, article: Article, title: str, pieces: list[_Piece], begin: int, end: int) -> bool:
        words = article.text[pieces[begin].sentence.start : pieces[end - 1].sentence.end]
        return self._counter.count([_joined(title, words)])[0] <= self._limit

    @staticmethod
    def _passage(article: Article, number: int, sentences: list[Sentence]) -> Passage:
        start, end = sentences[0].start, sentences[-1].end
        page = 1 + article.text.count("\f", 0, start) if "\f" in article.text else None
        text = article.text[start:end]
        return Passage(f"{article.id}#{number}", article.info, start, end, text, tuple(sentences), page)


def _joined(title: str, words: str) -> str:
    return f"{title}\n{words}" if title else words


def _at_white_space(offsets: list[tuple[int, int]], token: int, stop: int) -> int:
    """The last token in the second half of `token:stop` that follows white space, else `stop`."""
    for candidate in range(stop, token + (stop - token) // 2, -1):
        if offsets[candidate][0] > offsets[candidate - 1][1]:
            return candidate
    return stop
