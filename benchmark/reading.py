"""Texts of entries into entries, one after the other: never all of them are there as objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import bounds, canonical, leaks, respelling, schema
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmark.entry import Packed

_MANY = 30_000
"""Entries that are worth the start of other processes: a second or two of work."""

_ROOM = 16 * 1024 * 1024
"""Bytes of canonical forms; as objects they take some fifteen times as many."""

_PIECE = 1_000
"""Entries that travel to another process together."""


def entries_of_array(data: bytes, *, file: str) -> list[Entry] | None:
    """The entries of a JSON array, the good ones packed; None if it is no array of entries.

    Raises:
        InvalidDataError: it has more members than there can be entries in so many bytes.
    """
    spans = respelling.spans(data)
    if spans is None:
        return None
    bounds.check_members(len(spans), len(data), file)
    if len(spans) < _MANY:
        return entries_of(data[start:end] for start, end in spans)
    return _entries_of_many(data, spans)


class _Room:
    """For entries that stay objects, as something will be said about them: the rest is packed."""

    def __init__(self) -> None:
        self._bytes = _ROOM

    def given(self, entry: Entry) -> Entry:
        if entry.is_packed:
            return entry
        self._bytes -= len(entry.canonical)
        return entry if self._bytes >= 0 else entry.packed()


def entries_of(texts: Iterable[bytes], room: _Room | None = None) -> list[Entry] | None:
    """The entries of these texts, the good ones packed; None if any of them is none."""
    entries = []
    room = room or _Room()
    for text in texts:
        if len(text) > bounds.MAX_WRITTEN_BYTES:
            return None
        try:
            value, written = canonical.loads_and_dumps(text, file="")
        except InvalidDataError:
            return None
        if not isinstance(value, dict):
            return None
        entries.append(room.given(settled(Entry(value, written))))
    return entries


def settled(entry: Entry) -> Entry:
    """Packed, unless something will have to be said about it: that is said in its own order."""
    return entry.packed() if schema.fits(entry) and leaks.is_clean(entry) else entry


def _entries_of_many(data: bytes, spans: Sequence[tuple[int, int]]) -> list[Entry] | None:
    from benchmark import crew  # noqa: PLC0415 - what it imports takes 30 ms

    entries: list[Entry] = []
    room = _Room()
    for piece, packed in crew.outcomes(_packed, _pieces(data, spans)):
        found = _entries_in(piece, room) if packed is None else list(map(_taken_over, packed))
        if found is None:
            return None
        entries += found
    return entries


def _pieces(data: bytes, spans: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    for first in range(0, len(spans), _PIECE):
        last = min(first + _PIECE, len(spans)) - 1
        yield data[spans[first][0] : spans[last][1]]


def _entries_in(piece: bytes, room: _Room | None = None) -> list[Entry] | None:
    texts = respelling.members(b"[%b]" % piece)
    return None if texts is None else entries_of(map(bytes, texts), room)


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
