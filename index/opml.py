"""OPML: the list of feeds that feed readers give one another."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from index.address import masked
from index.clean import one_line, web_address
from index.errors import FeedError

_LARGEST = 10_000_000


class Outline(NamedTuple):
    """A feed in a list."""

    url: str
    title: str


def read_opml(data: bytes) -> list[Outline]:
    """The feeds of a list, each once. Raises FeedError for what is none."""
    return list({outline.url: outline for outline in _outlines(_root(data))}.values())


def no_feeds(data: bytes) -> list[str]:
    """What a list names whose address cannot be a feed's, each with it. Raises FeedError."""
    stated = (_stated(element) for element in _root(data).iter("outline"))  # type: ignore[attr-defined]
    return [
        f"{one_line(each.get('title') or each.get('text')) or 'an outline'} ({masked(each['xmlurl'])})"
        for each in stated
        if each.get("xmlurl") and not web_address(each["xmlurl"])
    ]


def _root(data: bytes) -> object:
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser) if len(data) <= _LARGEST else None
    except (etree.LxmlError, ValueError):
        root = None
    if root is None or not isinstance(root.tag, str) or root.tag.lower() != "opml":
        raise FeedError("The file is no OPML.", "Export the list again from your feed reader.")
    return root


def _stated(element: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in element.attrib.items()}


def _outlines(root: object) -> Iterator[Outline]:
    for element in root.iter("outline"):  # type: ignore[attr-defined]
        stated = _stated(element)
        if url := web_address(stated.get("xmlurl")):
            yield Outline(url, one_line(stated.get("title") or stated.get("text")) or masked(url))


def write_opml(outlines: Iterable[Outline]) -> str:
    """A list of feeds as a file's text."""
    from lxml import etree

    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "citebot"
    body = etree.SubElement(root, "body")
    for outline in outlines:
        etree.SubElement(
            body, "outline", type="rss", text=outline.title, title=outline.title, xmlUrl=outline.url
        )
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return data.decode()
