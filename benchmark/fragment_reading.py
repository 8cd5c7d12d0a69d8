"""Fragments of `runs/` into entries: canonical lines some at a time, many fragments by a crew.

A history is thousands of fragments of few lines each; each for itself would be read line by line,
in twice the time.
"""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from benchmark import reading
from benchmark.columns import by_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmark.columns import Columns
    from benchmark.cut import Span
    from benchmark.entry import Entry

_LINE = re.compile(rb"\n*([^\n]+)")


def text_lines(data: bytes) -> Iterator[bytes]:
    """The lines of a JSON Lines file without their ends; blank ones are skipped."""
    # Not by `split`: a file of nothing but line ends would take ten times its size.
    found = (line[1] for line in _LINE.finditer(data.rstrip(b"\n")))
    return (line for line in found if line.strip())


def entries_of_fragments(fragments: Sequence[bytes]) -> Iterator[list[Entry] | None]:
    """The entries of each, the good ones packed; None where a line is none."""
    room = reading.Room()
    for (start, end), read in _read(fragments):
        if read is None:
            yield from (entries_of_lines(one, room) for one in fragments[start:end])
        else:
            entries = iter(reading.taken_over(read.columns.rows()))
            yield from ([*islice(entries, count)] for count in read.counts)


def entries_of_lines(fragment: bytes, room: reading.Room | None = None) -> list[Entry] | None:
    """The entries of a fragment, as `reading.entries_of` has them; canonical lines together."""
    entries: list[Entry] = []
    room = room or reading.Room()
    for lines in _gathered(text_lines(fragment)):
        together = _read_together(lines)
        found = reading.entries_of(lines, room) if together is None else together
        if found is None:
            return None
        entries += found
    return entries


class _Read(NamedTuple):
    """What another process sends back.

    Attributes:
        counts: entries of each fragment.
        columns: of all of them.
    """

    counts: tuple[int, ...]
    columns: Columns


def _read(fragments: Sequence[bytes]) -> Iterator[tuple[Span, _Read | None]]:
    """Some neighbours at a time, and what another process made of them."""
    if sum(map(len, fragments)) <= reading.MANY:
        yield (0, len(fragments)), None
        return
    from benchmark import crew  # noqa: PLC0415 - what it imports takes 30 ms

    yield from crew.outcomes(_packed, fragments, _spans(fragments))


def _spans(fragments: Sequence[bytes]) -> Iterator[Span]:
    start = size = 0
    for end, fragment in enumerate(fragments, 1):
        size += len(fragment)
        if size >= reading.PIECE or end == len(fragments):
            yield start, end
            start, size = end, 0


def _packed(fragments: Sequence[bytes]) -> _Read | None:
    """What they hold; None if something has to be said of it, or there is nothing."""
    found = []
    for fragment in fragments:
        entries = entries_of_lines(fragment)
        if entries is None or not all(entry.is_packed for entry in entries):
            return None
        found.append([entry.pack() for entry in entries])
    together = [*chain.from_iterable(found)]
    return _Read(tuple(map(len, found)), by_columns(together)) if together else None


def _gathered(texts: Iterable[bytes]) -> Iterator[list[bytes]]:
    """So many lines at a time as are worth being read together."""
    lines, size = list[bytes](), 0
    for text in texts:
        lines.append(text)
        size += len(text)
        if size >= reading.TOGETHER:
            yield lines
            lines, size = [], 0
    if lines:
        yield lines


def _read_together(lines: list[bytes]) -> list[Entry] | None:
    """The entries, if all are good at a glance and each line is one just as we write it.

    A bracket of one line may be closed in another, but not where each is a canonical form.
    """
    packed = reading.packed_together(b"[%b]" % b",".join(lines))
    if packed is None or [one.canonical for one in packed] != lines:
        return None
    return reading.taken_over(packed)
