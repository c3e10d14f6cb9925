"""PDF files, made here with pypdf's writer."""

import io
import logging
import re

import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from index import read_pdf as module
from index.problem import BadArticle
from index.read_pdf import read_pdf
from index.readers import parse_document

FONT = DictionaryObject(
    {
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica"),
    }
)


def writer(*pages: str, **properties: str) -> pypdf.PdfWriter:
    """A PDF with the lines of each text on a page of its own."""
    pdf = pypdf.PdfWriter()
    for text in pages:
        page = pdf.add_blank_page(600, 800)
        lines = " T* ".join(f"({line}) Tj" for line in text.split("\n"))
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 14 TL 50 700 Td {lines} ET".encode("latin-1"))
        fonts = DictionaryObject({NameObject("/F1"): FONT})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = stream
    pdf.add_metadata({f"/{name}": value for name, value in properties.items()})
    return pdf


def data_of(pdf: pypdf.PdfWriter) -> bytes:
    stream = io.BytesIO()
    pdf.write(stream)
    return stream.getvalue()


def problem_of(data: bytes) -> BadArticle:
    with pytest.raises(BadArticle) as caught:
        parse_document(data, "folder/report-2019.pdf")
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


def test_pages_are_parted_by_form_feeds() -> None:
    pages = (
        "The Annual Report\nThe council met on Mon-\nday and decided.",
        "It was late.",
        "They went home.",
    )
    article = read_pdf(data_of(writer(*pages)), "folder/report-2019.pdf")
    assert article.text == "\f".join(pages).replace("Mon-\nday", "Monday")
    assert article.id == "folder/report-2019.pdf"
    assert article.title == "The Annual Report"
    assert (article.url, article.source, article.author) == (None, None, None)


def test_an_empty_page_keeps_its_number() -> None:
    assert (
        read_pdf(data_of(writer("", "The second page.")), "a.pdf").text.split("\f")[1] == "The second page."
    )


def test_reads_the_properties_but_takes_no_date_from_them() -> None:
    properties = {"Title": "A Given\nTitle", "Author": "Ann Onym", "CreationDate": "D:20180607100000Z"}
    article = read_pdf(data_of(writer("Some text.", **properties)), "a.pdf")
    assert (article.title, article.author, article.published) == ("A Given Title", "Ann Onym", None)


@pytest.mark.parametrize("title", ["untitled", "Microsoft Word - report.doc", "report.indd"])
def test_a_title_that_a_program_made_is_not_taken(title: str) -> None:
    assert read_pdf(data_of(writer("Some text.", Title=title)), "my-report.pdf").title == "My report"


def test_control_characters_become_spaces() -> None:
    assert read_pdf(data_of(writer("one\\000two\\014three\\033four")), "a.pdf").text == "one two three four"


def test_a_password_is_named() -> None:
    pdf = writer("Secret.")
    pdf.encrypt("password", algorithm="RC4-128")
    assert problem_of(data_of(pdf)).message == "is a PDF with a password or protection"


def test_protection_that_lets_everybody_read_is_no_hindrance() -> None:
    pdf = writer("For all to read.")
    pdf.encrypt("", "owner", algorithm="RC4-128")
    assert read_pdf(data_of(pdf), "a.pdf").text == "For all to read."


def test_a_scan_is_named() -> None:
    problem = problem_of(data_of(writer("", "")))
    assert problem.message == "is a PDF without text, probably a scan"
    assert "OCR" in problem.hint


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused(part: float) -> None:
    data = data_of(writer(*["Some text."] * 5))
    problem = problem_of(data[: int(len(data) * part)])
    assert problem.message.startswith(("cannot be read as a PDF", "is a PDF without text"))


def test_what_is_no_pdf_is_refused() -> None:
    assert problem_of(b"Just text.").message.startswith("cannot be read as a PDF (")


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        ("MOST_PAGES", 2, "has 3 pages; 2 are read at most"),
        ("LONGEST_TEXT", 20, "holds more than 0 million characters"),
        ("MOST_SECONDS", -1.0, "takes longer than"),
    ],
)
def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch, limit: str, value: float, message: str) -> None:
    data = data_of(writer(*["Some text."] * 3))
    monkeypatch.setattr(module, limit, value)
    assert problem_of(data).message.startswith(message)


def test_pypdf_says_nothing_itself(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    data = re.sub(rb"(?<=startxref\n)\d+", b"7", data_of(writer("Some text.")))
    assert read_pdf(data, "a.pdf").text == "Some text."
    assert caplog.records == []
    assert capfd.readouterr().err == ""
    assert logging.getLogger("pypdf").level == logging.CRITICAL
