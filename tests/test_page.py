"""What was fetched becomes an article under its own address."""

import datetime

import pytest

from index.errors import ArticleError
from index.fetch import UNKNOWN, Fetched
from index.page import read_page

TEXT = "<p>The council of Ghent decided on Monday to close the bridge, and said at some length why.</p>" * 4
URL = "https://courier.example/2024/bridge?utm_source=x"


def fetched(data: str, type: str = "text/html", url: str = URL, charset: str | None = None) -> Fetched:
    return Fetched(url, url, type, charset, data.encode(charset or "utf-8"), UNKNOWN)


def address(head: str, url: str = URL) -> str | None:
    return read_page(fetched(f"<html><head>{head}</head><body>{TEXT}</body></html>", url=url)).url


def test_the_page_s_own_address_is_its_canonical_one() -> None:
    assert address('<link rel="canonical" href="https://www.courier.example/bridge">').endswith("/bridge")  # type: ignore[union-attr]
    assert address("", "https://courier.example/a#b") == "https://courier.example/a#b"
    mobile = "https://m.courier.example/bridge"
    assert address('<meta property="og:url" content="https://courier.example/bridge">', mobile) != mobile


@pytest.mark.parametrize(
    "stated",
    [
        "https://bbc.example/news",
        "https://courier.example.evil.example/a",
        "https://courier.example:8443/a",
        "https://courier.example:x/a",
        "https://courier.example/",
        "/bridge",
        "javascript:alert(1)",
    ],
)
def test_no_page_takes_the_address_of_another(stated: str) -> None:
    assert address(f'<link rel="canonical" href="{stated}">') == URL


def test_the_server_s_charset_and_other_kinds_are_read() -> None:
    page = read_page(fetched(f"<html><body><p>Grüße aus Gent</p>{TEXT}</body></html>", charset="latin-1"))
    assert "Grüße aus Gent" in page.text
    text = read_page(fetched("---\npublished: 2024-05-01\n---\nThe bridge of Ghent closed.", "text/markdown"))
    assert (text.text, text.published) == ("The bridge of Ghent closed.", datetime.date(2024, 5, 1))
    assert text.url == URL


@pytest.mark.parametrize("data", ["", "<html></html>", "<title>404</title><p>Not found</p>", "\0"])
def test_what_is_no_article_is_said_with_its_address(data: str) -> None:
    with pytest.raises(ArticleError, match=r"^https://courier\.example/2024/bridge.* (is|cannot)") as failed:
        read_page(fetched(data))
    assert failed.value.hint
