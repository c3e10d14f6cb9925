"""The title of a text that states none."""

from pathlib import Path

import pytest

from index.titles import guess_title, readable_name, stated_title

SEEDS = Path(__file__).parent.parent / "seeds"
STORY = "The story goes on for a good while after its headline, as stories do, and ends.\n" * 3


def test_the_seed_has_its_headline_for_a_title() -> None:
    text = (SEEDS / "putin-opens-door-to-direct-talks.txt").read_text(encoding="utf-8")
    expected = "Putin Opens Door to Direct Talks with Ukraine Amid Ongoing Conflict"
    assert guess_title(text, "x.txt") == expected


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"A summary that ends.\nA Headline, Twice\n\nA Headline, Twice\n{STORY}", "A Headline, Twice"),
        (f"\n\nA Short First Line\n\n{STORY}", "A Short First Line"),
        (f"Will It Rain?\n{STORY}", "Will It Rain?"),
        (f"Rain in the U.S.\n{STORY}", "Rain in the U.S."),
        (f"# A Heading #\n\n{STORY}", "A Heading"),
        (f"![a picture](x.png)\n\n## A *Second* [Heading](https://x.org)\n{STORY}", "A Second Heading"),
        (f"An Underlined Heading\n=====\n{STORY}", "An Underlined Heading"),
        (f"乌克兰与俄罗斯谈判\n{STORY}", "乌克兰与俄罗斯谈判"),
    ],
)
def test_finds_the_headline(text: str, title: str) -> None:
    assert guess_title(text, "folder/some-file.txt") == title


@pytest.mark.parametrize(
    "text",
    [
        STORY,
        f"“It is a sentence,” he said.\n{STORY}",
        f"It is “a sentence.”\n{STORY}",
        f"{'A line far too long to be a headline ' * 6}\n{STORY}",
        f"- an item\n- another item\n{STORY}",
        f"```\n# a comment in code\n```\n{STORY}",
        "Nothing Follows",
        "* * *\n123\n456\n",
        "",
    ],
)
def test_takes_the_name_where_no_line_is_a_headline(text: str) -> None:
    assert guess_title(text, "folder/some-file.txt") == "Some file"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("putin-opens-door.txt", "Putin opens door"),
        ("a/b/Two__Words+three.pdf", "Two Words three"),
        ("n0001", "N0001"),
        ("---.txt", "Untitled"),
    ],
)
def test_makes_names_readable(name: str, title: str) -> None:
    assert readable_name(name) == title


@pytest.mark.parametrize(
    "value",
    [None, "", "untitled", "Untitled-1", "Microsoft Word - x.doc", "report.indd", "Document1", "12", "\0"],
)
def test_a_title_that_a_program_made_is_none(value: object) -> None:
    assert stated_title(value) is None


def test_a_title_that_somebody_gave_is_kept() -> None:
    assert stated_title(" The Annual\nReport ") == "The Annual Report"
