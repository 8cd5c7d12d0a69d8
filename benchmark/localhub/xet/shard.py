"""Reads a shard: which chunks of which xorbs make up each file.

https://huggingface.co/docs/xet/shard. Only the files are read. What a shard says of xorbs, this hub
knows from the xorbs themselves; the tables and the footer help to search in a shard, which nobody
does here.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark.localhub.problems import bad_request
from benchmark.localhub.xet.hashes import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_SHARD = 65 * 1024 * 1024
"""Bytes; clients end a shard at 64 MiB."""
TAG = bytes.fromhex("48465265706f4d6574614461746100556967456a7b815783a5bdd95ccdd14aa9")
HEADER = struct.Struct("<32sQQ")
VERSION = 2
_FILE = struct.Struct("<32sIIQ")
_TERM = struct.Struct("<32sIIII")
_HASH = struct.Struct("<32s16s")
LAST = b"\xff" * 32
_WITH_TERM_HASHES = 1 << 31
_WITH_SHA256 = 1 << 30


class Term(NamedTuple):
    """Consecutive chunks of one xorb, `start` up to but without `stop`; `size` in plain bytes."""

    xorb: bytes
    start: int
    stop: int
    size: int


class ShardFile(NamedTuple):
    """A file as a shard describes it.

    Attributes:
        hash: the file's Xet hash.
        terms: what it consists of, in order.
        term_hashes: one for each term.
        sha256: of the content, in hexadecimal; None if the client didn't say.
    """

    hash: bytes
    terms: tuple[Term, ...]
    term_hashes: tuple[bytes, ...]
    sha256: str | None


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def take(self, form: struct.Struct) -> tuple[Any, ...]:
        return next(self.all(form, 1))

    def all(self, form: struct.Struct, count: int) -> Iterator[tuple[Any, ...]]:
        start, self._position = self._position, self._position + form.size * count
        if self._position > len(self._data):
            raise bad_request("The shard ends too early")
        return form.iter_unpack(self._data[start : self._position])


def read_files(data: bytes) -> Iterator[ShardFile]:
    """The files of a shard, one after the other.

    Raises:
        HubError: 400 if this is no shard; what came before is fine.
    """
    reader = _Reader(data)
    if reader.take(HEADER)[:2] != (TAG, VERSION):
        raise bad_request("This is no shard of version 2")
    while True:
        file, flags, count, _ = reader.take(_FILE)
        if file == LAST:
            return
        if not flags & _WITH_TERM_HASHES or not count:
            raise bad_request("A file of the shard lacks its terms or their hashes")
        terms = tuple(_term(entry) for entry in reader.all(_TERM, count))
        hashes = tuple(value for value, _ in reader.all(_HASH, count))
        sha256 = to_text(reader.take(_HASH)[0]) if flags & _WITH_SHA256 else None
        yield ShardFile(file, terms, hashes, sha256)


def _term(entry: tuple[Any, ...]) -> Term:
    xorb, _flags, size, start, stop = entry
    return Term(xorb, start, stop, size)
