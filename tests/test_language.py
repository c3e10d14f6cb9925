"""Languages are told by script and common words, or not at all."""

import json
from pathlib import Path

import pytest

from bot.language import language_of, other_language

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "eval"


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


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Was forderte Selenskyj?"),
        ("de", "Was will Putin?"),
        ("de", "Wie viele Raketen trafen Kiew?"),
        ("de", "was kostete die brücke"),
        ("de", "Wo liegt Odessa?"),
        ("fr", "Que dit Trump ?"),
        ("fr", "Combien de missiles ?"),
        ("fr", "Qu'a demandé Zelensky ?"),
        ("es", "¿Qué dijo Trump?"),
        ("es", "que dijo trump"),
        ("es", "¿Cuántos misiles?"),
        ("it", "Chi è Peskov?"),
        ("it", "Dov'è Odessa?"),
        ("pt", "Onde fica Odessa?"),
        ("nl", "Waarom weigert Poetin?"),
        ("pl", "Ile rakiet trafiło w Kijów?"),
        ("sv", "Vad sa Trump?"),
        ("cs", "Kde je Oděsa?"),
        ("tr", "Kiev'e kaç füze düştü?"),
        ("ro", "Cine este Peskov?"),
        ("uk", "Що сказав Трамп?"),
        ("ru", "Кто такой Песков?"),
    ],
)
def test_a_short_question_tells_its_language_by_what_it_asks_with(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Was Trump elected?",
        "Was war declared?",
        "was white phosphorus used?",
        "Was Will Smith banned?",
        "Was Der Spiegel fined?",
        "Comment on Macron?",
        "Is Lula da Silva in jail?",
        "Who is Enrique Peña Nieto?",
        "El Niño forecast",
        "São Paulo floods?",
        "Ursula von der Leyen speech",
        "Los Angeles fire near El Segundo",
        "Die Hard cast?",
    ],
)
def test_names_and_words_that_others_have_make_no_english_question_foreign(text: str) -> None:
    assert language_of(text) in ("en", None)


@pytest.mark.parametrize(
    "file",
    [
        SHARED / "news" / "questions.jsonl",
        SHARED / "squad2" / "questions.jsonl",
        ROOT / "tests" / "data" / "newsroom" / "questions.jsonl",
    ],
    ids=lambda file: file.parent.name,
)
def test_no_english_question_is_taken_for_another_language(file: Path) -> None:
    if not file.exists():
        pytest.skip("the evaluation sets are not here")
    questions = [json.loads(line)["question"] for line in file.read_text(encoding="utf-8").splitlines()]
    told = [(language_of(each), each) for each in questions + [each.lower() for each in questions]]
    assert [each for each in told if each[0] not in ("en", None)] == []


@pytest.mark.parametrize("text", ["", "123 ?!", "Zelensky", "Elon Musk Tesla", "\ud800"])
def test_what_cannot_be_told_is_not_guessed(text: str) -> None:
    assert language_of(text) is None


GERMAN = "Die Brücke hat 41 Millionen Euro gekostet, sagte die Bürgermeisterin."
ENGLISH = "The bridge had cost 41 million euros, the mayor said."


@pytest.mark.parametrize(
    ("question", "texts", "language"),
    [
        ("Was kostete die Brücke?", [ENGLISH, ENGLISH], "en"),
        ("how much did the bridge cost?", [GERMAN, ENGLISH, GERMAN], None),
        ("how much did the bridge cost?", [GERMAN], "de"),
        ("Was kostete die Brücke?", [GERMAN, ENGLISH], None),
        ("Was kostete die Brücke?", [], None),
        ("Brücke", [ENGLISH], None),
    ],
)
def test_the_texts_language_where_the_question_has_another(
    question: str, texts: list[str], language: str | None
) -> None:
    assert other_language(question, texts) == language
