"""Texts of entries into entries, one after the other: never all of them are there as objects."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from itertools import starmap
from typing import TYPE_CHECKING, Any

from benchmark import bounds, canonical, credentials, cut, leaks, respelling, schema, typed
from benchmark.columns import by_columns
from benchmark.entry import MAX_ENTRY_BYTES, Entry, packed_of
from benchmark.errors import InvalidDataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from benchmark.columns import Columns
    from benchmark.entry import Packed
    from benchmark.respelling import Together

MANY = 32 * 1024 * 1024
"""Bytes that are worth the start of other processes: a second of work."""

_ROOM = 16 * 1024 * 1024
"""Bytes of canonical forms; as objects they take some fifteen times as many."""

PIECE = 2 * 1024 * 1024
"""Bytes that travel to another process together."""

_LEAST = 256 * 1024
"""Bytes of the last of them."""

TOGETHER = 24 * 1024
"""Bytes of entries that are read together: as objects they fit the processor's cache."""


def entries_of_array(data: bytes, *, file: str) -> list[Entry] | None:
    """The entries of a JSON array, the good ones packed; None if it is no array of entries.

    Raises:
        InvalidDataError: it has more members than there can be entries in so many bytes.
    """
    try:
        return _cut_entries(data, file) or _whole_entries(data, file)
    except _NoEntryError:
        return None


class _NoEntryError(Exception):
    """A member of the list is no entry that can be read."""


class Room:
    """For entries that stay objects, as something will be said about them: the rest is packed."""

    def __init__(self) -> None:
        self._bytes = _ROOM

    def given(self, entry: Entry) -> Entry:
        """The entry, packed where there is no room for its objects any more."""
        if entry.is_packed:
            return entry
        self._bytes -= len(entry.canonical)
        return entry if self._bytes >= 0 else entry.packed()


def entries_of(texts: Iterable[bytes], room: Room | None = None) -> list[Entry] | None:
    """The entries of these texts, the good ones packed; None if any of them is none."""
    entries = []
    room = room or Room()
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


def _cut_entries(data: bytes, file: str) -> list[Entry] | None:
    """The entries of a list that can be cut; None of any other."""
    entries: list[Entry] = []
    with suppress(cut.UncutError):
        for size, found in _entries_of_pieces(data, cut.spans(data, PIECE, _LEAST)):
            # There may be so few bytes for so many in another piece.
            if found is None or bounds.are_too_short(len(found), size):
                return None
            entries += found
        bounds.check_members(len(entries), len(data), file)
        return entries
    return None


def _whole_entries(data: bytes, file: str) -> list[Entry] | None:
    members = respelling.spans(data)
    if members is None:
        return None
    bounds.check_members(len(members), len(data), file)
    pieces = _entries_of_pieces(data, cut.gathered(members, PIECE))
    return [entry for _, found in pieces for entry in found or ()]


def _entries_of_pieces(
    data: bytes, spans: Iterable[cut.Span]
) -> Iterator[tuple[int, list[Entry] | None]]:
    """How long each piece is, and its entries; None if it is no list.

    Raises:
        _NoEntryError: something in one of them is no entry.
    """
    room = Room()
    for (start, end), packed in _read(data, spans):
        if packed is None:
            yield end - start, _entries_in(data[start:end], room)
        else:
            yield end - start, taken_over(packed.rows())


def _read(data: bytes, spans: Iterable[cut.Span]) -> Iterable[tuple[cut.Span, Columns | None]]:
    if len(data) <= MANY:
        return ((span, None) for span in spans)
    from benchmark import crew  # noqa: PLC0415 - what it imports takes 30 ms

    return crew.outcomes(_columns, data, spans)


def _columns(piece: bytes) -> Columns | None:
    """What another process sends back; None if it should be looked at here."""
    packed = _packed(piece)
    return by_columns(packed) if packed else None


def _packed(piece: bytes) -> list[Packed] | None:
    """The entries, if nothing has to be said of any."""
    found: list[Packed] = []
    with suppress(cut.UncutError):
        for array in cut.arrays(piece, TOGETHER):
            packed = packed_together(array)
            if packed is None:
                entries = _entries_one_by_one(array)
                if entries is None or not all(entry.is_packed for entry in entries):
                    return None
                packed = [entry.pack() for entry in entries]
            found += packed
        return found
    return None


def _entries_in(piece: bytes, room: Room) -> list[Entry] | None:
    """None if it is no list.

    Raises:
        _NoEntryError: something in it is no entry.
    """
    entries = _entries_of_parts(piece, room)
    if entries:
        return entries
    texts = respelling.members(b"[%b]" % piece)
    if texts is None:
        return None
    entries = entries_of(map(bytes, texts), room)
    if entries is None:
        raise _NoEntryError
    return entries


def _entries_of_parts(piece: bytes, room: Room) -> list[Entry] | None:
    """Its entries, read together; None if it cannot be cut, or something in it is no entry."""
    entries: list[Entry] = []
    with suppress(cut.UncutError):
        for array in cut.arrays(piece, TOGETHER):
            packed = packed_together(array)
            found = _entries_one_by_one(array, room) if packed is None else taken_over(packed)
            if found is None:
                return None
            entries += found
        return entries
    return None


def _entries_one_by_one(array: bytes, room: Room | None = None) -> list[Entry] | None:
    texts = respelling.members(array)
    return None if texts is None else entries_of(map(bytes, texts), room)


def packed_together(array: bytes) -> list[Packed] | None:
    """The entries, if all are good at a glance."""
    read = valid_together(respelling.respelled_together, array)
    if read is None or _is_unsure()(read.joined.decode()):
        return None
    if read.longest > MAX_ENTRY_BYTES:
        return None
    return [packed_of(value, text) for value, text in zip(read.values, read.texts, strict=True)]


def valid_together(read: Callable[..., Together | None], array: bytes) -> Together | None:
    """The entries, if all fit the schema: most have the fields that it names, and no others.

    Args:
        read: of `respelling`.
        array: a JSON text.
    """
    found = read(array, canonical.MAX_DEPTH, typed.loads)
    if found is not None and typed.fit(found.values):
        return found
    found = read(array, canonical.MAX_DEPTH)
    if found is None or not all(map(schema.is_valid, found.values)):
        return None
    typed.learn(found.values)
    return found


@cache
def _is_unsure() -> Callable[[str], bool]:
    return credentials.search_of_json(respelling.UNSURE_SPELLING)


def taken_over(packed: Iterable[tuple[Any, ...]]) -> list[Entry]:
    """Entries of which nothing has to be said."""
    entries = [*starmap(Entry.unpack, packed)]
    schema.remember_good(entries)
    leaks.remember_clean(entries)
    return entries
