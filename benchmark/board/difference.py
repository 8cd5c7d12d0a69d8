"""Which lines of one file stand in another, byte for byte.

Both are walked at once: blocks that are equal are compared as blocks; where they differ, a window
of lines of either side, twice as large each time, is searched for the next line they share. What
is called held is there; a line may be called new though it stands somewhere else, which costs its
reader a parse and nothing more. The time is linear whatever the order of the lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.board.lines import Span, bare, line_end

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST_BLOCK = 4 * 1024
_LARGEST_BLOCK = 256 * 1024
"""A block and its copy stay in the processor's cache."""

_FIRST_WINDOW = 4
_COMMA = ord(",")


class Part(NamedTuple):
    """Some lines of the one file, and where they stand in the other; None if they are new."""

    mine: Span
    theirs: Span | None


class _Side(NamedTuple):
    data: bytes
    at: int
    end: int

    @property
    def is_over(self) -> bool:
        return self.at >= self.end

    def moved(self, to: int) -> _Side:
        return self._replace(at=to)

    def line(self) -> Span:
        return Span(self.at, line_end(self.data, self.at, self.end))

    def bare_line(self) -> bytes:
        return bare(self.data[slice(*self.line())])


def difference(mine: tuple[bytes, Span], theirs: tuple[bytes, Span]) -> Iterator[Part]:
    """The lines of `mine` in their order, in parts that `theirs` holds and parts that are new.

    Args:
        mine: a file that `is_framed`, and which of its lines.
        theirs: the same of the file that is compared with.
    """
    one, other = (_Side(data, *span) for data, span in (mine, theirs))
    while not (one.is_over or other.is_over):
        held = _held_lines(one, other)
        if held is None:
            ahead, other = _next_shared(one, other)
            if ahead.at > one.at:
                yield Part(Span(one.at, ahead.at), None)
            one = ahead
        else:
            yield Part(*held)
            one, other = one.moved(held[0].end), other.moved(held[1].end)
    if not one.is_over:
        yield Part(Span(one.at, one.end), None)


def _held_lines(one: _Side, other: _Side) -> tuple[Span, Span] | None:
    """The lines that are equal from here on: a block of them, at least one but for its comma."""
    line, their_line = one.line(), other.line()
    # The last line of a file has no comma.
    if bare(one.data[slice(*line)]) != bare(other.data[slice(*their_line)]):
        return None
    size = one.data.rfind(b"\n", one.at, one.at + _equal_bytes(one, other)) + 1 - one.at
    if size <= line.size:
        return line, their_line
    return Span(one.at, one.at + size), Span(other.at, other.at + size)


def _equal_bytes(one: _Side, other: _Side) -> int:
    """How many bytes are equal from here on."""
    done, most, block = 0, min(one.end - one.at, other.end - other.at), _FIRST_BLOCK
    while done < most:
        size = min(block, most - done)
        if not _same(one, other, done, size):
            return done + _first_difference(one, other, done, size)
        done, block = done + size, min(2 * block, _LARGEST_BLOCK)
    return done


def _first_difference(one: _Side, other: _Side, start: int, size: int) -> int:
    """Where, after `start`, two blocks differ that are known to."""
    low, high = 0, size
    while high - low > 1:
        middle = (low + high) // 2
        if _same(one, other, start + low, middle - low):
            low = middle
        else:
            high = middle
    return low


def _same(one: _Side, other: _Side, start: int, size: int) -> bool:
    # One copy and memcmp; comparing memoryviews goes item by item.
    block = one.data[one.at + start : one.at + start + size]
    return other.data.startswith(block, other.at + start)


def _next_shared(one: _Side, other: _Side) -> tuple[_Side, _Side]:
    """Either side at the next line that both have, at their ends if there is none."""
    size = _FIRST_WINDOW
    mine: dict[int, int] = {}
    theirs: dict[int, int] = {}
    after, their_after = one.at, other.at
    while True:
        after = _mark_lines(one.moved(after), size, mine)
        their_after = _mark_lines(other.moved(their_after), size, theirs)
        for mark in sorted(mine.keys() & theirs.keys(), key=mine.__getitem__):
            here, there = one.moved(mine[mark]), other.moved(theirs[mark])
            if here.bare_line() == there.bare_line():
                return here, there
        if after >= one.end and their_after >= other.end:
            return one.moved(one.end), other.moved(other.end)
        size *= 2


def _mark_lines(side: _Side, count: int, where: dict[int, int]) -> int:
    """Note where the next lines begin, by a mark that equal lines share; where the last ends."""
    data, at, end = side
    for _ in range(count):
        if at >= end:
            break
        stop = data.index(b"\n", at, end)
        line = data[at : stop - 1] if data[stop - 1] == _COMMA else data[at:stop]
        where.setdefault(hash(line), at)
        at = stop + 1
    return at
