"""Columns as text of a page: deflated, so that ten thousand results fit in two megabytes."""

from __future__ import annotations

import zlib
from base64 import b64encode
from typing import TYPE_CHECKING

from benchmark import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmark.canonical import Json

_LEVEL = 9
_RAW = -zlib.MAX_WBITS
"""Without zlib's header: what a browser's DecompressionStream names "deflate-raw"
(https://compression.spec.whatwg.org/#supported-formats)."""


def pack(value: Json) -> str:
    """JSON, deflated, in base64: no text of a contributor is text of the page."""
    return b64encode(_deflated(value)).decode()


def fitting(
    columns: Sequence[Mapping[str, Json]],
    room: int,
    is_wanted: Callable[[Mapping[str, Json]], bool],
) -> list[Mapping[str, Json]]:
    """The columns that take `room` bytes when packed, in order: all, or else some.

    Those that are wanted go first, and of the others the smallest.
    """
    if len(pack([dict(column) for column in columns])) <= room:
        return list(columns)
    sizes = [_packed_size(dict(column)) for column in columns]
    kept: set[int] = set()
    left = room
    order = sorted(range(len(columns)), key=lambda at: (not is_wanted(columns[at]), sizes[at], at))
    for index in order:
        if sizes[index] <= left:
            left -= sizes[index]
            kept.add(index)
    return [column for index, column in enumerate(columns) if index in kept]


def _packed_size(value: Json) -> int:
    return -(-len(_deflated(value)) // 3) * 4


def _deflated(value: Json) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    return packer.compress(canonical.dumps(value)) + packer.flush()
