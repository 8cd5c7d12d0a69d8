"""What of a submitted file stands in a leaderboard line for line, and what has to be looked at."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from benchmark import bounds, refusals, respelling
from benchmark.board.difference import difference
from benchmark.board.lines import EMPTY, Span, bare, body, is_framed, line_end
from benchmark.dataset import board_of
from benchmark.errors import InvalidDataError
from benchmark.leaderboard import decode, is_large

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmark.entry import Entry
    from benchmark.errors import Violation
    from benchmark.submission import SubmittedFile

_FEW = 10_000
"""Lines that are looked at one by one in a second; of more, reading the file is as fast."""

_MOST_TRIED = 100


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

    A file that is no list of one entry a line is parsed as a whole, for the sake of what is said
    about it; one that is, and of which a few entries cannot be read, is not.

    Args:
        file: what was submitted.
        boards: board name → content of its file, canonical.
    """
    try:
        return _by_lines(file, boards)
    except InvalidDataError:
        unreadable = _among_lines(file, boards) or file.unreadable
        rest = () if unreadable else enumerate(file.entries)
        return Sifted(file, "single", (), tuple(rest), tuple(unreadable))


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


def _among_lines(file: SubmittedFile, boards: Mapping[str, bytes]) -> list[Violation]:
    """Why it cannot be parsed, if it is a list of one entry a line of which a few cannot be read.

    The lines that a leaderboard holds can, so only the others are looked at.
    """
    if file.decoder is not decode or file.failure or not is_framed(file.data):
        return []
    try:
        bounds.check(file.data, file.name)
        if is_large(file.data) and respelling.members(file.data) is None:
            return list(refusals.refusal(file.data, file=file.name).violations)
        members = list(_new_members(file, boards[_likeliest(file)]))
    except InvalidDataError:
        return []
    return refusals.violations_among(file.data, members, file=file.name)


def _likeliest(file: SubmittedFile) -> str:
    """The name of the leaderboard that the first of its lines that can be read belongs to."""
    lines = body(file.data)
    for line in islice(_spans(file, lines), _MOST_TRIED):
        with suppress(InvalidDataError):
            return board_of(file.line(line))
    return "single"


def _new_members(file: SubmittedFile, board: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that do not stand in a leaderboard, each with its index.

    Raises:
        InvalidDataError: if one is not one member of a list, or they are more than a few.
    """
    lines = body(file.data)
    if bounds.are_too_short(file.index_of(lines.end), len(file.data)):
        raise _not_canonical(file)
    count = 0
    for mine, theirs in difference((file.data, lines), (board, body(board))):
        _check_separator(file, mine.end)
        for index, line in enumerate(() if theirs else _spans(file, mine)):
            text = bare(file.data[slice(*line)])
            count += 1
            _check_separator(file, line.end)
            if count > _FEW or not _is_one(text):
                raise _not_canonical(file)
            yield file.index_of(mine.start) + index, text


def _spans(file: SubmittedFile, span: Span) -> Iterator[Span]:
    """Line by line."""
    start = span.start
    while start < span.end:
        end = line_end(file.data, start, span.end)
        yield Span(start, end)
        start = end


def _is_one(text: bytes) -> bool:
    """Whether a text is one member of a list, which may be broken within."""
    found = respelling.members(b"[%b]" % text)
    return found is not None and len(found) == 1 and bytes(found[0]) == text


def _entries(file: SubmittedFile, span: Span) -> Iterator[Entry]:
    """The entries of some lines, each of which must be one by itself.

    Raises:
        InvalidDataError: if one is not.
    """
    for line in _spans(file, span):
        _check_separator(file, line.end)
        if not file.data.startswith(b"{", line.start):
            raise _not_canonical(file)
        yield file.line(line)


def _check_separator(file: SubmittedFile, end: int) -> None:
    """The line that ends here must be separated from the next as in the canonical form."""
    is_last = end == body(file.data).end
    if not file.data.endswith(b"}\n" if is_last else b"},\n", 0, end):
        raise _not_canonical(file)


def _not_canonical(file: SubmittedFile) -> InvalidDataError:
    return InvalidDataError(f"{file.name} is not in the canonical form.")
