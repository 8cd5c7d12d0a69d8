"""Server-sent events out of bytes that are cut anywhere.

https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

_END = b"[DONE]"
_BOM = b"\xef\xbb\xbf"


class ErrorData(bytes):
    """The data of an event that is named `error`."""

    __slots__ = ()


class Events:
    """Splits a stream into the data of its events; comments and other fields are left out.

    An event belongs to the bytes that complete it, so however a stream is cut, the same data come
    out in the same order. A line with a whole object is an event: some servers leave out the blank
    line after it (https://github.com/anomalyco/opencode/issues/27365), and no value in JSON begins
    so and goes on.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._begun = self._after_return = False

    def feed(self, data: bytes) -> list[bytes]:
        """The data of every event that `data` completes."""
        if self._after_return or b"\r" in data:
            data = self._lines(data)
        rest = self._rest + data if self._rest else data
        if not self._begun:
            if _BOM.startswith(rest[:3]) and len(rest) < len(_BOM):
                self._rest = rest
                return []
            rest, self._begun = rest.removeprefix(_BOM), True
        blocks = rest.split(b"\n\n")
        self._rest = blocks.pop()
        if self._rest.endswith(b"\n") and _is_whole(self._rest):
            blocks.append(self._rest)
            self._rest = b""
        return [found for block in blocks for found in _data(block)]

    def end(self) -> list[bytes]:
        """The data of an event that nothing ended."""
        rest, self._rest = self._rest.removeprefix(_BOM).rstrip(b"\n"), b""
        return _data(rest)

    def _lines(self, data: bytes) -> bytes:
        """With every line end a newline: a return ends its line at once, a newline may follow."""
        if not data:
            return data
        begins = 1 if self._after_return and data.startswith(b"\n") else 0
        self._after_return = data.endswith(b"\r")
        return data[begins:].replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _data(block: bytes) -> list[bytes]:
    """The data of a block: of one event, unless its lines are events."""
    if block.startswith(b"data: ") and b"\n" not in block:
        return [block[6:]]
    data, name = [], b""
    for line in block.split(b"\n"):
        field, _, value = line.partition(b":")
        if field == b"data":
            data.append(value.removeprefix(b" "))
        elif field == b"event":
            name = value.strip()
        elif line.startswith(b"{") and _is_object(line):
            # No field begins so: what a server writes when something goes wrong in midstream.
            data.append(line)
    found = data if len(data) < _SEVERAL else list(_events(data))
    return [ErrorData(one) for one in found] if name == b"error" else found


def _events(lines: list[bytes]) -> Iterator[bytes]:
    """Each line that is an event, then what is left as one."""
    left: list[bytes] = []
    for line in lines:
        if left or not _is_object(line):
            left.append(line)
        else:
            yield line
    if left:
        yield b"\n".join(left)


def _is_whole(block: bytes) -> bool:
    """Whether every line of data is an event, and there is one."""
    found = [line[5:] for line in block.split(b"\n") if line.startswith(b"data:")]
    return bool(found) and all(map(_is_object, found))


def _is_object(line: bytes) -> bool:
    """Whether a line is a whole object, or the end marker."""
    text = line.strip()
    if not (text.startswith(b"{") and text.endswith(b"}")):
        return text == _END
    try:
        orjson.loads(text)  # noqa: TID251 - only asked whether it is one
    except orjson.JSONDecodeError:
        return False
    return True


_SEVERAL = 2
