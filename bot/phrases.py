"""What a question is about: its phrases, found by the shape of the question. English; no model.

A shape has a letter for each word, so that a rule of grammar is a regular expression over it:
    n name      w another word that carries meaning      r noun that is always of something: "role", "reason"
    d the       q a, an       o of, about, for      p in, at, near      j and, de, van
    a do, can, will           s I, you, we          e any other everyday word           , punctuation
"""

import dataclasses
import functools
import re

from index.words import calendar_words, terms

_MOST_WORDS = 8
_TOKEN = re.compile(r"(?:[A-Za-z]\.){2,}|[\w$\u20ac\u00a3](?:[\w&-]|['\u2019.,](?=\w))*|[^\w\s]")
_LETTERS = {
    word: letter
    for letter, words in {
        "d": "the",
        "q": "a an",
        "o": "of about for between behind against",
        "p": "in at near around from to on",
        "j": "and de la van von bin al",
        "a": "do does did can could will would should must",
        "s": "i you we people",
    }.items()
    for word in words.split()
}
# With the stop words these stand in any question, whatever it is about.
_EVERYDAY = (
    "me my our us your any some more most much many few all both each every such very so too if because while"
    " until again also just only even ever yet please let here other another same else without within like"
    " than one ones thing way something someone anything always never often history development creation"
    " invention future past tell describe explain show give list know think want say said speak happen work"
    " mean cause affect change become became come came go went get got make made take took begin began find"
    " found look help exist use cost call compare contrast differ discuss need keep held see try chosen built"
    " born sent written given taken won lost shot hurt met seen main major important key common famous big"
    " large small good better best bad worse worst great new newest old older oldest young younger youngest"
    " first last next early late long short high low possible similar certain specific special interesting"
    " general worth difficult easy easier hard harder expensive safe dangerous biggest largest smallest"
)
_RELATIONAL = (
    "type kind sort part example version component element feature characteristic member character layer sign"
    " reason effect symptom result consequence outcome impact influence role function purpose significance"
    " implication advantage disadvantage benefit risk pros cons drawback criticism controversy difference"
    " similarity relationship origin root background evidence argument theme finding detail treatment cure"
    " alternative option application variety variation factor requirement price size number amount author"
    " owner founder goal competitor"
)
_PHRASE = re.compile(r"[nw](?:[nw]|(?<=n)[ojd]{1,2}(?=n))*")
_MEANING = re.compile(r"[nwr](?:[^,]*(?<=[nwre]))?")
# "did the army attack": the last word of what follows is the verb.
_BEFORE_SUBJECT = re.compile(r"a[dq]?$")
# "accused", "seriously".
_DERIVED = re.compile(r"[a-z]{3,}(?<!e)ed|[a-z]{3,}(?:al|ul|ent|ive|ous|ic|ing)ly")


@dataclasses.dataclass(frozen=True, slots=True)
class Phrase:
    """Words that say what a question is about.

    `article` is their "the" or "a", `before` the word before that.
    """

    text: str
    article: str
    before: str
    named: bool

    @property
    def singular(self) -> str:
        return f"{self.article} {self.text}".strip()

    @property
    def plural(self) -> str:
        """ "a drone strike" as "drone strikes"; what has no "a" may be plural already."""
        return f"{self.text}s" if self.article in ("a", "an") else self.singular

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(terms(self.text))

    @property
    def is_circumstance(self) -> bool:
        """Whether this follows "in", "at", "near": where something happens, mostly."""
        return _LETTERS.get(self.before) == "p"

    @property
    def is_complement(self) -> bool:
        """Whether this follows "of", "about", "for"."""
        return _LETTERS.get(self.before) == "o"

    @property
    def rank(self) -> tuple[bool, ...]:
        """Sorts first what a question is likeliest about: not an activity, nor where; a name; after "of"."""
        is_activity = not self.named and re.fullmatch(r"\w+ing", self.text) is not None
        return (is_activity, self.is_circumstance, not self.named, not self.is_complement)


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """A question's words and punctuation marks, and in `letters` one letter for each."""

    tokens: tuple[str, ...]
    letters: str

    @classmethod
    def of(cls, question: str) -> "Shape":
        tokens = _TOKEN.findall(question.lower() if question.isupper() else question)
        return cls(tuple(tokens), "".join(_letter(token, n == 0) for n, token in enumerate(tokens)))

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """The phrases in the order in which they stand."""
        spans = (self._noun(*match.span()) for match in _PHRASE.finditer(self.letters))
        return tuple(self._phrase(start, end) for start, end in spans if start < end)

    @property
    def gist(self) -> str:
        """The words from the first that carries meaning on; empty where none does."""
        match = _MEANING.search(self.letters)
        return " ".join(self.tokens[match.start() : match.end()][:_MOST_WORDS]) if match else ""

    def _noun(self, start: int, end: int) -> tuple[int, int]:
        """A phrase without the verb before or after it, as far as the shape tells."""
        letters = self.letters[start:end]
        if start and (self.letters[start - 1] == "s" or self.tokens[start - 1].lower() == "how"):
            return start + 1, end
        if not _BEFORE_SUBJECT.search(self.letters[:start]):
            return start, end
        if letters.startswith("n"):
            return start, start + len(letters.rstrip("w"))
        return start, end - (len(letters) > 1 and self.letters[end : end + 1] != "e")

    def _phrase(self, start: int, end: int) -> Phrase:
        first = start - self.letters[:start].endswith(("d", "q"))
        return Phrase(
            text=" ".join(self.tokens[start:end][:_MOST_WORDS]),
            article="".join(self.tokens[first:start]).lower(),
            before="".join(self.tokens[max(first - 1, 0) : first]).lower(),
            named="n" in self.letters[start:end],
        )


@functools.lru_cache(maxsize=4_096)
def _letter(token: str, first: bool) -> str:
    """The letter of a word or punctuation mark; a capital tells nothing in the first word."""
    if not re.match(r"[\w$\u20ac\u00a3]", token):
        return ","
    if len(token) > 1 and token.isupper():
        return "n"
    if letter := _LETTERS.get(token.lower()):
        return letter
    stems = terms(token)
    if not stems or calendar_words(token) or _DERIVED.fullmatch(token):
        return "e"
    if token[0].isupper() and not first:
        return "n"
    return next((letter for letter, known in _stems() if known.issuperset(stems)), "w")


@functools.lru_cache(maxsize=1)
def _stems() -> tuple[tuple[str, frozenset[str]], ...]:
    return (("e", frozenset(terms(_EVERYDAY))), ("r", frozenset(terms(_RELATIONAL))))
