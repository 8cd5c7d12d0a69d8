"""Which chunks a client has to fetch for a file or a range of it, and where they lie in a xorb.

A xorb is sent as if none of its chunks were compressed, whatever the client had sent.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from benchmark.localhub.xet.chunks import HEADER_SIZE, plain_header
from benchmark.localhub.xet.shard import Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from benchmark.localhub.xet.entries import Entry


class Span(NamedTuple):
    """Chunks of a xorb and their bytes in it, each `start` up to but without `stop`."""

    chunks: tuple[int, int]
    bytes: tuple[int, int]


class Plan(NamedTuple):
    """How to put together a range of a file.

    Attributes:
        skip: how many bytes of the first term come before the range.
        terms: what the range consists of, without the chunks outside it.
        spans: what to fetch of each xorb.
    """

    skip: int
    terms: list[Term]
    spans: dict[bytes, list[Span]]


def plan(
    terms: Iterable[Term], start: int, stop: int, entries_of: Callable[[bytes], Sequence[Entry]]
) -> Plan:
    """How to put together the bytes from `start` up to but without `stop`.

    Args:
        terms: of the whole file.
        start: a byte of the file.
        stop: at most the size of the file.
        entries_of: the chunks of a xorb.
    """
    skip = 0
    wanted: list[Term] = []
    for offset, term in _overlapping(terms, start, stop):
        sizes = [entry.chunk.size for entry in entries_of(term.xorb)[term.start : term.stop]]
        before, part = _trim(term, sizes, start - offset, stop - offset)
        skip = skip if wanted else start - offset - before
        wanted.append(part)
    return Plan(skip, wanted, _spans(wanted, entries_of))


def serialize(
    entries: Sequence[Entry], data: Callable[[Sequence[Entry]], Iterator[bytes]], span: range
) -> Iterator[bytes]:
    """Bytes of a xorb, `span.start` up to but without `span.stop`; only what is needed is read."""
    bounds = _bounds(entries)
    first = max(bisect_right(bounds, span.start) - 1, 0)
    last = bisect_left(bounds, span.stop)
    position = bounds[first]
    for plain in data(entries[first:last]):
        piece = plain_header(len(plain)) + plain
        yield piece[max(span.start - position, 0) : span.stop - position]
        position += len(piece)


def serialized_size(entries: Sequence[Entry]) -> int:
    """The size of a xorb as it is sent, in bytes."""
    return _bounds(entries)[-1]


def _bounds(entries: Iterable[Entry]) -> list[int]:
    """Where each chunk starts in a xorb, and where the last one ends."""
    sizes = (HEADER_SIZE + entry.chunk.size for entry in entries)
    return list(accumulate(sizes, initial=0))


def _overlapping(terms: Iterable[Term], start: int, stop: int) -> Iterator[tuple[int, Term]]:
    offset = 0
    for term in terms:
        if offset >= stop:
            return
        if offset + term.size > start:
            yield offset, term
        offset += term.size


def _trim(term: Term, sizes: Sequence[int], start: int, stop: int) -> tuple[int, Term]:
    """The term without the chunks outside the range, and how many bytes came before it."""
    bounds = list(accumulate(sizes, initial=0))
    first = max(bisect_right(bounds, start) - 1, 0)
    last = min(bisect_left(bounds, stop), len(sizes))
    size = bounds[last] - bounds[first]
    return bounds[first], Term(term.xorb, term.start + first, term.start + last, size)


def _spans(
    terms: Iterable[Term], entries_of: Callable[[bytes], Sequence[Entry]]
) -> dict[bytes, list[Span]]:
    chunks: dict[bytes, list[tuple[int, int]]] = {}
    for term in sorted(terms):
        ranges = chunks.setdefault(term.xorb, [])
        if ranges and term.start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], term.stop))
        else:
            ranges.append((term.start, term.stop))
    return {xorb: _measured(ranges, entries_of(xorb)) for xorb, ranges in chunks.items()}


def _measured(ranges: Iterable[tuple[int, int]], entries: Iterable[Entry]) -> list[Span]:
    bounds = _bounds(entries)
    return [Span((start, stop), (bounds[start], bounds[stop])) for start, stop in ranges]
