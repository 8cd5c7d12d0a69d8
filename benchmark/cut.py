"""A long list of objects cut into shorter ones, without parsing it.

Where one object ends and the next begins is a guess: before a comma, where the next begins with the
same key as the first. Lists that are lists by themselves are together the list that they were cut
from, for JSON can be read in one way only. So whoever parses a piece need not trust the cut: one
within an object makes a piece that is no list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BLANKS = b" \t\r\n"
_OPENING = re.compile(rb'[ \t\r\n]*\[[ \t\r\n]*(?P<first>\{[ \t\r\n]*"[^"\\]{1,80}")')
_LONGEST_GAP = 64
"""Bytes between two objects; more than any indentation."""

_SHARES = 8
"""Pieces that what is left is worth, before they become shorter."""

_TOO_MUCH = 4
"""Times the size that a piece should have."""


class UncutError(Exception):
    """For too long no object begins as the first one does."""


Span: TypeAlias = tuple[int, int]
"""Where a piece begins in a text, and where it ends."""


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """The members of a JSON array in pieces, each of which is a list once it is put in brackets.

    As `spans` has them.
    """
    return (data[start:end] for start, end in spans(data, size))


def spans(data: bytes, size: int, least: int | None = None) -> Iterator[Span]:
    """Where the pieces are.

    There is none where it does not look like a list of objects. A piece may be no list after all.

    Args:
        data: a JSON text.
        size: bytes after which a piece ends with an object.
        least: the same towards the end, so that those who work on the pieces end together; as
            before unless given.

    Raises:
        UncutError: one would have several times as many; those before it were not.
    """
    opening, end = _OPENING.match(data), data.rfind(b"]")
    if opening is None or data[end + 1 :].strip(_BLANKS):
        return
    start, first = opening.start("first"), opening["first"]
    least = size if least is None else least
    at = data.find(first, start + size, end)
    while at >= 0:
        comma = _comma_before(data, at)
        if comma >= 0:
            yield _span(start, comma, size)
            start, at = at, at + max(least, min(size, (end - at) // _SHARES))
        at = data.find(first, at + 1, end)
    yield _span(start, end, size)


def gathered(members: Iterable[Span], size: int) -> Iterator[Span]:
    """Where pieces of whole members are.

    Args:
        members: where each is.
        size: bytes after which a piece ends with a member.
    """
    first = end = None
    for start, end in members:
        first = start if first is None else first
        if end - first >= size:
            yield first, end
            first = None
    if first is not None and end is not None:
        yield first, end


def _span(start: int, end: int, size: int) -> Span:
    if end - start > _TOO_MUCH * size:
        raise UncutError
    return start, end


def _comma_before(data: bytes, at: int) -> int:
    """Where the comma is that nothing but blanks parts from a place; -1 if there is none."""
    start = max(0, at - _LONGEST_GAP)
    gap = data[start:at].rstrip(_BLANKS)
    return start + len(gap) - 1 if gap.endswith(b",") else -1
