"""Which entries of a file are good at a glance, and how many there are: nothing is made of them.

For who only judges: in half the time that reading them takes, some 15 µs for an entry of 1.6 kB.
They are looked at some at a time; where there is a doubt, one by one; an entry in doubt is read.

Of the 15, msgspec takes 4 to read it by the schema's types, which is to judge it, orjson 1 to write
it, and counting its keys 1.5: of one that is named twice no reader tells. Credentials take 3.5 (a
search by the regex crate, of 2 ns a byte), the verdict 3. Weighed: orjson and jsonschema-rs for
types, 5 more; remembering the sections that were seen, 3 less where most are alike and 3 more
where they are not; several searches that begin with letters, no less.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from benchmark import bounds, canonical, credentials, cut, regular_file, respelling, schema
from benchmark.entry import MAX_ENTRY_BYTES
from benchmark.file_text import FileText
from benchmark.reading import entries_of, valid_together
from benchmark.regular_file import NotReadableError
from benchmark.verdict import SOUND, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from benchmark.cut import Text
    from benchmark.verdict import Kind

_MANY = 16 * 1024 * 1024
"""Bytes that are worth the start of another process."""

_PIECE = 2 * 1024 * 1024
_LEAST = 256 * 1024
"""Bytes of the last of them."""

_TOGETHER = 24 * 1024
"""Bytes of entries that are looked at together: as objects they fit the processor's cache."""

_SURELY_SMALL = MAX_ENTRY_BYTES // 8
"""Bytes of an entry whose canonical form has at most 64 kB: 9e15 becomes four times as long."""

_NO_DOUBT = {SOUND}
MOST_SUSPECTS = 1_000
"""Of a file with more, reading all of it tells as much."""


class Screened(NamedTuple):
    """A list of entries.

    Attributes:
        entries: how many there are.
        doubted: good ones of which the verdict is not that they are sound: index and text.
        suspects: those that are not good, and nobody else: index and text.
    """

    entries: int = 0
    doubted: tuple[tuple[int, bytes], ...] = ()
    suspects: tuple[tuple[int, bytes], ...] = ()

    @property
    def is_flawless(self) -> bool:
        """Whether of none of them there is anything to say."""
        return not self.doubted and not self.suspects

    def and_then(self, more: Screened) -> Screened:
        """The list that begins with this one."""
        if more.is_flawless:
            return self._replace(entries=self.entries + more.entries)
        doubted, suspects = (
            tuple((self.entries + index, text) for index, text in found)
            for found in (more.doubted, more.suspects)
        )
        entries = self.entries + more.entries
        return Screened(entries, self.doubted + doubted, self.suspects + suspects)


def screened_file(path: Path) -> Screened | None:
    """What `screened` says of a large file, of which each process reads its own pieces.

    None also if it is small, cannot be read so, or is changed meanwhile.
    """
    if not hasattr(os, "pread"):
        return None
    with (
        suppress(OSError, NotReadableError),
        regular_file.opened(path, bounds.MAX_FILE_BYTES) as file,
    ):
        text = FileText(file.fileno())
        found = screened(text) if len(text) > _MANY else None
        return None if text.has_changed() else found
    return None


def screened(text: Text) -> Screened | None:
    """What is in a JSON array; None if it is none, or hardly any entry in it is good."""
    found = None
    with suppress(cut.UncutError):
        found = _joined(text, cut.spans(text, _PIECE, _LEAST))
    if found is None or not found.entries:
        data = text[:]
        members = respelling.spans(data)
        found = None if members is None else _joined(data, cut.gathered(members, _PIECE))
    return found if found and len(found.suspects) <= MOST_SUSPECTS else None


def _joined(data: Text, spans: Iterable[cut.Span]) -> Screened | None:
    """What is in all these pieces of a list; None if one of them is no list."""
    found = Screened()
    for more in _looks(data, spans):
        if more is None:
            return None
        found = found.and_then(more)
        if len(found.suspects) > MOST_SUSPECTS:
            break
    return found


def _looks(data: Text, spans: Iterable[cut.Span]) -> Iterator[Screened | None]:
    if len(data) <= _MANY:
        return (_screened(data[start:end]) for start, end in spans)
    from benchmark import crew  # noqa: PLC0415 - what it imports takes 30 ms

    return (found for _, found in crew.outcomes(_screened, data, spans))


def _screened(piece: bytes) -> Screened | None:
    """What is in a list without its brackets; None if it is none."""
    found = None
    with suppress(cut.UncutError):
        found = _at_a_glance(piece)
    return found or _one_by_one(b"[%b]" % piece)


def _at_a_glance(piece: bytes) -> Screened | None:
    found = Screened()
    for array in cut.arrays(piece, _TOGETHER):
        kinds = _kinds(array)
        if kinds is not None and {*kinds} <= _NO_DOUBT:
            more: Screened | None = Screened(len(kinds))
        else:
            more = _one_by_one(array, kinds)
        if more is None:
            return None
        found = found.and_then(more)
        if len(found.suspects) > MOST_SUSPECTS:
            break
    return found if found.entries else None


def _one_by_one(array: bytes, kinds: Sequence[Kind] | None = None) -> Screened | None:
    """The same of an array; its verdicts may be known, and then all are good."""
    texts = respelling.members(array)
    if texts is None:
        return None
    doubted, suspects = [], []
    for index, text in enumerate(map(bytes, texts)):
        kind = kinds[index] if kinds else _surely_good(text) or _good(text)
        if kind is None:
            suspects.append((index, text))
        elif kind != SOUND:
            doubted.append((index, text))
        if len(suspects) > MOST_SUSPECTS:
            break
    return Screened(len(texts), tuple(doubted), tuple(suspects))


def _kinds(array: bytes) -> list[Kind] | None:
    """The verdicts on all entries, if `_surely_good` has one on each."""
    read = valid_together(respelling.read_together, array)
    if read is None or read.longest > _SURELY_SMALL:
        return None
    if _is_unsure()(read.joined.decode()):
        return None
    return [*map(kind_of, read.values)]


@cache
def _is_unsure() -> Callable[[str], bool]:
    return credentials.search_of_json(respelling.UNSURE)


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
    return kind_of(value)
