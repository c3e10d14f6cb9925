"""What the articles say to a text: the real model over real articles."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import App, Filter
from bot.cite import Verdict
from bot.settings import Settings
from bot.verifying import MOST_SENTENCES
from tests.command import with_model
from tests.discord_bot import BRIDGE

TRUE = "Mayor Ana Lindqvist said the bridge had cost 41 million euros, nine million more than planned."
FALSE = "The bridge is made of cheese."


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder: Path = tmp_path_factory.mktemp("verifying")
    (folder / "articles").mkdir()
    (folder / "articles" / "bridge.md").write_text(BRIDGE)
    with App(Settings(articles=(folder / "articles",), data=with_model(folder / "data"))) as app:
        yield app


def test_a_sentence_that_an_article_says_is_supported_by_a_quote(app: App) -> None:
    (verified,) = app.verify(TRUE)
    assert verified.sentence == TRUE
    assert verified.checked.verdict is Verdict.TIED
    assert "41 million euros" in verified.checked.supports[0].quote


def test_a_sentence_that_no_article_says_is_not(app: App) -> None:
    (verified,) = app.verify(FALSE)
    assert verified.checked.verdict is not Verdict.TIED


def test_another_number_is_not_supported(app: App) -> None:
    (verified,) = app.verify(TRUE.replace("41", "14"))
    assert verified.checked.verdict is not Verdict.TIED


def test_every_sentence_is_looked_at_in_its_turn(app: App) -> None:
    found = app.verify(f"{FALSE} {TRUE}\n\n- Ferries will keep crossing the harbour until the end of summer.")
    assert [verified.sentence for verified in found][:2] == [FALSE, TRUE]
    assert len(found) == 3
    assert found[1].checked.verdict is Verdict.TIED


def test_a_long_text_is_looked_at_as_far_as_it_is_allowed(app: App) -> None:
    found = app.verify(" ".join(f"The bridge cost {n} million euros." for n in range(MOST_SENTENCES + 5)))
    assert len(found) == MOST_SENTENCES
    assert found[0].sentence == "The bridge cost 0 million euros."


@pytest.mark.parametrize("text", ["", " \n\t", "…", "?!", "\N{THUMBS UP SIGN}\N{THUMBS UP SIGN}", "***"])
def test_a_text_without_words_has_nothing_to_look_at(app: App, text: str) -> None:
    assert app.verify(text) == ()


def test_a_sentence_without_end_is_looked_at_all_the_same(app: App) -> None:
    (verified,) = app.verify("bridge " * 3000)
    assert verified.checked.verdict is not Verdict.TIED


def test_articles_of_another_server_support_nothing(app: App) -> None:
    tunnel = BRIDGE.replace("bridge", "tunnel").replace("41", "77").encode()
    app.add(tunnel, "tunnel.md", scope="1")
    claim = TRUE.replace("bridge", "tunnel").replace("41", "77")
    own, other = (app.verify(claim, filter=Filter(scopes=("", scope)))[0] for scope in ("1", "2"))
    assert own.checked.verdict is Verdict.TIED
    assert other.checked.verdict is not Verdict.TIED
