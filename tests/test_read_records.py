"""JSON lines: ids and texts as they are, bad lines named and passed over."""

import datetime
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import read_records as module
from index.article import Article
from index.problem import Problem
from index.read_records import read_records


def read(*lines: object) -> list[Article | Problem]:
    """What comes of the lines: bytes as they are, everything else as JSON."""
    data = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return list(read_records(io.BytesIO(data), "a.jsonl"))


def article_of(**record: Any) -> Article:
    [article] = read({"id": "a", "text": "Some text.", **record})
    assert isinstance(article, Article)
    return article


def problem_of(line: object) -> Problem:
    """The problem of a line that stands between two good ones."""
    first, problem, last = read({"id": 1, "text": "x"}, line, {"id": 2, "text": "x"})
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(problem, Problem)
    assert (problem.file, problem.line) == ("a.jsonl", 2)
    assert len(str(problem).splitlines()) == 1
    return problem


def test_reads_a_record() -> None:
    record = {
        "id": "n0001",
        "title": " A\nTitle ",
        "url": "https://example.org/a",
        "published": "2018/06/07",
        "source": "example.org",
        "author": "Ann Onym",
        "language": "en-US",
        "text": "Some text.",
        "tags": ["x"],
    }
    [article] = read(record)
    assert article == Article(
        id="n0001",
        title="A Title",
        url="https://example.org/a",
        published=datetime.date(2018, 6, 7),
        source="example.org",
        author="Ann Onym",
        language="en",
        text="Some text.",
    )


def test_what_a_record_lacks_stays_unknown() -> None:
    article, problem = read(
        {"id": "a", "text": "It opened.", "url": "ftp://x", "published": "soon", "source": None}
    )
    assert isinstance(article, Article)
    assert isinstance(problem, Problem)
    assert problem.is_read
    assert (article.url, article.published, article.source, article.title) == (None, None, None, "A")


def test_a_title_is_found_where_none_is_given() -> None:
    assert article_of(text=f"A Headline\n\n{'The story. ' * 9}").title == "A Headline"


@given(st.text(st.characters()))
def test_any_text_keeps_its_offsets(text: str) -> None:
    [result] = read({"id": 1, "text": text})
    if not text.strip():
        assert isinstance(result, Problem)
        return
    assert isinstance(result, Article)
    pairs = zip(result.text, text, strict=True)
    assert all(
        kept == given or (kept == "\ufffd" and ("\ud800" <= given <= "\udfff" or given == "\0"))
        for kept, given in pairs
    )
    result.text.encode()


def test_whole_numbers_are_ids_too() -> None:
    assert article_of(id=7).id == "7"


@pytest.mark.parametrize("id", [None, "", " \n", True, 1.5, ["a"], {"a": 1}])
def test_a_record_without_an_id_is_a_problem(id: object) -> None:
    assert problem_of({"id": id, "text": "x"}).message == 'has no "id" that is text or a whole number'


@pytest.mark.parametrize("text", [None, "", " \n\t", 7, ["x"]])
def test_a_record_without_text_is_a_problem(text: object) -> None:
    assert problem_of({"id": "a", "text": text}).message == 'has no "text" with words in it'


def test_of_two_records_with_one_id_the_first_stands() -> None:
    first, second = read({"id": "a", "text": "first"}, b"", {"id": "a", "text": "second"})
    assert isinstance(first, Article)
    assert first.text == "first"
    assert second == Problem("a.jsonl", 'has the id "a", as line 1 has', 3, "Give it another id.")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"id": "a", "text": "x"', "is not JSON: Expecting ',' delimiter at column 24"),
        (b'{"id": "a", "text": "gr\xfcn"}', "is not valid UTF-8 (byte 0xfc)"),
        (b"[" * 100_000, "is JSON nested too deeply or with a number too long"),
        (b'{"id": ' + b"1" * 5_000 + b"}", "is JSON nested too deeply or with a number too long"),
        (b'["a"]', "is no JSON object"),
        (b"\0", "is not JSON: Expecting value at column 1"),
    ],
)
def test_a_line_that_is_no_record_is_a_problem(line: bytes, message: str) -> None:
    assert problem_of(line).message == message


def test_a_line_that_is_too_long_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_RECORD", 100)
    assert problem_of({"id": "a", "text": "x" * 1_000}).message.startswith("is longer than")


@pytest.mark.parametrize("data", [b"", b"\n \r\n\n"])
def test_an_empty_file_is_a_problem(data: bytes) -> None:
    [problem] = read(data)
    assert isinstance(problem, Problem)
    assert (problem.message, problem.line) == ("holds no articles", None)


def test_a_file_of_another_kind_is_left_soon() -> None:
    problems = read(*[b"no json"] * 5_000)
    assert len(problems) == 101
    assert isinstance(problems[-1], Problem)
    assert problems[-1].message == "was left after 100 lines of which none is an article"


def test_a_byte_order_mark_and_windows_line_ends_are_no_hindrance() -> None:
    data = b'\xef\xbb\xbf{"id": 1, "text": "a\\r\\nb"}\r\n{"id": 2, "text": "c\xe2\x80\xa8d"}\r\n'
    assert [article.text for article in read(data) if isinstance(article, Article)] == ["a\r\nb", "c\u2028d"]


def test_an_id_that_would_have_to_be_cut_is_refused() -> None:
    (problem,) = read({"id": "a" * 201, "text": "Some words."})
    assert isinstance(problem, Problem)
    assert "200 characters" in problem.message
