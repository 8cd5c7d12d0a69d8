"""A leaderboard file with some of its lines replaced and others put in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.board.difference import difference
from benchmark.board.lines import EMPTY, Span, body, lines_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Edit(NamedTuple):
    """One line, without comma and line break, in the place of a span that is there."""

    span: Span
    line: bytes


def spliced(board: bytes, edits: Iterable[Edit]) -> bytes:
    """The canonical file with these edits, made of slices of the old one.

    Args:
        board: a leaderboard file in the canonical form.
        edits: none overlaps another; those at one place in the order in which they are to stand.
    """
    chunks = [chunk for chunk in _chunks(board, edits) if chunk]
    return b"".join(_with_separators(chunks)) if chunks else EMPTY


def lost(before: bytes, after: bytes, replaced: Iterable[bytes]) -> list[bytes]:
    """The lines of one board that another lacks, but for those that were `replaced`.

    Args:
        before: a leaderboard file in the canonical form.
        after: another.
        replaced: lines, without comma and line break.
    """
    parts = difference((before, body(before)), (after, body(after)))
    gone = (line for mine, theirs in parts if not theirs for line in lines_in(before, mine))
    expected = set(replaced)
    return [line for line in gone if line not in expected]


def _chunks(board: bytes, edits: Iterable[Edit]) -> Iterator[bytes | memoryview]:
    """Whole lines, without what separates them from those around."""
    view, (at, end) = memoryview(board), body(board)
    for edit in sorted(edits, key=lambda edit: edit.span.start):
        yield _bare(view, Span(at, edit.span.start), end)
        yield edit.line
        at = edit.span.end
    yield _bare(view, Span(at, end), end)


def _bare(view: memoryview, span: Span, end: int) -> memoryview:
    """The lines without the last one's comma and line break; the file's last line has no comma."""
    return view[span.start : max(span.start, span.end - (1 if span.end == end else 2))]


def _with_separators(chunks: Iterable[bytes | memoryview]) -> Iterator[bytes | memoryview]:
    separator = b"[\n"
    for chunk in chunks:
        yield separator
        yield chunk
        separator = b",\n"
    yield b"\n]\n"
