"""Server-sent events out of bytes that are cut anywhere.

https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
"""

from __future__ import annotations

_BOM = b"\xef\xbb\xbf"


class ErrorData(bytes):
    """The data of an event that is named `error`."""

    __slots__ = ()


class Events:
    """Splits a stream into the data of its events; comments and other fields are left out.

    An event belongs to the bytes that complete it, so however a stream is cut, the same data come
    out in the same order.
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
        return [found for block in blocks if (found := _data(block)) is not None]

    def end(self) -> list[bytes]:
        """The data of an event that nothing ended."""
        rest, self._rest = self._rest.removeprefix(_BOM).rstrip(b"\n"), b""
        found = _data(rest)
        return [] if found is None else [found]

    def _lines(self, data: bytes) -> bytes:
        """With every line end a newline: a return ends its line at once, a newline may follow."""
        if not data:
            return data
        begins = 1 if self._after_return and data.startswith(b"\n") else 0
        self._after_return = data.endswith(b"\r")
        return data[begins:].replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _data(block: bytes) -> bytes | None:
    """The data of one event; None without any."""
    if block.startswith(b"data: ") and b"\n" not in block:
        return block[6:]
    data, name = [], b""
    for line in block.split(b"\n"):
        field, _, value = line.partition(b":")
        if field == b"data":
            data.append(value.removeprefix(b" "))
        elif field == b"event":
            name = value.strip()
    if not data:
        return None
    whole = b"\n".join(data)
    return ErrorData(whole) if name == b"error" else whole
