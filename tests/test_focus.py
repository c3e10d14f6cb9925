"""The words of a quote that are set off."""

import pytest

from bot.focus import find_focus, widened


@pytest.mark.parametrize(
    ("question", "quote", "focus"),
    [
        (
            "what did Zelensky demand?",
            'Zelensky demanded "a clear answer from Moscow".',
            '"a clear answer from Moscow"',
        ),
        ("how much did the bridge cost?", "In 2024 the bridge cost 41 million euros.", "41 million"),
        ("when was the airport closed?", "The airport closed in March 2024, Vik said.", "March 2024"),
        ("who opened the bridge?", "The bridge was opened by Mayor Ana Lindqvist.", "Mayor Ana Lindqvist"),
        ("where did the flights go?", "The flights went to Lund instead.", "Lund"),
    ],
)
def test_words_of_the_kind_asked_for(question: str, quote: str, focus: str) -> None:
    span = find_focus(question, quote)
    assert span is not None
    assert quote[slice(*span)] == focus


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("why was the airport closed?", "The airport closed because of a storm."),
        ("who opened the bridge?", "The bridge was opened on Saturday by the king."),
        ("how much did Ana Lindqvist pay?", "Nothing here has to do with it: 41."),
        ("", ""),
    ],
)
def test_none_where_it_is_unclear(question: str, quote: str) -> None:
    assert find_focus(question, quote) is None


def test_a_word_of_the_question_is_not_its_answer() -> None:
    quote = "Ana Lindqvist thanked Per Holm, who opened the bridge."
    span = find_focus("who opened the bridge with Ana Lindqvist?", quote)
    assert span is not None
    assert quote[slice(*span)] == "Per Holm"


@pytest.mark.parametrize(
    ("quote", "found", "whole"),
    [
        ("The ferry was moved to port 17.", "port", "port 17"),
        ("It was opened by Mayor Per Holm on Monday.", "Holm", "Mayor Per Holm"),
        ("The treaty was signed on May 3, 2024.", "2024", "May 3, 2024"),
        ("In all it cost 41 million euros.", "41", "41 million"),
        ("Her brother is Harthacnut.", "Harthac", "Harthacnut"),
        ("He drilled in the Arctic. Finding oil took years.", "Arctic", "Arctic"),
        ("It was B. Holm who said so.", "B", "B. Holm"),
        ("But Holm was there.", "Holm", "Holm"),
        ("The ship left the port 17 times.", "port", "port"),
        ("She met Ana Lindqvist there.", "Ana", "Ana"),
        ("They were Holm and the others.", "the others", "the others"),
        ('He wants "a clear answer", soon.', 'a clear answer"', '"a clear answer"'),
        ('He wants "a clear answer", soon.', '"a clear answer', '"a clear answer"'),
        ('He wants "no more than a clear answer" now.', 'a clear answer"', "a clear answer"),
        ('He wants "a clear answer from us" now.', '"a clear answer', "a clear answer"),
        ("He wants \u201ca clear answer\u201d now.", "a clear answer\u201d", "\u201ca clear answer\u201d"),
        ('He is no "hawk" and no "dove".', 'hawk" and no "dove', 'hawk" and no "dove'),
    ],
)
def test_what_a_reader_cut_off_is_brought_in(quote: str, found: str, whole: str) -> None:
    start = quote.index(found)
    span = widened("what has Lindqvist to do with it?", quote, (start, start + len(found)))
    assert quote[slice(*span)] == whole
