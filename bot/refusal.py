"""Whether what was quoted answers: the features of the decision; its weights are fitted by `bot.fit`."""

import dataclasses
import math
import re

import numpy as np

from bot.candidates import Asked, Candidate, take_apart
from bot.extract import Extract
from index.search import Found
from index.words import calendar_words, is_number, names, names_within, terms

# The feature whose weight is not fitted.
DATED = "dated"
_USUAL_TERMS = 4
_UN = ("un", "in", "im", "non", "dis", "ir", "mis", "de")
_NEGATION = re.compile(
    r"\b(?:not|never|no|without|least|except|fail(?:ed|s)?|unable)\b|n't\b|n\u2019t\b", re.I
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Known:
    """The terms of the best sentence, with its neighbours, of what is quoted, of its passage, of all."""

    sentence: frozenset[str]
    around: frozenset[str]
    quoted: frozenset[str]
    passage: frozenset[str]
    everything: frozenset[str]


def evidence(found: Found, extract: Extract) -> dict[str, float]:
    """What speaks for and against the first quote, named; at least one candidate is needed."""
    asked = take_apart(found)
    best = extract.ranked[0].candidate
    known = _Known(
        sentence=frozenset(terms(best.quote)),
        around=_around(best),
        quoted=frozenset(term for span in extract.spans for term in terms(span.quote)),
        passage=frozenset(found.bags[best.rank]),
        everything=frozenset().union(*found.bags),
    )
    return {
        **_standing(extract),
        **_agreement(found, extract),
        **_coverage(asked, known, best),
        **_gaps(found.question, known),
        **_order(found.question, terms(best.quote)),
        **_negation(asked, found.question, best, known),
        **_wording(asked, best),
    }


def _standing(extract: Extract) -> dict[str, float]:
    """How clearly the best sentence stands out."""
    scores = np.array([ranked.score for ranked in extract.ranked])
    shares = np.exp(scores - scores.max())
    return {
        "score": float(scores[0]),
        "share_of_best": float(shares[0] / shares.sum()),
        "lead_of_best": float(min(scores[0] - scores[1], 5.0)) if len(scores) > 1 else 5.0,
    }


def _agreement(found: Found, extract: Extract) -> dict[str, float]:
    """Vectors: how near the passages and sentences are, and whether they come from one article."""
    best = extract.ranked[0].candidate
    article = best.passage.article.id
    top = [ranked.candidate for ranked in extract.ranked[:4]]
    return {
        "similarity": best.features["similarity"],
        "similarity_over_passage": best.features["similarity"] - best.features["passage_similarity"],
        "nearest_sentence": max(ranked.candidate.features["similarity"] for ranked in extract.ranked),
        "passage_similarity": best.features["passage_similarity"],
        "passage_lead": found.similarities[0] - found.similarities[-1],
        "one_article": sum(c.passage.article.id == article for c in top) / len(top),
        "from_first_passage": float(best.rank == 0),
    }


def _coverage(asked: Asked, known: _Known, best: Candidate) -> dict[str, float]:
    """How much of the question stands where, by weight and by count; how rare the rarest missing word is."""
    return {
        "share": asked.share(known.sentence),
        "share_quoted": asked.share(known.quoted),
        "share_around": best.features["share_around"],
        "share_passage": asked.share(known.passage),
        "complete": float(asked.terms <= known.sentence),
        "missing": float(len(asked.terms - known.sentence)),
        "missing_around": len(asked.terms - known.around) / max(len(asked.terms), 1),
        "missing_passage": float(len(asked.terms - known.passage)),
        "missing_everywhere": float(len(asked.terms - known.everything)),
        "rarest_missing": max((asked.weights[t] for t in asked.terms - known.passage), default=0.0),
        "pairs": best.features["pairs"],
    }


def _gaps(question: str, known: _Known) -> dict[str, float]:
    """Names and numbers of the question that the best sentence, its passage, or every passage lacks."""
    telling = frozenset(term for name in names_within(question) for term in terms(name))
    numbers = frozenset(term for term in terms(question) if is_number(term))
    return {
        "names_missing": float(len(telling - known.sentence)),
        "names_missing_passage": float(len(telling - known.passage)),
        "names_missing_everywhere": float(len(telling - known.everything)),
        "numbers_missing_passage": float(len(numbers - known.passage)),
        "numbers_missing_everywhere": float(len(numbers - known.everything)),
    }


def _order(question: str, sentence: list[str]) -> dict[str, float]:
    """Whether the sentence says the question's words in the same order, and the last of them at all."""
    asked = terms(question)
    return {
        "in_order": _common_subsequence(asked, sentence) / max(len(asked), 1),
        "last_term": float(bool(asked) and asked[-1] in sentence),
        "year": float(any(re.fullmatch(r"1\d{3}|20\d\d", term) for term in asked)),
    }


def _negation(asked: Asked, question: str, best: Candidate, known: _Known) -> dict[str, float]:
    """A "not" on one side only, or a word here whose opposite stands there ("equal", "unequal")."""
    in_question, in_sentence = (bool(_NEGATION.search(text)) for text in (question, best.quote))
    opposite = bool(_prefixed(asked.terms) & known.around or asked.terms & _prefixed(known.around))
    return {
        "negated": float(in_question),
        "negated_question_only": float(in_question and not in_sentence),
        "negated_sentence_only": float(in_sentence and not in_question),
        "opposite": float(opposite),
    }


def _wording(asked: Asked, best: Candidate) -> dict[str, float]:
    """Kinds of question and sentence that go wrong more often, or less."""
    fits = {
        "amount": best.features["number"],
        "time": float(bool(calendar_words(best.quote))) or best.features["number"],
        "who": best.features["name"],
        "where": best.features["name"],
    }
    return {
        # Neither helps all the way: the fewest and the most words leave the least doubt about what is asked.
        "few_terms": float(max(_USUAL_TERMS - len(asked.terms), 0)),
        "more_terms": float(max(len(asked.terms) - _USUAL_TERMS, 0)),
        "wrong_kind": float(not fits.get(asked.kind, 1.0)),
        "sentence_asks": best.features["question"],
        "name": best.features["name"],
        "number": best.features["number"],
        "new_terms": best.features["new_terms"],
        "spoken": best.features["spoken"],
        "not_spoken": float(bool(asked.speaker) and not best.features["spoken"]),
        "kind_other": float(asked.kind == "other"),
        "kind_who": float(asked.kind == "who"),
    }


def evidence_read(found: Found, extract: Extract) -> dict[str, float]:
    """The same, and what a reader says, where it has read the sentences; and whether they are dated."""
    is_dated = extract.ranked[0].candidate.passage.article.published is not None
    return {**evidence(found, extract), **_reading(found, extract), DATED: 1.0 if is_dated else -1.0}


def _reading(found: Found, extract: Extract) -> dict[str, float]:
    """What a reader says to the best sentence and beside it."""
    best = extract.ranked[0].candidate
    asked, said = take_apart(found), _answer(best)
    words = frozenset(terms(said))
    others = [ranked.candidate for ranked in extract.ranked[1:]]
    sure = [c for c in others if c.features["reader"] > 0]
    agreeing = [c for c in sure if words & frozenset(terms(_answer(c)))]
    fits = {
        "amount": any(map(is_number, words)),
        "time": bool(calendar_words(said)) or any(map(is_number, words)),
        "who": bool(names(said)),
        "where": bool(names(said)),
    }
    return {
        "reader": best.features["reader"],
        "reader_behind": best.features["reader_behind"],
        "reader_share": best.features["reader_share"],
        "reader_agrees": math.log1p(len(agreeing)),
        "reader_disagrees": math.log1p(len(sure) - len(agreeing)),
        "answer_length": math.log1p(len(words)),
        "answer_asked": len(words & asked.terms) / max(len(words), 1),
        "answer_wrong_kind": float(not fits.get(asked.kind, True)),
    }


def _answer(candidate: Candidate) -> str:
    """The words that the reader found in a sentence; none where it did not read it."""
    return candidate.passage.words(*candidate.answer) if candidate.answer else ""


def _around(best: Candidate) -> frozenset[str]:
    sentences = best.passage.sentences[max(best.position - 1, 0) : best.position + 2]
    return frozenset(term for sentence in sentences for term in terms(best.passage.quote(sentence)))


def _prefixed(known: frozenset[str]) -> frozenset[str]:
    return frozenset(f"{prefix}{term}" for term in known for prefix in _UN)


def _common_subsequence(one: list[str], other: list[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for term in one:
        before = 0
        for i, candidate in enumerate(other, 1):
            before, row[i] = row[i], before + 1 if term == candidate else max(row[i], row[i - 1])
    return row[-1]
