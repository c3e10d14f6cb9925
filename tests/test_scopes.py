"""One server's articles, as a hostile member of another would look for them: the real App, a real index."""

import json
from collections.abc import Iterator

import pytest

from bot.answer import Answer
from bot.app import App, Filter
from bot.settings import Settings
from index.article import Article, ArticleInfo, Passage
from index.errors import ShelfError
from tests.command import with_model
from tests.making import TALKS

# Nobody else says these words.
SECRETS = {
    "5": "The heron committee of Quellstadt meets on the third floor. Its treasurer, Odalys Brandt, "
    "keeps 70 thousand kronor in a piano.",
    "6": "The heron society of Marrowbay meets under the pier. Its secretary, Ignatz Vole, "
    "keeps the keys of the lighthouse in a teapot.",
}
TELLING = {"5": ("Quellstadt", "Odalys", "piano"), "6": ("Marrowbay", "Ignatz", "teapot")}
QUESTIONS = (
    "where does the heron committee of Quellstadt meet?",
    "what does Odalys Brandt keep in a piano?",
    "where does the heron society of Marrowbay meet?",
    "what does Ignatz Vole keep in a teapot?",
    "who keeps what, and where do herons meet?",
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Two servers, 5 and 6, with an article each, and one for everyone."""
    folder = tmp_path_factory.mktemp("scopes")
    (folder / "news").mkdir()
    (folder / "news" / "bridge.txt").write_text(TALKS, encoding="utf-8")
    with App(Settings(articles=(folder / "news",), data=with_model(folder / "data"))) as opened:
        for scope, text in SECRETS.items():
            claim = f"---\ntitle: Herons of {scope}\nscope: ''\nid: news/bridge.txt\n---\n{text}"
            opened.add(claim.encode(), "../../../news/bridge.md", scope=scope)
        yield opened


def others(scopes: tuple[str, ...]) -> list[str]:
    """Words that nobody with these scopes may see."""
    return [word for scope, words in TELLING.items() if scope not in scopes for word in words]


def shown(answer: Answer) -> str:
    """All that a front end could show of an answer."""
    return json.dumps([answer.text, repr(answer.citations), repr(answer.hits), repr(answer.nearest)])


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("scopes", [("",), ("", "5"), ("", "6"), ("5",), (), ("7",), ("", "5 "), ("56",)])
def test_no_answer_shows_anything_of_another_server(app: App, question: str, scopes: tuple[str, ...]) -> None:
    filter = Filter(scopes=scopes)
    said = [
        shown(app.ask(question, filter=filter)),
        shown(app.ask(question, filter=filter, refuse=False)),
        repr(app.search(question, filter=filter, k=100)),
        repr(app.find(question, filter=filter, k=100).hits),
        repr(app.articles(scopes)),
        repr(app.coverage(scopes)),
    ]
    assert [word for word in others(scopes) if any(word in text for text in said)] == []
    for scope in SECRETS.keys() - set(scopes):
        assert not any(f"Herons of {scope}" in text or f"servers/{scope}" in text for text in said)


def test_each_server_gets_its_own_answer_and_everyones(app: App) -> None:
    own = app.ask(QUESTIONS[1], filter=Filter(scopes=("", "5")))
    assert "70 thousand kronor" in own.text
    for scopes in (("",), ("", "5"), ("", "6")):
        answer = app.ask("how much did the harbour bridge cost?", filter=Filter(scopes=scopes))
        assert "41 million euros" in answer.text


def test_a_follow_up_gets_nothing_out_of_anothers_conversation(app: App) -> None:
    first = app.ask(QUESTIONS[1], filter=Filter(scopes=("", "5")))
    assert not first.refused
    forged = app.ask("and where does she keep it?", filter=Filter(scopes=("", "6")), history=[first])
    assert not any(word in shown(forged) for word in TELLING["5"])


def test_words_that_no_vector_finds_are_looked_for_in_scope(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a large index, where names are searched for besides.
    found = app._reader.store().containing(["Odalys", "Ignatz"], 10, Filter(scopes=("", "6")))
    assert [passage.article.scope for passage in found] == ["6"]
    assert app._reader.store().containing(["Odalys"], 10, Filter(scopes=())) == []


def test_lists_and_counts_are_of_the_scope(app: App) -> None:
    assert {a.scope for a in app.articles(("", "5"))} == {"", "5"}
    assert [app.coverage(scopes).articles for scopes in ((), ("",), ("", "5"), ("", "5", "6"))] == [
        0,
        1,
        2,
        3,
    ]
    assert app.scopes() == ["5", "6"]


def test_a_passage_is_shown_in_its_scope_alone(app: App) -> None:
    (article,) = app.articles(("5",))
    assert article.id == "servers/5/articles/herons-of-5.md"
    passage = app.passage(article.id, 4, 20, scopes=("", "5"))
    assert isinstance(passage, Passage)
    assert passage.text == SECRETS["5"]
    for scopes in ((), ("",), ("6",), ("", "6"), ("55",)):
        assert app.passage(article.id, 4, 20, scopes=scopes) is None


def test_another_servers_article_cannot_be_removed_and_is_not_known(app: App) -> None:
    (theirs,) = app.articles(("5",))
    assert app.remove(theirs.id, scope="6") is None
    assert app.remove("servers/6/articles/../../5/articles/herons-of-5.md", scope="6") is None
    assert app.remove(theirs.id, scope="") is None
    with pytest.raises(
        ShelfError, match=r"This article was not added here\. Who runs the bot can remove it\."
    ):
        app.remove("news/bridge.txt", scope="6")
    assert app.articles(("5",)) == [theirs]
    assert len(app.articles()) == 1


def test_no_claim_of_an_article_counts(app: App) -> None:
    (bridge,) = app.articles()
    assert (bridge.id, bridge.scope) == ("news/bridge.txt", "")
    assert isinstance(bridge, ArticleInfo)
    library = app.library
    items = [item for file in library.scan().files for item in library.read(file)]
    assert [item.scope for item in items if isinstance(item, Article)] == ["", "5", "6"]


def test_the_filter_is_asked_for_whatever_else_is(app: App) -> None:
    assert app._reader.store()._has_scopes()
    assert {"scope": {"$in": ["", "6"]}} in app._reader.store()._clauses(Filter(scopes=("", "6")))
