import pytest

from index import hyphens
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
        # A name's or a word's own hyphen makes no word that nobody wrote.
        ("COVID-\nrelated, Zelensky-\nbacked", "COVID-related, Zelensky-backed"),
        ("Netanyahu-\nled, a run-\nup", "Netanyahu-led, a run-up"),
        ("The blockchain: a blockchain-\nbased vote", "The blockchain: a blockchain-based vote"),
        ("Unavoid-\nable, blackmail-\ned", "Unavoidable, blackmailed"),
        # What nothing tells stays.
        ("a blockchain-\nbased vote", "a blockchain-\nbased vote"),
        ("to re-\nsign the player", "to re-\nsign the player"),
        ("He will resign. He did re-\nsign.", "He will resign. He did resign."),
        # What is no parted word stays.
        ("mid-\nMarch, two-\nand three-year terms", "mid-\nMarch, two-\nand three-year terms"),
        ("5-\nyear, B-\nside, a dash -\nthen", "5-\nyear, B-\nside, a dash -\nthen"),
        ("- one\n- two", "- one\n- two"),
    ],
)
def test_words_parted_at_a_line_s_end(text: str, expected: str) -> None:
    assert joined(text) == expected


def test_without_a_vocabulary_only_the_text_itself_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hyphens, "_vocabulary", frozenset)
    assert joined("The law-\nsuit, a well-\nknown lawsuit") == "The lawsuit, a well-\nknown lawsuit"
