"""Finds the words that answer within a sentence, read with the sentences around it."""

from collections.abc import Callable, Iterator

from bot.candidates import Candidate
from bot.reader.reader import Reader
from index.article import Passage

# Word pieces read at a time: enough to know who "he" is.
PIECES = 160


def answering_words(reader: Reader | None, question: str, sentence: Candidate) -> tuple[int, int] | None:
    """The article's characters of the words that answer in a sentence; None without a reader."""
    if reader is None:
        return None
    passage = sentence.passage
    first, last = window(passage, sentence.position, reader.count)
    start, end = passage.sentences[first].start, passage.sentences[last - 1].end
    (reading,) = reader.read(question, [passage.words(start, end)])
    words = reading.best(sentence.sentence.start - start, sentence.sentence.end - start)
    return (start + words.start, start + words.end) if words else None


def window(
    passage: Passage, position: int, count: Callable[[str], int], pieces: int = PIECES
) -> tuple[int, int]:
    """Sentences `first` to `last` (exclusive) around one: so many pieces, or that one alone."""
    first, last = position, position + 1
    room = pieces - count(passage.quote(passage.sentences[position]))
    for other in _outwards(position, len(passage.sentences)):
        room -= count(passage.quote(passage.sentences[other]))
        if room < 0:
            break
        first, last = min(first, other), max(last, other + 1)
    return first, last


def _outwards(position: int, count: int) -> Iterator[int]:
    """The places before and behind a position by turns, nearest first: what goes before explains more."""
    for distance in range(1, count):
        yield from (other for other in (position - distance, position + distance) if 0 <= other < count)
