"""Where articles say the same, the newest one's words are quoted; where they do not, that is shown."""

import dataclasses
import datetime
import io
import json
from collections.abc import Iterator

import pytest
from rich.console import RenderableType

from bot import render_discord, render_terminal
from bot.app import App
from bot.candidates import Candidate
from bot.console import Out
from bot.differing import Differing, differing
from bot.extract import Ranked
from bot.render_json import answer as as_json
from bot.repeats import newest_first, says_same
from bot.settings import Settings
from index.embedding import Embedder
from tests.command import with_model
from tests.making import article, passages

COST = "how much did the harbour bridge cost?"
OLD, NEW = "2024-06-01", "2024-07-01"


def printed(renderable: RenderableType) -> str:
    out = io.StringIO()
    Out(out).show(renderable)
    return out.getvalue()


def ranked(embedder: Embedder, *said: tuple[str, str, str]) -> list[Ranked]:
    """Candidates of one sentence each, best first: what it says, when, and in which outlet."""
    articles = [
        article(text, id=f"{n}", published=day, source=source) for n, (text, day, source) in enumerate(said)
    ]
    cut = passages(embedder, *articles)
    return [Ranked(Candidate(p, n, 0, p.text, {}), 5 - n / 10) for n, p in enumerate(cut)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The bridge cost 41 million euros, she said.", "The bridge had cost 41 million euros.", True),
        ("The bridge cost 41 million euros.", "The bridge cost 52 million euros.", False),
        ("Vik won the cup final on Sunday.", "Lund won the cup final on Sunday.", False),
        ("On Sunday Vik won the cup final.", "On Sunday Lund won the cup final.", False),
        ("The council approved the bridge.", "The council did not approve the bridge.", False),
        ("The council approved the bridge.", "The council spoke of ferries all day.", False),
    ],
)
def test_only_the_same_names_numbers_and_denials_say_the_same(one: str, other: str, same: bool) -> None:
    assert says_same(one, other) is same


def test_the_newest_of_those_that_say_the_same_comes_first(embedder: Embedder) -> None:
    said = "The harbour bridge cost 41 million euros."
    best, second, third = newest_first(
        ranked(embedder, (said, OLD, "A"), ("The harbour bridge opened.", OLD, "B"), (said, NEW, "C"))
    )

    assert [r.candidate.passage.article.source for r in (best, second, third)] == ["C", "B", "A"]
    assert [r.score for r in (best, second, third)] == [5.0, 4.9, 4.8]


FIRE, COUNCIL, CUP = (
    "how many died in the fire?",
    "did the council approve the bridge?",
    "who won the cup final?",
)
BRIDGE, APPROVED = "The harbour bridge cost 41 million euros.", "The council approved the bridge."
DIFFER = [
    (COST, BRIDGE, "The harbour bridge had cost 52 million euros in the end."),
    (
        "what will the new harbour bridge cost?",
        "The new harbour bridge will cost 41 million euros, the council said on Friday.",
        "The new harbour bridge will cost 52 million euros, the province said on Wednesday.",
    ),
    ("what is the toll of the fire?", "The toll of the fire is 12 dead.", "The toll of the fire is 14 dead."),
    (FIRE, "Twelve people died in the fire in Lund.", "Fourteen people died in the fire in Lund."),
    (CUP, "On Sunday Vik won the cup final.", "On Sunday Lund won the cup final."),
    (COUNCIL, APPROVED, "The council did not approve the bridge."),
    (COUNCIL, APPROVED, "The council rejected the bridge."),
    ("when does the bridge open?", "The bridge opens on 1 June.", "The bridge opens on 8 June."),
]
AGREE = [
    (COST, BRIDGE, "The harbour bridge cost 41 million euros, nine million more than planned."),
    (COST, BRIDGE, "The tunnel under the harbour cost 52 million euros."),
    (COST, BRIDGE, "The harbour bridge cost about 40 million euros."),
    (
        "what did the bridge cost the mayor?",
        "The bridge cost the mayor her office in 2019.",
        "It cost him 9 votes.",
    ),
    (
        "what was said of the bridge?",
        "Of the bridge it was said that 3 fell.",
        "Of the bridge it was said 5 fell.",
    ),
    (FIRE, "Twelve people died in the fire in Lund.", "Three people died in a fire in Oslo."),
    (CUP, "Vik won the cup final on Sunday.", "Ana Lindqvist saw the cup final on Sunday."),
    (COUNCIL, APPROVED, "The council has not approved the tunnel."),
    ("what share chose Holm?", "Holm got 41 percent of the votes.", "Lindqvist got 38 percent of the votes."),
    ("how old is the mayor?", "The mayor is 41 years old.", "The mayor has been in office for 8 years."),
]


@pytest.mark.parametrize(("question", "one", "other"), DIFFER)
def test_sources_that_differ_are_shown_newest_first(
    embedder: Embedder, question: str, one: str, other: str
) -> None:
    found = differing(question, ranked(embedder, (one, OLD, "A"), (other, NEW, "B")))

    assert [each.span.quote for each in found.versions] == [other, one]


@pytest.mark.parametrize(("question", "one", "other"), AGREE)
def test_no_alarm_where_they_speak_of_others_or_agree(
    embedder: Embedder, question: str, one: str, other: str
) -> None:
    assert differing(question, ranked(embedder, (one, OLD, "A"), (other, NEW, "B"))) == Differing()


# Of different matters: nothing of these may stand in the place of the answer, or be called corrected.
LIMIT, GOALS, SEATS = "what is the fine?", "how many goals did Vik score?", "how many seats did Holm win?"
HURT, TALL = "how many people were hurt?", "how high is the tower?"
OTHERS = [
    (CUP, "Lund won the cup final in 2023.", "Vik won the cup final in 2019."),
    (
        "how much does a ferry ticket cost?",
        "A return ferry ticket costs 5 euros.",
        "A single ferry ticket costs 3 euros.",
    ),
    ("how much is a ticket?", "A ticket for adults is 5 euros.", "A ticket for children is 3 euros."),
    ("who criticised the tram plan?", "Ortega criticised the tram plan.", "Berg criticised the tram plan."),
    (LIMIT, "The fine for speeding is 90 euros.", "The fine for littering is 40 euros."),
    (SEATS, "Holm won 12 seats in the council.", "Holm won 30 seats in the parliament."),
    (GOALS, "Vik scored 2 goals in the first half.", "Vik scored 41 goals in the season."),
    (
        "how many ships came to the harbour?",
        "On Monday 4 ships came to the harbour.",
        "On Tuesday 9 ships came to the harbour.",
    ),
    (
        "how many died in the crash?",
        "Six people died in the crash.",
        "Eight people died in the crash last year.",
    ),
    (
        COST,
        "The harbour bridge cost 41 million euros.",
        "The harbour bridge cost 2 million euros a year to maintain.",
    ),
    (TALL, "The tower is 300 metres high.", "The tower is 324 metres high with its antenna."),
    ("where was the treaty signed?", "The treaty was signed in Paris.", "The treaty was signed in France."),
    ("where is the mine?", "The mine is in Vik.", "The mine is in Northern Norway."),
    ("when does the museum open?", "The museum opens on Monday.", "The museum opens on 8 June."),
    ("when does the museum open?", "The museum opens at 9 a.m.", "The museum opens at 10 a.m. on Sunday."),
    (COUNCIL, APPROVED, "The council did not approve the bridge's colour."),
    ("is the bridge safe?", "The bridge is safe.", "The bridge is not safe for trucks."),
    ("is the museum open?", "The museum is open on weekdays.", "The museum is not open on Sundays."),
    (HURT, "In Oslo 5 people were hurt.", "In Vik 8 people were hurt, not 5."),
    (
        "how much will the bridge cost?",
        "The bridge will cost 41 million euros.",
        "The tunnel, not the bridge, will cost 58 million euros, not 41 million.",
    ),
    (
        "how much will the bridge cost?",
        "The bridge will cost 41 million euros.",
        "The mayor said of other matters that 58 million, not 41, is what the bridge costs the town.",
    ),
]


@pytest.mark.parametrize(("question", "one", "other"), OTHERS)
def test_what_is_of_different_matters_is_no_dispute(
    embedder: Embedder, question: str, one: str, other: str
) -> None:
    for first, second in ((one, other), (other, one)):
        found = differing(question, ranked(embedder, (first, OLD, "A"), (second, NEW, "B")))
        assert not found.is_dispute
        assert not any(version.corrected for version in found.versions)


@pytest.mark.parametrize(
    ("question", "one", "other"), OTHERS[:4:3] + OTHERS[7:8] + OTHERS[13:14] + OTHERS[18:20]
)
def test_what_is_plainly_of_others_is_not_told_at_all(
    embedder: Embedder, question: str, one: str, other: str
) -> None:
    assert differing(question, ranked(embedder, (one, OLD, "A"), (other, NEW, "B"))) == Differing()


@pytest.mark.parametrize(("question", "one", "other"), DIFFER)
def test_what_is_of_the_same_for_sure_is_a_dispute(
    embedder: Embedder, question: str, one: str, other: str
) -> None:
    found = differing(question, ranked(embedder, (one, OLD, "A"), (other, NEW, "B")))

    assert (len(found.versions), found.is_dispute) == (2, True)


def test_one_outlet_on_one_day_does_not_differ_from_itself(embedder: Embedder) -> None:
    question, one, other = DIFFER[0]
    assert differing(question, ranked(embedder, (one, OLD, "A"), (other, OLD, "a"))) == Differing()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("differ")
    for name, day, outlet, text in (
        ("old", OLD, "Harbour Times", "The harbour bridge cost 41 million euros."),
        ("new", NEW, "Elm Post", "The harbour bridge had cost 52 million euros in the end."),
        ("single", OLD, "Harbour Times", "A single ferry ticket costs 3 euros."),
        ("return", NEW, "Elm Post", "A return ferry ticket costs 5 euros."),
        ("copy", NEW, "Elm Post", "The mill of Lund was built by Sten Brun in the year of the flood."),
        ("first", OLD, "Harbour Times", "The mill of Lund was built by Sten Brun in the year of the flood."),
    ):
        head = f"---\ntitle: Of the town\npublished: {day}\nsource: {outlet}\n---\n"
        (folder / f"{name}.md").write_text(f"{head}{text}\n")
    with App(Settings(articles=(folder,), data=with_model(folder.parent / "differ-data"))) as app:
        yield app


def test_both_are_shown_with_their_dates_beside_the_answer(app: App) -> None:
    answer = app.ask(COST)

    assert not answer.refused
    assert [c.passage.article.source for c in answer.differing] == ["Elm Post", "Harbour Times"]
    shown = printed(render_terminal.answer(answer, 80))
    listed = shown[shown.index("Sources differ:") :].replace(" [1]", "").replace(" [2]", "")
    assert "52 million euros in the end. (Elm Post, 1 July 2024)" in " ".join(listed.split())
    assert "41 million euros. (Harbour Times, 1 June 2024)" in " ".join(listed.split())
    (page,) = render_discord.answer(answer, question=COST)
    assert page.body.startswith("> ")
    assert "**Sources differ**" in page.body
    assert "differ" not in render_discord.read_answer(page.text)
    assert '"differing": [{"number": 1, "quote": "The harbour bridge had cost 52 million' in as_json(
        answer, 0
    )


def test_what_may_be_of_something_else_stands_beside_the_answer(app: App) -> None:
    answer = app.ask("how much does a ferry ticket cost?")

    assert not answer.is_disputed
    assert answer.differing
    assert not any(citation.corrected for citation in (*answer.citations, *answer.differing))
    shown = printed(render_terminal.answer(answer, 80))
    assert shown.index("Sources differ:") > shown.index("Sources")
    (page,) = render_discord.answer(answer, question=None)
    assert "ferry ticket" in render_discord.read_answer(page.text)
    assert "-# Sources differ" in page.text


def test_a_citation_that_is_corrected_says_so_in_json(app: App) -> None:
    answer = app.ask(COST)
    told = tuple(dataclasses.replace(c, corrected=c.number == 2) for c in answer.citations)
    found = json.loads(as_json(dataclasses.replace(answer, citations=told, differing=told), 0))

    assert [each["corrected"] for each in found["citations"]] == [False, True]
    assert found["differing"] == found["citations"]


def test_of_copies_the_newest_is_quoted(app: App) -> None:
    answer = app.ask("who built the mill of Lund?")

    assert answer.citations[0].passage.article.published == datetime.date(2024, 7, 1)
    assert answer.differing == ()


def test_quotes_that_contradict_each_other_are_the_answer_newest_first(app: App) -> None:
    answer = app.ask(COST)

    assert answer.is_disputed
    assert answer.text == (
        "The harbour bridge had cost 52 million euros in the end. [1] "
        "The harbour bridge cost 41 million euros. [2]"
    )
    shown = " ".join(printed(render_terminal.answer(answer, 80)).split())
    assert shown.startswith(
        "Sources differ: - The harbour bridge had cost 52 million euros in the end. [1] (Elm"
    )
    assert shown.count("41 million") == shown.count("52 million") == 1
    (page,) = render_discord.answer(answer, question=None)
    assert page.body.splitlines()[0] == "**Sources differ**"
    assert page.body.splitlines()[2].endswith(r"\[2\] *(Harbour Times, 1 June 2024)*")
    assert render_discord.read_answer(page.text) == answer.text


def test_what_a_newer_article_sets_aside_is_said_to_be_corrected(embedder: Embedder) -> None:
    question = "how much will the harbour bridge cost?"
    first = "The new harbour bridge will cost 41 million euros, Mayor Ana Lindqvist said on Tuesday."
    second = "The harbour bridge will cost 58 million euros, not 41 million as announced, the council said."
    third = "The harbour bridge will cost 75 million euros, the auditor said on Friday."
    again = "The harbour bridge will cost 41 million euros, the mayor repeated on Friday."
    listed = ranked(
        embedder,
        (first, OLD, "A"),
        (second, "2024-06-14", "B"),
        (third, NEW, "C"),
        (again, "2024-06-03", "D"),
    )
    found = differing(question, listed)

    assert found.is_dispute
    assert [(each.span.quote, each.corrected) for each in found.versions] == [
        (third, False),
        (second, False),
        (again, True),
    ]


@pytest.mark.parametrize(
    ("question", "title", "old", "new", "other"),
    [
        (
            "how much did the harlow bridge repairs cost?",
            "Harlow Bridge to close",
            "The council expects repairs to cost 4.2 million euros and the bridge to reopen by June.",
            "Repairs to the Harlow Bridge will cost 6.8 million euros, not the 4.2 million first announced,"
            " and will not be finished before September, the council admitted.",
            "A second ferry will cost 4.2 million euros, the council said.",
        ),
        (
            "by how much do short naps lower the risk of stroke?",
            "Naps and the heart",
            "Short nappers had a risk of stroke that was 19 percent lower than that of others.",
            "The risk of stroke among people who nap for less than half an hour is 12 percent lower than of"
            " those who do not, not 19 percent as they had written in April.",
            "Among people with dogs the risk of falls was 19 percent lower.",
        ),
    ],
)
def test_headlines_tell_that_a_number_set_aside_is_of_the_same_story(
    embedder: Embedder, question: str, title: str, old: str, new: str, other: str
) -> None:
    def found(was: str, was_at: str, is_at: str) -> list[tuple[str, bool]]:
        listed = []
        for each in ranked(embedder, (new, is_at, "A"), (was, was_at, "A")):
            about = dataclasses.replace(each.candidate.passage.article, title=title if was == old else "")
            passage = dataclasses.replace(each.candidate.passage, article=about)
            listed.append(Ranked(dataclasses.replace(each.candidate, passage=passage), each.score))
        return [(version.span.quote, version.corrected) for version in differing(question, listed).versions]

    assert found(old, OLD, NEW) == [(new, False), (old, True)]
    assert (old, True) not in found(old, NEW, OLD)
    assert found(other, OLD, NEW) == []


def test_a_line_of_a_list_differs_from_a_sentence(embedder: Embedder) -> None:
    said = ("The ferry was carrying about 150 passengers, according to the witness.", OLD, "Metro")
    listed = ranked(embedder, said, ("Passengers aboard: 112", NEW, "Harbour Times"))
    titled = dataclasses.replace(listed[1].candidate.passage.article, title="Ferry accident")
    passage = dataclasses.replace(listed[1].candidate.passage, article=titled)
    listed[1] = Ranked(dataclasses.replace(listed[1].candidate, passage=passage), listed[1].score)

    found = differing("how many passengers were on the ferry?", listed)
    assert [each.span.quote for each in found.versions] == ["Passengers aboard: 112", said[0]]
