"""Server-sent events out of bytes that are cut anywhere.

https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
"""

from __future__ import annotations


class Events:
    """Splits a stream into the data of its events; comments and other fields are left out.

    An event belongs to the bytes that complete it, so however a stream is cut, the same data come
    out in the same order.
    """

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The data of every event that `data` completes."""
        rest = self._rest + data if self._rest else data
        held = b""
        if b"\r" in rest:
            # A carriage return at the very end may be half of a line end.
            if rest.endswith(b"\r"):
                rest, held = rest[:-1], b"\r"
            rest = rest.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        blocks = rest.split(b"\n\n")
        self._rest = blocks.pop() + held
        return [found for block in blocks if (found := _data(block)) is not None]

    def end(self) -> list[bytes]:
        """The data of an event that nothing ended."""
        rest, self._rest = self._rest.rstrip(b"\r\n"), b""
        found = _data(rest.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        return [] if found is None else [found]


def _data(block: bytes) -> bytes | None:
    """The data of one event; None without any."""
    if block.startswith(b"data: ") and b"\n" not in block:
        return block[6:]
    lines = [line[5:] for line in block.split(b"\n") if line.startswith(b"data:")]
    if not lines:
        return None
    return b"\n".join(line.removeprefix(b" ") for line in lines)
