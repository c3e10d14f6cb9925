"""The days that a question names, and the articles that are then looked at."""

import datetime

import pytest

from bot.app import App
from bot.settings import Settings
from bot.when import days_asked
from tests.command import with_model

TUESDAY = datetime.date(2026, 11, 24)
DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("question", "days", "certain"),
    [
        ("what did the mayor say today?", "24 November 2026", True),
        ("Yesterday, who won?", "23 November 2026", True),
        ("what was decided last night?", "23 November 2026", True),
        ("what happened this week?", "23 November 2026 to 29 November 2026", True),
        ("what happened last month?", "1 October 2026 to 31 October 2026", True),
        ("what happened last year?", "1 January 2025 to 31 December 2025", True),
        ("what happened three days ago?", "21 November 2026", True),
        ("what happened two weeks ago?", "9 November 2026 to 15 November 2026", True),
        ("what happened in the past week?", "17 November 2026 or later", True),
        ("who fell ill over the last 24 hours?", "23 November 2026 or later", True),
        ("what has happened since Monday?", "23 November 2026 or later", True),
        ("what has happened since 5 March?", "5 March 2026 or later", True),
        ("what has happened since December?", "1 December 2025 or later", True),
        ("what happened in April?", "1 April 2026 to 30 April 2026", False),
        ("where did it meet in May of 2000?", "1 May 2000 to 31 May 2000", False),
        ("what happened in December 2024?", "1 December 2024 to 31 December 2024", False),
        ("which films came out in 2023?", "1 January 2023 to 31 December 2023", False),
        ("what was published in 2023 about rents?", "1 January 2023 to 31 December 2023", True),
        ("which articles from April mention rents?", "1 April 2026 to 30 April 2026", True),
        ("what happened on March 5, 2024?", "5 March 2024", False),
        ("what happened on Monday?", "23 November 2026", False),
    ],
)
def test_plain_words_name_days(question: str, days: str, certain: bool) -> None:
    found = days_asked(question, TUESDAY)
    assert found
    assert (str(found), found.certain) == (days, certain)


@pytest.mark.parametrize(
    "question",
    [
        "who won the 2014 World Cup?",
        "who hosts the Today show?",
        "what did USA Today report?",
        "who wrote “Yesterday”?",
        "who said 'last week'?",
        "may the mayor do that?",
        "is it the highest price since April?",
        "what was the worst storm since April?",
        "when was the last month with snow?",
        "what happened in April and in June?",
        "what will happen in 2030?",
        "who won the March 2023 derby?",
        "what happened in 2010-2012?",
        "what happened from 1947 to 1967?",
        "who met on July 4, 1776?",
        "who met in July 1776?",
        "when does it meet on Tuesday afternoons?",
        "what opens on Sundays?",
        "does it sit from February to June?",
    ],
)
def test_what_names_no_days_plainly_is_left_alone(question: str) -> None:
    assert days_asked(question, TUESDAY) is None


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    """Over articles of yesterday, of last year, and of a cup that is told of a year later."""
    folder = tmp_path_factory.mktemp("when")
    today = datetime.date.today()
    for name, day, text in (
        ("old", today - 400 * DAY, "The mayor of Lund opened the new harbour bridge for walkers."),
        ("new", today - DAY, "The mayor of Lund opened a school for divers."),
        ("cup", datetime.date(2015, 3, 1), "Vik won the harbour cup of Lund in 2014."),
        ("draw", datetime.date(2014, 3, 1), "The harbour cup will be played in Vik, its board said."),
    ):
        (folder / f"{name}.md").write_text(f"---\ntitle: News of Lund\npublished: {day}\n---\n{text}\n")
    return App(Settings(articles=(folder,), data=with_model(folder.parent / "when-data")))


def test_an_answer_of_the_days_asked_for_comes_first(app: App) -> None:
    answer = app.ask("what did the mayor of Lund open yesterday?")

    yesterday = datetime.date.today() - DAY
    assert "school for divers" in answer.text
    assert answer.newest == answer.oldest == yesterday
    assert "were looked at (“yesterday”)" in answer.notes[0]
    assert "harbour bridge" in app.ask("what harbour bridge did the mayor of Lund open?").text


def test_where_those_days_have_no_answer_the_others_do_and_it_says_so(app: App) -> None:
    answer = app.ask("which bridge did the mayor of Lund open this week?")

    assert "harbour bridge" in answer.text
    assert answer.notes[0].endswith("(“this week”) answers this: all dates were looked at.")


def test_where_nothing_answers_what_those_days_have_is_shown(app: App) -> None:
    answer = app.ask("what did the fire brigade of Oslo do yesterday?")

    assert answer.refused
    yesterday = datetime.date.today() - DAY
    assert [article.published for article in answer.nearest] == [yesterday]
    assert answer.notes[0].startswith("The nearest are those of ")
    assert answer.notes[0].endswith("(“yesterday”).")
    assert answer.oldest == datetime.date(2014, 3, 1)


def test_the_year_of_an_event_hides_no_later_article(app: App) -> None:
    answer = app.ask("who won the harbour cup of Lund in 2014?")

    assert answer.text.startswith("Vik won the harbour cup of Lund in 2014. [1]")
    assert answer.notes == ()
