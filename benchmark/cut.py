"""A long list of objects cut into shorter ones, without parsing it.

Where one object ends and the next begins is a guess: before a comma, where the next begins with the
same key as the first. Lists that are lists by themselves are together the list that they were cut
from, for JSON can be read in one way only. So whoever parses a piece need not trust the cut: one
within an object makes a piece that is no list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BLANKS = b" \t\r\n"
_OPENING = re.compile(rb"[ \t\r\n]*\[")
_FIRST = re.compile(rb'[ \t\r\n]*(?P<first>\{[ \t\r\n]*"[^"\\]{1,80}")')
_LONGEST_GAP = 64
"""Bytes between two objects; more than any indentation."""

_SHARES = 8
"""Pieces that what is left is worth, before they become shorter."""

_TOO_MUCH = 4
"""Times the size that a piece should have."""

_LONGEST_OPENING = 4096
"""Bytes until the end of the first key."""


class Text(Protocol):
    """What a list is cut from: `bytes`, or what looks like them."""

    def __len__(self) -> int:
        """Bytes."""
        ...

    def __getitem__(self, place: slice, /) -> bytes:
        """Some of them."""
        ...

    def find(self, sub: bytes, start: int, end: int, /) -> int:
        """Where some begin for the first time between two places; -1 if they do not."""
        ...

    def rfind(self, sub: bytes, /) -> int:
        """Where some begin for the last time; -1 if they do not."""
        ...


class UncutError(Exception):
    """For too long no object begins as the first one does."""


Span: TypeAlias = tuple[int, int]
"""Where a piece begins in a text, and where it ends."""


def arrays(members: bytes, size: int) -> Iterator[bytes]:
    """The members of a JSON array, without its brackets, as shorter arrays.

    As `spans` has them.
    """
    first, view = _FIRST.match(members), memoryview(members)
    for start, end in () if first is None else _spans(members, first, len(members), size, size):
        yield b"".join((b"[", view[start:end], b"]"))


def spans(data: Text, size: int, least: int | None = None) -> Iterator[Span]:
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
    begin, end = data[:_LONGEST_OPENING], data.rfind(b"]")
    opening = _OPENING.match(begin)
    first = opening and _FIRST.match(begin, opening.end())
    if first and not data[end + 1 :].strip(_BLANKS):
        yield from _spans(data, first, end, size, size if least is None else least)


def _spans(data: Text, opening: re.Match[bytes], end: int, size: int, least: int) -> Iterator[Span]:
    start, first = opening.start("first"), opening["first"]
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


def _comma_before(data: Text, at: int) -> int:
    """Where the comma is that nothing but blanks parts from a place; -1 if there is none."""
    start = max(0, at - _LONGEST_GAP)
    gap = data[start:at].rstrip(_BLANKS)
    return start + len(gap) - 1 if gap.endswith(b",") else -1
