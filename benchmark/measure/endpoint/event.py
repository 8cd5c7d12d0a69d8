"""The object in the data of an event, which servers and proxies write in several ways."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import orjson

_SHOWN = 60
_AGAIN = "data:"
"""Some proxies wrap events that are events already."""


class Odd(NamedTuple):
    """Data that hold no object.

    Attributes:
        why: in words, with their beginning.
        is_broken: they begin as an object does, so a part of the answer may be lost; everything
            else is nothing of the answer, as `ping` is.
        value: what they hold.
    """

    why: str
    is_broken: bool
    value: object = None


def object_in(data: bytes) -> dict[str, Any] | Odd | None:
    """The object in `data`, None if they are blank."""
    try:
        # The strict door costs ten times as much, for every token of hundreds of streams.
        value = orjson.loads(data)  # noqa: TID251 - foreign data, judged by its reader
    except orjson.JSONDecodeError:
        return _tolerated(data.decode(errors="replace").strip())
    return value if isinstance(value, dict) else _no_object(value)


def _tolerated(text: str) -> dict[str, Any] | Odd | None:
    """What a strict parser refuses: half of a character in an escape, NaN, a second wrapping."""
    while text.startswith(_AGAIN):
        text = text.removeprefix(_AGAIN).strip()
    if not text:
        return None
    try:
        value = json.loads(text, strict=False)  # noqa: TID251 - as above
    except (ValueError, RecursionError):
        why = f"an event of the stream is no JSON: {text[:_SHOWN]!r}"
        return Odd(why, text.startswith("{"), text)
    return value if isinstance(value, dict) else _no_object(value)


def _no_object(value: object) -> dict[str, Any] | Odd:
    """A list of one error is how some gateways write one."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return value[0]
    why = f"an event of the stream is no object: {shown(value)}"
    return Odd(why, is_broken=False, value=value)


def shown(value: object) -> str:
    """The beginning of it, on one line."""
    return " ".join(str(value)[:_SHOWN].split())
