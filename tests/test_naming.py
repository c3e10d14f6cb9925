"""An article is named by its id, its address or its title; what is not clear is asked back."""

import pytest

from bot.naming import named
from index.article import ArticleInfo
from index.errors import ArticleError

BRIDGE = ArticleInfo(id="articles/bridge.md", title="Bridge", url="https://news.example/bridge?utm_source=x")
OPENS = ArticleInfo(id="articles/opens.md", title="Harbour Bridge opens")
STORM = ArticleInfo(id="articles/storm.md", title="Storm closes  Vik airport")
ARTICLES = [BRIDGE, OPENS, STORM]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("articles/storm.md", STORM),
        ("http://www.news.example/bridge", BRIDGE),
        ("bridge", BRIDGE),  # a whole title, though another has the word, too
        ("harbour bridge OPENS", OPENS),
        (" vik airport\n", STORM),
    ],
)
def test_a_name_that_is_clear(name: str, meant: ArticleInfo) -> None:
    assert named(ARTICLES, name) == meant


def test_a_name_that_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ArticleError, match=r"may be Bridge \(articles/bridge.md\), Harbour .* by its id"):
        named(ARTICLES, "ridge")
    with pytest.raises(ArticleError, match=r"and 7 more\. Name one"):
        named([ArticleInfo(id=str(number), title="Same") for number in range(12)], "same")


@pytest.mark.parametrize(
    "name", ["", " ", "storm.md", "https://news.example/", "https://[", "airport of Vik"]
)
def test_a_name_of_nothing(name: str) -> None:
    with pytest.raises(ArticleError, match=r"There is no article .*`citebot articles` lists them"):
        named(ARTICLES, name)
