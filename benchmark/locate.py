"""Which line of a JSON file a JSON path is on, also where the file is broken behind it."""

from __future__ import annotations

import json
import re
from functools import cached_property
from json import JSONDecodeError
from typing import TYPE_CHECKING, NamedTuple

from benchmark.respelling import broken_at, spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LARGE = 16 * 1024 * 1024
"""Bytes; only so many are parsed to find a place in them."""

_BLANK = re.compile(r"[ \t\r\n]*")
# What canonical.child_path writes.
_STEP = re.compile(r"\.(?P<name>\w+)|\[(?P<index>\d+)\]|\[(?P<quoted>\"(?:[^\"\\]|\\.)*\")\]")
_DECODER = json.JSONDecoder()
_OPENING = {str: "{", int: "["}


class _Member(NamedTuple):
    """A member of an object or array: its name or index, where it begins, where its value does."""

    step: str | int
    start: int
    value: int


class Lines:
    """Where values are in one file; of an array it looks only into the member that is asked for.

    Args:
        data: the file's bytes.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data

    def line_of(self, path: str) -> int:
        """The line, counted from 1, where the value at `path` begins.

        Where there is no such value, that of the innermost one around it that is there; for `$` in
        a file that is no JSON, the line where it stops being JSON.

        Args:
            path: a path as violations carry it, `$[3].metrics["a b"]`.
        """
        if self._no_text is not None:
            return _line(self._data.decode("latin-1"), self._no_text)
        steps = list(_steps(path))
        index = steps[0] if steps else None
        if isinstance(index, int) and self._spans and index < len(self._spans):
            start, end = self._spans[index]
            member = self._data[start:end].decode()
            within = _position(member, steps[1:]) if steps[1:] else 0
            return self._data.count(b"\n", 0, start) + _line(member, within)
        if len(self._data) > _LARGE:
            return self._data.count(b"\n", 0, broken_at(self._data) or 0) + 1
        text = self._data.decode("utf-8-sig")
        return _line(text, _position(text, steps))

    @cached_property
    def _no_text(self) -> int | None:
        """The first byte that is not UTF-8."""
        try:
            self._data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return error.start
        return None

    @cached_property
    def _spans(self) -> Sequence[tuple[int, int]] | None:
        return spans(self._data)


def line_of(data: bytes, path: str) -> int:
    """As `Lines.line_of`, of one path."""
    return Lines(data).line_of(path)


def _steps(path: str) -> Iterator[str | int]:
    for found in _STEP.finditer(path, 1):
        if found["index"]:
            yield int(found["index"])
        else:
            yield found["name"] or str(_DECODER.decode(found["quoted"]))


def _position(text: str, steps: list[str | int]) -> int:
    here = value = _skip_blank(text, 0)
    try:
        if not steps:
            _DECODER.decode(text)
        for step in steps:
            member = _find(text, value, step)
            if member is None:
                return here
            _, here, value = member
    except JSONDecodeError as error:
        return error.pos if not steps else here
    except RecursionError:
        return here
    return here


def _find(text: str, value: int, step: str | int) -> _Member | None:
    if text[value : value + 1] != _OPENING[type(step)]:
        return None
    return next((member for member in _members(text, value) if member.step == step), None)


def _members(text: str, start: int) -> Iterator[_Member]:
    """The members of the object or array that begins at `start`, as far as it is JSON."""
    is_object = text[start] == "{"
    at = _skip_blank(text, start + 1)
    index = 0
    while text[at : at + 1] not in {"", "}", "]"}:
        step: str | int = index
        value = at
        if is_object:
            step, end = _DECODER.raw_decode(text, at)
            value = _skip_blank(text, _skip_blank(text, end) + 1)
        yield _Member(step, at, value)
        _, end = _DECODER.raw_decode(text, value)
        at = _skip_blank(text, _skip_blank(text, end) + 1)
        index += 1


def _skip_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
