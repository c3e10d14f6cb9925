"""A chat model's stream -> sentences with the numbers of the passages that each cites."""

import dataclasses
import re
from collections.abc import Iterator

from bot.plain import one_line
from index.sentences import split_sentences

# "[1]", "[1, 2]", "[1-3]", and the brackets that some models prefer.
_MARKER = r"\s*[\[【]\s*\d{1,3}(?:\s*[,;\u2013-]\s*\d{1,3})*\s*[\]】]"
_MARKERS = re.compile(_MARKER)
# Markers behind a full stop belong to the sentence that it ends.
_BEHIND = re.compile(rf"([.!?\u2026\u3002\uff01\uff1f]+[\"'\u201d\u2019»)]*)((?:{_MARKER})+)")
_HALF_A_MARKER = re.compile(r"\s*[\[【][^\]】]*$")
_LIST = re.compile(r"^[ \t]*(?:[-*\u2022]|#{1,6}|\d{1,2}[.)])[ \t]+", re.MULTILINE)
_EMPHASIS = re.compile(r"\*\*|__|`")
_LONE = re.compile(r"\s+([.,;!?])")
# So much of the next sentence shows that one has ended: "5 p.m. M" may go on with "Monday".
_BEGUN = 16
_WIDEST_RANGE = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence as a model wrote it, without its markers; `cited` are their numbers."""

    text: str
    cited: tuple[int, ...]


class Sentences:
    """Cuts text that comes bit by bit; a sentence is whole once the next has begun, or the text has ended."""

    def __init__(self) -> None:
        self._rest = ""

    def add(self, text: str) -> list[Drafted]:
        """The sentences that are whole by now."""
        self._rest += text
        known = _BEHIND.sub(r"\2\1", _LIST.sub("", _HALF_A_MARKER.sub("", self._rest)))
        tail = match[0] if (match := _HALF_A_MARKER.search(self._rest)) else ""
        starts = [sentence.start for paragraph in split_sentences(known) for sentence in paragraph]
        begun = [start for start in starts[1:] if len(known) - start >= _BEGUN]
        if not begun:
            return []
        self._rest = known[begun[-1] :] + tail
        return list(_drafted(known[: begun[-1]]))

    def end(self) -> list[Drafted]:
        """What is left, whole or not."""
        rest, self._rest = self._rest, ""
        return list(_drafted(_BEHIND.sub(r"\2\1", _LIST.sub("", rest))))


def _drafted(text: str) -> Iterator[Drafted]:
    for paragraph in split_sentences(text):
        for sentence in paragraph:
            written = text[sentence.start : sentence.end]
            cited = tuple(dict.fromkeys(n for marker in _MARKERS.findall(written) for n in _numbers(marker)))
            bare = one_line(_EMPHASIS.sub("", _MARKERS.sub("", written)))
            if any(character.isalnum() for character in bare):
                yield Drafted(_LONE.sub(r"\1", bare), cited)


def _numbers(marker: str) -> Iterator[int]:
    for part in re.split("[,;]", marker):
        first, *last = map(int, re.findall(r"\d+", part))
        yield from range(first, min((last or [first])[0], first + _WIDEST_RANGE) + 1)
