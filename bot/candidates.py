"""The sentences of the passages found, each with the features that tell whether it answers."""

import dataclasses
import itertools
import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.instructions import Orders, asks_about_instructions
from bot.question_type import question_type
from bot.spoken import gives_words, speaker_asked
from index.article import Passage, Sentence
from index.search import Found
from index.words import is_number, names, terms, terms_of, words

Features = Mapping[str, float]

_QUOTE_MARKS = re.compile('["\u201c\u201d\u00ab\u00bb]')
# What an article says of itself as it was before: none of it is so any more.
_NOTICE = re.compile(
    r"(?:(?:correction|clarification|update|editor['\u2019]s note|note)\b[^:]{0,40}:\s*)?"
    r"(?:"
    r"[^,;:.]{0,30}?\b(?:an?|the|this) (?:earlier|previous|original|prior|first) versions? of"
    r" (?:(?:this|our) (?:article|story|report|post|piece|headline|caption)|the article)\b[^;.]{0,40}?"
    r"\b(?:said|stated|gave|mis\w+|reported|put|wrote|had|named|listed|quoted|described|referred|suggested"
    r"|claimed|attributed|contained|included|omitted|incorrectly|wrongly|mistakenly|erroneously)\b"
    r"|this (?:article|story|report|post|piece) (?:was|has been) (?:corrected|amended|updated) to\b"
    r")",
    re.IGNORECASE,
)
# But it may say how it is, too: "said that five were hurt, not three", "said five; it was three".
_RIGHTED = re.compile(
    r",\s+(?:and\s+)?not\b|\b(?:rather than|instead of|but|in fact|actually)\b|;|,\s+when\b", re.IGNORECASE
)
_ABOUT_NOTICES = re.compile(
    r"\b(?:corrections?|corrected|earlier version|previous version|errors?|mistakes?|misstated|wrongly)\b",
    re.IGNORECASE,
)
_FEW_WORDS = 6
_LEAD = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: the `rank`-th hit's sentence number `position`.

    `answer` are the article's characters of the words in it that answer, where a reader has read it.
    """

    passage: Passage
    rank: int
    position: int
    quote: str
    features: Features
    answer: tuple[int, int] | None = None

    @property
    def sentence(self) -> Sentence:
        return self.passage.sentences[self.position]


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A question, taken apart once for all sentences."""

    terms: frozenset[str]
    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    kind: str
    about_instructions: bool
    about_notices: bool
    speaker: str
    weights: Mapping[str, float]

    def share(self, found: frozenset[str]) -> float:
        """How much of the question's terms, by weight, are among `found`."""
        total = math.fsum(self.weights.values())
        return math.fsum(self.weights[term] for term in self.terms & found) / total if total else 0.0


def take_apart(found: Found) -> Asked:
    """The question of a search, as its sentences are compared with it."""
    asked = terms(found.question)
    return Asked(
        terms=frozenset(asked),
        words=frozenset(words(found.question)),
        pairs=_pairs(asked),
        kind=question_type(found.question),
        about_instructions=asks_about_instructions(found.question),
        about_notices=_ABOUT_NOTICES.search(found.question) is not None,
        speaker=speaker_asked(found.question),
        weights=found.weights,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Possible:
    """A candidate, unless it is an order to a machine."""

    candidate: Candidate
    orders: Orders | None

    @property
    def is_one(self) -> bool:
        return self.orders is None or not self.orders[self.candidate.position]


def candidates(found: Found) -> list[Candidate]:
    """Every sentence of the hits, once, but for headlines, repetitions, notices and orders to machines."""
    return foremost(found, lambda features: 0.0, sys.maxsize)


def foremost(found: Found, score: Callable[[Features], float], most: int) -> list[Candidate]:
    """The `most` best candidates, best first.

    Whether a sentence is an order takes longest to tell: it is asked of the best, and where one is repeated.
    """
    listed = _possible(found)
    by_share = sorted(listed, key=lambda one: -one.candidate.features["share"])
    best = next((one.candidate.features["share"] for one in by_share if one.is_one), 0.0)
    known = [
        dataclasses.replace(one, candidate=_behind(one.candidate, "share", "share_behind", best))
        for one in listed
    ]
    known.sort(key=lambda one: -score(one.candidate.features))
    return list(itertools.islice((one.candidate for one in known if one.is_one), most))


def _possible(found: Found) -> list[_Possible]:
    asked = take_apart(found)
    titles: set[str] = set()
    first: dict[str, _Possible] = {}
    listed: list[_Possible] = []
    for rank, hit in enumerate(found.hits):
        titles.add(hit.passage.article.title)
        for possible in _of_passage(asked, hit.passage, rank, found.similarities[rank]):
            quote = possible.candidate.quote
            if quote in titles or (quote in first and first[quote].is_one):
                continue
            first[quote] = possible
            listed.append(possible)
    return listed


def with_similarities(listed: Sequence[Candidate], similarities: Sequence[float]) -> list[Candidate]:
    """The candidates with the cosine of each sentence to the question among their features."""
    known = [
        dataclasses.replace(candidate, features={**candidate.features, "similarity": similarity})
        for candidate, similarity in zip(listed, similarities, strict=True)
    ]
    return with_relative(known, "similarity", "similarity_behind")


def _of_passage(asked: Asked, passage: Passage, rank: int, similarity: float) -> Iterator[_Possible]:
    quotes = [passage.quote(sentence) for sentence in passage.sentences]
    said = [words(quote) for quote in quotes]
    bags = [terms_of(each) for each in said]
    title = frozenset(terms(passage.article.title))
    whole = title.union(*bags)
    # A question about instructions may be answered by one.
    to_machines = None if asked.about_instructions else Orders(quotes)
    for i, (quote, bag) in enumerate(zip(quotes, bags, strict=True)):
        if not asked.about_notices and _is_notice(quote):
            continue
        around = title.union(*bags[max(i - 1, 0) : i + 2])
        features = {
            **_wording(asked, quote, said[i], bag),
            "share_around": asked.share(around),
            "share_passage": asked.share(whole),
            "lead": 1 / (1 + passage.sentences[i].start / _LEAD),
            "passage_similarity": similarity,
            "spoken": gives_words(asked.speaker, quotes, i) if asked.speaker else 0.0,
        }
        yield _Possible(Candidate(passage, rank, i, quote, features), to_machines)


def _is_notice(quote: str) -> bool:
    """Whether a sentence tells no more than what an article said before."""
    found = _NOTICE.match(quote)
    return found is not None and not _RIGHTED.search(quote, found.end())


def _wording(asked: Asked, quote: str, said: Sequence[str], bag: Sequence[str]) -> dict[str, float]:
    """What a sentence's own words tell."""
    own = frozenset(bag)
    number = any(is_number(word) and word not in asked.words for word in said)
    name = any(word.lower() not in asked.words and not quote.startswith(word) for word in names(quote))
    return {
        "share": asked.share(own),
        "pairs": len(asked.pairs & _pairs(bag)) / max(len(asked.pairs), 1),
        "new_terms": math.log1p(sum(term not in asked.terms for term in bag)),
        "name": float(name),
        "number": float(number),
        "question": float(quote.endswith("?")),
        "short": float(len(said) < _FEW_WORDS),
        "quotation": float(_QUOTE_MARKS.search(quote) is not None),
        "amount_number": float(asked.kind == "amount" and number),
        "time_number": float(asked.kind == "time" and number),
        "who_name": float(asked.kind == "who" and name),
        "where_name": float(asked.kind == "where" and name),
    }


def _pairs(bag: Sequence[str]) -> frozenset[tuple[str, str]]:
    return frozenset(itertools.pairwise(bag))


def with_relative(listed: Sequence[Candidate], name: str, behind: str) -> list[Candidate]:
    """Adds how far each candidate's feature stays behind the best candidate's."""
    best = max((candidate.features[name] for candidate in listed), default=0.0)
    return [_behind(candidate, name, behind, best) for candidate in listed]


def _behind(candidate: Candidate, name: str, behind: str, best: float) -> Candidate:
    features = {**candidate.features, behind: best - candidate.features[name]}
    return dataclasses.replace(candidate, features=features)
