"""The texts that a text may be in disguise: escaped, encoded, cut in pieces.

Whoever copies a command or a header out of a log copies it as it was written there. What is not
undone: a secret under a cipher, spelt backwards, or in pieces that somebody parted with words.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from re import Match

TRACE = (
    r"%[2-7][0-9a-f]|&#|\\[ux]|[\u00ad\u200b-\u200f\u2060\ufeff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
    r"|(?:^|[^0-9a-f])(?:[2-7][0-9a-f]){12}"
    r"|(?:^|[^a-z0-9])[0-9a-f]*[g-z][a-z0-9]{15}[a-z0-9+/_-]{8}|\n"
)
"""A quick expression that matches, in lower case, in every text that may be one."""

_DEEPEST = 2
"""Encodings of one another: a header in base64 in a command in base64."""

_BASE64 = re.compile(r"(?<![\w+/-])[A-Za-z0-9+/_-]{20,}={0,2}")
_HEX = re.compile(r"(?<![0-9A-Fa-f])(?:[2-7][0-9A-Fa-f]){12,}(?![0-9A-Fa-f])")
_ESCAPED = re.compile(r"\\+(?:u00|x)([0-9A-Fa-f]{2})")
_CUT = re.compile(r"\\?\r?\n\s*|[\"']\s*\+\s*[\"']|\\+[nr]\s*")


def undone(text: str, depth: int = _DEEPEST) -> Iterator[str]:
    """Every other text that `text` may be, as far as it can be read."""
    seen = {text}
    for undo in _WAYS:
        plain = undo(text)
        if plain not in seen:
            seen.add(plain)
            yield plain
            if depth > 1:
                yield from undone(plain, depth - 1)


def _shown(text: str) -> str:
    """Without what is not seen, and each letter in its plain form."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(char for char in plain if unicodedata.category(char) != "Cf")


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _joined(text: str) -> str:
    return _CUT.sub("", text)


def _decoded(pattern: re.Pattern[str], decode: Callable[[str], bytes]) -> Callable[[str], str]:
    def plain(match: Match[str]) -> str:
        try:
            found = decode(match[0]).decode("ascii")
        except (binascii.Error, ValueError):
            return match[0]
        return found if found.strip().isprintable() else match[0]

    return lambda text: pattern.sub(plain, text)


def _of_base64(text: str) -> bytes:
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(standard + "=" * (-len(standard) % 4))


_WAYS: tuple[Callable[[str], str], ...] = (
    _shown,
    unquote,
    html.unescape,
    _unescaped,
    _joined,
    _decoded(_BASE64, _of_base64),
    _decoded(_HEX, bytes.fromhex),
)
