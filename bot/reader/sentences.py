"""What a reader says to the likeliest sentences: features for ranking them, and the words that answer."""

import dataclasses
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from bot.candidates import Candidate, with_relative
from bot.reader.reading import Reading, Words
from bot.reader.windows import Window, window_around

# Windows read for a question: each costs some 12 ms.
MOST_WINDOWS = 8
# A sentence whose score is so far behind the best is not read for its own sake: a third of the windows are
# saved, and no more is lost than won.
FAR_BEHIND = 4.0
# A reader that is this sure is sure: what is beyond tells nothing more. What was not read counts as a no.
_SURE = 12.0


class Reads(Protocol):
    """What is used of a `Reader`."""

    def count(self, text: str, /) -> int: ...
    def read(self, question: str, texts: Sequence[str]) -> list[Reading]: ...


def read(reader: Reads, question: str, ordered: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, ordered best first and with their `score_behind`, and what the reader says to them.

    Each of the best is read with the sentences around it, until so many windows are read; a candidate that
    stands in none has the features of one to which the reader says no, and no `answer`.
    """
    windows = _likeliest(reader, ordered)
    readings = reader.read(question, [window.text for window in windows])
    known = [_scored(candidate, windows, readings) for candidate in ordered]
    margins = np.array([candidate.features["reader"] for candidate in known])
    shares = np.exp(margins - margins.max(initial=0.0))
    shares /= max(shares.sum(), 1e-12)
    shared = [
        dataclasses.replace(c, features={**c.features, "reader_share": float(share)})
        for c, share in zip(known, shares, strict=True)
    ]
    return with_relative(shared, "reader", "reader_behind")


def _likeliest(reader: Reads, ordered: Sequence[Candidate]) -> list[Window]:
    """Windows that hold the best of the candidates."""
    windows: list[Window] = []
    for candidate in ordered:
        if len(windows) == MOST_WINDOWS or candidate.features["score_behind"] > FAR_BEHIND:
            break
        if not any(window.holds(candidate) for window in windows):
            windows.append(window_around(candidate, reader.count))
    return windows


def _scored(candidate: Candidate, windows: Sequence[Window], readings: Sequence[Reading]) -> Candidate:
    """A candidate with the best that any window says to it."""
    found: list[tuple[Window, Words]] = []
    for window, reading in zip(windows, readings, strict=True):
        if window.holds(candidate) and (words := reading.best(*window.within(candidate))):
            found.append((window, words))
    if not found:
        return dataclasses.replace(candidate, features={**candidate.features, "reader": -_SURE})
    window, words = max(found, key=lambda pair: pair[1].score)
    return dataclasses.replace(
        candidate,
        features={**candidate.features, "reader": max(-_SURE, min(_SURE, words.score))},
        answer=(window.offset + words.start, window.offset + words.end),
    )
