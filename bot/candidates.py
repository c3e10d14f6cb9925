"""The sentences of the passages found, each with the features that tell whether it answers."""

import dataclasses
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence

from bot.instructions import asks_about_instructions, orders
from bot.question_type import question_type
from bot.spoken import gives_words, speaker_asked
from index.article import Passage, Sentence
from index.search import Found
from index.words import is_number, names, terms, words

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


def candidates(found: Found) -> list[Candidate]:
    """Every sentence of the hits, once, but for headlines, repetitions, notices and orders to machines."""
    asked = take_apart(found)
    seen: set[str] = set()
    listed: list[Candidate] = []
    for rank, hit in enumerate(found.hits):
        similarity = found.similarities[rank]
        seen.add(hit.passage.article.title)
        for candidate in _of_passage(asked, hit.passage, rank, similarity):
            if candidate.quote not in seen:
                seen.add(candidate.quote)
                listed.append(candidate)
    return with_relative(listed, "share", "share_behind")


def with_similarities(listed: Sequence[Candidate], similarities: Sequence[float]) -> list[Candidate]:
    """The candidates with the cosine of each sentence to the question among their features."""
    known = [
        dataclasses.replace(candidate, features={**candidate.features, "similarity": similarity})
        for candidate, similarity in zip(listed, similarities, strict=True)
    ]
    return with_relative(known, "similarity", "similarity_behind")


def _of_passage(asked: Asked, passage: Passage, rank: int, similarity: float) -> Iterator[Candidate]:
    quotes = [passage.quote(sentence) for sentence in passage.sentences]
    bags = [terms(quote) for quote in quotes]
    title = frozenset(terms(passage.article.title))
    whole = title.union(*bags)
    left_out = _left_out(asked, quotes)
    for i, (quote, bag) in enumerate(zip(quotes, bags, strict=True)):
        if left_out[i]:
            continue
        around = title.union(*bags[max(i - 1, 0) : i + 2])
        features = {
            **_wording(asked, quote, bag),
            "share_around": asked.share(around),
            "share_passage": asked.share(whole),
            "lead": 1 / (1 + passage.sentences[i].start / _LEAD),
            "passage_similarity": similarity,
            "spoken": gives_words(asked.speaker, quotes, i) if asked.speaker else 0.0,
        }
        yield Candidate(passage, rank, i, quote, features)


def _left_out(asked: Asked, quotes: Sequence[str]) -> list[bool]:
    """Which sentences are to a machine, or a notice of correction: unless the question is of just that."""
    to_machines = [False] * len(quotes) if asked.about_instructions else orders(quotes)
    if asked.about_notices:
        return to_machines
    return [out or _is_notice(quote) for out, quote in zip(to_machines, quotes, strict=True)]


def _is_notice(quote: str) -> bool:
    """Whether a sentence tells no more than what an article said before."""
    found = _NOTICE.match(quote)
    return found is not None and not _RIGHTED.search(quote, found.end())


def _wording(asked: Asked, quote: str, bag: Sequence[str]) -> dict[str, float]:
    """What a sentence's own words tell."""
    own = frozenset(bag)
    said = words(quote)
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
    return [dataclasses.replace(c, features={**c.features, behind: best - c.features[name]}) for c in listed]
