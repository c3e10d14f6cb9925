"""Training data in, rows out."""

import gzip
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.training.negatives import altered, passages_that_do_not_answer
from bot.training.rows import Row, load_pairs, load_spans, plain, read_rows, write_rows
from bot.training.siblings import siblings
from index.embedding import Embedder

CONTEXT = "In May 1843 Ana Lund opened the largest harbour of Vik, and Per Holm closed it."


def packed(folder: Path, lines: Sequence[Mapping[str, object]]) -> Path:
    file = folder / "rows.jsonl.gz"
    with gzip.open(file, "wt") as out:
        out.writelines(json.dumps(line) + "\n" for line in lines)
    return file


def pair(question: str, sentence: str, label: int, **more: str) -> dict[str, object]:
    return {"question": question, "sentence": sentence, "label": label, "title": None, "before": None, **more}


def said(row: Row) -> str:
    assert row.span is not None
    return row.context[slice(*row.span)]


def test_spans_stand_where_the_data_says(tmp_path: Path) -> None:
    lines: list[dict[str, object]] = [
        {"question": "Who?", "context": CONTEXT, "answer": "Ana Lund", "start": 12},
        {"question": "Why?", "context": CONTEXT, "answer": None, "start": None},
    ]
    first, second = load_spans(packed(tmp_path, lines))
    assert said(first) == "Ana Lund"
    assert second.span is None


def test_a_span_that_stands_elsewhere_is_an_error(tmp_path: Path) -> None:
    lines = [{"question": "Who?", "context": CONTEXT, "answer": "Ana Lund", "start": 3}]
    with pytest.raises(ValueError, match="Ana Lund"):
        load_spans(packed(tmp_path, lines))


def test_sentences_of_one_question_are_a_document(tmp_path: Path) -> None:
    lines = [pair("who ?", f"sentence {n} .", int(n == 6)) for n in range(8)]
    first, second = load_pairs(packed(tmp_path, lines))
    assert (first.question, first.span) == ("who?", None)
    assert said(second) == "sentence 6."
    assert second.context == "sentence 5. sentence 6. sentence 7."
    assert not second.whole


def test_a_sentence_stands_behind_its_title_and_the_one_before(tmp_path: Path) -> None:
    lines = [
        pair("Who?", "She did.", 1, title="News", before="'Ana' came."),
        pair("Who?", "It rained.", 0, title="Weather"),
    ]
    first, second, *_ = load_pairs(packed(tmp_path, lines))
    assert (first.context, said(first)) == ("News 'Ana' came. She did.", "She did.")
    assert (second.context, second.span) == ("Weather It rained.", None)


def test_a_sentence_stands_among_those_of_other_articles(tmp_path: Path) -> None:
    lines = [pair("Who?", f"No {n}.", 0, title="Weather") for n in range(4)]
    lines += [pair("Who?", f"Ana {n}.", 1, title="News", before="See:") for n in range(2)]
    *_, first, second, wrong = load_pairs(packed(tmp_path, lines))
    assert (first.context, said(first)) == ("See: Ana 0. No 0. No 1. No 2.", "Ana 0.")
    assert (second.context, said(second)) == ("No 1. See: Ana 1. No 2. No 3.", "Ana 1.")
    assert (wrong.context, wrong.span) == ("No 0. No 1. No 2.", None)


def test_where_every_sentence_answers_those_of_others_stand_around_it(tmp_path: Path) -> None:
    rows = load_pairs(packed(tmp_path, [pair(f"{n} ?", f"sentence {n} .", 1) for n in range(9)]))
    assert [said(row) for row in rows] == [f"sentence {n}." for n in range(9)]
    assert rows[4].context == "sentence 2. sentence 3. sentence 4. sentence 5. sentence 6."


def test_tokenised_text_is_written_as_usual() -> None:
    assert (
        plain("he did n't pay 5 % -lrb- or $ 3 -rrb- , they said .") == "he didn't pay 5% (or $3), they said."
    )


def test_rows_can_be_kept(tmp_path: Path) -> None:
    rows = [Row("a?", "b c", (2, 3)), Row("d?", "e", None, whole=False)]
    write_rows(rows, tmp_path / "kept")
    assert read_rows(tmp_path / "kept") == rows


@pytest.mark.parametrize(
    "question",
    ["Who opened the largest harbour?", "What did Per Holm close?", "What was opened in 1843?"],
)
def test_a_question_is_altered_to_one_that_its_context_does_not_answer(question: str) -> None:
    chance = random.Random(1)
    made = {
        row.question for _ in range(20) for row in altered([Row(question, CONTEXT, (12, 20))], {}, chance)
    }
    assert made
    assert question not in made
    assert all(row.span is None for row in altered([Row(question, CONTEXT, (12, 20))], {}, chance))


def test_a_name_is_exchanged_for_another_that_is_not_the_answer() -> None:
    context = "At dawn Ana Lund met Per Holm and then Eva Berg met Per Holm."
    row = Row("Whom did Ana Lund meet?", context, (context.index("Per Holm"), context.index("Per Holm") + 8))
    made = {new.question for seed in range(20) for new in altered([row], {}, random.Random(seed))}
    assert "Whom did Eva Berg meet?" in made
    assert not any("Per Holm" in question for question in made)


def test_a_word_of_the_context_is_exchanged_for_a_sibling() -> None:
    context = "A new bridge crosses the river at Vik."
    row = Row("which river does the bridge cross?", context, (31, 34))
    near = {"river": ("lake", "canal"), "cross": ("avoid",), "which": ("whose",)}
    made = {new.question for seed in range(20) for new in altered([row], near, random.Random(seed))}
    changed = {question for question in made if "not" not in question and "n't" not in question}
    assert {question.replace(" never", "") for question in changed} - {row.question} == {
        "which lake does the bridge cross?",
        "which canal does the bridge cross?",
    }


def test_siblings_are_neither_the_same_nor_of_another_matter() -> None:
    words = {"river": 0, "rivers": 1, "lake": 2, "stream": 3, "waltz": 4, "##er": 5, "sea": 6, "riverside": 7}
    angles = np.deg2rad([0, 68, 68, 40, 85, 68, 68, 68])
    table = np.zeros((16, 2))
    table[:8] = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    # Others, so that the middle of all is in the middle.
    table[8:] = -table[:8]
    vocabulary = words | {
        f"opposed{letter}": 8 + i for i, letter in enumerate("abcdefgh") if letter not in "fg"
    }
    assert siblings(table, vocabulary)["river"] == ("lake",)


def test_what_ranks_high_and_lacks_the_answer_is_found(embedder: Embedder, tmp_path: Path) -> None:
    contexts = [
        f"The bridge of {town} was opened by {name}." for town, name in (("Vik", "Ana"), ("Elm", "Per"))
    ]
    lines = [
        {"question": "Who opened the bridge of Vik?", "context": contexts[0], "answer": "Ana"},
        {"question": "Who opened the bridge of Elm?", "context": contexts[1], "answer": "Eva"},
    ]
    rows = list(passages_that_do_not_answer(packed(tmp_path, lines), tmp_path / "work", embedder, every=1))
    assert [(row.question, row.span) for row in rows] == [("Who opened the bridge of Elm?", None)]
    assert contexts[1] in rows[0].context
