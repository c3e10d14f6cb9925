"""Any file: one article, or one line that says why not."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.article import Article
from index.library import READ, ArticleFile, Library, Problem
from index.problem import BadArticle
from index.readers import SUFFIXES, parse_document, read_document


def a_pdf() -> bytes:
    stream = io.BytesIO()
    pdf = pypdf.PdfWriter()
    pdf.add_blank_page(10, 10)
    pdf.add_metadata({"/Title": "x"})
    pdf.write(stream)
    return stream.getvalue()


def a_docx() -> bytes:
    stream = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Some text.")
    document.save(stream)
    return stream.getvalue()


def a_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
    return stream.getvalue()


WHOLE = [
    a_pdf(),
    a_docx(),
    a_zip(),
    b"<html><head><title>T</title></head><body><p>Some text, and a bit more of it.</p></body></html>",
    b"---\ntitle: T\n---\nSome text.",
    b'{"id": "a", "text": "Some text."}\n{"id": "a"}',
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good file, cut and with other bytes put in."""
    data = draw(st.sampled_from(WHOLE))
    start, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
    return data[:start] + draw(st.binary(max_size=20)) + data[end:]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary() | damaged() | st.text().map(str.encode), suffix=st.sampled_from(READ))
def test_any_bytes_give_articles_or_problems(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_bytes(data)
    results = list(Library([]).read(ArticleFile(path, f"a/file{suffix}", len(data), 0)))
    assert results
    for result in results:
        assert isinstance(result, Article | Problem)
        if isinstance(result, Problem):
            assert len(str(result).splitlines()) == 1
        else:
            assert result.text.strip()
            assert result.title.strip()
            result.text.encode()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_file_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"empty{suffix}"
    path.touch()
    with pytest.raises(BadArticle, match="is empty"):
        read_document(path, path.name)


@pytest.mark.parametrize(
    ("suffix", "megabytes"), [(".txt", 50), (".md", 21), (".html", 21), (".pdf", 101), (".docx", 101)]
)
def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path, suffix: str, megabytes: int) -> None:
    path = tmp_path / f"large{suffix}"
    with path.open("wb") as stream:
        stream.truncate(megabytes * 1_000_000)
    with pytest.raises(BadArticle, match=r"is larger than \d+ MB") as caught:
        read_document(path, path.name)
    assert caught.value.hint == "Split it into smaller files."


def test_suffixes_are_read_in_capitals_too() -> None:
    assert parse_document(b"Some text.", "A.TXT").text == "Some text."


def test_a_kind_that_is_not_read_is_named() -> None:
    with pytest.raises(BadArticle, match="is of a kind that is not read"):
        parse_document(b"a,b", "table.csv")


def test_looking_at_a_library_imports_no_parser() -> None:
    heavy = "{'trafilatura', 'pypdf', 'docx', 'frontmatter', 'yaml', 'dateparser', 'lxml'}"
    code = f"import sys, index.library; print({heavy} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"
