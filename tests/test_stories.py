"""Copies of one story are one source, whoever adds what in whatever order."""

import random
from pathlib import Path

import pytest

from index.clean import make_article
from index.embedding import Embedder
from index.stories import Told, agency_of, outlet_of, sign, stories_of
from index.sync import coverage
from tests.collection import WORDS, Collection
from tests.making import STORM, TALKS

RANDOM = random.Random(7)
# A report of 30 sentences, as an agency sends it.
REPORT = [f"{' '.join(RANDOM.choices(WORDS, k=12)).capitalize()} {n}." for n in range(30)]
WIRE = " ".join(REPORT)
# What outlets make of it: a dateline, the end cut off, a sentence of their own, another order of two.
COPIES = {
    "whole": f"LONDON (AP) — {WIRE}",
    "cut": " ".join(REPORT[:20]),
    "edited": " ".join([*REPORT[:10], "Our reporter was there, too.", *REPORT[12:]]),
    "moved": " ".join([REPORT[1], REPORT[0], *REPORT[2:]]),
}
FOLLOW_UP = " ".join([*(f"Later {' '.join(RANDOM.choices(WORDS, k=12))}." for _ in range(20)), *REPORT[:6]])


def told(id: str, text: str, scope: str = "", url: str | None = None) -> Told:
    return Told(id, scope, url, sign(text))


def test_copies_are_told_from_other_reports() -> None:
    articles = [told(id, text) for id, text in COPIES.items()]
    articles += [told("follow-up", FOLLOW_UP), told("talks", TALKS), told("storm", STORM)]
    assert stories_of(articles) == dict.fromkeys(COPIES, "cut")


@pytest.mark.parametrize("seed", range(5))
def test_the_order_does_not_matter(seed: int) -> None:
    articles = [told(f"{id}-{part}", f"{part} {text}") for part in ("a", "b") for id, text in COPIES.items()]
    expected = stories_of(articles)
    random.Random(seed).shuffle(articles)
    assert stories_of(articles) == expected


@pytest.mark.parametrize(
    "texts", [[], [""], ["One."], ["One.", "One two."], ["😀", "界"], ["a b c d", "a b c e"]]
)
def test_what_is_too_short_is_no_copy(texts: list[str]) -> None:
    assert stories_of(told(str(number), text) for number, text in enumerate(texts)) == {}


def test_one_address_is_one_story() -> None:
    ids = stories_of(
        [
            told("a", STORM, url="https://news.example/x?utm_source=y"),
            told("b", TALKS, url="http://www.news.example/x/"),
            told("c", FOLLOW_UP, url="https://news.example/other"),
        ]
    )
    assert ids == {"a": "a", "b": "a"}


def test_nobody_sees_what_a_server_has() -> None:
    """A server's copy joins a story of everyone's; two that are alike only through it stay two."""
    halves = told("first", " ".join(REPORT[:19])), told("second", " ".join(REPORT[11:]))
    assert stories_of(halves) == {}
    found = stories_of(
        [*halves, told("5/whole", WIRE, "5"), told("5/again", WIRE, "5"), told("6/whole", WIRE, "6")]
    )
    assert found["first"] == "first"
    assert found["second"] == "second"
    assert found["5/whole"] == found["5/again"] == found["6/whole"] == "first"
    private = [told("5/a", WIRE, "5"), told("5/b", WIRE, "5"), told("6/c", WIRE, "6")]
    assert stories_of(private) == {"5/a": "5/a", "5/b": "5/a"}


@pytest.mark.parametrize(
    ("text", "author", "agency"),
    [
        ("LONDON (AP) — The bridge opened.", None, "AP"),
        ("The bridge opened.", "Ana Berg, The Associated Press", "AP"),
        ("BERLIN (Reuters) - The bridge opened.", "Staff", "Reuters"),
        ("Pittsburgh (PA). The bridge opened.", None, None),
        (f"{'The bridge opened. ' * 20} Elsewhere (AP) said so.", None, None),
    ],
)
def test_whose_text_it_is(text: str, author: str | None, agency: str | None) -> None:
    assert agency_of(make_article("a", text, title="T", author=author)) == agency


def test_an_outlet_without_a_name_has_its_hosts() -> None:
    assert outlet_of("Harbour Times", "https://www.news.example/x") == "Harbour Times"
    assert outlet_of(None, "https://www.news.example/x") == "news.example"
    assert outlet_of(None, None) is None


@pytest.fixture
def collection(tmp_path: Path, embedder: Embedder) -> Collection:
    return Collection(tmp_path, embedder)


def told_in(collection: Collection) -> dict[str, str]:
    reader = collection.reader()
    ids = sorted(collection.expected())
    return {id: story.id for id, story in reader.stories(ids, [""]).items()}


def test_an_index_kept_up_to_date_has_the_stories_of_one_made_anew(collection: Collection) -> None:
    text = "---\ntitle: Report\nsource: {}\n---\n{}"
    collection.write("talks.txt", TALKS)
    for id, copy in COPIES.items():
        collection.write(f"{id}.md", text.format(id.title(), copy))
        collection.sync()
    everything = told_in(collection)
    assert everything == {f"articles/{id}.md": "articles/cut.md" for id in COPIES}
    assert coverage(collection.index).copies == 3
    collection.sync(rebuild=True)
    assert told_in(collection) == everything

    (collection.root / "cut.md").unlink()
    collection.write("edited.md", text.format("Edited", FOLLOW_UP))
    collection.sync()
    fewer = told_in(collection)
    assert fewer == {f"articles/{id}.md": "articles/moved.md" for id in ("moved", "whole")}
    collection.sync(rebuild=True)
    assert told_in(collection) == fewer
    (story,) = set(collection.reader().stories(["articles/moved.md"], [""]).values())
    assert (story.agency, sorted(story.outlets)) == ("AP", ["Moved", "Whole"])
    assert collection.reader().stories(["articles/moved.md"], ["5"]) == {}
