import time

import pytest

from index.problem import BadArticle
from index.read_markdown import read_markdown, shown
from index.readers import parse_document

CORRECTION = """\
---
published: 2026-11-26
---
**Correction, 26 November:** An earlier version of this article
said that *five* people were injured.

# Ferry [accident](https://example.org)

> "It was a technical fault," said Jonas Wiik.

- Passengers aboard: 112
- Injured: 3
"""


def test_says_what_a_reader_of_the_page_sees() -> None:
    article = read_markdown(CORRECTION.encode(), "news/ferry.md")
    assert article.text == (
        "Correction, 26 November: An earlier version of this article said that five people were injured.\n\n"
        "Ferry accident\n\n"
        '"It was a technical fault," said Jonas Wiik.\n\n'
        "Passengers aboard: 112\n\n"
        "Injured: 3"
    )
    assert article.title == "Ferry accident"
    assert str(article.published) == "2026-11-26"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a `*b*` ![picture](p.png)c", "a *b* c"),
        ("~~five~~ three", " three"),
        ("one  \ntwo\\\nthree<br>four", "one\ntwo\nthree\nfour"),
        ("\\*no\\* &amp; 2 * 3 * 4, snake_case", "*no* & 2 * 3 * 4, snake_case"),
        ("<https://a.b> [x][1] [y][2]\n\n[1]: https://c.d", "https://a.b x [y][2]"),
        ("12. March was cold\n13. it snowed", "12. March was cold\n\n13. it snowed"),
        ("1. one\n   - two\n\n   three", "1. one\n\ntwo\n\nthree"),
        ("| a | b |\n|---|---|\n| 1 | *2* |", "a\tb\n\n1\t2"),
        ("```py\nx = '*a*'\n\ny\n```\n\n    z", "x = '*a*'\n\ny\n\nz"),
        ("<div>some <i>words</i><!-- no --><script>no</script></div>", "some words"),
        ("<!-- no -->\n\nyes", "yes"),
        ("Title\n=====\n\n---\n\ntext", "Title\n\ntext"),
        ("a&#13;b", "a\nb"),
        # HTML, in blocks of its own and within paragraphs.
        (
            "<table>\n<tr><td>Injured</td><td>3</td></tr><tr>\n\t<TD>Dead</TD>\n\t<TD>12</TD></tr>\n</table>",
            "Injured\t3\n\nDead\t12",
        ),
        ("<p>He did it.</p><p>She\ndid not.</p>", "He did it.\n\nShe did not."),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("<div>one<br>two<hr>three</div>", "one\ntwo\n\nthree"),
        ("<div>no <del>five <b>or</b> six</del>yes<?no?><S>no</S></div>", "no yes"),
        ("<pre>\na\n  b\tc\n</pre>", "a\nb     c"),
        ("a<BR>b<br/>c", "a\nb\nc"),
        ("He said <del>no *or*</del> <S>no</S>yes", "He said  yes"),
        ("x <script>alert(1)</script> y <STYLE>z</style>", "x  y "),
        ("a <del>b", "a b"),
        ("a <del><b>b</del> c</del> <!-- <del> -->d", "a  c d"),
        ("one <li>two</li><li>three</li>", "one \ntwo\n\nthree\n"),
        # Nested deeply.
        (">" * 30 + " words", "words"),
        ("\n".join("  " * depth + f"- {depth}" for depth in range(20)), "\n\n".join(map(str, range(20)))),
    ],
)
def test_marks_are_no_words(source: str, text: str) -> None:
    assert shown(source) == text


@pytest.mark.parametrize("row", ["<!--a-->b\n", "<p>b", "<td>b", "<br>\n", "<del>", "b  \n", "<b>\t"])
def test_a_long_piece_of_html_takes_no_minutes(row: str) -> None:
    started = time.perf_counter()
    shown("<div>\n" + row * (1_000_000 // len(row)))
    assert time.perf_counter() - started < 10


def test_pictures_alone_are_no_text() -> None:
    with pytest.raises(BadArticle, match="holds no text"):
        read_markdown(b"![alt](p.png)", "a.md")


def test_a_text_like_any_other_stays_letter_by_letter() -> None:
    assert parse_document(b"# a *b*", "a.md", plain=True).text == "# a *b*"
    assert parse_document(b"# a *b*", "a.txt").text == "# a *b*"
    assert parse_document(b"# a *b*", "a.MD").text == "a b"


@pytest.mark.parametrize("mark", ["[", "*a ", ">", "`", "- ", "<a ", "![[", "[a]("])
def test_marks_without_end_take_no_minutes(mark: str) -> None:
    paragraph = mark * (9_900 // len(mark))  # any longer one is not looked into
    started = time.perf_counter()
    shown("\n\n".join([mark * 100_000, *[paragraph] * 3]))
    assert time.perf_counter() - started < 10


def test_what_would_take_minutes_is_refused_unless_it_is_text() -> None:
    data = b"- a\n" * 500_001
    with pytest.raises(BadArticle, match="is larger than 2 MB, the most for Markdown"):
        parse_document(data, "a.md")
    assert len(parse_document(data, "a.md", plain=True).text) == len(data)
