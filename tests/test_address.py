"""Two addresses of one page are one article's."""

import pytest

from index.address import address_key

ADDRESS = "https://news.example/2024/bridge?page=2"


@pytest.mark.parametrize(
    "same",
    [
        "http://news.example/2024/bridge?page=2",
        "HTTPS://WWW.News.Example:443/2024/bridge?page=2#comments",
        "https://news.example./2024/bridge/?utm_source=feed&page=2&fbclid=x",
        " https://news.example/2024/bridge?page=2&UTM_Medium=rss ",
    ],
)
def test_what_leads_to_the_same_page_does_not_count(same: str) -> None:
    assert address_key(same) == address_key(ADDRESS)


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example/2024/bridge",
        "https://news.example/2024/bridge?page=3",
        "https://news.example/2024/Bridge?page=2",
        "https://news.example:8443/2024/bridge?page=2",
        "https://old.news.example/2024/bridge?page=2",
        "https://news.example:99999/2024/bridge?page=2",
    ],
)
def test_everything_else_does(other: str) -> None:
    assert (address_key(other) == address_key(ADDRESS)) is ("99999" in other)
