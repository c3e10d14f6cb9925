"""What is read at a time: a sentence with those around it, and the words in it that answer."""

import dataclasses
from collections.abc import Callable, Iterator

from bot.candidates import Candidate
from bot.reader.reader import Reader
from index.article import Passage

# Word pieces read at a time: enough to know who "he" is.
PIECES = 160
# Characters of a title: an endless one is not to push out what is read.
_LONGEST_TITLE = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """Sentences `first` to `last` (exclusive) of a passage, read together, under the title of the article."""

    passage: Passage
    first: int
    last: int

    @property
    def text(self) -> str:
        end = self.passage.sentences[self.last - 1].end
        return heading(self.passage.article.title) + self.passage.words(self._start, end)

    @property
    def offset(self) -> int:
        """What makes a character of the text one of the article."""
        return self._start - len(heading(self.passage.article.title))

    @property
    def _start(self) -> int:
        return self.passage.sentences[self.first].start

    def holds(self, candidate: Candidate) -> bool:
        """Whether a sentence is among those that are read."""
        return candidate.passage.id == self.passage.id and self.first <= candidate.position < self.last

    def within(self, candidate: Candidate) -> tuple[int, int]:
        """The characters of the text that a sentence has."""
        return candidate.sentence.start - self.offset, candidate.sentence.end - self.offset


def heading(title: str) -> str:
    """What stands above sentences that are read: it names what they only call "the bridge"."""
    title = title[:_LONGEST_TITLE].rstrip(".")
    return f"{title}. " if title else ""


def answering_words(reader: Reader | None, question: str, sentence: Candidate) -> tuple[int, int] | None:
    """The article's characters of the words that answer in a sentence; None without a reader."""
    if reader is None or sentence.answer:
        return sentence.answer
    window = window_around(sentence, reader.count)
    (reading,) = reader.read(question, [window.text])
    words = reading.best(*window.within(sentence))
    return (window.offset + words.start, window.offset + words.end) if words else None


def window_around(sentence: Candidate, count: Callable[[str], int], pieces: int = PIECES) -> Window:
    """A sentence with as many of those around it as so many pieces have room for, or that one alone."""
    passage, position = sentence.passage, sentence.position
    first, last = position, position + 1
    room = pieces - count(sentence.quote)
    for other in _outwards(position, len(passage.sentences)):
        room -= count(passage.quote(passage.sentences[other]))
        if room < 0:
            break
        first, last = min(first, other), max(last, other + 1)
    return Window(passage, first, last)


def _outwards(position: int, count: int) -> Iterator[int]:
    """The places before and behind a position by turns, nearest first: what goes before explains more."""
    for distance in range(1, count):
        yield from (other for other in (position - distance, position + distance) if 0 <= other < count)
