"""Text by others, fit to show."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plain import one_line, plain, web


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a \x1b[31mred\x1b[0m title", "a [31mred[0m title"),
        ("back\x08space\x07 \x9b2J", "backspace 2J"),
        ("left\u202eright\u2066 \u200ehidden\u200b\U000e0041", "leftright hidden"),
        ("lone \udcff surrogate", "lone \ufffd surrogate"),
        ("one\r\ntwo\x0cthree\u2028four\nfive", "one\ntwo\nthree\nfour\nfive"),
        ("tab\tand  spaces\xa0", "tab and spaces"),
        ("م\u200cی 👩\u200d🚀", "م\u200cی 👩\u200d🚀"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert one_line(text) == " ".join(shown.split())


@given(st.text(st.characters(codec=None)))
def test_nothing_shown_can_steer_a_terminal(text: str) -> None:
    line = one_line(text)
    assert not [c for c in line if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(line) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
    assert one_line(line) == line
    line.encode()


@pytest.mark.parametrize(
    ("link", "opens"),
    [
        ("https://example.org/a#:~:text=one%20two", True),
        ("http://example.org/ü", True),
        ("javascript:alert(1)", False),
        ("https://example.org/\x1b]8;;", False),
        ("https://example.org/a b", False),
        ("https://example.org/\u202egpj", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(link: str, opens: bool) -> None:
    assert web(link) == (link if opens else None)
