"""What a long question asks: models read the beginning, and people say first what it is about."""

import re

from index.sentences import split_sentences
from index.words import terms

# Longer questions are hardly ever one sentence; none of the development sets has one.
LONG = 300
# "How much did it cost?" leaves to the sentence before it what it is about.
_FEWEST_TERMS = 2
# Where people begin a question in lower case, which ends no sentence in an article.
_BEGINS = re.compile(
    r"(?<=\w\w[.!?]) (?=(?:and |but |so )?(?:who|what|when|where|why|which|how|is|are|was|were|do|does|did"
    r"|has|have|can|could|will|would|should)\b)"
)
_MARKS = ("?", "\uff1f", "\u061f")


def what_asks(question: str) -> str:
    """The last sentence of a long question that asks, with what goes before it where it says little itself.

    A short question, or one that is a single sentence, is left as it is.
    """
    if len(question) <= LONG:
        return question
    text = _BEGINS.sub("\n\n", question)
    sentences = [text[s.start : s.end] for paragraph in split_sentences(text) for s in paragraph]
    asking = [number for number, sentence in enumerate(sentences) if sentence.endswith(_MARKS)]
    last = asking[-1] if asking else len(sentences) - 1
    first = last
    while first and len(set(terms(" ".join(sentences[first : last + 1])))) < _FEWEST_TERMS:
        first -= 1
    return " ".join(sentences[first : last + 1])
