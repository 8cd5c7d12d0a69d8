"""Xet's hashes: of a chunk, of the chunks of a xorb or file, of the chunks of a term.

https://huggingface.co/docs/xet/hashing. All are keyed blake3 hashes of 32 bytes; as text, each
eight bytes are a little-endian number.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, NamedTuple

from blake3 import blake3

from benchmark.localhub.problems import bad_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_DATA_KEY = bytes.fromhex("6697f5775b9550de3135cbaca597181c9de421109beb2b58b4d0b04b93adf229")
_NODE_KEY = bytes.fromhex("017ec5c7a5472996fd946666b48a02e65ddd536f37c76dd2f86352e64a53713f")
_TERM_KEY = bytes.fromhex("7f1857d6ce56ed66127ff913e7a5c3f3a4cd26d5b5db49e64124987f28fb94c3")
_FILE_KEY = bytes(32)
_NUMBERS = struct.Struct("<4Q")
_TEXT = re.compile(r"[0-9a-f]{64}")
# A group of nodes ends at the first hash, from the third on, that is a multiple of four.
_SMALLEST_GROUP = 3
_LARGEST_GROUP = 9


class Chunk(NamedTuple):
    """A chunk, or a node above several; `size` in bytes of plain data."""

    hash: bytes
    size: int


def to_text(value: bytes) -> str:
    """A hash as the API writes it."""
    return "{:016x}{:016x}{:016x}{:016x}".format(*_NUMBERS.unpack(value))


def from_text(text: str) -> bytes:
    """A hash that the API was given.

    Raises:
        HubError: 400 if it is none.
    """
    if not _TEXT.fullmatch(text):
        raise bad_request("A hash is 64 lowercase hexadecimal digits")
    return _NUMBERS.pack(*(int(text[at : at + 16], 16) for at in range(0, 64, 16)))


def chunk_of(data: bytes) -> Chunk:
    """The chunk with this content."""
    return Chunk(blake3(data, key=_DATA_KEY).digest(), len(data))


def xorb_hash(chunks: Sequence[Chunk]) -> bytes:
    """The hash of a xorb: the root of the tree over its chunks."""
    nodes = chunks
    while len(nodes) > 1:
        nodes = [_parent(group) for group in _groups(nodes)]
    return nodes[0].hash


def file_hash(chunks: Sequence[Chunk]) -> bytes:
    """The hash of a file of at least one chunk."""
    return blake3(xorb_hash(chunks), key=_FILE_KEY).digest()


def term_hash(chunks: Iterable[Chunk]) -> bytes:
    """What shows that the sender of a term knows its chunks."""
    return blake3(b"".join(chunk.hash for chunk in chunks), key=_TERM_KEY).digest()


def _groups(nodes: Sequence[Chunk]) -> Iterator[Sequence[Chunk]]:
    start = 0
    while start < len(nodes):
        stop = min(start + _LARGEST_GROUP, len(nodes))
        inner = range(start + _SMALLEST_GROUP, stop)
        end = next((end for end in inner if nodes[end - 1].hash[24] % 4 == 0), stop)
        yield nodes[start:end]
        start = end


def _parent(nodes: Sequence[Chunk]) -> Chunk:
    lines = "".join(f"{to_text(node.hash)} : {node.size}\n" for node in nodes)
    digest = blake3(lines.encode(), key=_NODE_KEY).digest()
    return Chunk(digest, sum(node.size for node in nodes))
