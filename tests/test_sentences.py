"""Sentence boundaries, in news and in pasted text, in several languages."""

# ruff: noqa: RUF001 - other scripts are what is tested

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import split_sentences

# What real texts are made of, as far as it could lead astray.
FRAGMENTS = (
    "He left. |U.S. |5 p.m. |Monday |No. |“Go!” |she said. |J.D. |\n|\n\n|\f|\r\n|\t| |\u00a0|\u2028|\u200b"
    "|。|！|।|؟|...|?!|(|)|\"|'|Москва. |北京|🙂|e\u0301|ﷺ|1. |3.5 |- "
).split("|")
TEXTS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=60).map("".join)


def sentences(text: str, language: str | None = None) -> list[str]:
    return [text[s.start : s.end] for paragraph in split_sentences(text, language) for s in paragraph]


@pytest.mark.parametrize(
    "expected",
    [
        ["He lives in the U.S. Senate building.", "She moved to Washington, D.C.", "He stayed."],
        ["The U.N. Security Council met in the U.K. on Jan. 6.", "It voted."],
        [
            "They meet at 5 p.m. Monday.",
            "They leave at 9 a.m. ET on Friday.",
            "It ended at 5 p.m.",
            "We left.",
        ],
        ["It opens at 8 a.m. in May.", "It shuts at 6 P.M. (7 P.M. on Sundays)."],
        ["“We go,” she said.", "“We do not come back.”", "He left."],
        ["“Is it over?” he asked.", "“Yes!” they cried.", "It was."],
        ["Mr. Smith and Dr. Jones, Ph.D., of Acme Inc. met.", "Then they left."],
        ["In No. 3, Capt. Kirk met Gen. Lee vs. Sgt. Pepper.", "St. Paul won."],
        ["The author J.D. Vance met J.K. Rowling and George W. Bush.", "They talked."],
        ["Earned $1.5 million...", "Then lost it.", "It grew 3.5 percent."],
        ["See citebot.example.org for more.", "Done."],
        ["Is it?", "It is!", "Good."],
    ],
)
def test_english(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", ["Am 3. Oktober sprach Dr. Müller z. B. über die Lage.", "Das kostet ca. 5 Euro.", "Fertig."]),
        ("es", ["El Sr. Pérez llegó a las 5 p. m. ayer.", "¿Qué pasó?", "¡Nadie lo sabe!"]),
        ("fr-FR", ["Elle a vu M. Dupont et Mme. Martin.", "« Où est-il ? » demanda-t-elle."]),
        ("ru", ["Он приехал в Москву в 2020 г. и уехал.", "Да!"]),
        ("ar", ["ذهب الرئيس إلى القاهرة.", "هل عاد؟", "نعم، عاد أمس."]),
        ("hi", ["राष्ट्रपति दिल्ली गए।", "क्या वे लौटे?", "हाँ, वे लौट आए।"]),
    ],
)
def test_other_languages(language: str, expected: list[str]) -> None:
    assert sentences(" ".join(expected), language) == expected


@pytest.mark.parametrize("language", ["zh", "zh-CN", None])
def test_chinese_needs_no_spaces(language: str | None) -> None:
    expected = ["我们今天去了北京。", "天气很好！", "你呢？", "“他说：好。”", "她走了。"]
    assert sentences("".join(expected), language) == expected


@pytest.mark.parametrize("language", ["", "xx", "EN_us", "no such language", "日本", "-"])
def test_an_unknown_language_is_split_all_the_same(language: str) -> None:
    assert sentences("It came. It went.", language) == ["It came.", "It went."]


def test_a_line_is_a_paragraph() -> None:
    text = "A Headline Without a Point\n\nThe story begins.\nIt goes on. It ends."
    paragraphs = [[text[s.start : s.end] for s in paragraph] for paragraph in split_sentences(text)]
    assert paragraphs == [["A Headline Without a Point"], ["The story begins."], ["It goes on.", "It ends."]]


def test_a_line_break_inside_a_sentence_does_not_end_it() -> None:
    assert sentences("Fumes of H\n2O\n2), are dangerous. So it is") == [
        "Fumes of H\n2O\n2), are dangerous.",
        "So it is",
    ]


def test_hard_wrapped_lines_belong_together() -> None:
    text = (
        "This text was broken at a fixed width of some seventy characters, as\n"
        "e-mail was. It has a second sentence here, which is as long as the\n"
        "one before it, and it goes on to the next line before it ends. And a\n"
        "third one.\n"
        "\n"
        "A new paragraph starts here, and it is hard-wrapped at the very same\n"
        "width as the first one was.\n"
    )
    assert [sentence.replace("\n", " ") for sentence in sentences(text)] == [
        "This text was broken at a fixed width of some seventy characters, as e-mail was.",
        "It has a second sentence here, which is as long as the one before it, and it goes on to the next"
        " line before it ends.",
        "And a third one.",
        "A new paragraph starts here, and it is hard-wrapped at the very same width as the first one was.",
    ]


def test_a_page_ends_a_sentence() -> None:
    assert sentences("A page.\fA sentence without an end\fA page") == [
        "A page.",
        "A sentence without an end",
        "A page",
    ]


def test_no_words_no_sentences() -> None:
    assert split_sentences("") == split_sentences(" \n\f\n \u00a0") == []


@given(TEXTS, st.sampled_from([None, "en", "de", "zh", "ar", "hi"]))
def test_nothing_is_lost_or_doubled(text: str, language: str | None) -> None:
    spans = [(s.start, s.end) for paragraph in split_sentences(text, language) for s in paragraph]
    before = 0
    for start, end in spans:
        assert not text[before:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        before = end
    assert not text[before:].strip()


@pytest.mark.parametrize("unit", ["No. ", "It is 5 p.m. a day. ", "It rained on the bridge. ", "a", "a\n \n"])
def test_long_texts_take_time_in_proportion(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    begun = time.monotonic()
    found = sentences(text)
    assert time.monotonic() - begun < 10
    assert sum(map(len, found)) <= len(text)
    assert len(found) >= 1
