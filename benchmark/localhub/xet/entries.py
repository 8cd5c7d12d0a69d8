"""The list of a xorb's chunks, as it is kept: which they are, and where the data of each lies."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from benchmark.localhub.xet.hashes import Chunk

if TYPE_CHECKING:
    from collections.abc import Iterable

_RECORD = struct.Struct("<32sII32sQ")
_NOWHERE = bytes(32)


class Place(NamedTuple):
    """Where a chunk lies in a stored file; `offset` in bytes."""

    oid: str
    offset: int


class Entry(NamedTuple):
    """A chunk of a xorb.

    Attributes:
        position: where it starts in the xorb as it was sent, in bytes.
        place: where it lies in a stored file, None while it lies in no one.
    """

    chunk: Chunk
    position: int
    place: Place | None = None


def pack(entries: Iterable[Entry]) -> bytes:
    """The list as bytes."""
    return b"".join(_pack(entry) for entry in entries)


def unpack(data: bytes) -> list[Entry]:
    """The list that `pack` made these bytes of."""
    return [_unpack(*record) for record in _RECORD.iter_unpack(data)]


def _pack(entry: Entry) -> bytes:
    owner, offset = _NOWHERE, 0
    if entry.place:
        owner, offset = bytes.fromhex(entry.place.oid), entry.place.offset
    return _RECORD.pack(entry.chunk.hash, entry.chunk.size, entry.position, owner, offset)


def _unpack(digest: bytes, size: int, position: int, owner: bytes, offset: int) -> Entry:
    place = None if owner == _NOWHERE else Place(owner.hex(), offset)
    return Entry(Chunk(digest, size), position, place)
