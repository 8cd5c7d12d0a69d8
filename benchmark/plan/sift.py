"""What of a submitted file stands in a leaderboard line for line, and what has to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark import bounds
from benchmark.board.difference import difference
from benchmark.board.lines import EMPTY, Span, body, is_framed, line_end
from benchmark.dataset import board_of
from benchmark.errors import InvalidDataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmark.entry import Entry
    from benchmark.errors import Violation
    from benchmark.submission import SubmittedFile


class Sifted(NamedTuple):
    """A submitted file.

    Attributes:
        file: the file.
        board: the name of the leaderboard that it was compared with.
        held: lines of that leaderboard that are in the file too.
        rest: its other entries, each with its index.
        unreadable: why it cannot be parsed; empty if it can.
    """

    file: SubmittedFile
    board: str
    held: tuple[Span, ...]
    rest: tuple[tuple[int, Entry], ...]
    unreadable: tuple[Violation, ...] = ()


def sift(file: SubmittedFile, boards: Mapping[str, bytes]) -> Sifted:
    """Compare a file, line by line if it has lines, with the leaderboard it is likest to.

    A file of which a single line is no entry by itself is parsed as a whole, for the sake of what
    is said about it.

    Args:
        file: what was submitted.
        boards: board name → content of its file, canonical.
    """
    try:
        return _by_lines(file, boards)
    except InvalidDataError:
        return Sifted(file, "single", (), tuple(enumerate(file.entries)), file.unreadable)


def _by_lines(file: SubmittedFile, boards: Mapping[str, bytes]) -> Sifted:
    if file.failure or not is_framed(file.data):
        raise _not_canonical(file)
    if file.data == EMPTY:
        return Sifted(file, "single", (), ())
    lines = body(file.data)
    first = Span(lines.start, line_end(file.data, *lines))
    name = board_of(file.line(first))
    board = boards[name]
    held: list[Span] = []
    rest: list[tuple[int, Entry]] = []
    for mine, theirs in difference((file.data, lines), (board, body(board))):
        _check_separator(file, mine.end)
        if theirs is None:
            several = len(rest) + file.data.count(b"\n", *mine)
            bounds.check_members(several, len(file.data), file.name)
            rest += enumerate(_entries(file, mine), file.index_of(mine.start))
        else:
            held.append(theirs)
    return Sifted(file, name, tuple(held), tuple(rest))


def _entries(file: SubmittedFile, span: Span) -> Iterator[Entry]:
    """The entries of some lines, each of which must be one by itself.

    Raises:
        InvalidDataError: if one is not.
    """
    start = span.start
    while start < span.end:
        end = line_end(file.data, start, span.end)
        _check_separator(file, end)
        if not file.data.startswith(b"{", start):
            raise _not_canonical(file)
        yield file.line(Span(start, end))
        start = end


def _check_separator(file: SubmittedFile, end: int) -> None:
    """The line that ends here must be separated from the next as in the canonical form."""
    is_last = end == body(file.data).end
    if not file.data.endswith(b"}\n" if is_last else b"},\n", 0, end):
        raise _not_canonical(file)


def _not_canonical(file: SubmittedFile) -> InvalidDataError:
    return InvalidDataError(f"{file.name} is not in the canonical form.")
