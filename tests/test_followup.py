"""A follow-up question is made to stand alone by its thread."""

import json
import re
import time
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from bot.answer import Answer, Citation
from bot.followup import as_typed, stand_alone
from index.article import ArticleInfo, Hit, Passage
from index.words import STOP_WORDS

ROOT = Path(__file__).parent.parent
FOLLOWUPS = ROOT.parent / "shared" / "eval" / "followups.jsonl"
STORY = (ROOT / "seeds" / "putin-opens-door-to-direct-talks.txt").read_text(encoding="utf-8")
SEED = ArticleInfo(id="seed", title="Putin Opens Door to Direct Talks")
PASSAGES = [
    Passage(str(m.start()), SEED, m.start(), m.end(), m.group(), ()) for m in re.finditer(r".{200,}", STORY)
]
HITS = tuple(Hit(passage, 1.0) for passage in PASSAGES)

ZELENSKY_DEMANDED = 'Zelensky demanded "a clear answer from Moscow"'
PESKOV_EMPHASIZED = "Kremlin spokesperson Dmitry Peskov emphasized that Putin's remarks indicated"
STRIKES_IN_ODESSA = "reports of drone strikes in Odessa"
EASTER_TRUCE = 'a 30-hour "Easter truce" proposed by Putin'


def answered(question: str, quote: str = "", understood: str = "") -> Answer:
    """An answer that quotes the seed, or a refusal."""
    citations = []
    if quote:
        passage = next(p for p in PASSAGES if quote in p.text)
        start = passage.start + passage.text.index(quote)
        citations = [Citation(1, quote, passage, start, start + len(quote), None, None)]
    return Answer(
        question=question,
        text=f"{quote} [1]" if quote else "",
        citations=tuple(citations),
        hits=HITS,
        refused=not quote,
        newest=None,
        oldest=None,
        understood=understood,
    )


DEMAND = answered("what did Zelensky demand?", ZELENSKY_DEMANDED)
PESKOV = answered("And what did Peskov say?", PESKOV_EMPHASIZED)
ODESSA = answered("what happened in Odessa on Monday?", STRIKES_IN_ODESSA)
TRUCE = answered("why did Putin propose the Easter truce?", EASTER_TRUCE)


@pytest.mark.parametrize(
    ("history", "question", "understood"),
    [
        # A pronoun is replaced by what it stands for.
        ([DEMAND], "when was his address?", "when was Zelensky's address?"),
        ([DEMAND, PESKOV], "what else did he say?", "what else did Peskov say?"),
        ([DEMAND, PESKOV], "did they meet?", "did Zelensky and Peskov meet?"),
        ([TRUCE], "was it violated?", "was the Easter truce violated?"),
        ([ODESSA], "how many were hurt there?", "how many were hurt in Odessa? (Monday)"),
        # A word for all that was said brings all of it along.
        ([DEMAND], "why?", "why? (Zelensky demand)"),
        ([DEMAND], "when was that?", "when was that? (Zelensky demand)"),
        ([DEMAND, answered("why?")], "and where?", "and where? (Zelensky demand)"),
        ([DEMAND], "when did he say that?", "when did Zelensky say that? (Zelensky demand)"),
        ([ODESSA], "where did this happen?", "where did this happen? (Odessa on Monday)"),
        # "And" goes on with what was asked; a name or a time alone asks the same again.
        ([DEMAND], "And what did Peskov say?", "And what did Peskov say? (Zelensky demand)"),
        ([DEMAND], "and Peskov?", "what did Peskov demand?"),
        ([DEMAND], "What about Putin?", "what did Putin demand?"),
        ([ODESSA], "and in Kyiv?", "what happened in Kyiv on Monday?"),
        ([ODESSA], "and on Tuesday?", "what happened in Odessa on Tuesday?"),
        # What is always of something, and what the articles speak of.
        ([DEMAND], "what was the reason?", "what was the reason? (Zelensky)"),
        ([DEMAND], "where is the meeting?", "where is the meeting? (Zelensky)"),
        ([ODESSA], "were there any injuries?", "were there any injuries? (Odessa, Monday)"),
    ],
)
def test_what_the_thread_said_is_carried_over(history: list[Answer], question: str, understood: str) -> None:
    assert stand_alone(question, history) == understood


@pytest.mark.parametrize(
    "question",
    [
        "what did Zelensky demand?",
        "Who is Donald Trump?",
        "What did Putin say about Trump?",
        "Why did Putin change his mind?",
        "What is NATO and how is it paid for?",
        "is it true that Putin lied?",
        "what is the weather in Paris?",
        "how is the weather?",
        "who won the world cup final?",
        "what is inflation?",
        "Tell me about electric cars.",
        "Was forderte Selenskyj?",
        "¿Y qué dijo Peskov?",
        "他说了什么",
    ],
)
def test_a_question_that_stands_alone_is_unchanged(question: str) -> None:
    assert stand_alone(question, [DEMAND]) == question


def test_a_new_topic_replaces_the_old_one() -> None:
    bridge = answered("Tell me about the Elm Harbour bridge.")
    assert stand_alone("who built it?", [DEMAND, bridge]) == "who built the Elm Harbour bridge?"
    assert stand_alone("why?", [DEMAND, bridge]) == "why? (Elm Harbour bridge)"


def test_the_mayor_is_taken_from_the_thread_unless_its_articles_know_none() -> None:
    bridge = answered("Tell me about the Elm Harbour bridge.")
    assert stand_alone("where is the mayor?", [bridge]) == "where is the mayor? (Elm Harbour bridge)"
    assert stand_alone("where is the mayor?", [DEMAND, bridge]) == "where is the mayor?"


def test_a_person_stays_known_beyond_a_change_of_topic() -> None:
    thread = [answered("Who is Peskov?"), answered("What is the Kremlin?")]
    assert stand_alone("when was it built?", thread) == "when was the Kremlin built?"
    assert stand_alone("when was he born?", thread) == "when was Peskov born?"


def test_who_spoke_is_who_is_meant_not_who_was_spoken_of() -> None:
    thread = [answered("what did Putin say about Ukraine?")]
    assert stand_alone("when did he say that?", thread).startswith("when did Putin say that?")
    assert stand_alone("is it in NATO?", thread) == "is Ukraine in NATO?"


def test_the_answer_names_who_is_meant_where_the_questions_name_nobody() -> None:
    who = answered("who spoke of direct conversations?", PESKOV_EMPHASIZED)
    assert stand_alone("what else did he say?", [who]) == "what else did Dmitry Peskov say?"
    assert stand_alone("what else did he say?", [DEMAND, who]) == "what else did Dmitry Peskov say?"
    assert stand_alone("what else did he say?", [ODESSA]) == "what else did he say? (Odessa on Monday)"


@pytest.mark.parametrize("question", ["why?", "And Peskov?", "when did he say that?", ""])
def test_without_history_nothing_changes(question: str) -> None:
    assert stand_alone(question, []) == question


def test_an_oldest_question_counts_as_it_was_understood() -> None:
    thread = [answered("why?", understood="why? (Zelensky demand)")]
    assert stand_alone("when was that?", thread) == "when was that? (Zelensky demand)"


def test_capitals_and_small_letters_do_no_harm() -> None:
    assert stand_alone("WHY?", [answered("WHAT DID ZELENSKY DEMAND?")]) == "WHY? (zelensky demand)"
    assert stand_alone("why?", [answered("what did zelensky demand?")]) == "why? (zelensky demand)"


@pytest.mark.parametrize(
    "question",
    ["it " * 660, "why " * 500, "Zelensky " * 220, "is it true " * 180, "a(b) " * 400, "x" * 2_000],
)
def test_a_hostile_thread_is_read_quickly(question: str) -> None:
    thread = [answered(question, PESKOV_EMPHASIZED)] * 1_000
    start = time.perf_counter()
    understood = stand_alone("when was it?", thread)
    assert time.perf_counter() - start < 0.5
    assert len(understood) < 1_000
    assert stand_alone(question, thread) == question


@given(st.lists(st.text(max_size=80), max_size=4), st.text(max_size=80))
def test_any_text_is_taken(asked: list[str], question: str) -> None:
    thread = [answered(text) for text in asked]
    understood = stand_alone(question, thread)
    assert understood == stand_alone(question, thread)
    assert len(understood) < 1_000
    if not thread:
        assert understood == question


@pytest.mark.skipif(not FOLLOWUPS.exists(), reason="the evaluation sets are not here")
@pytest.mark.parametrize("stop_words", [STOP_WORDS, ENGLISH_STOP_WORDS], ids=["ours", "scikit-learn's"])
def test_near_to_what_people_write_out(stop_words: Collection[str]) -> None:
    rows = [json.loads(line) for line in FOLLOWUPS.read_text(encoding="utf-8").splitlines()]
    figures = []
    for row in rows:
        thread = [answered(question) for question in row["history"]]
        figures.append(_f1(stand_alone(row["question"], thread), row["alone"], stop_words))
    assert sum(figures) / len(figures) >= 0.83


def _f1(text: str, other: str, stop_words: Collection[str]) -> float:
    """How far two texts agree in their content words."""
    one, two = ({w for w in re.findall(r"\w+", t.lower()) if w not in stop_words} for t in (text, other))
    return 2 * len(one & two) / (len(one) + len(two)) if one or two else 1.0


def said(question: str, quote: str) -> Answer:
    """An answer with a quote of its own."""
    article = ArticleInfo(id="ferry", title="Ferry accident")
    passage = Passage("ferry#0", article, 0, len(quote), quote, ())
    cited = Citation(1, quote, passage, 0, len(quote), None, None)
    return Answer(question, f"{quote} [1]", (cited,), (Hit(passage, 1.0),), False, None, None)


BERG = said("what did Tomas Berg say?", "Opposition leader Tomas Berg called the plan vain.")
CAPTAIN = "The captain, 54-year-old Erik Dahl, was tested for alcohol; the test was negative."


def test_he_is_whom_the_answer_named_last_where_its_question_names_nobody() -> None:
    tested = said("was the captain tested for alcohol?", CAPTAIN)
    assert stand_alone("how old is he?", [BERG, tested]) == "how old is Erik Dahl?"
    spoke = said("what happened to the ferry?", "“A bang,” Karin Holm said. The director, Jonas Wiik, wept.")
    assert stand_alone("what did he say?", [BERG, spoke]) == "what did Jonas Wiik say?"
    assert stand_alone("how old is he?", [tested, BERG]) == "how old is Tomas Berg?"


@pytest.mark.parametrize(
    ("quote", "asked"),
    [
        ("Jon Vik resigned on Monday, The Elm Post said.", "why did he vote?"),
        ("The White House said that no vote was held.", "why did he vote?"),
        ("Human Rights Watch said that no vote was held.", "why did he vote?"),
        ("On Monday Berg said that no vote was held.", "why did Berg vote?"),
    ],
)
def test_no_outlet_institution_or_day_is_he(quote: str, asked: str) -> None:
    found = stand_alone("why did he vote?", [said("what happened to the ferry?", quote)])
    assert found.startswith(asked)


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("and what did Berg say?", "what did Berg say?"),
        ("and what did Berg say about it?", ""),
        ("and what was the reason?", ""),
        ("What is the reason?", ""),
        ("and when in Oslo?", ""),
        ("And who in Lund?", ""),
        ("and Per Holm?", ""),
        ("And who won in Oslo?", "who won in Oslo?"),
    ],
)
def test_a_question_that_names_somebody_may_be_asked_as_it_was_typed(question: str, typed: str) -> None:
    assert as_typed(question, f"{question} (Harbour Bridge cost)") == typed
