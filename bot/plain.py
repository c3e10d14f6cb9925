"""Text by others, fit to show: nothing in it can steer a terminal or reorder what a reader sees."""

import re

# Joiners (U+200C, U+200D) stay: Persian, Hindi and emoji need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad"  # control characters that are no white space, soft hyphen
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the direction of the text
    "\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"  # no width: text that hides
)
_BROKEN = re.compile("[\ud800-\udfff]")


def plain(text: str) -> str:
    """`text` as paragraphs: unseen characters dropped, white space within a line one space."""
    lines = re.split(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", _BROKEN.sub("\ufffd", _UNSEEN.sub("", text)))
    return "\n".join(" ".join(line.split()) for line in lines)


def one_line(text: str) -> str:
    """`plain` text on one line."""
    return " ".join(plain(text).split())


def web(link: str) -> str | None:
    """`link` where it is a web address that can be opened as it stands, else None."""
    return link if re.fullmatch(r"https?://[^\s\x00-\x20\x7f-\x9f]+", link) and plain(link) == link else None
