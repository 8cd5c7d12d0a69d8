"""Where a configuration stands in a leaderboard file, found by bisection over its sorted lines."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple, cast

from benchmark import canonical
from benchmark.board.lines import Span, bare, body, line_end
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError
from benchmark.reading import settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmark.canonical import Json
    from benchmark.entry import ConfigKey


class Place(NamedTuple):
    """A place in a leaderboard file.

    Attributes:
        span: the line that is there; empty, between two lines, where there is none.
        holder: its entry; None where there is none.
    """

    span: Span
    holder: Entry | None


def places(board: bytes, keys: Iterable[ConfigKey]) -> dict[ConfigKey, Place]:
    """Where each configuration stands in `board`, or would.

    Some log2 of the number of lines are parsed for a key, and no line twice.

    Args:
        board: a leaderboard file in the canonical form, one line for each config key.
        keys: what is looked for.

    Raises:
        InvalidDataError: if a line that was looked at is not in the canonical form.
    """
    return dict(_places(board, sorted(set(keys)), body(board)))


def entry_of(line: bytes) -> Entry:
    """The entry of a line without its comma and line break.

    Raises:
        InvalidDataError: if the line is no canonical entry after all.
    """
    value, written = canonical.loads_and_dumps(line, file="")
    return settled(Entry(cast("dict[str, Json]", value), written))


def _places(
    board: bytes, keys: Sequence[ConfigKey], span: Span
) -> Iterator[tuple[ConfigKey, Place]]:
    if not keys:
        return
    if not span.size:
        yield from ((key, Place(span, None)) for key in keys)
        return
    line = _line_around(board, span, (span.start + span.end) // 2)
    entry = entry_of(written := bare(board[slice(*line)]))
    if entry.canonical != written:
        raise InvalidDataError("A leaderboard's line is not in the canonical form.")
    here, behind = bisect_left(keys, entry.config_key), bisect_right(keys, entry.config_key)
    yield from _places(board, keys[:here], Span(span.start, line.start))
    yield from ((key, Place(line, entry)) for key in keys[here:behind])
    yield from _places(board, keys[behind:], Span(line.end, span.end))


def _line_around(board: bytes, span: Span, middle: int) -> Span:
    before = board.rfind(b"\n", span.start, middle)
    start = before + 1 if before >= 0 else span.start
    return Span(start, line_end(board, start, span.end))
