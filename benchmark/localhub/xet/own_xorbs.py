"""The xorbs that a stored file comes in if it is sent alone, and all of it is new.

A client that knows much of a file sends few chunks, and names the others in xorbs of many earlier
files; the file after that names still more xorbs. So the hub gives every file xorbs of its own:
lists of its chunks, all of which lie one behind the other in the file. Clients fetch it in one
piece, and what they send next refers to it alone, however many versions came before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub.xet.chunks import LARGEST_XORB, MOST_CHUNKS
from benchmark.localhub.xet.entries import Entry, Place
from benchmark.localhub.xet.hashes import xorb_hash
from benchmark.localhub.xet.shard import Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmark.localhub.xet.hashes import Chunk

_NEVER_SENT = 0


def own_xorbs(chunks: Iterable[Chunk], oid: str) -> Iterator[tuple[bytes, list[Entry]]]:
    """As few xorbs as can hold a file's chunks, each with its hash and where its chunks lie.

    Args:
        chunks: of the file, in order.
        oid: the sha-256 under which the file is stored.
    """
    offset = 0
    for group in _groups(chunks):
        entries = []
        for chunk in group:
            entries.append(Entry(chunk, _NEVER_SENT, Place(oid, offset)))
            offset += chunk.size
        yield xorb_hash(group), entries


def _groups(chunks: Iterable[Chunk]) -> Iterator[list[Chunk]]:
    group: list[Chunk] = []
    size = 0
    for chunk in chunks:
        if size + chunk.size > LARGEST_XORB or len(group) == MOST_CHUNKS:
            yield group
            group, size = [], 0
        group.append(chunk)
        size += chunk.size
    yield group


def places_of(
    own: Iterable[tuple[bytes, Sequence[Entry]]],
) -> Iterator[tuple[bytes, dict[int, Place]]]:
    """Where the chunks of these xorbs lie, by number."""
    for xorb, entries in own:
        yield xorb, {number: entry.place for number, entry in enumerate(entries) if entry.place}


def whole(xorb: bytes, entries: Sequence[Entry]) -> Term:
    """All of a xorb, as part of a file."""
    return Term(xorb, 0, len(entries), sum(entry.chunk.size for entry in entries))
