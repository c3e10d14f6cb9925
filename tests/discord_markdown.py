"""What Discord's clients make of a text: tokens, by the rules that are known of its parser.

From its help page, its documentation of mentions, and what its bug tracker says of masked links. Where rules
are in doubt the one that formats more is taken, so that what passes here is safe there.
"""

import dataclasses
import re
import unicodedata

_LABEL = r"(?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*"
_BLOCKS = (
    ("heading", r"#{1,3}\s+"),
    ("small", r"-#\s+"),
    ("quote", r">(?:>>)?\s"),
    ("list", r"(?:[-*+]|[0-9]+\.)\s"),
)
_SPANS = (
    ("code", r"```.+?```|(`+).+?\1"),
    ("mention", r"<@[!&]?[0-9]+>|<#[0-9]+>|<id:\w+>|</[^:>]+:[0-9]+>|@everyone|@here"),
    ("emoji", r"<a?:\w+:[0-9]+>|:[^\s:]+:"),
    ("time", r"<t:-?[0-9]+(?::\w)?>"),
    ("address", r"<[^: >]+:/[^ >]+>|<(?:mailto|tel|sms):[^ >]+>|<[^@\s>]+@[^\s>]+>"),
    ("address", r"(?:https?|steam|discord)://[^\s<]+"),
    ("link", rf"\[(?P<label>{_LABEL})\]\(\s*<?(?P<target>(?:\([^)]*\)|[^\s\\)]|\\.)*?)>?\s*\)"),
    ("bold", r"\*\*(?P<bold>(?:\\.|[^\\])+?)\*\*(?!\*)"),
    ("underline", r"__(?:\\.|[^\\])+?__"),
    ("italic", r"\*(?!\s)(?:\\.|[^*\\])+?\*|_(?:\\.|[^_\\])+?_(?!\w)"),
    ("strike", r"~~.+?~~"),
    ("spoiler", r"\|\|.+?\|\|"),
    ("text", r"\\[^0-9A-Za-z\s]|."),
)
_RULES = [(kind, re.compile(rule, re.DOTALL)) for kind, rule in (*_BLOCKS, *_SPANS)]
# Discord's servers and previews read the text as it was sent.
_RAW = re.compile(r"<@[!&]?[0-9]|@everyone|@here|discord(?:app)?\.(?:gg|com|gift)/", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Token:
    kind: str
    shown: str
    target: str = ""


def tokens(markdown: str) -> list[Token]:
    """What is shown, in order; neighbouring text is one token. What is within bold is looked at too."""
    found: list[Token] = []
    at = 0
    while at < len(markdown):
        token, end = _token(markdown, at)
        at = end
        if token.kind == "text" and found and found[-1].kind == "text":
            token = Token("text", found.pop().shown + token.shown)
        found.append(token)
    return found


def _token(markdown: str, at: int) -> tuple[Token, int]:
    starts_line = not markdown[markdown.rfind("\n", 0, at) + 1 : at].strip(" >")
    for kind, rule in _RULES:
        match = rule.match(markdown, at)
        if match is None or (kind in dict(_BLOCKS) and not starts_line):
            continue
        if kind == "link" and not _masks(match["label"]):
            return Token("raw link", match[0]), match.end()
        if kind == "link":
            return Token("link", match["label"], match["target"]), match.end()
        if kind == "bold":
            within = tokens(match["bold"])
            assert {token.kind for token in within} <= {"text", "link"}, within
            return Token("bold", "".join(token.shown for token in within)), match.end()
        return Token(kind, match[0][-1] if kind == "text" else match[0]), match.end()
    raise AssertionError(markdown[at:])


def _masks(label: str) -> bool:
    """Whether Discord makes a link of `label`; it shows all of it raw where it may mislead."""
    plain = unicodedata.normalize("NFKC", label)
    misleads = re.search(
        r"https?://\S|discord\.gg|@everyone|@here|<|:[^\s:]+:|[\U0001f000-\U0001faff]", plain
    )
    return bool(label.strip()) and not misleads and not re.search(r"[\\\u200b*_~|`]", label)


def words(markdown: str) -> str:
    """What a reader sees, without what is invisible."""
    return "".join(token.shown for token in tokens(markdown)).replace("\u200b", "")


def kinds(markdown: str) -> set[str]:
    assert not _RAW.search(markdown), markdown
    return {token.kind for token in tokens(markdown)}


def targets(markdown: str) -> list[str]:
    return [token.target for token in tokens(markdown) if token.kind == "link"]
