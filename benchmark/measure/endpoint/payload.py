"""What the body of an answer is, told by its bytes: types are what servers and proxies get wrong.

A stream is server-sent events, or one JSON object with a chunk on each line. Everything else came
in one piece and is kept to say what it is.
"""

from __future__ import annotations

from typing import Any

import orjson

from benchmark.measure.endpoint.problem import is_problem, message_of

UNKNOWN, EVENTS, LINES, WHOLE = "unknown", "events", "lines", "whole"
_FIELDS = (b"data:", b"event:", b"retry:", b"id:", b":")
_BLANK = b"\xef\xbb\xbf \t\r\n"
_MANY = 2


class Payload:
    """A body, understood piece by piece.

    Args:
        typed: whether its type says that it is a stream of events.

    Attributes:
        kind: what it is, `UNKNOWN` until enough has come.
        raw: what came while it was no stream.
    """

    __slots__ = ("_lines", "_rest", "_typed", "kind", "raw")

    def __init__(self, *, typed: bool = False) -> None:
        self._typed = typed
        self._lines = 0
        self._rest = b""
        self.kind = UNKNOWN
        self.raw = bytearray()

    def feed(self, data: bytes) -> bytes:
        """What `data` brings of a stream, as server-sent events."""
        if self.kind == EVENTS:
            return data
        if self.kind == LINES:
            return self._as_events(data)
        self.raw += data
        if self.kind == WHOLE:
            return b""
        self.kind = _kind(bytes(self.raw), typed=self._typed)
        if self.kind == EVENTS:
            return self._release()
        return self._as_events(self._release(keep=True)) if self.kind == LINES else b""

    def end(self) -> bytes:
        """Nothing follows: what is left of a stream."""
        rest = self._as_events(b"\n") if self.kind == LINES else b""
        # One chunk alone is an answer in one piece that looks like a chunk.
        if self.kind == UNKNOWN or (self.kind == LINES and self._lines < _MANY):
            self.kind = WHOLE
        return rest

    def _release(self, *, keep: bool = False) -> bytes:
        data = bytes(self.raw)
        if not keep:
            self.raw.clear()
        return data

    def _as_events(self, data: bytes) -> bytes:
        *lines, self._rest = (self._rest + data).split(b"\n")
        found = [line.strip(_BLANK) for line in lines]
        found = [line for line in found if line]
        self._lines += len(found)
        return b"".join(b"data: %s\n\n" % line for line in found)


def no_stream(raw: bytes, content_type: str) -> str:
    """Why a body that came with success is nothing that can be measured."""
    if not raw.strip(_BLANK):
        return "the answer is empty"
    value = _first(raw)
    if isinstance(value, dict):
        if is_problem(value):
            return f"the server answered with an error: {message_of(raw)}"
        if isinstance(value.get("choices"), list):
            return "the server answered in one piece: it does not stream"
    return f"the answer is no stream of events but {content_type or 'untyped'}"


def has_error(raw: bytes) -> bool:
    """Whether a body is an error object, whatever the status says."""
    return is_problem(_first(raw))


def is_web_page(raw: bytes, content_type: str) -> bool:
    """Whether a browser was expected."""
    head = raw.lstrip(_BLANK)[:15].lower()
    return content_type.startswith("text/html") or head.startswith((b"<!doctype html", b"<html"))


def _kind(raw: bytes, *, typed: bool) -> str:
    start = raw.lstrip(_BLANK)
    if start[:1] in {b"{", b"["}:
        line, ended, _ = start.partition(b"\n")
        return (LINES if _is_chunk(line) else WHOLE) if ended else UNKNOWN
    if not start or any(field.startswith(start) for field in _FIELDS):
        return UNKNOWN
    return EVENTS if typed or start.startswith(_FIELDS) else WHOLE


def _is_chunk(line: bytes) -> bool:
    """Whether it is a piece of an answer; a whole chat answer holds a message."""
    value = _json(line)
    choices = value.get("choices") if isinstance(value, dict) else None
    if not isinstance(choices, list) or not all(isinstance(one, dict) for one in choices):
        return False
    return not any("message" in one for one in choices)


def _first(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """The value, or the first one in a list: so some gateways write an error."""
    value = _json(raw)
    return value[0] if isinstance(value, list) and value else value


def _json(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return orjson.loads(data)  # noqa: TID251 - foreign data, judged by its reader
    except orjson.JSONDecodeError:
        return None
