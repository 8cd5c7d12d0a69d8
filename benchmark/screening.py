"""Whether a file of entries is good, and how many they are: nothing is made of them.

For who only judges, a third of what reading them takes, some 20 µs for an entry of 1.6 kB. An entry
in doubt is read; where one is not good the answer is None, and whoever asks reads the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark import canonical, credentials, respelling, schema
from benchmark.entry import MAX_ENTRY_BYTES
from benchmark.reading import entries_of
from benchmark.verdict import SOUND, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmark.verdict import Kind

_MANY = 10_000
"""Entries that are worth the start of other processes."""

_PIECE = 1_000

_SURELY_SMALL = MAX_ENTRY_BYTES // 8
"""Bytes of an entry whose canonical form has at most 64 kB: 9e15 becomes four times as long."""


class Screened(NamedTuple):
    """A file all of whose entries are good.

    Attributes:
        entries: how many there are.
        doubted: those of which the verdict is not that they are sound: index and text.
    """

    entries: int
    doubted: tuple[tuple[int, bytes], ...]


def screened(data: bytes) -> Screened | None:
    """What is in a JSON array if all its entries are surely good, else None."""
    spans = respelling.spans(data)
    if spans is None:
        return None
    doubted: list[int] = []
    for first, found in _outcomes(data, spans):
        if found is None:
            return None
        doubted += [first + index for index in found]
    return Screened(len(spans), tuple((at, data[slice(*spans[at])]) for at in doubted))


def _outcomes(
    data: bytes, spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, list[int] | None]]:
    """The index of each piece's first entry, and what was found in it."""
    pieces = _pieces(data, spans)
    if len(spans) < _MANY:
        yield from ((at * _PIECE, _doubted(piece)) for at, piece in enumerate(pieces))
        return
    from benchmark import crew  # noqa: PLC0415 - what it imports takes 30 ms

    for at, (piece, found) in enumerate(crew.outcomes(_answered, pieces)):
        yield at * _PIECE, _doubted(piece) if found is None else found[0]


def _pieces(data: bytes, spans: Sequence[tuple[int, int]]) -> Iterator[list[bytes]]:
    for first in range(0, len(spans), _PIECE):
        yield [data[start:end] for start, end in spans[first : first + _PIECE]]


def _answered(texts: Iterable[bytes]) -> tuple[list[int] | None]:
    """What another process sends back: None alone would say that there was no process."""
    return (_doubted(texts),)


def _doubted(texts: Iterable[bytes]) -> list[int] | None:
    """The indices of those that are not sound; None if any is not good."""
    found = []
    for index, text in enumerate(texts):
        kind = _surely_good(text) or _good(text)
        if kind is None:
            return None
        if kind != SOUND:
            found.append(index)
    return found


def _good(text: bytes) -> Kind | None:
    """The verdict on an entry that is read; None if it is not good."""
    read = entries_of([text])
    if read is None or not read[0].is_packed:
        return None
    return read[0].standing.verdict


def _surely_good(text: bytes) -> Kind | None:
    """The verdict, if neither the reader, nor the schema, nor a search for credentials objects."""
    read = respelling.surely_read(text, canonical.MAX_DEPTH)
    if read is None or len(text) > _SURELY_SMALL:
        return None
    value, written = read
    if not isinstance(value, dict) or b"\\" in written:
        return None
    if not schema.is_valid(value) or credentials.json_may_hold(written.decode()):
        return None
    return verdict(value).kind
