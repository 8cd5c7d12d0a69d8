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
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import msgspec
import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Loads: TypeAlias = Callable[[bytes], list[object]]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_SORTED_AND_SAFE = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_MEMBERS = msgspec.json.Decoder(list[msgspec.Raw])
_ANYTHING = msgspec.json.Decoder(msgspec.Raw)
_PLACE = re.compile(r"\(byte (?P<byte>\d+)\)")

_FEW = 1_000_000
"""Bytes, and values, that are never too many."""

_BYTES_A_VALUE = 12
"""The fewest, on average; entries have 27."""

_EXACT_DIGITS = 15
"""Whole numbers of so many digits are all below 2^53."""

# Behind a key that ends with a letter or digit: there `":` cannot be within a text, where a quote
# has a backslash before it, nor open one, for that is behind a bracket, a comma or a colon. Written
# with its literal part first, by which re finds it ten times as fast.
_BEHIND_A_KEY = "|".join(rf'(?<=\w":{digits}\.0)' for digits in accumulate([r"\d"] * _EXACT_DIGITS))
_WHOLE_FLOAT = re.compile(rf"\.0(?=[,}}])(?:{_BEHIND_A_KEY})".encode())
_BETWEEN = re.compile(rb"[ \t\r\n,]*")
_STILL_WHOLE = re.compile(rb"\.0[,}\]]")
# By their signs, which are rarer than an e: re looks for a single letter as quickly as memchr.
_TINY = re.compile(rb"-(?<=e-)\d{1,3}[,}\]]")
_HUGE = re.compile(rb"\+(?<=e\+)\d{1,3}[,}\]]")
if b"+" not in orjson.dumps(1e99):  # older ones write 1e99, newer ones 1e+99
    _HUGE = re.compile(rb"e\d{1,3}[,}\]]")
_UNSAFE = (_HUGE, re.compile(rb"\.0[,}\]](?<=\d{16}\.0.)"))
"""Where a number may be beyond 2^53: whole ones are written with their digits below 1e16."""
UNSURE = r"\\|e\+?[0-9]{1,3}[,}\]]|[0-9]{16}\.0[,}\]]"
"""The same, and escapes, as a pattern of the regex crate for texts in lower case."""

UNSURE_SPELLING = r"\\|e[+-]?[0-9]{1,3}[,}\]]|\.0[,}\]]"
"""Where RFC 8785 may write a number in another way, and escapes, likewise."""

_FOUR_BYTES = re.compile(rb"[\xf0-\xf4]")
_PARTING = b"\x1e"
"""ASCII's record separator, between texts in a row: JSON has no such character."""

_NO_SHAPE = bytes({*range(256)} - {*b"{[:", *_PARTING})


class Together(NamedTuple):
    """Members of an array that were read together.

    Attributes:
        values: what they are.
        joined: their texts in a row.
        longest: bytes that none of them has more of.
    """

    values: list[Any]
    joined: bytes
    longest: int

    @property
    def texts(self) -> list[bytes]:
        """The text of each."""
        if len(self.values) > 1:
            return self.joined.split(_PARTING)
        return [trimmed(self.joined)] if self.values else []


def together(values: list[Any], texts: Sequence[bytes]) -> Together:
    """Values and the text of each."""
    return Together(values, _PARTING.join(texts), max(map(len, texts), default=0))


def is_dense(data: bytes) -> bool:
    """Whether a text has so many values that they would take fifty times its size in memory."""
    return len(data) > _FEW and data.count(b",") > max(_FEW, len(data) // _BYTES_A_VALUE)


def broken_at(data: bytes) -> int | None:
    """The byte at which a text stops being JSON; None if it is nested too deep to say."""
    start = _start(data)
    try:
        _ANYTHING.decode(memoryview(data)[start:])
    except msgspec.MsgspecError as error:
        place = _PLACE.search(str(error))
        # Only where it was cut off it is not told where.
        return start + int(place["byte"]) if place else len(data)
    except RecursionError:
        return None
    return len(data)


def members(data: bytes) -> Sequence[msgspec.Raw] | None:
    """The texts of the members of a JSON array, which may be broken within; None if it is none.

    A text that is dense is taken for none.
    """
    if is_dense(data):
        return None
    try:
        return _MEMBERS.decode(memoryview(data)[_start(data) :])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _start(data: bytes) -> int:
    return len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0


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
    read = _read(data, levels, _SORTED_AND_SAFE)
    if read is None:
        return None
    written = _WHOLE_FLOAT.sub(b"", read[1])
    return None if _is_doubtful(written) else (read[0], trimmed(written))


def surely_read(data: bytes, levels: int) -> tuple[object, bytes] | None:
    """What `canonical.loads` makes of an object or array, and its text without blanks, or None.

    Half of `respelled`, for who only judges: the text is not sorted.

    Args:
        data: as in `respelled`.
        levels: as in `respelled`.
    """
    read = _read(data, levels, orjson.OPT_STRICT_INTEGER)
    return None if read is None or any(unsafe.search(read[1]) for unsafe in _UNSAFE) else read


def read_together(data: bytes, levels: int, loads: Loads = orjson.loads) -> Together | None:
    """What `surely_read` makes of each member of an array of objects, if `UNSURE` is in no text.

    In two thirds of the time; of more than some ten entries together it is no less.

    Args:
        data: a JSON text.
        levels: as in `respelled`, in each member.
        loads: reads the array; it may leave out what is in it, and then the outcome is None.
    """
    return _together(data, levels, loads, orjson.OPT_STRICT_INTEGER)


def respelled_together(data: bytes, levels: int, loads: Loads = orjson.loads) -> Together | None:
    """What `respelled` makes of each, if `UNSURE_SPELLING` is in no text.

    Args:
        data: as in `read_together`.
        levels: likewise.
        loads: likewise.
    """
    read = _together(data, levels, loads, _SORTED_AND_SAFE)
    if read is None or _may_sort_otherwise(read.joined):
        return None
    return read._replace(joined=_WHOLE_FLOAT.sub(b"", read.joined))


def _together(data: bytes, levels: int, loads: Loads, option: int) -> Together | None:
    try:
        values = loads(data)
        found = together(values, [orjson.dumps(value, option=option) for value in values])
    except (ValueError, TypeError, RecursionError, msgspec.MsgspecError):
        return None
    # Short, so that what is asked of it costs next to nothing.
    shape = found.joined.translate(None, _NO_SHAPE)
    # Looking for a single letter takes no time.
    if data.count(b":") != shape.count(b":") or (b"\\" in data and b"\\u003" in data):
        return None
    openings = shape.translate(None, b":").split(_PARTING)
    if max(map(len, openings)) > levels or not {*map(type, values)} <= {dict}:
        return None
    return found


def _read(data: bytes, levels: int, option: int) -> tuple[object, bytes] | None:
    try:
        value = orjson.loads(data)
        written = orjson.dumps(value, option=option)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    # Short, so that what is asked of it costs next to nothing.
    shape = written.translate(None, _NO_SHAPE)
    if not isinstance(value, (dict, list)) or _names_a_key_twice(data, shape):
        return None
    return None if _is_deeper(value, shape, levels) else (value, written)


def trimmed(written: bytes) -> bytes:
    """The same bytes without what orjson 3.13 reserves behind them: 8 kB, for as long as they live.

    Of a hundred thousand entries that is 0.8 GB where they take 0.16.
    """
    return bytes(memoryview(written))


def _names_a_key_twice(data: bytes, shape: bytes) -> bool:
    """Every key has its colon, and a text has as many as before, unless they were escaped."""
    return data.count(b":") != shape.count(b":") or (b"\\" in data and b"\\u003" in data)


def _is_doubtful(written: bytes) -> bool:
    """Whether RFC 8785 may write a number in another way, or sort keys in another order."""
    return (
        _STILL_WHOLE.search(written) is not None
        or _TINY.search(written) is not None
        or _HUGE.search(written) is not None
        or _may_sort_otherwise(written)
    )


def _may_sort_otherwise(written: bytes) -> bool:
    return not written.isascii() and _FOUR_BYTES.search(written) is not None


def _is_deeper(value: object, shape: bytes, levels: int) -> bool:
    if shape.count(b"{") + shape.count(b"[") <= levels:
        return False
    layer = [value]
    for _ in range(levels):
        layer = [item for one in layer for item in _items(one) if isinstance(item, (dict, list))]
    return bool(layer)


def _items(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
