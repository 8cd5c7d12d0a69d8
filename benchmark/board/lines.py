r"""The lines of a file in the canonical form, `[\n line ,\n line … \n]\n`.

Canonical JSON has no raw line break, so every line is one whole value.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

EMPTY = b"[]\n"

_OPENING = b"[\n"
_CLOSING = b"]\n"


class Span(NamedTuple):
    """Some whole lines of a file, by byte offsets; each line with its comma and line break."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """Bytes."""
        return self.end - self.start


def is_framed(data: bytes) -> bool:
    """Whether `data` looks like the canonical form at both ends; nothing between is looked at."""
    return data == EMPTY or (data.startswith(b"[\n{") and data.endswith(b"}\n]\n"))


def body(data: bytes) -> Span:
    """All the lines of a file that `is_framed`."""
    if data == EMPTY:
        return Span(len(EMPTY), len(EMPTY))
    return Span(len(_OPENING), len(data) - len(_CLOSING))


def line_at(data: bytes, start: int, end: int) -> bytes:
    """The line that begins at `start`, without comma and line break; `end` is the body's."""
    return bare(data[start : line_end(data, start, end)])


def line_end(data: bytes, start: int, end: int) -> int:
    """Where the line that begins at `start` ends."""
    return data.index(b"\n", start, end) + 1


def bare(line: bytes) -> bytes:
    """A line without its comma and line break."""
    return line[:-2] if line.endswith(b",\n") else line[:-1]


def lines_in(data: bytes, span: Span) -> Iterator[bytes]:
    """The lines of a span, without commas and line breaks."""
    start = span.start
    while start < span.end:
        end = line_end(data, start, span.end)
        yield bare(data[start:end])
        start = end


class LineCount:
    """How many lines of a file stand before a place; no byte is gone through twice for it."""

    def __init__(self, data: bytes) -> None:
        """Count nothing yet."""
        self._data = data
        self._places, self._counts = [0], [0]

    def before(self, place: int) -> int:
        """The line breaks before a byte offset."""
        at = bisect_right(self._places, place)
        start, count = self._places[at - 1], self._counts[at - 1]
        if place > start:
            count += self._data.count(b"\n", start, place)
            self._places.insert(at, place)
            self._counts.insert(at, count)
        return count
