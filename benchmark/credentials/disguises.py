"""The texts that a text may be in disguise: escaped, encoded, cut in pieces.

Whoever copies a command or a header out of a log copies it as it was written there. What is not
undone: a secret under a cipher, spelt backwards, in base85, in letters of another script that look
alike, or in pieces that somebody parted with blanks or words.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
import zlib
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from re import Match

TRACE = (
    r"%[2-7][0-9a-f]|&#|\\[ux01]|(?:(?:0x)?[2-7][0-9a-f][ :,]{1,3}){11}"
    r"|[\u00ad\u0300-\u036f\u200b-\u200f\u2060\ufeff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
    r"|[\U000e0020-\U000e007e]"
    r"|(?:^|[^0-9a-f])(?:[2-7][0-9a-f]){12}"
    r"|(?:^|[^a-z0-9])[0-9a-f]*[g-z][a-z0-9]{15}[a-z0-9+/_-]{8}|\n"
)
"""A quick expression that matches, in lower case, in every text that may be one."""

_DEEPEST = 2
"""Encodings of one another: a header in base64 in a command in base64."""

_BASE64 = re.compile(r"(?<![\w+/-])[A-Za-z0-9+/_-]{20,}={0,2}")
_HEX = re.compile(r"(?<![0-9A-Fa-f])(?:[2-7][0-9A-Fa-f]){12,}(?![0-9A-Fa-f])")
_BASE32 = re.compile(r"(?<![A-Za-z0-9+/])[A-Z2-7]{24,}={0,6}(?![A-Za-z0-9+/=])")
_HEX_APART = re.compile(
    r"(?<!\w)(?:(?:0x)?[2-7][0-9A-Fa-f][ :,]{1,3}){11,}(?:0x)?[2-7][0-9A-Fa-f](?!\w)"
)
_PARTS = re.compile(r"0x|[ :,]")
_ESCAPED = re.compile(
    r"\\+(?:(?:u00|U000000|x)([0-9A-Fa-f]{2})|u\{0{0,4}([0-9A-Fa-f]{2})\}|([01][0-7]{2}))"
)
_MOST_UNPACKED = 64 * 1024
_PACKED = frozenset({b"\x1f\x8b", b"x\x01", b"x\x5e", b"x\x9c", b"x\xda"})
_TAGS = {0xE0000 + code: code for code in range(0x20, 0x7F)}
"""Letters that nobody sees: https://www.unicode.org/charts/PDF/UE0000.pdf"""

_UNSEEN = frozenset({"Cf", "Mn"})
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
    plain = unicodedata.normalize("NFKD", text.translate(_TAGS))
    return "".join(char for char in plain if unicodedata.category(char) not in _UNSEEN)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPED.sub(_unescaped_letter, text)


def _unescaped_letter(match: Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16) if code else int(match[3], 8))


def _joined(text: str) -> str:
    return _CUT.sub("", text)


def _decoded(pattern: re.Pattern[str], decode: Callable[[str], bytes]) -> Callable[[str], str]:
    def plain(match: Match[str]) -> str:
        try:
            found = _text(decode(match[0]))
        except (binascii.Error, ValueError, zlib.error):
            return match[0]
        return found if found.strip().isprintable() else match[0]

    return lambda text: pattern.sub(plain, text)


def _text(data: bytes) -> str:
    """Of what was packed, or of what Windows encodes; what is no ASCII raises a ValueError."""
    if data[:2] in _PACKED:
        # Either format, whichever its first bytes tell.
        data = zlib.decompressobj(32 + zlib.MAX_WBITS).decompress(data, _MOST_UNPACKED)
    return data.replace(b"\0", b"").decode("ascii")


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
    _decoded(_HEX_APART, lambda text: bytes.fromhex(_PARTS.sub("", text))),
    _decoded(
        _BASE32,
        lambda text: base64.b32decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 8)),
    ),
)
