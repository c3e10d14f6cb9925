"""Web pages: the article, and what the page states of it."""

import datetime
import socket
from pathlib import Path

import pytest

from index.page_date import page_date
from index.problem import BadArticle
from index.read_html import decode_html, read_html
from tests import pages

PAGES = Path(__file__).parent.parent.parent / "shared" / "eval" / "pages"
PARAGRAPHS = "".join(
    f"<p>Paragraph {n} tells at some length what the council of Ghent decided on Monday, and why.</p>"
    for n in ("one", "two", "three", "four")
)
PAGE = f"""<!DOCTYPE html>
<html lang="nl-BE"><head><title>Council Decides - The Courier</title>
<link rel="canonical" href="https://courier.example/council">
<meta property="og:site_name" content="The Courier"><meta name="author" content="Ann Onym">
<meta property="article:published_time" content="2021-03-09T08:00:00+01:00">
</head><body><nav><a href="/">Home</a> <a href="/news">News</a></nav><article><h1>Council Decides</h1>
<img src="https://courier.example/x.png">{PARAGRAPHS}</article>
<footer>Copyright 2019 The Courier</footer></body></html>"""


def page(head: str = "", body: str = "") -> bytes:
    return f"<html><head>{head}</head><body>{body}<article>{PARAGRAPHS}</article></body></html>".encode()


def linked(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


def published(head: str = "", body: str = "") -> datetime.date | None:
    return read_html(page(head, body), "a.html").published


def test_reads_the_article_and_what_the_page_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("the net was asked"))
    article = read_html(PAGE.encode(), "pages/council.html")
    assert article.id == "pages/council.html"
    assert article.title == "Council Decides"
    assert article.url == "https://courier.example/council"
    assert (article.source, article.author, article.language) == ("The Courier", "Ann Onym", "nl")
    assert article.published == datetime.date(2021, 3, 9)
    lines = article.text.split("\n")
    assert (
        lines[-1]
        == "Paragraph four tells at some length what the council of Ghent decided on Monday, and why."
    )
    assert [line.split()[1] for line in lines[-4:]] == ["one", "two", "three", "four"]
    assert "Copyright" not in article.text


def test_what_a_page_does_not_state_stays_unknown() -> None:
    article = read_html(
        page(body="<p>On 2001-09-11 and in March 2003.</p><footer>© 2019-05-01 X</footer>"), "a/b-c.html"
    )
    assert (article.url, article.source, article.published, article.language) == (None, None, None, None)
    assert article.title == "B c"


def test_a_fragment_is_read() -> None:
    assert "council of Ghent" in read_html(PARAGRAPHS[: PARAGRAPHS.index("</p>") + 4].encode(), "a.html").text


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body></body></html>",
        b"<html><body><nav><a href='/'>Home</a></nav></body></html>",
        b"<",
        b"<html><body><p>Loading ...</p></body></html>",
        b"<div>" * 5_000,
    ],
)
def test_a_page_without_an_article_is_refused(data: bytes) -> None:
    with pytest.raises(BadArticle, match="is a page without an article"):
        read_html(data, "a.html")


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="date" content="June 7, 2018">',
        '<meta itemprop="datePublished" content="20180607">',
        linked('{"@type": "NewsArticle", "datePublished": "2018-06-07T09:00Z"}'),
        linked('<![CDATA[[{"@type": "BlogPosting", "datePublished": "2018-06-07"}]]]>'),
        linked(
            '{"@graph": [{"@type": "VideoObject", "datePublished": "2001-01-01"},'
            ' {"@type": ["Article"], "datePublished": "2018-06-07"}]}'
        ),
    ],
)
def test_reads_the_date_from_the_head(head: str) -> None:
    assert published(head) == datetime.date(2018, 6, 7)


@pytest.mark.parametrize(
    "body",
    [
        '<time datetime="2018-06-07T10:00">a while ago</time>',
        '<time datetime="2018-06-07">x</time><time datetime="2020-01-01" itemprop="dateModified">y</time>',
        '<span class="post-date">Posted on June 7, 2018 at 9 a.m.</span>',
        '<div class="byline">Ann Onym, 7. Juni 2018</div>',
    ],
)
def test_reads_the_date_beside_the_headline(body: str) -> None:
    assert published(body=body) == datetime.date(2018, 6, 7)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<meta name="date" content="03/04/2025">', ""),
        ('<meta itemprop="copyrightYear" content="2018">', ""),
        ('<meta property="og:image" content="https://x.example/2018/06/07/x.png">', ""),
        ('<meta http-equiv="last-modified" content="2018-06-07">', ""),
        (linked('{"@type": "Article", "datePublished": '), ""),
        ("", '<time datetime="2018-06-07">x</time><time datetime="2018-06-08">y</time>'),
        ("", '<span class="date">June 2018</span>'),
        ("", "<p>It was June 7, 2018.</p>"),
    ],
)
def test_no_date_is_guessed(head: str, body: str) -> None:
    assert published(head, body) is None


ADDRESS = '<link rel="canonical" href="https://x.example/2018/06/07/title">'


def test_an_address_alone_states_no_date() -> None:
    assert published(ADDRESS) is None
    assert published('<meta property="og:url" content="https://x.example/news/2018-6-7-title">') is None


@pytest.mark.parametrize("body", ["<p>By Ann Onym, June 7, 2018</p>", '<time datetime="2018-06-07">x</time>'])
def test_an_address_goes_before_metadata_in_greenwich_time(body: str) -> None:
    head = '<meta property="article:published_time" content="2018-06-08T02:00:00Z">'
    assert published(head + ADDRESS) == datetime.date(2018, 6, 8)
    assert published(head + ADDRESS, body) == datetime.date(2018, 6, 7)
    assert published(ADDRESS, body) == datetime.date(2018, 6, 7)


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("utf-8", "“Grüße”"),
        ("iso-8859-1", "“Grüße”"),
        ("windows-1251", "Киев"),
        ("shift_jis", "東京"),
        ("iso-2022-jp", "東京"),
        ("gb2312", "北京"),
    ],
)
def test_reads_pages_in_the_charset_they_name(charset: str, text: str) -> None:
    codec = "cp1252" if charset == "iso-8859-1" else charset
    markup = f'<html><head><meta charset="{charset}"></head><body><p>{text}</p></body></html>'
    assert decode_html(markup.encode(codec)) == markup
    assert decode_html(text.encode(codec), charset) == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("<html>Grüße</html>".encode("latin-1"), "does not name its charset"),
        (b'<meta charset="punycode">\xff', "does not name its charset"),
        (b'<meta charset="utf-8">' + "Grüße und Küsse".encode("latin-1"), "is not in utf-8"),
        (b"\x89PNG\0\0", "is binary"),
    ],
)
def test_no_charset_is_guessed(data: bytes, message: str) -> None:
    with pytest.raises(BadArticle, match=message):
        decode_html(data)


needs_pages = pytest.mark.skipif(not PAGES.is_dir(), reason="the evaluation pages are not here")


@needs_pages
def test_real_pages_give_their_titles_and_dates() -> None:
    found = pages.facts(PAGES)
    assert (found.titles, found.dates) == (1.0, 1.0), found.wrong


@needs_pages
@pytest.mark.slow
def test_real_pages_give_the_words_that_people_marked() -> None:
    assert pages.words(PAGES) >= 0.97


def test_a_page_that_takes_minutes_is_refused() -> None:
    with pytest.raises(BadArticle, match="is a page of more than 50,000 elements"):
        read_html(b"<html><body>" + b"<p>A line.</p>" * 50_001 + b"</body></html>", "a.html")


def test_page_date_survives_hostile_data() -> None:
    from lxml import html  # type: ignore[import-untyped]

    deep = html.fromstring(f"<html>{linked('[' * 50_000)}</html>")
    assert page_date(deep, "https://x.example/2018/99/99/") is None
