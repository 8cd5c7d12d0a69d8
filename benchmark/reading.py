"""Texts of entries into entries, one after the other: never all of them are there as objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import canonical, crew, leaks, respelling, schema
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmark.entry import Packed

_MANY = 20_000
"""Entries that are worth the start of other processes: a second or two of work."""

_PIECE = 1_000
"""Entries that travel to another process together."""


def entries_of_array(data: bytes) -> list[Entry] | None:
    """The entries of a JSON array, the good ones packed; None if it is no array of entries."""
    spans = respelling.spans(data)
    if spans is None:
        return None
    if len(spans) < _MANY:
        return entries_of(data[start:end] for start, end in spans)
    return _entries_of_many(data, spans)


def entries_of(texts: Iterable[bytes]) -> list[Entry] | None:
    """The entries of these texts, the good ones packed; None if any of them is none."""
    entries = []
    for text in texts:
        try:
            value, written = canonical.loads_and_dumps(text, file="")
        except InvalidDataError:
            return None
        if not isinstance(value, dict):
            return None
        entries.append(settled(Entry(value, written)))
    return entries


def settled(entry: Entry) -> Entry:
    """Packed, unless something will have to be said about it: that is said in its own order."""
    return entry.packed() if schema.fits(entry) and leaks.is_clean(entry) else entry


def _entries_of_many(data: bytes, spans: Sequence[tuple[int, int]]) -> list[Entry] | None:
    entries: list[Entry] = []
    for piece, packed in crew.outcomes(_packed, _pieces(data, spans)):
        found = _entries_in(piece) if packed is None else list(map(_taken_over, packed))
        if found is None:
            return None
        entries += found
    return entries


def _pieces(data: bytes, spans: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    for first in range(0, len(spans), _PIECE):
        last = min(first + _PIECE, len(spans)) - 1
        yield data[spans[first][0] : spans[last][1]]


def _entries_in(piece: bytes) -> list[Entry] | None:
    texts = respelling.members(b"[%b]" % piece)
    return None if texts is None else entries_of(map(bytes, texts))


def _packed(piece: bytes) -> list[Packed] | None:
    """What another process sends back; None if it should be looked at here."""
    entries = _entries_in(piece)
    if entries is None or not all(entry.is_packed for entry in entries):
        return None
    return [entry.pack() for entry in entries]


def _taken_over(packed: Packed) -> Entry:
    entry = Entry.unpack(packed)
    schema.remember_good(entry)
    leaks.remember_clean(entry)
    return entry
