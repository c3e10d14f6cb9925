"""Copies of one story: which articles say nearly the same, so that they count as one source.

Who belongs together follows from the articles alone, in whatever order they came: an index that was made anew
has the stories of one that was kept up to date.
"""

import dataclasses
import itertools
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from index.address import address_key
from index.article import Article

# Copies share half of their runs of four words, however each outlet cut them and whatever it wrote above. Of
# 698 news articles by two outlets, those that are no copies share a third at most.
_RUN = 4
_ALIKE = 0.5
_NUMBERS = 128
# Three numbers are compared at a time: of pairs that are just alike, 1 in 300 have no three in common.
_BAND = 3

# Any large odd numbers will do to make one of them.
_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)

_WORD = re.compile(r"\w+")
# "LONDON (AP) — …"; PA would be Pennsylvania, too.
_DATELINE = re.compile(r"\((AP|Reuters|AFP|dpa|UPI|EFE|ANSA|Xinhua)\)")
_DATELINE_WITHIN = 200
_AUTHORS = {
    "associated press": "AP",
    "reuters": "Reuters",
    "agence france-presse": "AFP",
    "deutsche presse-agentur": "dpa",
    "united press international": "UPI",
    "xinhua": "Xinhua",
}

Signatures = npt.NDArray[np.uint32]
Pair = tuple[str, str]
Pairs = npt.NDArray[np.intp]


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What is compared of an indexed article."""

    id: str
    scope: str
    url: str | None
    signature: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Story:
    """What several articles tell. `id` is one of theirs; `agency` whose text it is, where that is known."""

    id: str
    outlets: tuple[str, ...] = ()
    agency: str | None = None


def sign(text: str) -> bytes:
    """Numbers made of a text's runs of words; texts alike have many of them in common."""
    from datasketch import MinHash

    words = _WORD.findall(text.casefold())
    runs = {" ".join(words[start : start + _RUN]) for start in range(max(1, len(words) - _RUN + 1))}
    made = MinHash(_NUMBERS, scheme="affine32")
    made.update_batch([run.encode("utf-8", "replace") for run in runs])
    return bytes(made.hashvalues.astype("<u4").tobytes())


def agency_of(article: Article) -> str | None:
    """The news agency that an article names in its dateline or as its author."""
    if found := _DATELINE.search(article.text.lstrip()[:_DATELINE_WITHIN]):
        return found[1]
    author = (article.author or "").casefold()
    return next((agency for name, agency in _AUTHORS.items() if name in author), None)


def outlet_of(source: str | None, url: str | None) -> str | None:
    """An outlet's name, or where none is known its host's."""
    return source or (urllib.parse.urlsplit(url or "").hostname or "").removeprefix("www.") or None


def stories_of(articles: Iterable[Told]) -> dict[str, str]:
    """The story of each article that has copies, named by the first of them.

    What only one server sees joins a story of everyone's, but never joins two of those: nobody else can tell.
    """
    listed = sorted(articles, key=lambda told: (told.scope, told.id))
    scopes = {told.id: told.scope for told in listed}
    pairs = sorted({*_of_one_address(listed), *_alike(listed)})
    stories = _joined(pair for pair in pairs if not any(scopes[id] for id in pair))
    private = _joined((a, b) for a, b in pairs if scopes[a] and scopes[a] == scopes[b])
    shared: dict[str, list[str]] = {}
    for everyones, mine in pairs:
        if scopes[mine] and not scopes[everyones]:
            story = stories.setdefault(everyones, everyones)
            shared.setdefault(private.setdefault(mine, mine), []).append(story)
    return stories | {id: min(shared.get(first, [first])) for id, first in private.items()}


def _of_one_address(listed: Sequence[Told]) -> Iterator[Pair]:
    found: dict[str, list[str]] = {}
    for told in listed:
        if told.url:
            found.setdefault(address_key(told.url), []).append(told.id)
    for ids in found.values():
        yield from itertools.pairwise(ids)
        yield from ((ids[0], id) for id in ids[1:])


def _alike(listed: Sequence[Told]) -> Iterator[Pair]:
    """Each article with the next and with the first of those that may be its copies, where it is one.

    So the work grows with the articles, however many of them are alike.
    """
    if len(listed) < 2:
        return
    signatures = np.frombuffer(b"".join(told.signature for told in listed), "<u4").reshape(len(listed), -1)
    found = []
    for start in range(0, _NUMBERS - _BAND + 1, _BAND):
        pairs = _candidates(signatures[:, start : start + _BAND])
        alike = (signatures[pairs[:, 0]] == signatures[pairs[:, 1]]).mean(axis=1) >= _ALIKE
        found.append(pairs[alike])
    for one, other in np.unique(np.concatenate(found), axis=0):
        yield listed[one].id, listed[other].id


def _candidates(band: Signatures) -> Pairs:
    """Rows that are equal: each but the first with the one before it, and with the first."""
    # One number a row sorts ten times as fast; two rows that share one by chance are told apart later.
    key = band.astype(np.uint64) @ _ODD
    order = np.argsort(key, kind="stable")
    is_new = np.concatenate([[True], key[order[1:]] != key[order[:-1]]])
    firsts = order[np.maximum.accumulate(np.where(is_new, np.arange(len(order)), 0))]
    others = np.flatnonzero(~is_new)
    before = np.concatenate([order[others - 1], firsts[others]])
    return np.stack([before, np.concatenate([order[others], order[others]])], axis=1)


def _joined(pairs: Iterable[Pair]) -> dict[str, str]:
    """Each id that is in a pair, with the least of all that pairs lead to."""
    above: dict[str, str] = {}

    def top(id: str) -> str:
        while (higher := above.setdefault(id, id)) != id:
            above[id] = above[higher]
            id = higher
        return id

    for one, other in pairs:
        first, second = sorted((top(one), top(other)))
        above[second] = first
    return {id: top(id) for id in list(above)}
