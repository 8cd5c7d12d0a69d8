"""Whether a file of entries is good and sound, and how many they are: nothing is made of them.

For who only judges, a third of what reading them takes, some 20 µs for an entry of 1.6 kB. An entry
in doubt is read; where one is not good the answer is None, and whoever asks reads the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import canonical, credentials, respelling, schema
from benchmark.entry import MAX_ENTRY_BYTES
from benchmark.reading import entries_of
from benchmark.verdict import SOUND, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MANY = 10_000
"""Entries that are worth the start of other processes."""

_PIECE = 1_000

_SURELY_SMALL = MAX_ENTRY_BYTES // 8
"""Bytes of an entry whose canonical form has at most 64 kB: 9e15 becomes four times as long."""


def good_entries(data: bytes) -> int | None:
    """How many entries a JSON array holds if all of them are good and sound, else None."""
    spans = respelling.spans(data)
    if spans is None:
        return None
    if len(spans) < _MANY:
        good = all(_is_good(data[start:end]) for start, end in spans)
    else:
        good = _are_good(data, spans)
    return len(spans) if good else None


def _are_good(data: bytes, spans: Sequence[tuple[int, int]]) -> bool:
    from benchmark import crew  # noqa: PLC0415 - what it imports takes 30 ms

    outcomes = crew.outcomes(_is_good_piece, _pieces(data, spans))
    return all(_is_good_piece(piece) if good is None else good for piece, good in outcomes)


def _pieces(data: bytes, spans: Sequence[tuple[int, int]]) -> Iterator[list[bytes]]:
    for first in range(0, len(spans), _PIECE):
        yield [data[start:end] for start, end in spans[first : first + _PIECE]]


def _is_good_piece(texts: Iterable[bytes]) -> bool:
    return all(map(_is_good, texts))


def _is_good(text: bytes) -> bool:
    if _is_surely_good(text):
        return True
    read = entries_of([text])
    return read is not None and read[0].is_packed and read[0].standing.verdict == SOUND


def _is_surely_good(text: bytes) -> bool:
    """Whether neither reader, nor schema, nor search for credentials, nor verdict would object."""
    read = respelling.surely_read(text, canonical.MAX_DEPTH)
    if read is None or len(text) > _SURELY_SMALL:
        return False
    value, written = read
    if not isinstance(value, dict) or b"\\" in written or not schema.is_valid(value):
        return False
    return verdict(value).kind == SOUND and not credentials.json_may_hold(written.decode())
