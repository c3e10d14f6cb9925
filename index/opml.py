"""OPML: the list of feeds that feed readers give one another."""

from collections.abc import Iterable
from typing import NamedTuple

from index.address import masked
from index.clean import one_line, web_address
from index.errors import FeedError

_LARGEST = 10_000_000


class Outline(NamedTuple):
    """A feed in a list."""

    url: str
    title: str


class Outlines(NamedTuple):
    """The feeds of a list, each once; and, each with its address, what it names that cannot be one."""

    feeds: list[Outline]
    others: list[str]


def read_opml(data: bytes) -> Outlines:
    """What a list names. Raises FeedError for what is no list."""
    feeds: dict[str, Outline] = {}
    others = []
    for element in _root(data).iter("outline"):  # type: ignore[attr-defined]
        stated = {name.lower(): value for name, value in element.attrib.items()}
        address = stated.get("xmlurl")
        title = one_line(stated.get("title") or stated.get("text"))
        if url := web_address(address):
            feeds[url] = Outline(url, title or masked(url))
        elif address:
            others.append(f"{title or 'an outline'} ({masked(address)})")
    return Outlines(list(feeds.values()), others)


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
