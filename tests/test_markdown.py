"""Others' words as Discord shows them, against a reading of its markdown in `tests.discord_markdown`."""

import re
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import markdown
from bot.plain import one_line, plain
from tests.discord_markdown import Token, kinds, targets, tokens, words

FRAGMENTS = (
    *(
        "**",
        "*",
        "_",
        "__",
        "~~",
        "||",
        "`",
        "```",
        "\\",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "@",
        ":",
        "/",
        "#",
        "-",
    ),
    *(
        "\n",
        "\n\n",
        " ",
        "# ",
        "## ",
        "-# ",
        "> ",
        ">>> ",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "12. ",
        "```py\n",
        "a",
        "word ",
    ),
    *(
        "](https://evil.example)",
        "[click](https://evil.example)",
        "](<https://evil.example>)",
        "<https://e.example>",
    ),
    *(
        "@everyone",
        "@here",
        "<@1>",
        "<@!1>",
        "<@&1>",
        "<#1>",
        "<id:browse>",
        "</ask:1>",
        "<t:1:R>",
        "<a:x:1>",
    ),
    *(
        "https://evil.example",
        "discord.gg/x",
        "discord.com/x",
        "mailto:a@b.c",
        "<mailto:a@b.c>",
        "steam://x",
        ":smile:",
    ),
    *("\u202e", "\u200b", "e\u0301", "👩\u200d🚀", "🇺🇦", "مرحبا", "م\u200cی", "泽连斯基。", "¯\\_(ツ)_/¯"),
)
HOSTILE = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), max_size=12).map("".join)
ADDRESS = "https://news.example/talks"


@given(HOSTILE)
def test_escaped_words_are_shown_and_nothing_else(text: str) -> None:
    escaped = markdown.escape(text)
    assert kinds(escaped) <= {"text"}
    assert words(escaped) == plain(text)


@given(HOSTILE)
def test_escaping_can_be_undone(text: str) -> None:
    assert markdown.unescape(markdown.escape(text)) == plain(text)


@given(HOSTILE, HOSTILE)
def test_bold_ends_where_it_should(text: str, after: str) -> None:
    shown = tokens(f"{markdown.bold(text)} {markdown.escape(after)}")
    if plain(text).strip():
        assert Token("bold", plain(text.strip()).strip()) in [
            Token(token.kind, token.shown.replace("\u200b", "")) for token in shown
        ]
    assert {token.kind for token in shown} <= {"text", "bold"}


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Vance: a deal, 5% up (again)!", "Vance: a deal, 5% up (again)!"),
        ("1.5 million - or -5", "1.5 million - or -5"),
        ("snake_case 2*3", r"snake\_case 2\*3"),
        ("# 1\n-# 2\n> 3\n- 4\n5. 6", "\\# 1\n\\-# 2\n\\> 3\n\\- 4\n5\\. 6"),
        ("https://evil.example", r"https\://evil.example"),
        ("@everyone, <@1>", "\\@\u200beveryone, \\<\\@1\\>"),
        ("](https://evil.example)", r"\]\(https\://evil.example)"),
    ],
)
def test_escape_changes_no_more_than_it_must(text: str, escaped: str) -> None:
    assert markdown.escape(text) == escaped


@given(HOSTILE, HOSTILE)
def test_links_lead_to_the_article_under_any_label(label: str, after: str) -> None:
    text = f"{markdown.link(label, ADDRESS)}, {markdown.escape(after)}"
    assert targets(text) == [ADDRESS]
    assert kinds(text) <= {"text", "link"}
    assert words(text).startswith(one_line(label))


@pytest.mark.parametrize(
    ("label", "linked"),
    [
        ("Vance: a deal, 5% up (again)!", f"[Vance: a deal, 5% up (again)!](<{ADDRESS}>)"),
        ("泽连斯基 “says” no", f"[泽连斯基 “says” no](<{ADDRESS}>)"),
        ("[1]", f"[[1]](<{ADDRESS}>)"),
        ("[Video] A *star*", rf"\[Video\] A \*star\* ([open](<{ADDRESS}>))"),
        ("Party 🎉", f"Party 🎉 ([open](<{ADDRESS}>))"),
        ("Hot \u2600\ufe0f", f"Hot \u2600\ufe0f ([open](<{ADDRESS}>))"),
        ("https://evil.example", rf"https\://evil.example ([open](<{ADDRESS}>))"),
        ("ｈttps：／／evil.example", f"ｈttps：／／evil.example ([open](<{ADDRESS}>))"),  # noqa: RUF001
        ("1. First", rf"1\. First ([open](<{ADDRESS}>))"),
        ("", f"([open](<{ADDRESS}>))"),
    ],
)
def test_labels_that_discord_does_not_mask_stand_before_their_link(label: str, linked: str) -> None:
    assert markdown.link(label, ADDRESS) == linked


@given(st.text(max_size=20), st.text(max_size=30))
def test_addresses_end_where_the_link_ends(path: str, after: str) -> None:
    shown = markdown.link("Title", f"{ADDRESS}/{path}")
    if found := targets(f"{shown} {markdown.escape(after)}"):
        assert urllib.parse.unquote(found[0]) == urllib.parse.unquote(f"{ADDRESS}/{path}")
        assert not re.search(r"[()<>\"'\s\\|*]", found[0])
    else:
        assert shown == "Title"


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "", "ftp://x.example", "https://", "https:///x", "https://a b.example"),
        *(
            "https://good.example\\@evil.example/",
            "https://x.example/\u202egpj",
            "https://a.example)[x](https://b",
        ),
        *("data:text/html,x", "//evil.example", "https://[::1]/", f"https://x.example/{'a' * 900}"),
    ],
)
def test_what_is_no_web_address_is_not_linked(url: str) -> None:
    assert markdown.link("A title", url) == "A title"
    assert markdown.link("A title", None) == "A title"


def test_too_long_a_text_fragment_is_left_away() -> None:
    assert targets(markdown.link("[1]", f"{ADDRESS}#:~:text={'%D0%90' * 200}")) == [ADDRESS]
    short = f"{ADDRESS}#:~:text=one%20two,three"
    assert targets(markdown.link("[1]", short)) == [short]


def test_length_counts_as_discord_may() -> None:
    assert markdown.length("a\u0301é😀") == 5


@given(HOSTILE.map(lambda text: text * 3), st.integers(30, 60))
def test_shortened_text_is_the_beginning(text: str, limit: int) -> None:
    short = markdown.shorten(text, limit)
    assert markdown.length(short) <= limit
    assert text.startswith(short) or (short.endswith("…") and text.startswith(short[:-1]))


@pytest.mark.parametrize(
    ("text", "limit", "shortened"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("x" * 20, 10, "x" * 9 + "…"),
    ],
)
def test_shortened_at_a_word(text: str, limit: int, shortened: str) -> None:
    assert markdown.shorten(text, limit) == shortened


PIECES = st.one_of(
    HOSTILE.map(markdown.escape),
    HOSTILE.map(markdown.bold),
    st.builds(markdown.link, st.sampled_from(["[1]", "A title"]), st.just(ADDRESS)),
    st.sampled_from(["\n> so", "\n-# so", "\n\n", " ", "\n", ". "]),
)
MESSAGES = st.lists(PIECES, max_size=30).map(" ".join)


@given(MESSAGES, st.integers(80, 200))
def test_parts_fit_and_lose_nothing(text: str, limit: int) -> None:
    parts = markdown.split(text, limit)
    assert all(part.strip() and markdown.length(part) <= limit for part in parts)
    assert _bare("".join(map(_unprefixed, parts))) == _bare(_unprefixed(text))
    assert [target for part in parts for target in targets(part)] == targets(text)
    for part in parts:
        assert kinds(part) <= {"text", "bold", "link", "quote", "small"}


def _unprefixed(text: str) -> str:
    return re.sub(r"(?m)^(?:> |-# )+", "", text)


def _bare(text: str) -> str:
    return "".join(markdown.unescape(text).split())


@given(HOSTILE, st.integers(40, 100))
def test_any_text_can_be_split(text: str, limit: int) -> None:
    parts = markdown.split(text * 5, limit)
    assert all(part.strip() and markdown.length(part) <= limit for part in parts)


WORDS = "Alpha beta gamma delta."


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("", 50, []),
        (" \n ", 50, []),
        (WORDS, 50, [WORDS]),
        (f"{WORDS}\n\n{WORDS} {WORDS}", 60, [WORDS, f"{WORDS} {WORDS}"]),
        (f"{WORDS}\n{WORDS} {WORDS}", 60, [WORDS, f"{WORDS} {WORDS}"]),
        (f"{WORDS} {WORDS}", 40, [WORDS, WORDS]),
        (f"{WORDS} [[1]](<https://a.b>) {WORDS}", 60, [f"{WORDS} [[1]](<https://a.b>)", WORDS]),
        ("one two three four five six", 20, ["one two three", "four five six"]),
        ("x" * 50, 24, ["x" * 20, "x" * 20, "x" * 10]),
        ("泽" * 10 + "。" + "泽" * 10, 20, ["泽" * 10 + "。", "泽" * 10]),
        (f"> {WORDS} {WORDS}", 40, [f"> {WORDS}", f"> {WORDS}"]),
        (f"-# {WORDS} {WORDS}", 40, [f"-# {WORDS}", f"-# {WORDS}"]),
        (f"**{WORDS} {WORDS}** end", 40, [f"**{WORDS}**", f"**{WORDS}** end"]),
        (f"{WORDS} # no heading", 30, [WORDS, r"\# no heading"]),
        (f"{WORDS} 1. no list", 30, [WORDS, r"1\. no list"]),
        ("```py\na = 1\nb = 2\nc = 3\n```", 24, ["```py\na = 1\nb = 2\n```", "```py\nc = 3\n```"]),
        ("👩\u200d🚀" * 6, 20, ["👩\u200d🚀" * 3, "👩\u200d🚀" * 3]),
    ],
)
def test_split_at_the_best_place(text: str, limit: int, parts: list[str]) -> None:
    assert markdown.split(text, limit) == parts


def test_code_blocks_are_closed_and_opened_again() -> None:
    code = "\n".join(f"    line {number}" for number in range(100))
    parts = markdown.split(f"Before.\n\n```py\n{code}\n```\nAfter.", 200)
    blocks = [
        re.fullmatch(r"(?:Before\.\n\n)?```py\n(.*)\n```(?:\nAfter\.)?", part, re.DOTALL) for part in parts
    ]
    assert "\n".join(block[1] for block in blocks if block) == code
    assert all(markdown.length(part) <= 200 for part in parts)


def test_a_link_longer_than_the_limit_is_cut_all_the_same() -> None:
    parts = markdown.split(f"> [{'x' * 500}](<{ADDRESS}>)", 100)
    assert all(0 < markdown.length(part) <= 100 for part in parts)
