"""Whose words are asked for, and which sentences give them."""

import pytest

from bot.spoken import gives_words, speaker_asked


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("what did Ana Vik say about the ferries?", "vik"),
        ("What does the environment agency say about the air?", "agenc"),
        ("what did Zelensky demand?", "zelenski"),
        ("what did the bridge cost?", ""),
        ("who said that?", ""),
        ("what did they do, and what was said?", ""),
        ("", ""),
    ],
)
def test_whose_words_are_asked_for(question: str, speaker: str) -> None:
    assert speaker_asked(question) == speaker


@pytest.mark.parametrize(
    ("quotes", "place", "given"),
    [
        (["Ana Vik said the ferries were safe."], 0, 1.0),
        (['"They are safe," said the minister, Ana Vik.'], 0, 1.0),
        (["According to Vik, they are safe."], 0, 1.0),
        (["Vik, who runs the port, has told its crews to wait."], 0, 1.0),
        (["Ana Vik was hurt, said Per Holm."], 0, 1.0),  # it cannot tell: she stands before "said", too
        (['"Vik was hurt," Per Holm said.'], 0, 0.0),
        (["Per Holm said so to the port."], 0, 0.0),
        (["Ana Vik runs the port."], 0, 0.0),
        (["Ana Vik runs the port.", '"They are safe," she said.'], 1, 0.5),
        (["Ana Vik spoke first.", "The rain fell.", '"They are safe."'], 2, 0.5),
        (["Per Holm spoke first.", '"They are safe," he said.'], 1, 0.0),
        (['"They are safe."', "That is what Vik said."], 0, 0.5),
        (["Ana Vik spoke.", "It rained.", "It blew.", '"They are safe," she said.'], 3, 0.0),
    ],
)
def test_which_sentences_give_them(quotes: list[str], place: int, given: float) -> None:
    assert gives_words("vik", quotes, place) == given
