"""What a reader's logits say about a text: the best words within a range."""

import numpy as np
import pytest

from bot.reader.reading import MOST_PIECES, Reading, Words

TEXT = "the bridge cost 41 million euros"


def reading(starts: dict[str, float], ends: dict[str, float], nothing: float = 0.0) -> Reading:
    """Logits of some words of TEXT; the others have none."""
    words = TEXT.split()
    offsets = [(at := TEXT.index(word), at + len(word)) for word in words]
    logits = [np.array([of.get(word, -9.0) for word in words], np.float32) for of in (starts, ends)]
    return Reading(np.array(offsets, np.int64), logits[0], logits[1], nothing)


def test_the_best_words_are_those_with_the_highest_sum() -> None:
    found = reading({"41": 3.0, "bridge": 2.0}, {"million": 2.5, "euros": 2.0}, nothing=1.0).best(
        0, len(TEXT)
    )
    assert found is not None
    assert TEXT[found.start : found.end] == "41 million"
    assert found.score == pytest.approx(4.5)


def test_words_do_not_end_before_they_start() -> None:
    found = reading({"euros": 5.0}, {"the": 5.0, "euros": 0.0}).best(0, len(TEXT))
    assert found == Words(TEXT.index("euros"), len(TEXT), 5.0)


def test_only_words_within_the_range_count() -> None:
    one = reading({"the": 9.0, "41": 1.0}, {"bridge": 9.0, "million": 1.0, "euros": 4.0})
    found = one.best(TEXT.index("cost"), TEXT.index(" euros"))
    assert found is not None
    assert TEXT[found.start : found.end] == "41 million"


def test_a_range_without_a_whole_word_has_none() -> None:
    assert reading({}, {}).best(1, 2) is None
    assert reading({}, {}).best(0, 0) is None


def test_an_answer_is_no_longer_than_it_may_be() -> None:
    count = 2 * MOST_PIECES
    offsets = np.array([(2 * i, 2 * i + 1) for i in range(count)], np.int64)
    starts, ends = np.full(count, -9.0, np.float32), np.full(count, -9.0, np.float32)
    starts[0], ends[MOST_PIECES], ends[MOST_PIECES - 1] = 9.0, 9.0, 0.0
    assert Reading(offsets, starts, ends, 0.0).best(0, 2 * count) == Words(0, 2 * MOST_PIECES - 1, 9.0)
