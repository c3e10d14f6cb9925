"""Languages are told by script and common words, or not at all."""

import pytest

from bot.language import language_of


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "What did Zelensky demand from the government in Moscow?"),
        ("de", "Was hat Selenskyj von der Regierung in Moskau gefordert?"),
        ("fr", "Combien a coûté le pont du port et qui l'a payé ?"),
        ("es", "¿Cuánto costó el puente del puerto y quién lo pagó?"),
        ("it", "Quanto è costato il ponte del porto e chi lo ha pagato?"),
        ("pt", "Quanto custou a ponte do porto e quem não pagou?"),
        ("nl", "Wat heeft de burgemeester over het geld van de brug gezegd?"),
        ("pl", "Kto i kiedy otworzył most, jak to się stało?"),
        ("sv", "Vad sade borgmästaren om att bron inte är klar och vem betalar för den?"),
        ("uk", "Хто відкрив міст?"),
        ("ru", "Что сказал мэр города об этом мосте?"),  # noqa: RUF001
        ("zh", "谁开放了大桥?"),
        ("ja", "橋はいくらかかりましたか"),
        ("ko", "다리는 얼마였습니까?"),
        ("el", "Ποιος άνοιξε τη γέφυρα;"),
        ("ar", "من افتتح الجسر؟"),
    ],
)
def test_a_question_tells_its_language(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "123 ?!", "Zelensky", "Elon Musk Tesla", "\ud800"])
def test_what_cannot_be_told_is_not_guessed(text: str) -> None:
    assert language_of(text) is None
