"""The lines of a file with their numbers, one after the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = re.compile(rb"[^\r\n]+")
_MARK = b"\xef\xbb\xbf"


def numbered_lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Those that are not blank, without their ends; the first is line 1.

    A list of all of them would take fifty times the size of a file of nothing but line ends.
    """
    text = data.removeprefix(_MARK)
    number, end = 1, 0
    for line in _LINE.finditer(text):
        between = text[end : line.start()]
        number += between.count(b"\n") + between.count(b"\r") - between.count(b"\r\n")
        end = line.end()
        if line[0].strip():
            yield number, line[0]
