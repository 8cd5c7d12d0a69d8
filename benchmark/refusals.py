"""Why a list of entries is refused, told member by member: never all its values are there."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, cast

from benchmark import bounds, canonical, foreign, leaks, respelling, schema
from benchmark.entry import MAX_ENTRY_BYTES, Entry
from benchmark.errors import InvalidDataError, Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmark.canonical import Json

_JUDGED = 30_000
"""Members that take a second."""

_LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[")


def refusal(data: bytes, *, file: str) -> InvalidDataError:
    """The error for bytes that are no list of JSON objects, with every violation up to the bound.

    Args:
        data: the whole file; its values are not many for its size.
        file: the name that violations carry.
    """
    spans = respelling.spans(data)
    members = ((index, data[slice(*span)]) for index, span in enumerate(spans or ()))
    found = _unlisted(data, file) if spans is None else _of_members(data, members, file)
    return InvalidDataError(f"{file} is no acceptable list of entries.", bounds.first(found, file))


def violations_of_the_rest(data: bytes, *, file: str) -> Iterator[Violation]:
    """What is wrong with the first members besides: one round for the contributor.

    Args:
        data: a file for which there is a `refusal`.
        file: the name that violations carry.
    """
    spans = respelling.spans(data) or ()
    if bounds.are_too_short(len(spans), len(data)):
        return
    for index, (start, end) in enumerate(spans[:_JUDGED]):
        yield from _judged(data[start:end], file, f"$[{index}]")


def violations_among(
    data: bytes, members: Sequence[tuple[int, bytes]], *, file: str
) -> list[Violation]:
    """What `refusal` and `violations_of_the_rest` say of a list of which few members may be bad.

    Args:
        data: the whole file, a list.
        members: those that may be: index and text.
        file: the name that violations carry.

    Nothing if all of them are objects that can be read.
    """
    unreadable = list(_of_members(data, members, file)) if members else []
    if not unreadable:
        return []
    first = [(index, text) for index, text in members if index < _JUDGED]
    rest = (more for index, text in first for more in _judged(text, file, f"$[{index}]"))
    return bounds.first(chain(unreadable, rest), file)


def too_long(text: bytes, *, file: str, path: str = "$") -> Violation:
    """What is said of an entry that is too long to be parsed."""
    message = f"takes {len(text):,} bytes; an entry may take at most {MAX_ENTRY_BYTES:,}."
    return Violation(file, path, message)


def _unlisted(data: bytes, file: str) -> Iterator[Violation]:
    told = foreign.told(data)
    if told is None and _LIST.match(data) is None:
        told = "is not a list of entries."
    yield Violation(file, "$", told or _broken(data))


def _of_members(
    data: bytes, members: Iterable[tuple[int, bytes]], file: str
) -> Iterator[Violation]:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        yield Violation(file, "$", f"byte {error.start} is not UTF-8.")
        return
    for index, text in members:
        yield from _of_member(text, file, f"$[{index}]")


def _of_member(text: bytes, file: str, path: str) -> Iterator[Violation]:
    if len(text) > bounds.MAX_WRITTEN_BYTES:
        yield too_long(text, file=file, path=path)
        return
    try:
        value, _ = canonical.loads_and_dumps(text, file=file, root=path)
    except InvalidDataError as error:
        yield from error.violations
        return
    if not isinstance(value, dict):
        yield Violation(file, path, "is not an entry: an entry is an object.")


def _judged(text: bytes, file: str, path: str) -> Iterator[Violation]:
    if len(text) > bounds.MAX_WRITTEN_BYTES:
        return
    try:
        value, written = canonical.loads_and_dumps(text, file=file)
    except InvalidDataError as error:
        if isinstance(error.parsed, dict):
            parsed = cast("Json", error.parsed)
            yield from schema.violations(parsed, file=file, path=path)
            yield from leaks.violations(parsed, file=file, path=path)
        return
    if isinstance(value, dict):
        entry = Entry(value, written)
        yield from schema.violations_of(entry, file=file, path=path)
        yield from leaks.violations_of(entry, file=file, path=path)


def _broken(data: bytes) -> str:
    at = respelling.broken_at(data)
    return canonical.TOO_DEEP if at is None else f"not JSON at {_place(data, at)}."


def _place(data: bytes, at: int) -> str:
    line = data.count(b"\n", 0, at) + 1
    column = at - data.rfind(b"\n", 0, at)
    return f"line {line}, column {column}"
