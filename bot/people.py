"""The names of people in a text. Rules for English, no model."""

import re

from index.words import calendar_words, terms

_TITLED = re.compile(
    r"\b(?:President|Minister|Chancellor|Secretary|Senator|Governor|Mayor|King|Queen|Prince|Princess|Pope|Judge"
    r"|Mr|Mrs|Ms|Dr|[Ll]eader|[Ss]pokes\w+|[Cc]hief)\.?((?: [A-Z][\w-]+)+)"
)
_NAME = r"[A-Z][\w'\u2019-]+(?: (?:[a-z]{2,3} )?[A-Z][\w'\u2019-]+)+"
_PEOPLE = tuple(
    map(
        re.compile,
        (
            rf"\b\d{{1,3}}-year-old ({_NAME})",
            rf"\b({_NAME}), (?:aged )?\d{{1,3}},",
            rf"\b({_NAME}),? (?:said|says|told|added)\b",
            rf"\b(?:said|says|added) ({_NAME})",
            rf"\b(?:captain|architect|director|player|teacher|driver|pilot|author|member),? ({_NAME})",
        ),
    )
)
_BEHIND_THE = re.compile(r"\b[Tt]he\s+$")
_INSTITUTIONS = frozenset(
    "Watch Post Times News House Ministry Council Party Union Bank University Agency Commission Committee"
    " Court Police Office Institute Company Group International Association".split()
)


def titled_names(text: str) -> list[str]:
    """The names that a text gives a title."""
    return [" ".join(name.split()) for name in _TITLED.findall(text)]


def names_of_people(text: str, source: str | None = None) -> list[str]:
    """The names that a text has as people's: with a title, an age, or something that they said.

    No outlet or institution: not the text's own `source`, and nothing behind "the".
    """
    found = [match for pattern in (_TITLED, *_PEOPLE) for match in pattern.finditer(text)]
    named = (
        "" if _BEHIND_THE.search(text, 0, match.start(1)) else _bare(match[1])
        for match in sorted(found, key=lambda match: match.start(1))
    )
    own = (source or "").casefold()
    return [name for name in named if name and name.casefold() != own]


def _bare(name: str) -> str:
    """A name without the words of the calendar and the like before it; empty for what is no person's."""
    parts = name.split()
    while parts and (calendar_words(parts[0]) or (parts[0] != "The" and not terms(parts[0]))):
        parts = parts[1:]
    is_other = not parts or parts[0] == "The" or not _INSTITUTIONS.isdisjoint(parts)
    return "" if is_other else " ".join(parts)
