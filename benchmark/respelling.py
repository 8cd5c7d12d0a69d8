"""Value and canonical bytes of a JSON text in one step, for texts about which there is no doubt.

`canonical` says what is strict JSON and what is canonical. orjson is many times as fast, but laxer
in what it reads, and other than RFC 8785 in what it writes. This module knows where the two surely
agree, and says None to everything else: rather too often than once too rarely.

Weighed, per entry of 1.6 kB: json.loads and the walks of `canonical` 140 µs, and 60 to write it;
jiter, which itself looks for keys named twice, 15; orjson 5, and 7 to write it. Readers that build
typed objects (msgspec, pydantic) are faster still, but drop or refuse the fields that nobody knows.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec
import orjson

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_SORTED_AND_SAFE = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_MEMBERS = msgspec.json.Decoder(list[msgspec.Raw])
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])

_EXACT_DIGITS = 15
"""Whole numbers of so many digits are all below 2^53."""

# Behind a key that ends with a letter or digit: there `":` cannot be within a text, where a quote
# has a backslash before it, nor open one, for that is behind a bracket, a comma or a colon. Written
# with its literal part first, by which re finds it ten times as fast.
_BEHIND_A_KEY = "|".join(rf'(?<=\w":{digits}\.0)' for digits in accumulate([r"\d"] * _EXACT_DIGITS))
_WHOLE_FLOAT = re.compile(rf"\.0(?=[,}}])(?:{_BEHIND_A_KEY})".encode())
_BETWEEN = re.compile(rb"[ \t\r\n,]*")
_EXPONENT = re.compile(rb"e[-+]?\d{1,3}[,}\]]")
# Older ones write 1e99, newer ones 1e+99.
_WRITES_NO_PLUS = b"+" not in orjson.dumps(1e99)
_FOUR_BYTES = re.compile(rb"[\xf0-\xf4]")


def fields(data: bytes) -> Collection[str]:
    """The names of an object's fields, of canonical bytes; the values are passed over.

    Of an entry of 1.5 kB 3 µs, where orjson takes 9.
    """
    return _FIELDS.decode(data).keys()


def members(data: bytes) -> Sequence[msgspec.Raw] | None:
    """The texts of the members of a JSON array, which may be broken within; None if it is none."""
    start = len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0
    try:
        return _MEMBERS.decode(memoryview(data)[start:])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def spans(data: bytes) -> Sequence[tuple[int, int]] | None:
    """Where the members of a JSON array begin and end in it; None if it is none."""
    texts = members(data)
    if texts is None:
        return None
    found, at = [], data.index(b"[") + 1
    for text in texts:
        blank = _BETWEEN.match(data, at)
        start = blank.end() if blank else at
        at = start + len(memoryview(text))
        found.append((start, at))
    return found


def respelled(data: bytes, levels: int) -> tuple[object, bytes] | None:
    """What `canonical.loads` and `canonical.dumps` make of an object or array, or None.

    Args:
        data: a JSON text.
        levels: of objects and arrays within each other, as many as may be.
    """
    try:
        value = orjson.loads(data)
        written = orjson.dumps(value, option=_SORTED_AND_SAFE)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    if not isinstance(value, (dict, list)) or _names_a_key_twice(data, written):
        return None
    written = _WHOLE_FLOAT.sub(b"", written)
    if _is_doubtful(written) or _is_deeper(value, written, levels):
        return None
    return value, written


def _names_a_key_twice(data: bytes, written: bytes) -> bool:
    """Every key has its colon, and a text has as many as before, unless they were escaped."""
    return data.count(b":") != written.count(b":") or b"\\u003" in data


def _is_doubtful(written: bytes) -> bool:
    """Whether RFC 8785 may write a number in another way, or sort keys in another order."""
    return (
        b".0," in written
        or b".0}" in written
        or b".0]" in written
        or (_may_have_exponents(written) and _EXPONENT.search(written) is not None)
        or not (written.isascii() or _FOUR_BYTES.search(written) is None)
    )


def _may_have_exponents(written: bytes) -> bool:
    """A look that takes a tenth of the search, and suffices for most entries."""
    return b"e-" in written or b"e+" in written or _WRITES_NO_PLUS


def _is_deeper(value: object, written: bytes, levels: int) -> bool:
    if written.count(b"{") + written.count(b"[") <= levels:
        return False
    layer = [value]
    for _ in range(levels):
        layer = [item for one in layer for item in _items(one) if isinstance(item, (dict, list))]
    return bool(layer)


def _items(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
