"""Word files, made here with python-docx."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml

from index.problem import BadArticle
from index.read_docx import read_docx
from index.readers import parse_document

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def data_of(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def document_of(markup: str) -> bytes:
    """A document whose body starts with `markup`."""
    document = docx.Document()
    for position, element in enumerate(parse_xml(f"<w:body {W}>{markup}</w:body>")):
        document.element.body.insert(position, element)
    return data_of(document)


def problem_of(data: bytes) -> BadArticle:
    with pytest.raises(BadArticle) as caught:
        parse_document(data, "folder/a-file.docx")
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


def test_paragraphs_and_tables_in_their_order() -> None:
    document = docx.Document()
    document.add_heading("The Council Decides", 0)
    document.add_paragraph("It met on Monday.")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["Name", "Votes", "Ann", "7"], strict=True):
        cell.text = text
    document.add_paragraph("It went\thome\nlate.")
    article = read_docx(data_of(document), "folder/a-file.docx")
    assert article.text == "The Council Decides\nIt met on Monday.\nName\tVotes\nAnn\t7\nIt went\thome\nlate."
    assert article.title == "The Council Decides"
    assert (article.id, article.published) == ("folder/a-file.docx", None)


def test_reads_the_properties() -> None:
    document = docx.Document()
    document.add_paragraph("Some text.")
    document.core_properties.title, document.core_properties.author = "A Given Title", "Ann Onym"
    article = read_docx(data_of(document), "a.docx")
    assert (article.title, article.author) == ("A Given Title", "Ann Onym")


def test_nested_tables_are_read_once() -> None:
    document = docx.Document()
    cell = document.add_table(1, 2).cell(0, 0)
    cell.text = "outer"
    cell.add_table(1, 1).cell(0, 0).text = "inner"
    assert read_docx(data_of(document), "a.docx").text.split() == ["outer", "inner"]


@pytest.mark.parametrize(
    "markup",
    [
        "<w:p><w:ins><w:r><w:t>kept</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>",
        "<w:p><w:moveFrom><w:r><w:t>kept</w:t></w:r></w:moveFrom></w:p>"
        "<w:p><w:moveTo><w:r><w:t>kept</w:t></w:r></w:moveTo></w:p>",
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>kept</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        "<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr><w:r><w:t>kept</w:t></w:r></w:p>",
        "<w:p><w:hyperlink><w:r><w:t>kept</w:t></w:r></w:hyperlink></w:p>",
        "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>kept</w:t></w:r></w:p>",
    ],
    ids=["inserted", "moved", "content control", "tab stops", "link", "field"],
)
def test_text_is_neither_lost_nor_doubled(markup: str) -> None:
    assert read_docx(document_of(markup), "a.docx").text.strip("\n") == "kept"


def test_a_text_box_stands_once_and_on_its_own_line() -> None:
    box = "<w:pict><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></w:pict>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    both = (
        f'<mc:AlternateContent xmlns:mc="{mc}"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
    )
    markup = f"<w:p><w:r><w:t>before</w:t>{both}</mc:AlternateContent><w:t>after</w:t></w:r></w:p>"
    assert read_docx(document_of(markup), "a.docx").text.strip() == "before\nbox\nafter"


def test_no_text_is_refused() -> None:
    assert problem_of(data_of(docx.Document())).message == "holds no text"


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_a_truncated_file_is_refused(part: float) -> None:
    document = docx.Document()
    document.add_paragraph("Some text.")
    data = data_of(document)
    assert problem_of(data[: int(len(data) * part)]).message.startswith("cannot be read as a Word file (")


def test_another_zip_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("a.txt", "Some text.")
    assert problem_of(stream.getvalue()).message.startswith("cannot be read as a Word file (")


def test_an_old_word_file_is_named() -> None:
    problem = problem_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))
    assert problem.message == "is an old Word file or has a password"


@pytest.mark.parametrize("name", ["word/document.xml", "word/media/image1.png"])
def test_a_zip_bomb_is_refused_unopened(name: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file, file.open(name, "w") as part:
        for _ in range(60 if name.endswith("xml") else 201):
            part.write(bytes(1_000_000))
    assert problem_of(stream.getvalue()).message.startswith("unpacks to ")
