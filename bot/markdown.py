"""Discord's markdown, written so that others' words stay words: escape, link, split. Pure text in, text out.

What Discord's clients do, beyond its help page: a backslash before punctuation is dropped, but shows in the
label of a masked link; and a label with an address, an emoji or a mention in it makes them show the link raw
(https://github.com/discord/discord-api-docs/issues/6185, /7673 and /7721).
"""

import re
import unicodedata
import urllib.parse

from bot.plain import one_line, plain, web

# A colon opens an emoji's name or ends a scheme; "(" after "]" would make a link of what stands before.
_SPECIAL = re.compile(
    r"[\\*_~|`<>\[\]@]|:(?!\s)|(?:(?<=discord)|(?<=discordapp))\.|(?:(?<=\])|\A)\(", re.IGNORECASE
)
_LINE_START = re.compile(r"^(?:(?=[-#+])|([0-9]+)(?=\.(?!\S)))", re.MULTILINE)
# Discord's servers look for these two in the text as it was sent, backslashes or not.
_EVERYONE = re.compile(r"(?<=@)(?=everyone|here)", re.IGNORECASE)
_BREAK = "\u200b"

_LINK = r"\[(?P<label>(?:\[[^\[\]]*\]|[^\[\]\\\n])+)\]\(<[^<>\s]+>\)"
_SHOWN = re.compile(rf"\\(?P<escaped>[^0-9A-Za-z\s])|{_LINK}|\*\*|{_BREAK}")

_LABEL_CATEGORIES = frozenset("Lu Ll Lt Lm Lo Mn Mc Nd Nl No Sc Pd Ps Pe Pi Pf Po".split())
_LABEL_SYMBOLS = frozenset(" +=©®™°")
_NOT_IN_LABELS = frozenset(
    "\\*@[]"
    "\u203c\u2049\u2139\u3030\u303d\ufe0e\ufe0f"  # punctuation and a letter that are emoji, what makes emoji
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # letters and marks without a shape
)
_REFUSED = re.compile(r"^(?:[-#+]|[0-9]+\.(?!\S))|:[^\s:]+:|//|discord(?:app)?\.", re.IGNORECASE)
_MARKER = re.compile(r"\[[0-9]+\]")

_PLACE = re.compile(r"(https?://[\w.:@%-]+)((?:[/?#].*)?)")
_UNSAFE = re.compile(r"[^0-9A-Za-z._~:/?#@!$&+,;=%-]")
_LONGEST_ADDRESS = 800


def escape(text: str) -> str:
    """`plain` text as markdown that shows exactly those words: no format, link, mention, emoji or timestamp.

    All by backslashes, so that what is copied is what was written; only "@everyone" and "@here" hold an
    invisible character. Fit for any place in a line but a link's label.
    """
    escaped = _SPECIAL.sub(r"\\\g<0>", plain(text))
    return _EVERYONE.sub(_BREAK, _LINE_START.sub(r"\1\\", escaped))


def unescape(markdown: str) -> str:
    """The words that `escape`, `bold` and `link` show: `unescape(escape(text)) == plain(text)`."""
    return _SHOWN.sub(lambda found: found["escaped"] or found["label"] or "", markdown)


def bold(text: str) -> str:
    """The words of `text` in bold; white space at its ends stays outside."""
    words = text.strip()
    return text.replace(words, f"**{escaped}**", 1) if (escaped := escape(words).strip()) else ""


def link(label: str, url: str | None) -> str:
    """`label` on one line as a masked link to `url`, or alone where `url` is no web address.

    Discord does not mask under a label that has formatting, an emoji or an address in it: there the label is
    followed by a link of its own, "label ([open](<url>))".
    """
    words, address = one_line(label), _address(url or "")
    if address is None:
        return escape(words)
    if _can_mask(words):
        return f"[{words}](<{address}>)"
    return f"{escape(words)} ([open](<{address}>))".lstrip()


def _can_mask(label: str) -> bool:
    if _MARKER.fullmatch(label):
        return True
    known = all(_in_label(character) for character in label)
    return bool(label) and known and not _REFUSED.search(unicodedata.normalize("NFKC", label))


def _in_label(character: str) -> bool:
    if character in _NOT_IN_LABELS:
        return False
    return character in _LABEL_SYMBOLS or unicodedata.category(character) in _LABEL_CATEGORIES


def _address(url: str) -> str | None:
    """`url` so that it ends where the link ends; without its text fragment where that makes it too long."""
    place = _PLACE.fullmatch(url) if web(url) else None
    if place is None:
        return None
    address = place[1] + _UNSAFE.sub(lambda found: urllib.parse.quote(found[0], safe=""), place[2])
    if length(address) > _LONGEST_ADDRESS:
        address = address.partition(":~:")[0].removesuffix("#")
    return address if length(address) <= _LONGEST_ADDRESS else None


def shorten(text: str, limit: int) -> str:
    """Plain `text` of at most `limit` by `length`, cut at a word where one is near, with "…" for the rest.

    A `limit` under 30 may be overrun by what looks like the start of a code block.
    """
    if length(text) <= limit:
        return text
    end = _fitting(text, limit - 1)
    word = text.rfind(" ", 0, end + 1)
    return f"{text[: word if word > end // 2 else end].rstrip()}…"


def length(text: str) -> int:
    """How long Discord may find `text`: its UTF-16 code units, never fewer than its code points."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# What belongs to the character before it: accents, variants, skin tones, whatever a joiner joins.
_MARKS = (
    r"(?:[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U0001f3fb-\U0001f3ff]|\u200d.)*"
)
# What is never cut: prefixes and an opening "**" stay with what follows them.
_ATOM = re.compile(
    r"(?P<fence>```(?:[\w+.-]{0,20}\n)?)"
    r"|(?P<prefix>^(?:> |-# ){1,2})?(?P<bold>\*\*(?!\s|\Z))?"
    rf"(?:{_LINK}|(?P<close>\*\*)|[\U0001f1e6-\U0001f1ff]{{2}}|\\?.{_MARKS})",
    re.DOTALL | re.MULTILINE,
)
_INSIDE = "\0"
# A marker after a sentence stays with it.
_SENTENCE = r"[.!?\u2026][\"\u201d\u2019)\0]*(?: \0++(?!\S))*+\s|[\u3002\uff01\uff1f]\0*+"
# Best first.
_BOUNDARIES = tuple(map(re.compile, (r"\n\n+", r"\n", _SENTENCE, r"\s")))
_PREFIX = re.compile(r"(?:> |-# ){0,2}")
_FENCE = re.compile(r"```[\w+.-]{0,20}\n")
_CLOSING = len("\n```")


def split(text: str, limit: int) -> list[str]:
    """Markdown in parts of at most `limit` by `length`, none empty, nothing lost but white space at the cuts.

    Cuts stand at paragraphs, else lines, else sentences, else words, never inside a link or an escape that
    fits. Code blocks and bold are closed and opened again, "> " and "-# " carried on. `limit` is 40 or more.
    """
    parts, rest = [], text.strip()
    while length(rest) > limit:
        head, rest = _cut(rest, limit)
        parts.append(head)
    return [*parts, rest] if rest else parts


def _cut(text: str, limit: int) -> tuple[str, str]:
    """The first part, and what is left, which starts as it must to look the same."""
    at = _boundary(text, limit - _CLOSING)
    head, rest, mark = text[:at].rstrip(), text[at:], _open_mark(text[:at])
    closing = "\n```" if mark.startswith("```") else mark
    if mark and rest.lstrip().startswith(mark[:3]):  # it ends here anyway
        rest, mark = rest.lstrip().removeprefix(mark[:3]), ""
    elif mark.startswith("```"):
        return head + closing, mark + rest.removeprefix("\n")
    tail = rest.lstrip()
    gap = text[len(head) : at] + rest[: len(rest) - len(tail)]
    if "\n" in gap or not tail:
        return head + closing, mark + tail
    return head + closing, _prefix(text, at) + mark + _at_line_start(tail)


def _prefix(text: str, at: int) -> str:
    """What the line around `at` starts with, to be carried on."""
    found = _PREFIX.match(text, text.rfind("\n", 0, at) + 1)
    return found[0] if found else ""


def _at_line_start(text: str) -> str:
    """`text` from the middle of a line, so that it means the same at the start of one."""
    found = _LINE_START.match(text)
    return f"{text[: found.end()]}\\{text[found.end() :]}" if found else text


def _boundary(text: str, room: int) -> int:
    """Where to cut so that what comes before fits into `room`."""
    end = _fitting(text, room)
    masked = _ATOM.sub(lambda atom: atom[0] if len(atom[0]) == 1 else _INSIDE * len(atom[0]), text[:end])
    for boundary in _BOUNDARIES:
        ends = [found.end() for found in boundary.finditer(masked)]
        if ends and ends[-1] > end // 3:
            return ends[-1]
    return end


def _fitting(text: str, room: int) -> int:
    """The end of the last atom that fits into `room`; the first is cut where it does not."""
    end = used = 0
    for atom in _ATOM.finditer(text):
        used += length(atom[0])
        if used > room:
            break
        end = atom.end()
    fence = _FENCE.match(text)
    least = fence.end() if fence else 0
    return end if end > least else least + max(1, (room - least) // 2)


def _open_mark(text: str) -> str:
    """The mark, "**" or the first line of a code block, that stands open at the end of `text`."""
    mark = ""
    for atom in _ATOM.finditer(text):
        if atom["fence"]:
            mark = "" if mark.startswith("```") else atom["fence"]
        elif not mark.startswith("```") and (atom["bold"] or atom["close"]):
            mark = "" if mark else "**"
    return mark
