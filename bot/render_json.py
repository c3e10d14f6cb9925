"""The JSON that scripts read: one object a line, its keys in a fixed order."""

import datetime
import json
import re
from collections.abc import Mapping
from typing import Any

from bot.answer import Answer, Citation
from index.article import ArticleInfo, Hit
from index.stories import Story

# Valid JSON may hold these as they are, but a terminal obeys some and a reader of lines splits at others.
_HAZARD = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_BROKEN = re.compile("[\ud800-\udfff]")


def answer(answer: Answer, seconds: float) -> str:
    """DESIGN's contract for `ask --json`, and behind it what else people are shown, and the cost."""
    return _line(_answer(answer, seconds))


def failure(question: str, error: str) -> str:
    """The same object for a question that could not be asked: refused, empty, and `error` says why."""
    empty = Answer(question, "", (), (), refused=True, newest=None, oldest=None)
    return _line({**_answer(empty, 0.0), "error": error})


def hit(hit: Hit) -> str:
    """A passage as in an answer's `passages`, and where it stands."""
    passage, article = hit.passage, hit.passage.article
    about = {"url": article.url, "source": article.source, "published": _date(article.published)}
    place = {"page": passage.page, "start": passage.start, "end": passage.end}
    return _line({**_passage(hit), **about, **place})


def article(article: ArticleInfo) -> str:
    """What is known about an article besides its text."""
    return _line(
        {
            "id": article.id,
            "title": article.title,
            "url": article.url,
            "source": article.source,
            "published": _date(article.published),
            "author": article.author,
            "language": article.language,
            "scope": article.scope,
        }
    )


def _answer(answer: Answer, seconds: float) -> dict[str, Any]:
    return {
        "question": answer.question,
        "refused": answer.refused,
        "text": answer.text,
        "model": answer.model,
        "citations": [_citation(citation, answer.stories) for citation in answer.citations],
        "passages": [_passage(hit) for hit in answer.hits[:10]],
        "newest": _date(answer.newest),
        "oldest": _date(answer.oldest),
        "seconds": round(seconds, 3),
        "confidence": round(answer.confidence, 4),
        "forced": answer.forced,
        "notes": list(answer.notes),
        "differing": [_citation(citation, answer.stories) for citation in answer.differing],
        "closest": _citation(answer.closest, answer.stories) if answer.closest else None,
        **_words(answer),
        "tokens_in": answer.tokens.sent if answer.tokens else None,
        "tokens_out": answer.tokens.received if answer.tokens else None,
    }


def _words(answer: Answer) -> dict[str, Any]:
    """The words that answer, where they are known, and where they stand in the article of a citation."""
    known = next((c for c in answer.citations if c.focus), None)
    if known is None or known.focus is None:
        return dict.fromkeys(("answer", "answer_start", "answer_end", "answer_citation"))
    start, end = known.focus
    return {
        "answer": known.quote[start:end],
        "answer_start": known.start + start,
        "answer_end": known.start + end,
        "answer_citation": known.number,
    }


def _citation(citation: Citation, stories: Mapping[str, Story]) -> dict[str, Any]:
    """`story` is one and the same for copies, which count as one source; `outlets` have it."""
    article = citation.passage.article
    story = stories.get(article.id) or Story(article.id, (article.source,) if article.source else ())
    return {
        "number": citation.number,
        "quote": citation.quote,
        "article": article.id,
        "title": article.title,
        "url": article.url,
        "link": citation.link,
        "source": article.source,
        "published": _date(article.published),
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "story": story.id,
        "outlets": list(story.outlets),
        "agency": story.agency,
        "corrected": citation.corrected,
    }


def _passage(hit: Hit) -> dict[str, Any]:
    article = hit.passage.article
    return {"article": article.id, "title": article.title, "text": hit.passage.text, "score": hit.score}


def _date(date: datetime.date | None) -> str | None:
    return date.isoformat() if date else None


def _line(fields: dict[str, Any]) -> str:
    """One line of JSON that any parser reads back to the same text, broken surrogates aside."""
    line = json.dumps(fields, ensure_ascii=False)
    return _HAZARD.sub(lambda match: f"\\u{ord(match[0]):04x}", _BROKEN.sub("\ufffd", line))
