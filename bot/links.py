"""Links that open a page at a quote: https://wicg.github.io/scroll-to-text-fragment/."""

import urllib.parse

# Longer quotes are named by their first and last words: a page may break lines or add notes in between.
_WHOLE = 8
_EDGE = 4


def text_fragment_link(url: str | None, quote: str) -> str | None:
    """`url` with a text fragment of `quote`; None where there is no url."""
    if not url:
        return None
    words = quote.split()
    if len(words) <= _WHOLE:
        text = _encoded(words)
    else:
        text = f"{_encoded(words[:_EDGE])},{_encoded(words[-_EDGE:])}"
    return f"{url}{'' if '#' in url else '#'}:~:text={text}"


def _encoded(words: list[str]) -> str:
    # The three characters that mean something inside a text fragment; quote() leaves "-" as it is.
    return urllib.parse.quote(" ".join(words), safe="").replace("-", "%2D")
