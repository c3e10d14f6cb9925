import pytest

from index.hyphens import joined


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The law-\nsuit was filed.", "The lawsuit was filed."),
        ("an announce-\nment, a demon- \n stration", "an announcement, a demonstration"),
        ("a well-\nknown decision-\nmaker", "a well-known decision-maker"),
        ("state-of-\nthe-art, self-govern-\nment", "state-of-the-art, self-government"),
        ("soft\u00ad\nware", "software"),
        ("Bürger-\nmeisterin", "Bürgermeisterin"),
        # What the text itself says goes first.
        ("Wellknown or well-\nknown", "Wellknown or wellknown"),
        ("a law-suit, the law-\nsuit", "a law-suit, the law-suit"),
        # What is no parted word stays.
        ("mid-\nMarch, two-\nand three-year terms", "mid-\nMarch, two-\nand three-year terms"),
        ("5-\nyear, B-\nside, a dash -\nthen", "5-\nyear, B-\nside, a dash -\nthen"),
        ("- one\n- two", "- one\n- two"),
    ],
)
def test_words_parted_at_a_line_s_end(text: str, expected: str) -> None:
    assert joined(text) == expected
