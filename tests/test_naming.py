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


def test_of_several_it_is_the_one_that_is_preferred() -> None:
    twins = [
        ArticleInfo(id=id, title="Bridge", url="https://news.example/b") for id in ("own/b.txt", "added/b.md")
    ]
    for name in ("bridge", "https://news.example/b"):
        assert named(twins, name, lambda article: article.id.startswith("added/")) == twins[1]
    with pytest.raises(ArticleError, match="may be"):
        named(twins, "bridge", lambda article: True)
    with pytest.raises(ArticleError, match="may be"):  # a word is no name in full
        named(twins, "ridge", lambda article: article.id.startswith("added/"))
    assert named(twins, "own/b.txt", lambda article: article.id.startswith("added/")) == twins[0]
