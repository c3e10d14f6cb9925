"""Answers as Discord shows them, and read back from what it shows."""

import dataclasses
import datetime
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import markdown, render, render_discord, render_quotes
from bot.answer import Answer, Citation
from bot.plain import one_line, plain
from bot.render_discord import Page
from bot.render_quotes import Checked, Quoted
from index.article import ArticleInfo, Hit, Passage, Sentence
from index.stories import Story
from tests.discord_markdown import kinds, targets, words
from tests.test_markdown import HOSTILE

OLD, NEW = datetime.date(2022, 5, 3), datetime.date(2025, 4, 21)
URL = "https://news.example/talks"
LINK = f"{URL}#:~:text=In%20his%20nightly%20address,from%20Moscow%E2%80%9D%20about%20civilians."
TALKS = ArticleInfo(
    id="talks", title="Putin Opens Door to Talks", url=URL, source="Example News", published=NEW
)
REPORT = ArticleInfo(id="report", title="Annual report", source="The Ministry", published=OLD)
STORY = (
    "Peskov provided further context. In his nightly address, Zelensky demanded\n"
    '"a clear answer from Moscow" about civilians. Meanwhile, the war goes on.'
)
DEMAND = STORY[STORY.index("In his") : STORY.index(" Meanwhile")]
STRUCTURE = {"text", "bold", "link", "quote", "small", "list"}
NASTY = (
    "](https://evil.example) [x](<https://evil.example>) @everyone @here <@1> <@&2> <#3> ||x|| **b** _i_"
    " ~~s~~ `c` ``` https://evil.example <https://evil.example> javascript:alert(1) discord.gg/x :smile:"
    " <:e:1> <t:1:R> </a:1> \u202e\u200b e\u0301 👩\u200d🚀 مرحبا\n# h\n-# s\n> q\n>>> q\n- l\n1. l\n\\"
)


def passage(article: ArticleInfo, text: str, page: int | None = None) -> Passage:
    return Passage(f"{article.id}#0", article, 0, len(text), text, (Sentence(0, len(text)),), page)


def citation(number: int, cited: Passage, quote: str, focus: str = "", link: str | None = None) -> Citation:
    start = cited.text.index(quote)
    words = (quote.index(focus), quote.index(focus) + len(focus)) if focus else None
    return Citation(number, quote, cited, start, start + len(quote), link, cited.page, words)


def answered(*citations: Citation, **changes: object) -> Answer:
    quotes = (re.sub(r"\[(\d+)\]", r"(\1)", " ".join(c.quote.split())) for c in citations)
    text = " ".join(f"{quote} [{c.number}]" for quote, c in zip(quotes, citations, strict=True))
    hits = tuple(Hit(c.passage, 0.9) for c in citations)
    answer = Answer("what did he demand?", text, citations, hits, False, NEW, OLD)
    return dataclasses.replace(answer, **changes)  # type: ignore[arg-type]


DEMANDED = citation(1, passage(TALKS, STORY), DEMAND, '"a clear answer from Moscow"', LINK)
SECOND = citation(2, passage(REPORT, "Talks[3] went on. And on.", page=3), "Talks[3] went on.")
ANSWER = answered(DEMANDED, SECOND)
REFUSED = dataclasses.replace(ANSWER, refused=True, text="", citations=())
QUOTED = Quoted(1, DEMANDED.passage, DEMANDED.start, DEMANDED.end, LINK)


def test_an_answer_reads_well() -> None:
    (page,) = render_discord.answer(ANSWER, question=None)
    assert page.body == (
        'In his nightly address, Zelensky demanded **"a clear answer from Moscow"** about civilians. '
        rf"[[1]](<{LINK}>) Talks(3) went on. \[2\]"
    )
    assert page.footer == (
        "-# Sources\n"
        rf"\[1\] [Putin Opens Door to Talks](<{URL}>), Example News, 21 April 2025"
        "\n"
        r"\[2\] Annual report, The Ministry, 3 May 2022, p. 3"
        "\n-# Sources from 3 May 2022 to 21 April 2025"
    )


def test_what_was_asked_stands_above_where_nobody_else_saw_it() -> None:
    (page,) = render_discord.answer(ANSWER, question="what did\n*he* demand?")
    assert page.body.startswith("> what did \\*he\\* demand?\nIn his")
    (page,) = render_discord.answer(ANSWER, question="why " * 200)
    assert 290 < len(page.body.split("\n")[0]) <= 302
    assert page.body.split("\n")[0].endswith("why…")


def test_notes_and_age_are_small_print() -> None:
    noted = answered(DEMANDED, oldest=NEW, notes=("The model *failed*.\nSo these are quotes.",))
    (page,) = render_discord.answer(noted, question=None)
    assert page.footer.endswith("\n-# As of 21 April 2025\n-# The model \\*failed\\*. So these are quotes.")


def test_an_article_s_own_brackets_are_no_markers() -> None:
    own = citation(1, passage(TALKS, "The bill [1] passed [7]."), "The bill [1] passed [7].", link=LINK)
    (page,) = render_discord.answer(answered(own, text="The bill [1] passed [7]. [1] [8]"), question=None)
    assert page.body == rf"The bill \[1\] passed \[7\]. [[1]](<{LINK}>) \[8\]"


def test_words_that_answer_at_the_end_of_a_quote_keep_the_marker_apart() -> None:
    cost = citation(1, passage(TALKS, "It cost 41 million"), "It cost 41 million", "41 million", LINK)
    (page,) = render_discord.answer(answered(cost), question=None)
    assert page.body == f"It cost **41 million** [[1]](<{LINK}>)"


def test_an_endless_number_in_brackets_is_no_marker() -> None:
    text = f"{DEMAND} [1] [{'7' * 5000}]"
    pages = render_discord.answer(answered(DEMANDED, text=text), question=None)
    assert "".join(page.body for page in pages).count("7") == 5000


def test_a_refusal_shows_what_comes_closest() -> None:
    close = dataclasses.replace(REFUSED, closest=ANSWER.citations[0], hits=(), oldest=None, newest=None)
    (page,) = render_discord.answer(close, question="who?")
    first, refusal, intro, quote = page.text.split("\n")
    assert (first, refusal, intro) == ("> who?", f"**{render.REFUSAL}**", f"-# {render.CLOSEST}")
    assert quote.startswith(f"- {markdown.escape(one_line(ANSWER.citations[0].quote))} (")
    assert render_discord.read_answer(page.text) == ""


def test_an_answer_of_which_there_is_nothing_yet_is_a_page_too() -> None:
    nothing = dataclasses.replace(ANSWER, text="", citations=(), oldest=None, newest=None)
    assert render_discord.answer(nothing, question=None) == [Page("…")]


def test_a_refusal_helps() -> None:
    (page,) = render_discord.answer(REFUSED, question="who?")
    assert page == Page(
        "> who?\n**The articles do not answer this.**",
        f"-# Nearest\n- [Putin Opens Door to Talks](<{URL}>), Example News, 21 April 2025\n"
        "- Annual report, The Ministry, 3 May 2022\n"
        "-# The articles cover 3 May 2022 to 21 April 2025.",
    )
    bare = dataclasses.replace(REFUSED, hits=(), oldest=None, newest=None)
    assert render_discord.answer(bare, question=None) == [Page(f"**{render.REFUSAL}**")]


@given(HOSTILE)
def test_a_question_and_its_answer_are_read_back(text: str) -> None:
    shown = dataclasses.replace(ANSWER, text=f"{text} [1] {ANSWER.text}")
    (page,) = render_discord.answer(shown, question=text)
    assert render_discord.read_question(page.text) == (one_line(text) if text else None)
    assert "".join(render_discord.read_answer(page.text).split()) == "".join(plain(shown.text).split())


def test_what_is_read_back_of_other_messages() -> None:
    (refused,) = render_discord.answer(REFUSED, question="who?")
    assert render_discord.read_question(refused.text) == "who?"
    assert render_discord.read_answer(refused.text) == ""
    (unasked,) = render_discord.answer(ANSWER, question=None)
    assert render_discord.read_question(unasked.text) is None
    assert render_discord.read_answer(unasked.text) == ANSWER.text
    assert render_discord.read_question("") is None
    assert render_discord.read_answer("") == ""


def test_a_long_answer_loses_nothing() -> None:
    cited = passage(TALKS, " ".join(f"Sentence {n} says that nothing happened." for n in range(400)))
    sentences = re.findall(r"S[^.]*\.", cited.text)
    long = answered(*(citation(n, cited, quote, link=LINK) for n, quote in enumerate(sentences[:60], 1)))
    pages = render_discord.answer(long, question="what happened?", limit=1500)
    assert len(pages) > 2
    assert all(markdown.length(page.text) <= 1500 for page in pages)
    assert [page.footer for page in pages[:-1]] == [""] * (len(pages) - 1)
    assert pages[-1].footer.startswith("-# Sources") or pages[-1].body.startswith("-# Sources")
    assert " ".join(filter(None, (render_discord.read_answer(page.text) for page in pages))) == long.text
    assert sum(targets(page.body).count(LINK) for page in pages) == 60


def test_sources_that_leave_no_room_follow_on_pages_of_their_own() -> None:
    many = [dataclasses.replace(TALKS, id=str(n), title=f"Title {n} " + "word " * 30) for n in range(20)]
    cited = answered(*(citation(n, passage(each, STORY), DEMAND) for n, each in enumerate(many, 1)))
    pages = render_discord.answer(cited, question=None, limit=2000)
    assert all(markdown.length(page.text) <= 2000 for page in pages)
    shown = "\n".join(page.text for page in pages)
    assert all(f"Title {n} " in shown for n in range(20))


def test_a_quote_stands_out_in_its_passage() -> None:
    (page,) = render_quotes.quotes([QUOTED, "[2] The article is no longer in the collection."])
    assert page.body == (
        rf"\[1\] [Putin Opens Door to Talks](<{LINK}>), Example News, 21 April 2025"
        "\n> Peskov provided further context. "
        '**In his nightly address, Zelensky demanded "a clear answer from Moscow" about civilians.** '
        "Meanwhile, the war goes on.\n\n"
        r"\[2\] The article is no longer in the collection."
    )


def test_only_what_surrounds_a_quote_is_cut() -> None:
    quote = "It is said. " * 100
    text = f"{'before ' * 100}{quote}{'after ' * 100}"
    start = text.index(quote)
    (page,) = render_quotes.quotes([Quoted(1, passage(TALKS, text), start, start + len(quote), None)])
    before, bold, after = page.body.split("**")
    assert bold == quote.strip()
    assert before.endswith("\n> …" + "before " * 42)
    assert after == " " + "after " * 49 + "after…"


def test_quotes_on_a_page_of_a_pdf_name_it() -> None:
    cited = Passage("p", REPORT, 0, 13, "First.\fSecond", (), page=3)
    (page,) = render_quotes.quotes([Quoted(1, cited, 7, 13, None)])
    assert page.body.startswith(r"\[1\] Annual report, The Ministry, 3 May 2022, p. 4")


def test_passages_are_numbered() -> None:
    (page,) = render_quotes.hits([Hit(passage(TALKS, STORY), 0.9), Hit(passage(REPORT, "x " * 400, 3), 0.5)])
    first, second = page.body.split("\n\n")
    title = f"[Putin Opens Door to Talks](<{URL}>), Example News, 21 April 2025"
    assert first == f"**1.** {title}\n> {' '.join(STORY.split())}"
    assert second.startswith("**2.** Annual report, The Ministry, 3 May 2022, p. 3\n> x x")
    assert second.endswith("x…")
    assert render_quotes.hits([]) == [Page("No passage found.")]


def test_a_page_of_articles() -> None:
    assert render_discord.articles([TALKS, REPORT], page=2, pages=3, total=1234) == Page(
        f"- [Putin Opens Door to Talks](<{URL}>), Example News, 21 April 2025\n"
        "- Annual report, The Ministry, 3 May 2022",
        "-# 1,234 articles, page 2 of 3",
    )
    assert render_discord.articles([TALKS], page=1, pages=1, total=1).footer == "-# 1 article"
    assert render_discord.articles([], page=1, pages=1, total=0).body == "There are no articles."


def test_copies_are_one_source_and_counted() -> None:
    story = Story("talks", ("Example News", "Metro", "x" * 300), "AP")
    told = dataclasses.replace(ANSWER, stories=dict.fromkeys(("talks", "report"), story))
    (page,) = render_discord.answer(told, question=None)
    sources = page.footer.split("\n")[1:-1]
    assert len(sources) == 1
    assert "\\[1\\] \\[2\\]" in sources[0]
    assert "AP, in 3 outlets (Example News, Metro, xx" in sources[0]
    listed = render_discord.articles([TALKS, REPORT], page=1, pages=1, total=2, copies=1)
    assert listed.footer == "-# 2 articles, 1 of them a copy of another"


def test_about_says_what_it_knows_and_how_it_answers() -> None:
    page = render_discord.about(
        articles=1234, oldest=OLD, newest=NEW, embedding="all_MiniLM", chat_model=None, stored="Votes."
    )
    assert page.body == (
        "**Articles** 1,234, from 3 May 2022 to 21 April 2025\n"
        "**Answers** In the articles' own words; no chat model.\n"
        "**Search** by meaning and words; embedding model all\\_MiniLM\n"
        "**Stored** Votes."
    )
    modelled = render_discord.about(
        articles=0, oldest=None, newest=None, embedding="m", chat_model="openai:gpt", stored=""
    )
    assert "**Articles** 0\n" in modelled.body
    assert "Written by openai\\:gpt, each sentence checked" in modelled.body


def test_help_lists_the_commands() -> None:
    (page,) = render_discord.help([("</ask:123>", "Ask *anything*."), ("/about", "What I know.")])
    assert page.body == "- **</ask:123>** Ask \\*anything\\*.\n- **/about** What I know."


def test_a_checked_message_shows_what_supports_it() -> None:
    (page,) = render_quotes.checked(
        [Checked("He demanded an answer.", "supported", (QUOTED,)), Checked("Pigs *fly*.", "unsupported")]
    )
    assert page.body.startswith("**The articles support 1 of 2 sentences.**\n-# ✓ ")
    assert page.body.split("\n\n", 1)[1] == (
        "✓ He demanded an answer.\n"
        '> In his nightly address, Zelensky demanded "a clear answer from Moscow" about civilians.\n'
        f"-# [Putin Opens Door to Talks](<{LINK}>), Example News, 21 April 2025\n"
        "\n"
        "✗ Pigs \\*fly\\*."
    )
    (unsure,) = render_quotes.checked([Checked("So.", "quoted", (QUOTED,))])
    assert "\n≈ So.\n> In his" in unsure.body


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("what did\nhe *demand*?", "what did he *demand*?"),
        ("why " * 50, "why " * 24 + "why…"),
        ("😀" * 80, "😀" * 49 + "…"),
        ("\u200b \n", "citebot"),
    ],
)
def test_a_thread_s_name_is_one_line_of_100(question: str, name: str) -> None:
    assert render_discord.thread_name(question) == name
    assert markdown.length(name) <= 100


HOSTILE_TEXT = HOSTILE | st.just(NASTY)
ADDRESSES = st.sampled_from(
    [
        None,
        "javascript:alert(1)",
        "https://a.example/)[x](https://evil.example)",
        "https://a.example/*_~|<>",
        URL,
    ]
)


@given(HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT, ADDRESSES)
@example("x" * 5000, "*" * 3000, "@everyone " * 600, URL)
@example("*" * 3000, "@everyone " * 600, "x" * 5000, URL)
@settings(deadline=None, max_examples=50)
def test_no_article_gets_out_of_its_words(title: str, source: str, text: str, url: str | None) -> None:
    article = ArticleInfo(id="x", title=title, url=url, source=source, published=NEW)
    cited = passage(article, f"{text} said so.")
    quoted = Quoted(1, cited, 0, len(cited.text), url)
    answer = answered(citation(1, cited, cited.text, link=url), notes=(text,))
    refused = dataclasses.replace(answer, refused=True)
    pages = [
        *render_discord.answer(answer, question=text),
        *render_discord.answer(refused, question=title),
        *render_quotes.quotes([quoted, text]),
        *render_quotes.hits(answer.hits),
        render_discord.articles([article] * 10, page=1, pages=2, total=20),
        *render_quotes.checked([Checked(text, "supported", (quoted,)), Checked(title, "unsupported")]),
    ]
    for page in pages:
        assert page.body
        assert markdown.length(page.text) <= render_discord.LIMIT
        assert kinds(page.text) <= STRUCTURE
        assert all(
            re.match(r"https://(?:a|news)\.example/[^()<>\s]*$", target) for target in targets(page.text)
        )


@given(HOSTILE)
def test_titles_are_shown_as_they_are(title: str) -> None:
    line = render_discord.headline(dataclasses.replace(TALKS, title=title))
    assert words(line).startswith(markdown.shorten(one_line(title), 200))
    assert words(line).endswith("Example News, 21 April 2025")
