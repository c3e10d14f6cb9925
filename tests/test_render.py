"""Answers as people and programs see them: constructed Answers, really printed."""

import dataclasses
import datetime
import io
import json
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from bot import render, render_json, render_terminal
from bot.answer import Answer, Citation, Tokens
from bot.console import Out
from bot.plain import one_line
from index.article import ArticleInfo, Hit, Passage, Sentence
from index.stories import Story

OLD, NEW = datetime.date(2022, 5, 3), datetime.date(2025, 4, 21)
LINK = "https://news.example/talks#:~:text=" + "In%20his%20nightly%20video%20address," * 4
WIDTHS = (40, 80, 120)

TALKS = ArticleInfo(
    id="talks",
    title="Putin Opens Door to Direct Talks with Ukraine Amid Ongoing Conflict",
    url="https://news.example/talks",
    source="Example News",
    published=NEW,
)
REPORT = ArticleInfo(id="report", title="Annual report", source="The Ministry", published=OLD)
HOSTILE = ArticleInfo(
    id="hostile",
    title="[bold]Free[/bold] \x1b[31mmoney\x1b[0m\n\u202egnp.exe \x9b2J [link=https://evil.example]x[/link]",
    url="https://evil.example/\x1b]8;;https://other.example\x07",
    source="\x1b]0;owned\x07Outlet",
)
STORY = (
    "Peskov provided further context. In his nightly address, Zelensky demanded\n"
    '"a clear answer from Moscow" about civilians. Meanwhile, the war goes on.'
)
DEMAND = STORY[STORY.index("In his") : STORY.index(" Meanwhile")]


def passage(article: ArticleInfo, text: str, page: int | None = None) -> Passage:
    return Passage(f"{article.id}#0", article, 0, len(text), text, (Sentence(0, len(text)),), page)


def citation(
    number: int, cited: Passage, quote: str, *, focus: str = "", link: str | None = None
) -> Citation:
    start = cited.text.index(quote)
    words = (quote.index(focus), quote.index(focus) + len(focus)) if focus else None
    return Citation(number, quote, cited, start, start + len(quote), link, cited.page, words)


def answered(*citations: Citation, **changes: object) -> Answer:
    text = " ".join(f"{c.quote} [{c.number}]" for c in citations)
    hits = tuple(Hit(c.passage, 0.9 / c.number) for c in citations)
    answer = Answer("what did he demand?", text, citations, hits, False, NEW, OLD, confidence=0.912345)
    return dataclasses.replace(answer, **changes)  # type: ignore[arg-type]


DEMANDED = citation(1, passage(TALKS, STORY), DEMAND, focus='"a clear answer from Moscow"', link=LINK)
SECOND = citation(2, passage(REPORT, "Talks [1] went on. And on.", page=3), "Talks [1] went on.")
ANSWER = answered(DEMANDED, SECOND)
REFUSED = dataclasses.replace(ANSWER, refused=True, text="", citations=())


def piped(renderable: object, width: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a file would get."""
    monkeypatch.setenv("COLUMNS", str(width))
    stream = io.StringIO()
    Out(stream).show(renderable)  # type: ignore[arg-type]
    return stream.getvalue()


def on_terminal(renderable: object, width: int, **options: object) -> str:
    """What a terminal would get, escapes and all."""
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
        _environ={},
        **options,  # type: ignore[arg-type]
    )
    console.print(renderable, crop=False)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("width", WIDTHS)
def test_answer_holds_every_word_at_any_width(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = piped(render_terminal.answer(ANSWER, width), width, monkeypatch)
    assert words(shown).startswith(words(ANSWER.text))
    # A table sets the columns side by side: each word of a wrapped title is there, in order.
    assert re.search(r"\[1\]\s+" + r"[\s\S]*?".join(TALKS.title.split()), shown)
    for word in ("Example News", "21 April 2025", "The Ministry", "3 May 2022", "p. 3", LINK):
        assert word in shown
    assert shown.endswith("Sources from 3 May 2022 to 21 April 2025\n")


@pytest.mark.parametrize("width", [1, 10, 20, *WIDTHS])
def test_lines_keep_to_the_width_but_for_whole_addresses(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (ANSWER, REFUSED, answered(citation(1, passage(HOSTILE, STORY), DEMAND))):
        shown = piped(render_terminal.answer(answer, width), width, monkeypatch)
        lines = [line for line in shown.splitlines() if LINK not in line]
        assert max(map(cell_len, lines)) <= max(width, 4)


def test_piped_output_is_plain_and_stable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert piped(render_terminal.answer(ANSWER, 80), 80, monkeypatch) == (
        'In his nightly address, Zelensky demanded "a clear answer from Moscow" about\n'
        "civilians. [1] Talks [1] went on. [2]\n"
        "\n"
        "[1]  Putin Opens Door to Direct Talks with     Example News  21 April 2025\n"
        "     Ukraine Amid Ongoing Conflict\n"
        "[2]  Annual report                             The Ministry  3 May 2022     p. 3\n"
        "\n"
        f"[1] {LINK}\n"
        "\n"
        "Sources from 3 May 2022 to 21 April 2025\n"
    )


def test_narrow_windows_set_the_sources_one_under_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = piped(render_terminal.sources(ANSWER, 40), 40, monkeypatch)
    assert shown == (
        "[1] Putin Opens Door to Direct Talks\n"
        "    with Ukraine Amid Ongoing Conflict\n"
        "    Example News, 21 April 2025\n"
        "[2] Annual report\n"
        "    The Ministry, 3 May 2022, p. 3\n"
        "\n"
        f"[1] {LINK}\n"
    )


def test_answering_words_are_set_off_though_lines_were_joined() -> None:
    shown = on_terminal(render_terminal.answer(ANSWER, 200), 200)
    assert '\x1b[1m"a clear answer from Moscow"\x1b[0m' in shown
    assert "Zelensky demanded \x1b[1m" in shown


def test_only_markers_are_shown_as_markers() -> None:
    shown = on_terminal(render_terminal.answer(ANSWER, 200), 200)
    assert "Talks [1] went on." in shown
    assert re.search(r"\x1b\[36m(?:\x1b\]8;[^\x1b]*\x1b\\)?\[2\]", shown)


def test_an_article_s_own_brackets_are_no_markers(monkeypatch: pytest.MonkeyPatch) -> None:
    footnote = citation(
        1, passage(REPORT, "The bill[2] passed [3]."), "The bill[2] passed [3].", focus="passed"
    )
    answer = answered(footnote, text="The bill(2) passed (3). [1]")
    assert piped(render_terminal.answer(answer, 80), 80, monkeypatch).startswith(
        "The bill(2) passed (3). [1]\n"
    )
    assert "\x1b[1mpassed\x1b[0m" in on_terminal(render_terminal.answer(answer, 80), 80)


def test_terminal_links_open_at_the_quote() -> None:
    shown = on_terminal(render_terminal.answer(ANSWER, 40), 40)
    assert re.search(rf"\x1b\]8;id=\d+;{re.escape(LINK)}\x1b\\", shown)
    assert LINK in re.sub(r"\x1b\]8;[^\x1b]*\x1b\\|\x1b\[[0-9;]*m", "", shown)


def test_no_color_leaves_weight_but_no_colour() -> None:
    shown = on_terminal(render_terminal.answer(ANSWER, 80), 80, no_color=True)
    assert "\x1b[1m" in shown
    assert not re.search(r"\x1b\[(?:\d+;)*3\dm", shown)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_articles_say_is_never_interpreted(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "He said [red]so[/red]. \x1b[2J\x1b]8;;https://evil.example\x07click\u202e\x00 here."
    quoted = citation(1, passage(HOSTILE, text), text, focus="[red]so[/red]", link=HOSTILE.url)
    hostile = answered(quoted)
    refused = dataclasses.replace(hostile, refused=True, text="", citations=())
    for renderable in (
        render_terminal.answer(hostile, width),
        render_terminal.answer(refused, width),
        render_terminal.quote(quoted),
        render_terminal.hits(hostile.hits),
        render_terminal.articles([HOSTILE], width),
    ):
        shown = piped(renderable, width, monkeypatch)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)
        assert "[bold]Free[/bold]" in shown or width == 40
        styled = on_terminal(renderable, width)
        assert "\x1b[2J" not in styled
        assert "\x1b]0;" not in styled
        assert "\x1b]8;;https://evil" not in styled
    assert "[red]so[/red]" in piped(render_terminal.answer(hostile, width), width, monkeypatch)


def test_unknown_outlets_dates_and_pages_leave_no_column(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = ArticleInfo(id="bare", title="A title")
    answer = answered(citation(1, passage(bare, STORY), DEMAND), newest=None, oldest=None)
    shown = piped(render_terminal.answer(answer, 80), 80, monkeypatch)
    assert shown.endswith("[1]\n\n[1]  A title\n")


def test_an_article_cited_twice_is_listed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cited = passage(dataclasses.replace(TALKS, title="Talks"), STORY, page=2)
    first = citation(1, cited, "Peskov provided further context.", link=LINK + "a")
    second = dataclasses.replace(citation(2, cited, DEMAND, link=LINK + "b"), page=4)
    shown = piped(render_terminal.sources(answered(first, second), 120), 120, monkeypatch)
    assert shown.splitlines() == [
        "[1] [2]  Talks  Example News  21 April 2025  pp. 2, 4",
        "",
        f"[1] {LINK}a",
        f"[2] {LINK}b",
    ]


def test_refusal_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    assert piped(render_terminal.answer(REFUSED, 80), 80, monkeypatch) == (
        "The articles do not answer this.\n"
        "\n"
        "Nearest:\n"
        "  - Putin Opens Door to Direct Talks with Ukraine Amid Ongoing Conflict (Example\n"
        "    News, 21 April 2025)\n"
        "  - Annual report (The Ministry, 3 May 2022)\n"
        "\n"
        "The articles cover 3 May 2022 to 21 April 2025.\n"
    )


def test_a_refusal_shows_what_comes_closest(monkeypatch: pytest.MonkeyPatch) -> None:
    close = dataclasses.replace(REFUSED, closest=ANSWER.citations[0], hits=(), newest=None, oldest=None)
    shown = one_line(piped(render_terminal.answer(close, 80), 80, monkeypatch))
    quote, source = one_line(ANSWER.citations[0].quote), render.told(ANSWER.citations[0])
    assert shown == f"{render.REFUSAL} {render.CLOSEST} - {quote} ({source})"
    fields = json.loads(render_json.answer(close, 1.0))
    assert (fields["refused"], fields["text"], fields["citations"]) == (True, "", [])
    assert fields["closest"] == json.loads(render_json.answer(ANSWER, 1.0))["citations"][0]
    assert json.loads(render_json.answer(REFUSED, 1.0))["closest"] is None


def test_refusal_without_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = dataclasses.replace(REFUSED, hits=(), newest=None, oldest=None)
    assert piped(render_terminal.answer(nothing, 80), 80, monkeypatch) == f"{render.REFUSAL}\n"


def test_forced_answers_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    forced = dataclasses.replace(ANSWER, forced=True)
    assert piped(render_terminal.answer(forced, 80), 80, monkeypatch).startswith(render.FORCED)
    assert render.FORCED not in piped(render_terminal.answer(ANSWER, 80), 80, monkeypatch)


def test_quote_stands_out_in_its_passage(monkeypatch: pytest.MonkeyPatch) -> None:
    assert piped(render_terminal.quote(DEMANDED), 80, monkeypatch) == (
        f"{TALKS.title}\n"
        "Example News, 21 April 2025\n"
        "\n"
        "Peskov provided further context.\n"
        "\n"
        '> In his nightly address, Zelensky demanded "a clear answer from Moscow" about\n'
        "  civilians.\n"
        "\n"
        "Meanwhile, the war goes on.\n"
        "\n"
        f"[1] {LINK}\n"
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_articles_show_title_and_id_whole(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    long_id = dataclasses.replace(TALKS, id="#" * 90)
    shown = piped(render_terminal.articles([long_id, REPORT], width), width, monkeypatch)
    assert shown.count("#") == 90
    assert re.search(r"[\s\S]*?".join(TALKS.title.split()), shown)


@pytest.mark.parametrize(
    ("oldest", "newest", "as_of", "covered"),
    [
        (NEW, NEW, "As of 21 April 2025", "The articles are from 21 April 2025."),
        (
            OLD,
            NEW,
            "Sources from 3 May 2022 to 21 April 2025",
            "The articles cover 3 May 2022 to 21 April 2025.",
        ),
        (None, None, "", ""),
    ],
)
def test_dates_in_words(
    oldest: datetime.date | None, newest: datetime.date | None, as_of: str, covered: str
) -> None:
    answer = dataclasses.replace(ANSWER, oldest=oldest, newest=newest)
    assert render.as_of(answer) == as_of
    assert render.covered(answer) == covered


def test_json_is_the_contract() -> None:
    fields = json.loads(render_json.answer(ANSWER, 1.23456))
    assert " ".join(fields) == (
        "question refused text model citations passages newest oldest seconds confidence forced"
        " notes differing closest answer answer_start answer_end answer_citation tokens_in tokens_out"
    )
    assert " ".join(fields["citations"][0]) == (
        "number quote article title url link source published page start end story outlets agency corrected"
    )
    assert fields["citations"][0] == {
        "number": 1,
        "quote": DEMAND,
        "article": "talks",
        "title": TALKS.title,
        "url": TALKS.url,
        "link": LINK,
        "source": "Example News",
        "published": "2025-04-21",
        "page": None,
        "start": STORY.index(DEMAND),
        "end": STORY.index(DEMAND) + len(DEMAND),
        "story": "talks",
        "outlets": ["Example News"],
        "agency": None,
        "corrected": False,
    }
    assert fields["passages"][0] == {"article": "talks", "title": TALKS.title, "text": STORY, "score": 0.9}
    assert (fields["newest"], fields["oldest"]) == ("2025-04-21", "2022-05-03")
    assert (fields["seconds"], fields["confidence"], fields["forced"]) == (1.235, 0.9123, False)


def test_copies_of_one_story_are_one_source(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story("report", ("Example News", "The Ministry", "\x1b[31mMetro"), "AP")
    told = dataclasses.replace(ANSWER, stories={"talks": story, "report": story})
    assert told.sources == (TALKS,)
    assert render.numbers(told, TALKS) == [1, 2]
    for width in WIDTHS:
        shown = " ".join(piped(render_terminal.answer(told, width), width, monkeypatch).split())
        assert "[1] [2]" in shown
        assert "AP, in 3 outlets" in shown
        assert shown.count("outlets") == 1
        assert "\x1b" not in shown
    refused = dataclasses.replace(told, refused=True, text="", citations=())
    assert refused.nearest == (TALKS,)
    assert "AP, in 3 outlets" in piped(render_terminal.answer(refused, 120), 120, monkeypatch)
    cited = json.loads(render_json.answer(told, 1.0))["citations"]
    assert [(c["source"], c["story"], len(c["outlets"])) for c in cited] == [
        ("Example News", "report", 3),
        ("The Ministry", "report", 3),
    ]


def test_the_outlets_of_a_story_are_named_as_far_as_there_is_room() -> None:
    def source(*outlets: str, agency: str | None = None) -> str | None:
        told = dataclasses.replace(ANSWER, stories={"talks": Story("talks", outlets, agency)})
        return render.attributed(told, TALKS).source

    assert source("Example News") == source() == "Example News"
    assert source("A", "B") == "in 2 outlets (A, B)"
    assert source(*"ABCDEFGH", agency="dpa") == "dpa, in 8 outlets (A, B, C, D, E, 3 more)"


def test_json_tells_what_a_chat_model_cost() -> None:
    fields = json.loads(render_json.answer(ANSWER, 1.0))
    assert (fields["notes"], fields["tokens_in"], fields["tokens_out"]) == ([], None, None)
    written = dataclasses.replace(ANSWER, notes=("It failed.",), tokens=Tokens(900, 70))
    fields = json.loads(render_json.answer(written, 1.0))
    assert (fields["notes"], fields["tokens_in"], fields["tokens_out"]) == (["It failed."], 900, 70)


def test_notes_stand_below_an_answer_and_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (ANSWER, REFUSED):
        noted = dataclasses.replace(answer, notes=("It \x1b[31mfailed.",))
        shown = piped(render_terminal.answer(noted, 80), 80, monkeypatch)
        assert shown.rstrip().splitlines()[-1] == "It [31mfailed."


def test_an_answer_that_is_being_written_has_no_sources_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = piped(render_terminal.partial(ANSWER), 80, monkeypatch)
    assert shown.rstrip().endswith("[2] …")
    assert LINK not in shown


def test_json_holds_at_most_ten_passages_also_when_refused() -> None:
    many = dataclasses.replace(REFUSED, hits=ANSWER.hits * 6)
    fields = json.loads(render_json.answer(many, 0.0))
    assert (fields["refused"], fields["text"], fields["citations"]) == (True, "", [])
    assert len(fields["passages"]) == 10


def test_json_of_a_failure_keeps_its_place() -> None:
    fields = json.loads(render_json.failure("what\udcff", "It is not text."))
    assert list(fields)[-1] == "error"
    assert (fields["question"], fields["refused"], fields["error"]) == ("what\ufffd", True, "It is not text.")
    assert set(fields) == {*json.loads(render_json.answer(ANSWER, 0.0)), "error"}


def test_json_is_one_harmless_line_and_loses_nothing() -> None:
    text = 'Zwölf "Äpfel"\n\x1b[31m\x9b2J\u2028\u202e\x7f 泽连斯基'
    fields = render_json.hit(Hit(passage(HOSTILE, text), 0.5))
    assert json.loads(fields)["text"] == text
    assert json.loads(fields)["title"] == HOSTILE.title
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u202e]", fields)
    assert "Zwölf" in fields
    assert "泽连斯基" in fields


def test_json_of_an_article() -> None:
    assert json.loads(render_json.article(TALKS)) == {
        "id": "talks",
        "title": TALKS.title,
        "url": TALKS.url,
        "source": "Example News",
        "published": "2025-04-21",
        "author": None,
        "language": None,
        "scope": "",
    }
