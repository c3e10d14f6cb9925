"""What a question asks for, by its question word."""

import re

_PATTERNS = (
    (
        "amount",
        r"\bhow (?:many|much|long|old|far|large|big|high|tall|wide|fast|often|deep|heavy)\b"
        r"|\b(?:what|which) (?:percentage|number|amount|proportion|share|age|distance|size|fraction)\b",
    ),
    ("time", r"\bwhen\b|\b(?:what|which) (?:year|day|date|month|century|decade|time)\b"),
    (
        "who",
        r"\bwho(?:m|se)?\b|\b(?:what|which) (?:person|man|woman|president|leader|politician|actor|actress"
        r"|singer|star|celebrity|player|author|scientist|figure|senator|judge|team|company|group|organi[sz]ation|party)\b",
    ),
    (
        "where",
        r"\bwhere\b|\b(?:what|which) (?:country|city|state|place|nation|town|county|region|continent|location"
        r"|province)\b",
    ),
    ("why", r"\bwhy\b|\bfor what reason\b|\bwhat (?:caused|is the reason)\b"),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)


def question_type(question: str) -> str:
    """ "amount", "time", "who", "where", "why" or "other"."""
    return next((kind for kind, pattern in _COMPILED if pattern.search(question)), "other")
