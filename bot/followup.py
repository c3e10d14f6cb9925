"""A follow-up question -> one that stands alone. Rules, no model; English, harmless for other languages.

A thread is read from its oldest question on: each is made to stand alone by what came before it, and what it
is about is what the next may leave out. Names and topics come from the questions; the answers tell who is a
person, and whether an article knows "the bridge" that a question speaks of.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from bot.answer import Answer
from bot.people import names_of_people, titled_names
from bot.phrases import Phrase, Shape
from bot.question_type import question_type
from index.words import calendar_words, names, terms

# A follow-up leaves out what was said shortly before, and is short itself.
_TURNS = 10
_LONGEST = 300
_MOST_TOPICS = 6

_PRONOUN = re.compile(r"\b(?:it['\u2019]s|its?|they|them|theirs?|he|him|his|she|hers?)\b", re.IGNORECASE)
_OF_PEOPLE = frozenset("he him his she her hers".split())
_PLURAL = frozenset("they them their theirs".split())
# These may stand for a name before them: "did NATO change its plans", not "did NATO like it".
_AFTER_NAMES = frozenset("he she they his her its their".split())
_POSSESSIVE = re.compile(r"(?:its|it['\u2019]s|their|his|her)(?= \w)", re.IGNORECASE)
# In "is it true that" the pronoun stands for nothing said before.
_EXPLETIVE = re.compile(
    r"it (?:mean|take|cost|true|possible|likely|necessary)\b.*\b(?:to|that)\b", re.IGNORECASE
)
_CLAUSE = r"(?:what|why|how|when|where|who|which|is|are|was|were|do|does|did|can|could|will|would|should)\b"
_NEXT_CLAUSE = re.compile(
    rf"(?:,|\b(?:and|but|or|if|when|because|while)\b)\s*(?:(?:and|but|then)\s+)?(?:{_CLAUSE}|$)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:this|these|those)\b(?! (?:days?|weeks?|months?|years?|morning|evening)\b)"
    r"|(?:^|\b(?:is|was|are|were|do|does|did|has|had|have|of|about|after|before|why|when|how) )that\b"
    r"|\b(?:that|so)\W*$",
    re.IGNORECASE,
)
_EXISTS = re.compile(r"(?:is|are|was|were) there\b", re.IGNORECASE)
_THERE = re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b(?! (?:is|are|was|were)\b)", re.IGNORECASE
)
_OPENER = re.compile(r"(?:and|but|so)\b[\s,]*", re.IGNORECASE)
_ABOUT = re.compile(r"(?:(?:and|but|so)\b[\s,]*)?(?:what|how) about ", re.IGNORECASE)
# "and in Kyiv?": no clause of its own.
_FRAGMENT = re.compile(rf"(?:{_ABOUT.pattern}|{_OPENER.pattern})(?!{_CLAUSE})(?:\S+ ?){{1,4}}", re.IGNORECASE)
# "When in Oslo?": a question word and a name, but nothing that is asked of it.
_VERBLESS = re.compile(
    r"(?:(?:(?i:what|when|where|who|whom|which|why|how))\s+)?"
    r"(?:(?i:about|in|on|at|of|for|from|to|with|near|by|after|before|during)\s+)?"
    r"(?:(?i:the)\s+)?[A-Z0-9][\w.'\u2019-]*(?:\s+[A-Z0-9][\w.'\u2019-]*)*\W*"
)
_PAIR = re.compile(r"\b(?:both|between|differences?|each other)\b", re.IGNORECASE)
# What needs a second thing, and the question does not name it.
_HALF = re.compile(
    r"\b(?:others?|another|else|similar|instead)\b|\brole\b(?!.* in\b)"
    r"|(?<!^)\b(?:compare|differ|different)\b(?!.*\b(?:to|with|from|than|types?|kinds?)\b)",
    re.IGNORECASE,
)
# Over the letters of a Shape: a role or reason, but not of what or whose; "the bridge".
_OPEN_ENDED = re.compile(r"(?<!n)r(?!e*o)")
_DEFINITE = re.compile(r"de*w(?![nwor])")

_Value = TypeVar("_Value")


@dataclasses.dataclass(frozen=True, slots=True)
class _Turn:
    """Where a thread stands: its last question, standing alone; what it is about, likeliest first; its times.

    `names` may be people's, newest first; `place` is the last one named. `people` are the words of the names
    that the answers so far give a title, `cited` is the last answer that was no refusal.
    """

    question: str = ""
    topics: tuple[Phrase, ...] = ()
    times: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    place: str = ""
    people: frozenset[str] = frozenset()
    cited: Answer | None = None

    @property
    def asked(self) -> str:
        """The question without what was added to it in brackets."""
        return self.question.partition(" (")[0]

    @property
    def gist(self) -> str:
        """The question without its question words."""
        asked, _, added = self.question.partition(" (")
        return Shape.of(asked).gist or added.rstrip(")") or asked.rstrip(" ?")

    @property
    def topic(self) -> str:
        return self.topics[0].text if self.topics else self.gist


def stand_alone(question: str, history: Sequence[Answer]) -> str:
    """The question as it would be asked without the history, oldest first; unchanged where it needs none."""
    if len(question) > _LONGEST:
        return question
    turn = _Turn()
    for number, answer in enumerate(history[-_TURNS:]):
        # What the first of them left out is out of sight by now.
        asked = (not number and answer.understood) or answer.question
        turn = _answered(_next(asked[:_LONGEST], turn), answer)
    return _next(question, turn).question


def as_typed(question: str, understood: str) -> str:
    """A question that was understood otherwise as it was typed, if it names somebody; else empty.

    What has no verb of its own, "and when in Oslo?", asks nothing without what was asked before.
    """
    typed = _OPENER.sub("", question, count=1) if _OPENER.match(question) else question
    if _points_back(typed) or _FRAGMENT.fullmatch(question) or _VERBLESS.fullmatch(typed):
        return ""
    begins = typed.split(maxsplit=1)[:1]
    is_other = typed.casefold() != understood.casefold()
    return typed if is_other and any([name] != begins for name in names(typed)) else ""


def _next(question: str, turn: _Turn) -> _Turn:
    """The thread after one more question."""
    if not turn.question:
        return _changed(question, turn)
    said = _said_in_full(question, turn)
    if said != question:
        return _continued(said, turn, turn.gist if _points_back(said) else "")
    if asked_again := _asked_again(question, turn):
        return _changed(asked_again, turn)
    if extra := _left_out(question, turn):
        return _continued(question, turn, extra)
    return _changed(question, turn)


def _changed(question: str, turn: _Turn) -> _Turn:
    """The thread after a question that stands alone."""
    topics = _ranked(question)
    asked = dataclasses.replace(turn, question=question, topics=topics or turn.topics, times=_times(question))
    return _named(asked, topics)


def _continued(question: str, turn: _Turn, extra: str) -> _Turn:
    """The thread after a follow-up, to which `extra` and the time that was asked about are added."""
    topics, times = _ranked(question), _times(question) or turn.times
    added: list[str] = []
    for part in (extra, *times):
        if not set(terms(part)) <= set(terms(" ".join([question, *added]))):
            added.append(part)
    if added:
        question = f"{question} ({', '.join(added)})"
    asked = dataclasses.replace(
        turn, question=question, topics=_distinct([*turn.topics, *topics]), times=times
    )
    return _named(asked, topics)


def _named(turn: _Turn, topics: Iterable[Phrase]) -> _Turn:
    """The thread with the names in the topics of its last question."""
    named = [topic for topic in topics if topic.named]
    persons = sorted(
        (t for t in named if not t.article and not t.is_circumstance), key=lambda t: t.is_complement
    )
    names = [topic.text for topic in persons]
    place = next((topic.singular for topic in named if topic.is_circumstance), turn.place)
    return dataclasses.replace(turn, names=_distinct([*names, *turn.names]), place=place)


def _answered(turn: _Turn, answer: Answer) -> _Turn:
    """The thread after the answer to its last question."""
    titled = {word for text in _texts(answer) for name in titled_names(text) for word in name.split()}
    cited = answer if answer.citations else turn.cited
    return dataclasses.replace(turn, cited=cited, people=turn.people | titled)


def _ranked(question: str) -> tuple[Phrase, ...]:
    """What a question is about, likeliest first."""
    return _distinct(sorted(Shape.of(question).phrases, key=lambda phrase: phrase.rank))


def _times(question: str) -> tuple[str, ...]:
    return _distinct(calendar_words(question))


def _distinct(values: Iterable[_Value]) -> tuple[_Value, ...]:
    """The first few values, each once."""
    return tuple(dict.fromkeys(values))[:_MOST_TOPICS]


def _said_in_full(question: str, turn: _Turn) -> str:
    """The question with its first open pronoun, or "there", replaced by what it stands for, where known."""
    if match := _open_pronoun(question):
        referent = _referent(match.group().lower(), question, turn)
        if referent and _POSSESSIVE.match(question, match.start()):
            referent += "'" if referent.endswith("s") else "'s"
    elif match := _THERE.search(question):
        referent = f"in {turn.place}" if turn.place else ""
    if not match or not referent:
        return question
    return question[: match.start()] + referent + question[match.end() :]


def _points_back(question: str) -> bool:
    """Whether a question has a word for what was said before."""
    return bool(_POINTS_BACK.search(question) or _open_pronoun(question))


def _open_pronoun(question: str) -> re.Match[str] | None:
    """The first pronoun that stands for something outside the question."""
    for match in _PRONOUN.finditer(question):
        if not _EXPLETIVE.match(question, match.start()) and not _is_said_before(question, match):
            return match
    return None


def _is_said_before(question: str, pronoun: re.Match[str]) -> bool:
    """Whether the question itself says, before a pronoun, what that stands for."""
    before = question[: pronoun.start()]
    phrases = Shape.of(before).phrases
    if not phrases:
        return False
    if phrases[0].named and pronoun.group().lower() in _AFTER_NAMES:
        return True
    return bool(_NEXT_CLAUSE.search(before, before.find(phrases[0].text.split()[0])))


def _referent(pronoun: str, question: str, turn: _Turn) -> str:
    """What a pronoun stands for; empty where that is not known."""
    if pronoun in _OF_PEOPLE:
        return next(_persons(turn), "")
    if pronoun in _PLURAL:
        if turn.topics and _is_person(turn.topics[0], turn):
            return " and ".join(reversed(turn.names[:2]))
        return " and ".join(topic.plural for topic in turn.topics[: 2 if _PAIR.search(question) else 1])
    return next((topic.singular for topic in turn.topics if not _is_person(topic, turn)), "")


def _persons(turn: _Turn) -> Iterator[str]:
    """Who may be meant: whom the last question names, or else its answer, last first; then those before.

    If the answer told who, it goes first.
    """
    cited = turn.cited.citations if turn.cited else ()
    quoted = [name for c in cited for name in titled_names(c.quote)]
    told = [name for c in cited for name in names_of_people(c.quote, c.passage.article.source)]
    if question_type(turn.asked) == "who":
        yield from quoted or told
    elif not any(name in turn.question for name in turn.names):
        yield from reversed(told)
    yield from turn.names
    yield from quoted


def _is_person(topic: Phrase, turn: _Turn) -> bool:
    return not turn.people.isdisjoint(topic.text.split())


def _texts(answer: Answer) -> list[str]:
    """What the passages say that were found in the cited articles."""
    cited = {citation.passage.article.id for citation in answer.citations}
    passages = {hit.passage for hit in answer.hits if hit.passage.article.id in cited}
    return [passage.text for passage in passages.union(citation.passage for citation in answer.citations)]


def _asked_again(question: str, turn: _Turn) -> str:
    """The last question, asked of another name or time: "and Peskov?"; else empty."""
    if not _FRAGMENT.fullmatch(question):
        return ""
    new = [phrase.singular for phrase in Shape.of(question).phrases if phrase.named]
    old = [topic.singular for topic in turn.topics if topic.named and topic.singular in turn.asked]
    if not new:
        new, old = list(_times(question)), list(turn.times)
    return turn.asked.replace(old[0], new[0]) if new and old else ""


def _left_out(question: str, turn: _Turn) -> str:
    """What a question leaves to the thread to say; empty where it stands alone."""
    shape = Shape.of(question)
    if _points_back(question) or not terms(question):
        return turn.gist
    if _ABOUT.match(question):
        kin = turn.topics and any(phrase.stems & turn.topics[0].stems for phrase in shape.phrases)
        return "" if kin else turn.topic
    if _OPENER.match(question):
        return turn.gist
    if not any(phrase.named for phrase in shape.phrases):
        if (_EXISTS.match(question) and "o" not in shape.letters) or _THERE.search(question):
            return turn.place or turn.topic
        if not shape.phrases or _is_known(shape, turn):
            return turn.topic
    if _HALF.search(question) or _OPEN_ENDED.search(shape.letters):
        return turn.topic
    return ""


def _is_known(shape: Shape, turn: _Turn) -> bool:
    """Whether a question speaks of "the bridge", and the articles that were cited last, if any, do too."""
    match = _DEFINITE.search(shape.letters)
    if not match or not turn.cited:
        return bool(match)
    texts = " ".join(_texts(turn.cited)).lower()
    return all(stem in texts for stem in terms(shape.tokens[match.end() - 1]))
