"""Sentences that want something done: by a machine that answers, or by whoever reads.

An article may hold them, whoever wrote them into it. They answer no question but one about just them.
"""

import re
from collections.abc import Sequence

from bot.machine_shape import readable
from bot.planted import goes_on, is_planted

_OUTPUT = r"(?:answers?|responses?|repl(?:y|ies)|outputs?|messages?|prompts?|instructions)"
_ANSWER = r"(?:answer|respond|reply|act|pretend|obey|comply|refuse)"
_SAY = r"(?:say|print|write|reply|answer|respond|output|repeat)"
_TEXT = r"(?:text|review|comment|feedback|message|sentence|tweet|statement|post)"
_BEGINS = r"(?:^|(?<=[.!?:;,\u2026\n] )|(?<=\n))"

# Verbs that tell someone to make words, and what any verb in its plain form may be told to work on.
_TASKS = frozenset(
    "answer compose create decode describe draft encode explain express forget generate ignore imagine list"
    " output pretend print provide recommend rename render repeat replace reply respond rewrite suggest"
    " summarise summarize translate use write".split()
)
_OBJECTS = frozenset(
    "a an the every each your me us my all any this these some it them yourself how why what whether".split()
)

_TO_MACHINE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i)\byour\s+(?:\w+\s+){{0,2}}{_OUTPUT}\b|\bmy\s+(?:\w+\s+)?(?:prompts?|instructions?|commands?|orders)\b",
        r"\b(?:Ignore|IGNORE|Disregard|DISREGARD|Forget|FORGET|Override|Bypass)\b[^.!?]{0,60}"
        r"\b(?i:instructions?|prompts?|rules|guidelines|directions|commands|questions?|above|previous|context)\b",
        rf"(?i){_BEGINS}(?:(?:and|now|then|please|instead),?\s+)*(?:just|only)\s+{_SAY}\b",
        rf"(?i){_BEGINS}repeat\s+(?:after|back|this|the\s+following)\b",
        rf"(?i){_BEGINS}(?:act|behave)\s+(?:as|like)\b|\b(?-i:P)retend\s+(?:to\s+be|that\s+you)\b",
        # A task that is glued to a line without a full stop still begins with a capital.
        rf"(?<=[a-z.!?] )(?:{'|'.join(map(str.capitalize, _TASKS))})\s+(?:{'|'.join(_OBJECTS)})\b",
        r"(?i)\bfrom\s+(?:now|here|this\s+\w+)\s+on,?\s+you\b|\bfrom\s+this\s+moment,?\s+you\b",
        r"(?i)\byou\s+are\s+(?:now|going\s+to|about\s+to)\s+(?:\w+\s+)?(?:act|pretend|play|simulate|immerse)\b",
        r"(?i:\byou\s+are\s+now)\s+(?:called\b|in\b|[A-Z]|an?\s+(?:\w+\s+)?(?:AI|assistant|model|\w*bot)\b)",
        rf"(?i)\byou\s+(?:will|must|should|have\s+to|are\s+to|can|cannot|shall)\s+(?:\w+\s+){{0,3}}{_ANSWER}\b",
        r"(?i)\b(?:stay(?:ing)?\s+in|break(?:ing)?(?:\s+of)?)\s+character\b",
        rf"(?i)\b(?:sentiment\s+of|is|classify|analy[sz]e|summari[sz]e|translate)"
        rf"\s+(?:this|the\s+(?:following|above))\s+{_TEXT}\b",
        r"(?i)\b(?:note|message|instructions?)\s+(?:to|for)\s+(?:the|any|all|every)\s+"
        r"(?:AI|assistant|chatbot|model)\b",
        r"(?i)\[/?INST\]|<\|?/?(?:script|im_\w+|system|user|assistant)\b|\{\{.{0,99}?\}\}|\{%.{0,99}?%\}",
        r"(?i)^\W*(?:system|assistant|instructions?)\s*:",
        # Base64 and its like: in no other word do capitals, small letters and figures stand so many in a row.
        r"(?<![A-Za-z0-9+/])(?=[A-Za-z+/]*\d)(?=[a-z0-9+/]*[A-Z])(?=[A-Z0-9+/]*[a-z])[A-Za-z0-9+/]{40,}={0,2}",
    )
)
_ABOUT_INSTRUCTIONS = re.compile(
    r"\b(?:prompts?|instruct(?:s|ed|ions?)?|jailbreaks?|hidden\s+(?:texts?|messages?|words|lines?|orders?))\b",
    re.IGNORECASE,
)
_QUOTED = re.compile('\u201c[^\u201c\u201d"]*[\u201d"]|(?<!\\S)"(?=\\S)[^"\u201c\u201d]*"')
_REPORTING_WORDS = 3
_QUOTE_MARKS = ("'", '"', "\u2018", "\u201c")

_READER = re.compile(r"\b(?:you|your|hello)\b", re.IGNORECASE)
_ORDER = re.compile(
    r"\W*(?i:(?:please|now|then|also|just|only|instead|first|next|finally)\b,?\s+)*"
    r"(?P<verb>[A-Za-z]+)\s+(?:(?:up|down|out|off|over)\s+)?(?P<object>[a-z]+)\b(?:\s+(?P<next>\w+))?",
)
_TIMES = frozenset(
    "week month year morning afternoon evening night day time spring summer autumn winter".split()
)
_NO_VERBS = frozenset(
    "about above across after against all along although amid among amongst and another any around as"
    " at away back because before behind below beneath beside besides between beyond both but by despite"
    " down during each either even every except few for from given had half has have her here his how if"
    " in inside instead into is it its last later like many may more most much near neither nor not of"
    " off on once one only onto or our out outside over past per perhaps plus quite rather round since"
    " so some soon still such than that the their then there these they this those though through"
    " throughout thus till to too toward towards twice under unless unlike until up upon versus via was"
    " we were what when where whether which while whilst who whom whose why will with within without"
    " would yet you your".split()
)


def is_to_machine(sentence: str) -> bool:
    """Whether it tells a machine how to answer. What it only reports that somebody said is left aside."""
    said = readable(_without_quotations(sentence))
    return any(pattern.search(said) for pattern in _TO_MACHINE) or is_planted(said)


class Orders:
    """Which of a passage's sentences are to a machine, or go on with such a one, or what it works on.

    It takes a while to tell, so that it is found out where it is asked for.
    """

    def __init__(self, sentences: Sequence[str]) -> None:
        self._sentences = sentences
        self._known: dict[int, bool] = {}

    def __getitem__(self, position: int) -> bool:
        if position not in self._known:
            sentence = self._sentences[position]
            self._known[position] = is_to_machine(sentence) or (
                position > 0 and _is_more(sentence) and self[position - 1]
            )
        return self._known[position]


def orders(sentences: Sequence[str]) -> list[bool]:
    """The same for every sentence of a passage."""
    found = Orders(sentences)
    return [found[position] for position in range(len(sentences))]


def _is_more(sentence: str) -> bool:
    return sentence.startswith(_QUOTE_MARKS) or goes_on(readable(sentence))


def asks_about_instructions(question: str) -> bool:
    """Whether a question asks what somebody or something was told to do, so that an order may answer it."""
    return _ABOUT_INSTRUCTIONS.search(question) is not None


def is_request(sentence: str) -> bool:
    """Whether it is a question or an order, which say nothing that could be so."""
    return sentence.rstrip("\"'\u201d\u2019) ").endswith("?") or _is_order(sentence)


def is_to_reader(sentence: str) -> bool:
    """Whether it speaks to whoever reads, outside all quotation marks."""
    return _READER.search(_without_quotations(sentence)) is not None


def _without_quotations(sentence: str) -> str:
    """The words around what is quoted; all where these are too few to report it."""
    outside = _QUOTED.sub("", sentence)
    return outside if len(outside.split()) >= _REPORTING_WORDS else sentence


def _is_order(sentence: str) -> bool:
    """A verb in its plain form and what it is to be done to: "Draft an essay", "Explain how it works"."""
    match = _ORDER.match(sentence)
    if not match:
        return False
    verb, object, following = match["verb"].lower(), match["object"], match["next"] or ""
    if verb in _TASKS:
        return True
    # "Musk this week", "Edward the Confessor": a name, and when or who.
    is_name = following in _TIMES or (object == "the" and following[:1].isupper())
    return object in _OBJECTS and not is_name and verb not in _NO_VERBS and not _is_inflected(verb)


def _is_inflected(word: str) -> bool:
    return word.endswith(("ed", "ing", "ly")) or (word.endswith("s") and not word.endswith("ss"))
