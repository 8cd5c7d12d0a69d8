"""The chunks of a serialized xorb: a header of 8 bytes and the data, compressed or plain.

https://huggingface.co/docs/xet/xorb. A client may compress; this hub sends plain data. The footer
that some clients add says nothing that the chunks don't, and is skipped.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from lz4.frame import LZ4FrameDecompressor

from benchmark.localhub.problems import bad_request

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1024 * 1024
LARGEST_CHUNK = 128 * 1024
LARGEST_XORB = 64 * MIB
"""Bytes of plain data."""
MOST_CHUNKS = 8 * 1024
LONGEST_UPLOAD = LARGEST_XORB + MIB
"""Bytes of a serialized xorb: incompressible data with its headers and footer."""
HEADER_SIZE = 8
FOOTER = b"XETBLOB"
_HEADER = struct.Struct("<II")
_PLAIN, _LZ4, _GROUPED_LZ4 = range(3)


class Header(NamedTuple):
    """The header of a chunk; sizes in bytes."""

    stored: int
    scheme: int
    size: int


def plain_header(size: int) -> bytes:
    """The header of a chunk whose data follows as it is."""
    return _HEADER.pack(size << 8, size << 8 | _PLAIN)


def read_headers(file: BinaryIO) -> Iterator[tuple[int, Header]]:
    """Where each chunk of a serialized xorb starts, and its header.

    Raises:
        HubError: 400 if this is no xorb within the limits of the protocol.
    """
    position = 0
    while data := file.read(HEADER_SIZE):
        if data.startswith(FOOTER):
            return
        header = _parse(data)
        yield position, header
        position += HEADER_SIZE + header.stored
        file.seek(position)


def read_chunk(file: BinaryIO, position: int) -> bytes:
    """The plain data of the chunk that starts there.

    Raises:
        HubError: 400 if the data isn't what the header says.
    """
    file.seek(position)
    header = _parse(file.read(HEADER_SIZE))
    stored = file.read(header.stored)
    if len(stored) != header.stored:
        raise bad_request("The xorb ends within a chunk")
    data = _plain(stored, header)
    if len(data) != header.size:
        raise bad_request("A chunk has not the size that its header says")
    return data


def _parse(data: bytes) -> Header:
    if len(data) != HEADER_SIZE:
        raise bad_request("The xorb ends within the header of a chunk")
    first, second = _HEADER.unpack(data)
    header = Header(stored=first >> 8, scheme=second & 0xFF, size=second >> 8)
    if first & 0xFF or header.scheme > _GROUPED_LZ4:
        raise bad_request("A chunk is in a form that this hub does not know")
    if not 0 < header.size <= LARGEST_CHUNK or header.stored > 2 * LARGEST_CHUNK:
        raise bad_request(f"A chunk has 1 to {LARGEST_CHUNK} bytes")
    return header


def _plain(stored: bytes, header: Header) -> bytes:
    if header.scheme == _PLAIN:
        return stored
    data = _decompress(stored, header.size)
    return _interleave(data) if header.scheme == _GROUPED_LZ4 else data


def _decompress(stored: bytes, size: int) -> bytes:
    """One LZ4 frame; never more than one byte beyond what was announced."""
    frame = LZ4FrameDecompressor()
    try:
        data: bytes = frame.decompress(stored, max_length=size + 1)
    except RuntimeError:
        raise bad_request("A chunk is not compressed as its header says") from None
    if not frame.eof or frame.unused_data:
        raise bad_request("A chunk has not the size that its header says")
    return data


def _interleave(data: bytes) -> bytes:
    """Undo the grouping by position modulo four: all first bytes, all second bytes, …."""
    result, start = bytearray(len(data)), 0
    for group in range(4):
        size = (len(data) + 3 - group) // 4
        result[group::4] = data[start : start + size]
        start += size
    return bytes(result)
