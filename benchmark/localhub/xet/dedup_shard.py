"""Writes the shard that answers a query for a chunk: xorbs, and which chunks they have.

https://huggingface.co/docs/xet/shard, as for global deduplication: no files, and the hashes of
chunks keyed, so that only who has a chunk finds out where it lies. The lookup tables, which the
specification leaves out, are there for clients that search with them
(https://github.com/huggingface/xet-core, `MDBShardInfo`).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from blake3 import blake3

from benchmark.localhub.xet.shard import HEADER, LAST, TAG, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmark.localhub.xet.hashes import Chunk

_XORB = struct.Struct("<32sIIII")
_CHUNK = struct.Struct("<32sIIQ")
_END = LAST + bytes(16)
_XORB_LOOKUP = struct.Struct("<QI")
_CHUNK_LOOKUP = struct.Struct("<QII")
_FOOTER = struct.Struct("<9Q32s2Q6Q4Q")
_FOOTER_VERSION = 1


class Validity(NamedTuple):
    """From when until when clients may use a shard (Unix time), and what its hashes are keyed with.

    Attributes:
        key: 32 bytes, not all zero.
    """

    key: bytes
    made: int
    expires: int


class _Section:
    """The xorbs of a shard and the tables to search in them, as they grow.

    Tables count in entries of 48 bytes, from the start of the section.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._parts: list[bytes] = []
        self._xorbs: list[tuple[int, int]] = []
        self._chunks: list[tuple[int, int, int]] = []
        self.size = 0

    def add(self, xorb: bytes, chunks: Sequence[Chunk]) -> None:
        at, size = len(self._parts), sum(chunk.size for chunk in chunks)
        self._xorbs.append((_shortened(xorb), at))
        self._parts.append(_XORB.pack(xorb, 0, len(chunks), size, size))
        self.size += size
        start = 0
        for number, chunk in enumerate(chunks):
            keyed = blake3(chunk.hash, key=self._key).digest()
            self._chunks.append((_shortened(keyed), at, number))
            self._parts.append(_CHUNK.pack(keyed, start, chunk.size, 0))
            start += chunk.size

    def pieces(self) -> tuple[bytes, bytes, bytes]:
        """The section and both tables."""
        xorbs = b"".join(_XORB_LOOKUP.pack(*row) for row in sorted(self._xorbs))
        chunks = b"".join(_CHUNK_LOOKUP.pack(*row) for row in sorted(self._chunks))
        return b"".join([*self._parts, _END]), xorbs, chunks


def dedup_shard(xorbs: Iterable[tuple[bytes, Sequence[Chunk]]], validity: Validity) -> bytes:
    """A shard with these xorbs and all their chunks."""
    section = _Section(validity.key)
    for xorb, chunks in xorbs:
        section.add(xorb, chunks)
    listed, xorb_table, chunk_table = section.pieces()
    files = HEADER.size
    first = files + len(_END)
    tables = first + len(listed)
    chunk_lookup = tables + len(xorb_table)
    footer = chunk_lookup + len(chunk_table)
    return b"".join([
        HEADER.pack(TAG, VERSION, _FOOTER.size),
        _END,
        listed,
        xorb_table,
        chunk_table,
        _FOOTER.pack(
            _FOOTER_VERSION, files, first,
            tables, 0,
            tables, len(xorb_table) // _XORB_LOOKUP.size,
            chunk_lookup, len(chunk_table) // _CHUNK_LOOKUP.size,
            *validity, *[0] * 6,
            section.size, 0, section.size, footer,
        ),
    ])  # fmt: skip


def _shortened(value: bytes) -> int:
    """What lookup tables have of a hash."""
    return int.from_bytes(value[:8], "little")
