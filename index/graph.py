"""The files of the graph that Chroma searches: which of their bytes are used."""

import struct
from pathlib import Path

# hnswlib's header, with Chroma's version before it: offset, room, elements, bytes of an element, …
_HEADER = struct.Struct("<i4Q")
_VERSION = 1
_BLOCK = 1 << 20


def clear_room(graph: Path) -> None:
    """Empties what is kept free for more vectors: Chroma writes it out with whatever its memory held there.

    That may be words of an article that is gone. Files of a form that is not known are left as they are.
    """
    header, vectors = graph / "header.bin", graph / "data_level0.bin"
    if not (header.is_file() and vectors.is_file()):
        return
    version, _, _, elements, size = _HEADER.unpack(header.read_bytes()[: _HEADER.size])
    if version != _VERSION:
        return
    _clear(vectors, elements * size)
    if (lengths := graph / "length.bin").is_file():
        _clear(lengths, elements * 4)


def _clear(file: Path, start: int) -> None:
    """Zeroes from `start` to the end."""
    with file.open("r+b") as stream:
        left = file.stat().st_size - start
        stream.seek(start)
        while left > 0:
            left -= stream.write(bytes(min(left, _BLOCK)))
