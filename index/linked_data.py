"""What a page describes for machines, as JSON-LD."""

import json
from typing import Any


def linked_things(page: Any) -> list[dict[str, object]]:
    """The things that a page describes in JSON-LD, without the things in them."""
    found: list[dict[str, object]] = []
    for script in page.xpath('//script[@type="application/ld+json"]'):
        text = (script.text or "").strip().removeprefix("<![CDATA[").removesuffix("]]>")
        try:
            found += _things(json.loads(text, strict=False))
        except (ValueError, RecursionError):
            continue
    return found


def _things(data: object) -> list[dict[str, object]]:
    if isinstance(data, list):
        return [thing for item in data for thing in _things(item)]
    if not isinstance(data, dict):
        return []
    return [data, *_things(data.get("@graph"))]
