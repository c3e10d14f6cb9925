"""Links that open a page at the quote."""

import urllib.parse

import pytest

from bot.links import text_fragment_link

PAGE = "https://news.example/talks"


def test_a_short_quote_is_named_whole() -> None:
    assert text_fragment_link(PAGE, "a clear answer") == f"{PAGE}#:~:text=a%20clear%20answer"


def test_a_long_quote_is_named_by_its_ends() -> None:
    link = text_fragment_link(PAGE, "One two three four five six seven eight nine ten.")
    assert link == f"{PAGE}#:~:text=One%20two%20three%20four,seven%20eight%20nine%20ten."


@pytest.mark.parametrize("mark", ["-", ",", "&", "#", "%", "“", "\n"])
def test_what_has_a_meaning_in_a_fragment_is_encoded(mark: str) -> None:
    link = text_fragment_link(PAGE, f"half{mark}hour")
    assert link is not None
    text = link.partition("#:~:text=")[2]
    assert not set("-,&#") & set(text)
    assert urllib.parse.unquote(text).split() == f"half{mark}hour".split()


def test_a_fragment_that_is_there_already_stays() -> None:
    assert text_fragment_link(f"{PAGE}#news", "peace") == f"{PAGE}#news:~:text=peace"


@pytest.mark.parametrize("url", [None, ""])
def test_no_address_no_link(url: str | None) -> None:
    assert text_fragment_link(url, "peace") is None
