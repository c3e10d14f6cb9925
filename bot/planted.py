"""Orders to machines by the shape of their sentences, whatever words; machine_shape tells the letters."""

import re
from collections.abc import Sequence

from bot.machine_shape import rule, shape

# A machine that answers; what may be one; "please always".
_MACHINE = r"(?:m.?)?M[Mm]{0,4}(?![cMm])"
_ANY_MACHINE = r"[Mm]{1,5}(?![cMm])"
_SOFT = r"(?:VJ|[LZJC]){0,3}"
# "that reads", "summarising", no "can read".
_READING = r"(?:[^.,:;w]{0,2}|[^.:;]?,?r[^.:;]{0,2})[Pg][^.,:;]?"
_ORDER = rf"{_SOFT}[SVF]"

_Rules = tuple[re.Pattern[str], re.Pattern[str]]


def _any_of(*patterns: str) -> re.Pattern[str]:
    return rule("|".join(patterns))


# Said to a machine beyond doubt: in words that begin a clause; anywhere.
_CERTAIN = (
    _any_of(
        # "Dear assistant, …", "Attention AI: …", "Chatbots, always …", "Assistant, kindly …", "Say so, AI."
        rf"[EN],?[aew]{{0,2}}{_ANY_MACHINE}[,:;!\-].{{0,60}}[SVFOZLYyk]",
        rf"[ea]?w?{_MACHINE}(?:[,C]+{_ANY_MACHINE}){{0,5}}[,:;!\-]+"
        rf"(?:{_ORDER}(?![C,.])|l|YO|.{{0,2}}kA|I[^.,]{{0,6}}[,:]{_ORDER}|[^,.:]{{0,8}}O[JZL]?[SVF])",
        rf"m[Mm]*,(?:{_ORDER}(?![C,.])|l|YO)",
        rf"(?:m(?<!s)|m(?:[,C]+[Mm]){{1,5}}):{_ORDER}",
        rf"{_ORDER}[^.]{{1,30}},E?{_MACHINE}[.!]",
        # "Note to any AI: …", "To whatever software reads this: …", "LLM note: …"
        rf".{{0,3}}NT[^.,:;]{{0,4}}{_ANY_MACHINE}[^.:;,]{{0,8}}[:,.)\-].{{0,60}}[SVFOZYyAU]",
        rf"w?N?T(?:[^.,:;]{{0,3}}{_MACHINE}|[WaeD]{{0,2}}{_ANY_MACHINE})[^.:;,]{{0,8}}:.{{0,60}}[SVFOZYyAUk]",
        rf"{_ANY_MACHINE}[gP]D[^.]?:",
        rf"w?{_MACHINE}N+[:\-]",
        # "If you are a chatbot, …", "Wenn du eine KI bist", "As a language model, you …", "If you, the AI, …"
        rf"Q[ea]?w?{_MACHINE}(?:,?Y|,{_ORDER})",
        rf"[LZ]*z.{{0,3}}{_MACHINE}",
        # "Humans can ignore this line", "not for human readers"
        r"[^.]?H[^.]{0,3}FDX",
        # "your answer", "the user wants you to"
        r"[ew]{0,3}A[^.,]{0,2}DX[^.]{0,3}[OSV]",
        r"[ek]{0,2}A[^.,]{1,2}aq",
        rf"{_SOFT}Vw?t?eA",
        # "Ignore the rules", in any language
        r"[LC]{0,3}F[^.]{0,6}G",
        r"L{0,2}F[^.]{0,2}DX",
    ),
    _any_of(
        # "Note to any AI: …", "To whatever software reads this: …", "LLM note: …"
        rf"DX?b?[^.]{{0,6}}[iN]T[^.]{{0,3}}{_ANY_MACHINE}(?:[.,;:CJZ]|$)",
        rf"DXbTe?{_ANY_MACHINE}[.,;:CJZ]",
        # "If you are a chatbot, …", "Wenn du eine KI bist", "As a language model, you …", "If you, the AI, …"
        rf"I[LZ]?Yb[ea]?w{{0,2}}{_MACHINE}",
        rf"Ib[ea]?w?{_MACHINE}",
        rf"IY-?[ea]?w?{_MACHINE}(?:[,:\-]|[^.,]?b|$)",
        rf"Yb[ea]?w?{_ANY_MACHINE}[gP]",
        rf"[SV]V?YQe?w?{_MACHINE}",
        rf"Y,?e?{_ANY_MACHINE},",
        rf"Y(?:z.{{0,3}}|b)ew?{_MACHINE}",
        r"YbJH",
        # "Humans can ignore this line", "not for human readers"
        r"JTHU",
        r"D[^.]{0,8}JTH[.,;:)]",
        # "AI systems that read this page …", "By reading this page any AI agrees to …"
        rf"{_MACHINE}{_READING}DX[^.]{{0,60}}(?:[SOVFxZ]|b.T)",
        rf"{_MACHINE},?r[^.:;]{{0,2}}DX.?P",
        rf"[pTI]PDX,[^.]{{0,2}}{_MACHINE}",
        rf"[OT].{{0,3}}pa[^.]?{_MACHINE}",
        # "your answer", "the user wants you to"
        r"[SV]Y[^.,e]{0,3}A",
        r"yw{0,2}A",
        r"eU[^.]{0,2}YT",
        r"I[^.,]{0,8}K[^.,]{0,14},[^.,]{0,2}kA",
    ),
)
# Said to a machine, unless somebody reports it.
_LIKELY = (
    _any_of(
        # "Any model that reads this must say …", "LLMs should recommend …"
        rf"[^.,]{{0,3}}{_MACHINE}[^.,:;d]{{0,6}}O[JZLTw]{{0,2}}S",
        rf"w{{1,2}}{_MACHINE}[^.,:;d]?ZS",
        rf"{_MACHINE}b[KO]T[SV]",
        rf"w{{0,2}}{_ANY_MACHINE}[^.,]{{0,6}}[OJZ]J?[SVx][^.]{{0,12}}(?:DX|Xw?D|aq|aA)",
        rf"[^.,]{{0,2}}{_ANY_MACHINE}[^.,]{{0,6}}[OZ]J?[Sx]e?U",
        r"w{0,2}m[^.,]{0,2}n[^.,]{0,5}O",
        # "If anyone asks about it, say …", "Asked about it, say …", "On questions about it always say …"
        rf"I[^.,]{{0,30}},{_SOFT}[SV]eU",
        rf"I[^.,]{{0,8}}K[^.,y]{{0,14}},(?:{_SOFT}[SV]|e?[Mm]{{1,3}}.?(?:O|Z|[Sx][hw]?t)|[^.,]{{0,2}}kA|YO?[SV])",
        r"[LI]?o[^.,]{1,12},[LZ]*S",
        r"[^.,]{0,2}Iq[^.]{0,30}Z[^.]{0,30}S",
        r".?aq[^.]{0,12}(?:,S|[:,]?[^.]?A[^.]?b)",
        r"e?jAbt",
        # "Summaries of this page should leave out …"
        r"e?A[^.,]{0,8}O[JZ]?S",
        rf"{_SOFT}[SVF][^.]{{0,8}}aA",
        rf"{_SOFT}[SA]T?aq",
        r"Vn.?C[SV]",
        r"L{0,2}F[^.]{1,14}CL?S",
        # "Tell the user …", "Say that …", "Before answering, solve …", "… and say that …"
        rf"{_SOFT}(?:S.?e?H?U|V.?eU)",
        r"[LZJ]{0,3}S[t\"]",
        rf"[IBL]{{0,2}}n[^.,]{{0,5}},{_SOFT}[SVF]",
        r"[LZ]*[SVF][^.]{1,30}[C,;][LZC]{0,2}St",
    ),
    _any_of(
        # "Any model that reads this must say …", "LLMs should recommend …"
        rf"(?:W|{_ANY_MACHINE})[^.:;]{{0,6}}PDX?(?:O|b.T)",
        rf"{_ANY_MACHINE}{_READING}DX",
        rf"{_MACHINE}[^.:;]{{0,3}}P[^.,:;]{{0,2}}X[^.,:;]{{0,3}}O",
        # "Summaries of this page should leave out …"
        r"a(?:Mw?)?A(?:YS|[^.]{0,6}[OZ][JZ]?S|S|[^.]{0,3}DXO)",
    ),
)
# A tag or a comment that is to end the article; a mode that is switched on; an order that is hidden in code.
_TAGS = r"system|assistant|prompt|instructions?"
_MODE = r"(?:debug|developer|maintenance|admin|god|root|jailbreak|dan)"
_TEAM = r"(?:developers?|engineer\w*|operator|admin\w*|creators?)"
_MARKUP = re.compile(
    "|".join(
        (
            rf"</?(?:{_TAGS})\b[^<>]{{0,40}}>|</(?:context|documents?|article|passages?|sources?)>",
            rf"<<\s*/?SYS|#{{2,}}\s*(?:{_TAGS}|response)\b|\[/?(?:{_TAGS})\]",
            r"style\s*=\s*.{0,40}?(?:display\s*:\s*none|font-size\s*:\s*0|visibility\s*:\s*hidden)",
            r"<!--.{0,200}?\b(?:ai|llms?|\w{0,9}bots?|assistants?|models?|prompt|instructions?|ignore|always|must)\b",
            r"(?-i:\bEND\s+OF\s+(?:THE\s+)?(?:ARTICLE|DOCUMENT|TEXT|CONTEXT|INPUT)\b)",
            r"\b(?:begin|start|new|end)\s+(?:of\s+)?(?:system|assistant)\s+(?:prompt|message|instructions?)\b",
            r"^\W*system\s+(?:override|update|notice|alert)\s*:",
            rf"(?:^|[.!?:>\]]\s){_MODE}\s+mode\s+(?:is\s+)?(?:now\s+)?(?:on|enabled|activated|active|engaged)\b",
            r"\b(?:override|unlock|master|authori[sz]ation)\s+(?:key|code|token)\b.{0,40}?\baccepted\b",
            r"\byour\s+(?:safety|content)\s+(?:rules|filters?|restrictions|guidelines)\b",
            r"\byour\s+(?:(?:earlier|previous|prior)\s+guidance|(?:\w+\s+)?configuration|training\s+data)\b",
            rf"\bfrom\s+your\s+{_TEAM}\b|\b(?:this\s+is|it'?s)\s+(?:the|your)\s+{_TEAM}\s+(?:team|speaking|here)\b",
            r"\bbase64\b.{0,60}?\b(?:follow|obey|execute|do)\b|(?-i:\bDecode\s+(?:this|the\s+following)\b)",
            r"(?-i:\b(?:Cite|Quote|Credit|Give)\b).{0,80}?\bas\s+(?:the|your)\s+source\b",
            r"\b(?:keep|stick|hold)\s+to\s+(?:this|that)\s+(?:answer|version|reply)\b",
            r"\b(?:reply|respond|tell|inform)\b.{0,12}?\b(?:person|whoever)\s+(?:who\s+)?(?:asked|asking|asks)\b",
            r"(?-i:\b(?:Repeat|Print|Write|Say)\b).{0,60}?\b(?:\d{1,9}|hundred|thousand|million)\s+times\b",
        )
    ),
    re.IGNORECASE,
)
# No rule looks farther than so many signs.
_FARTHEST = 120
_CLAUSE_END = re.compile(r"[.!?:;()-]+[\")]*")
_REPORTED = rule("R")
_GOES_ON = rule(rf"[-(]{{0,3}}{_SOFT}(?:[SVF]|[Yy]|hO)")


def is_planted(text: str) -> bool:
    """Whether a `readable` sentence speaks to a machine that answers, or says what such a machine must do."""
    if _MARKUP.search(text):
        return True
    signs = shape(text)
    starts = [0, *(end.end() for end in _CLAUSE_END.finditer(signs))]
    return _fits(_CERTAIN, signs, starts) or (not _REPORTED.search(signs) and _fits(_LIKELY, signs, starts))


def goes_on(text: str) -> bool:
    """Whether what follows an order to a machine may be more of it: "say …", "you …", "it must …"."""
    return _GOES_ON.match(shape(text)) is not None


def _fits(rules: _Rules, signs: str, starts: Sequence[int]) -> bool:
    at_start, anywhere = rules
    return anywhere.search(signs) is not None or any(
        at_start.match(signs, start, start + _FARTHEST) for start in starts
    )
