"""Text and Markdown files: letter by letter, with front matter, in encodings that are certain."""

import codecs
import datetime
import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.clean import plain_text
from index.problem import BadArticle
from index.read_text import decode, read_text

STORY = "The story goes on for a good while after its headline, as stories do, and ends.\n"


def problem_of(data: bytes) -> BadArticle:
    with pytest.raises(BadArticle) as caught:
        read_text(data, "folder/a-file.txt")
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


def test_reads_front_matter() -> None:
    front = (
        "---\ntitle: 'A Title: with colon'\nurl: https://example.org/a\nsource: The Example\n"
        "published: 2024-05-06\nauthor: Ann Onym\nlanguage: en-GB\nlayout: post\ntags: [a, b]\n---\n"
    )
    article = read_text((front + STORY).encode(), "folder/a-file.md")
    assert article.id == "folder/a-file.md"
    assert article.title == "A Title: with colon"
    assert (article.url, article.source, article.author) == (
        "https://example.org/a",
        "The Example",
        "Ann Onym",
    )
    assert (article.published, article.language) == (datetime.date(2024, 5, 6), "en")
    assert article.text == STORY


@pytest.mark.parametrize(
    ("front", "field", "expected"),
    [
        ("title: 1984", "title", "1984"),
        ("title: yes", "title", "yes"),
        ("Title: Capital", "title", "Capital"),
        ("title: [a, list]", "title", "A file"),
        ("title: Live: Fire at Dock 4: all we know", "title", "Live: Fire at Dock 4: all we know"),
        ("title: We are #1, says mayor\nsource: The Post", "title", "We are #1, says mayor"),
        ("title: Fire at the docks # from the agency", "title", "Fire at the docks"),
        ("title: [Live] Fire: what we know", "title", "[Live] Fire: what we know"),
        ('title: @citebot: "who?"', "title", '@citebot: "who?"'),
        ("title: 'Live: Fire'", "title", "Live: Fire"),
        ('title: "Live: Fire" # so it was', "title", "Live: Fire"),
        ("title: >-\n  Live:\n  Fire", "title", "Live: Fire"),
        ("title: Live: Fire\nsource: Post: Metro", "source", "Post: Metro"),
        ("title: ~", "title", "A file"),
        ("date: 2024-05-06 10:00:00", "published", datetime.date(2024, 5, 6)),
        ("published: 2024-05-06\ndate: 2020-01-01", "published", datetime.date(2024, 5, 6)),
        ("published: 2023-02-30", "published", None),
        ("published:", "published", None),
        ("url: javascript:alert(1)", "url", None),
        ("source: !!python/object/apply:os.getcwd []", "source", None),
        ("source: &a x\nauthor: *a", "author", "x"),
    ],
)
def test_front_matter_holds_plain_strings(front: str, field: str, expected: object) -> None:
    article = read_text(f"---\n{front}\n---\n{STORY}".encode(), "folder/a-file.txt")
    assert getattr(article, field) == expected
    assert article.text == STORY


@pytest.mark.parametrize(
    "text",
    [
        f"---\n{STORY}",
        f"---\n\n{STORY}\n---\nAnother scene.\n",
        f"---\nTwo words: and a colon: and one more\n---\n{STORY}",
        f"--- title: x\n---\n{STORY}",
        f"----\ntitle: x\n----\n{STORY}",
        f"\n---\ntitle: x\n---\n{STORY}",
        f"---\n---\n{STORY}",
    ],
)
def test_a_rule_at_the_top_is_text(text: str) -> None:
    assert read_text(text.encode(), "a.md").text == text


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("note: A: B\ntitle: x", 2),
        ("title: x\nlist: [a,\nurl: y", 5),
        ("title: x\n\nauthor: *nobody", 4),
        ("a: " + "[" * 5_000, None),
    ],
)
def test_front_matter_that_does_not_parse_names_its_line(front: str, line: int | None) -> None:
    problem = problem_of(f"---\n{front}\n---\n{STORY}".encode())
    assert problem.message.startswith("has front matter that is not YAML: ")
    assert problem.line == line


def test_aliases_do_not_multiply() -> None:
    names = "abcdefghijklmnop"
    bomb = "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in itertools.pairwise(names))
    text = f"---\na: &a [x]\n{bomb}title: Still Here\n---\n{STORY}"
    assert read_text(text.encode(), "a.txt").title == "Still Here"


@pytest.mark.parametrize(
    "data",
    [
        "Grüße".encode(),
        codecs.BOM_UTF8 + "Grüße".encode(),
        "Grüße".encode("utf-16"),
        codecs.BOM_UTF16_BE + "Grüße".encode("utf-16-be"),
        "Grüße".encode("utf-32"),
    ],
)
def test_reads_utf8_and_what_has_a_byte_order_mark(data: bytes) -> None:
    assert read_text(data, "a.txt").text == "Grüße"


def test_another_encoding_is_refused_where_it_shows() -> None:
    problem = problem_of("Zwei Zeilen,\nviele Grüße".encode("latin-1"))
    assert problem.message == "is not valid UTF-8 (byte 0xfc)"
    assert (problem.line, problem.hint) == (2, "Save it as UTF-8.")


@pytest.mark.parametrize("data", [b"a\0b", b"\x7fELF\0\xff\xfe", "plain".encode("utf-16-le")])
def test_binary_content_is_refused(data: bytes) -> None:
    assert problem_of(data).message == "is binary, not text"


def test_half_a_utf16_file_is_refused() -> None:
    assert (
        problem_of("Grüße".encode("utf-16")[:-1]).message
        == "is not valid UTF-16-LE, though it starts as such"
    )


@pytest.mark.parametrize("data", [b" \r\n\t", b"---\ntitle: x\n---\n \n"])
def test_no_text_is_refused(data: bytes) -> None:
    assert problem_of(data).message == "holds no text"


def test_line_ends_and_control_characters() -> None:
    article = read_text(b"one\r\ntwo\rthree\x1b[0m\x0bfour\tfive\fsix", "a.txt")
    assert article.text == "one\ntwo\nthree four\tfive\fsix"


def test_markdown_stays_as_it_is() -> None:
    text = f"# A *Heading*\n\n![p](p.png) **bold** [link](https://example.org) <b>tag</b> &amp;\n{STORY}"
    article = read_text(text.encode(), "a.md")
    assert article.text == text
    assert article.title == "A Heading"


@given(st.text(min_size=1))
def test_any_text_comes_back_letter_by_letter(text: str) -> None:
    assume(text.strip() and "\0" not in text and not text.startswith(("---", "\ufeff")))
    plain = plain_text(text)
    assume(plain.strip())
    assert read_text(text.encode(), "a.txt").text == plain


@given(st.binary())
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except BadArticle:
        return
    assert text.encode().decode() == text


def test_front_matter_that_is_not_closed_is_named() -> None:
    with pytest.raises(BadArticle, match="not closed"):
        read_text(b"---\ntitle: Never closed\n\nSome words.", "a.txt")
    assert read_text(b"---\nNote: a rule and a remark.", "a.txt").text.startswith("---")
