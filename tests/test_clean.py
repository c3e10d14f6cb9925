"""What files say, made fit to be stored and shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.clean import language_code, make_article, one_line, plain_text, storable, web_address

ANY_TEXT = st.text(st.characters())  # lone surrogates too


@given(ANY_TEXT)
def test_storable_text_keeps_its_length_and_can_be_encoded(text: str) -> None:
    stored = storable(text)
    assert len(stored) == len(text)
    assert b"\0" not in stored.encode()


@given(ANY_TEXT.map(lambda text: text.replace("\x1b", "")))
def test_plain_text_changes_line_ends_and_control_characters_only(text: str) -> None:
    plain = plain_text(text)
    assert len(plain) == len(text) - text.count("\r\n")
    assert plain_text(plain) == plain
    assert not set(plain) & {"\r", "\0", "\x85", "\ud800"}


@given(ANY_TEXT)
def test_plain_text_stays_plain(text: str) -> None:
    plain = plain_text(text)
    assert plain_text(plain) == plain
    assert not set(plain) & {"\r", "\0", "\x1b", "\x9b", "\ud800"}


@given(ANY_TEXT)
def test_one_line_is_one_short_line(text: str) -> None:
    line = one_line(text)
    assert line is not None
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert len(line) <= 300


def test_one_line_takes_whole_numbers_and_nothing_else() -> None:
    assert one_line(1984) == "1984"
    assert [one_line(value) for value in (None, True, 1.5, ["a"], {"a": 1})] == [None] * 5


def test_one_line_drops_what_turns_the_reading_direction() -> None:
    assert one_line("safe\u202egpj.exe\x1b[31m") == "safegpj.exe"


@pytest.mark.parametrize(
    "value", ["https://example.org/a?b=c#d", " http://example.org ", "HTTPS://example.org/ä"]
)
def test_keeps_web_addresses(value: str) -> None:
    assert web_address(value) == value.strip()


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "",
        "/relative",
        "example.org",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://[broken",
        "https://example.org/two words",
        "https://example.org/\nbreak",
        "https://example.org/\ud800",
        "https://example.org/" + "x" * 3_000,
    ],
)
def test_drops_other_addresses(value: object) -> None:
    assert web_address(value) is None


@pytest.mark.parametrize(
    ("value", "code"), [("en", "en"), ("pt-BR", "pt"), ("zh_Hans_CN", "zh"), ("DEU", "deu")]
)
def test_reads_language_tags(value: str, code: str) -> None:
    assert language_code(value) == code


@pytest.mark.parametrize("value", [None, "", "English", "e", "en us", 7])
def test_drops_what_is_no_language_tag(value: object) -> None:
    assert language_code(value) is None


def test_an_article_has_none_for_what_is_no_such_field() -> None:
    article = make_article(
        "id", " text ", title="T", url="ftp://x", source="", published="soon", author=[], language="?"
    )
    assert article.text == " text "
    assert (article.url, article.source, article.published) == (None, None, None)
    assert (article.author, article.language) == (None, None)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a \x1b[31mRED\x1b[0m b", "a RED b"),
        ("\x1b[1;38;5;208mx\x1b[K", "x"),
        ("\x1b]0;title\x07x\x1b]8;;https://a.b\x1b\\link\x1b]8;;\x1b\\", "xlink"),
        ("\x1b(Bx\x1b=y\x1b7", "xy"),
        ("cut off \x1b[", "cut off  ["),
        ("an \x1b]open string stays", "an  ]open string stays"),
        ("\x1b\nx \x1bfour", " \nx  four"),
        ("x\x9b0m", "x 0m"),
        ("a\x9d b c not d \x9c e", "a  b c not d   e"),
        ("He said â\x80\x9cnoâ\x80\x9d, not â\x80\x9cyesâ\x80\x9d.", "He said â  noâ  , not â  yesâ  ."),
    ],
)
def test_terminal_sequences_are_no_words(text: str, plain: str) -> None:
    assert plain_text(text) == plain
    assert plain_text(plain) == plain
